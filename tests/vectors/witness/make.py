#!/usr/bin/env python3
"""Writes the vectors of witness/: one JSON file for each rule. Like tlog/make.py, whose definitions it uses, it knows
nothing of the Rust code. Run: `python3 tests/vectors/witness/make.py`.

Ops: `cosignature` (which times a witness signed a note at), `witnesses` (a signed list of witnesses), `quorum` (does a
checkpoint satisfy a list), `replaces` (may a list take the place of another), `add_checkpoint` (a request read by a
witness that holds `held_size` and `held_root`, or nothing).
"""

import importlib.util
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("tlog", HERE.parent / "tlog" / "make.py")
t = importlib.util.module_from_spec(spec)
spec.loader.exec_module(t)
b64, Key, LOG, LEAVES, checkpoint, mth = t.b64, t.Key, t.LOG, t.LEAVES, t.checkpoint, t.mth

COSIG, PROTOCOL, SPEC = "c2sp.org/tlog-cosignature", "c2sp.org/tlog-witness", "spec/log.md"
TIME = 1679315147


class Witness(Key):
    def __init__(self, name, seed):
        super().__init__(name, seed, kind=4)

    def cosign(self, text, time=TIME, signed_time=None, header="cosignature/v1"):
        message = f"{header}\ntime {time if signed_time is None else signed_time}\n{text}"
        return f"— {self.name} {b64(self.id + struct.pack('>Q', time) + self.private.sign(message.encode()))}\n"


W1 = Witness("general-section.example/w1", bytes([41]) * 32)
W2 = Witness("province.example/w2", bytes([42]) * 32)
W3 = Witness("archive.example/w3", bytes([43]) * 32)
FORGER = Witness(W1.name, bytes([44]) * 32)
SAME_NAME_AS_1 = Witness(W1.name, bytes([45]) * 32)
SAME_KEY_AS_1 = Witness("other-name.example/w1", bytes([41]) * 32)
TEXT = checkpoint(21)
NOTE = LOG.note(TEXT)


def write(name, rule, source, op, fields, reason=None):
    t.write("witness", name, rule, source, op, fields, reason)


def cosignatures():
    def case(name, rule, note, times=None, reason=None, key=W1, source=COSIG):
        read = {} if reason else {"times": [str(n) for n in times]}
        write(f"cosignature_{name}", rule, source, "cosignature", {"witness": key.vkey(), "note": note} | read, reason)

    case("good", "a witness's cosignature is verified, the log's signature and others are ignored",
         NOTE + W2.cosign(TEXT) + W1.cosign(TEXT), [TIME])
    case("none", "a note may carry no cosignature of this witness", NOTE + W2.cosign(TEXT), [])
    case("twice", "of two cosignatures of one witness the newest time counts",
         NOTE + W1.cosign(TEXT, TIME + 5) + W1.cosign(TEXT), [TIME + 5])
    case("same_name_other_key", "a line of another key of the same name is ignored", NOTE + FORGER.cosign(TEXT), [])
    case("extension", "the whole text is signed, extension lines too",
         LOG.note(TEXT + "extension\n") + W1.cosign(TEXT + "extension\n"), [TIME])
    case("time_1", "the smallest time is 1", NOTE + W1.cosign(TEXT, 1), [1])
    case("time_largest", "the largest time is 2^63 - 1", NOTE + W1.cosign(TEXT, 2**63 - 1), [2**63 - 1])

    def bad(name, rule, line, note=NOTE):
        case(name, rule, note + line, reason="BadSignature")

    bad("three_lines_only", "extension lines cannot be left out", W1.cosign(TEXT), note=LOG.note(TEXT + "extension\n"))
    bad("other_text", "a cosignature of another checkpoint is refused", W1.cosign(checkpoint(20)))
    bad("other_time", "the time is signed", W1.cosign(TEXT, TIME, signed_time=TIME + 1))
    bad("other_header", "the header line separates cosignatures from other signatures",
        W1.cosign(TEXT, header="cosignature/v2"))
    bad("plain_signature", "a plain signature of the text is no cosignature", W1.line(TEXT))
    bad("no_time", "a cosignature begins with eight bytes of time", f"— {W1.name} {b64(W1.id + bytes(7))}\n")
    bad("short", "an Ed25519 signature has 64 bytes", f"— {W1.name} {b64(W1.id + bytes(8 + 63))}\n")
    bad("time_zero", "the time is not zero", W1.cosign(TEXT, 0))
    bad("time_2_63", "the time is below 2^63", W1.cosign(TEXT, 2**63))
    bad("one_of_two", "if any cosignature of the witness fails, the note is refused",
        W1.cosign(TEXT) + W1.cosign(checkpoint(20)))
    line = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    case("spec_example_of_another", "the example of the specification is a line of another witness here",
         NOTE + line, [])
    log_type = Key(W1.name, bytes([41]) * 32)
    write("vkey_log_type", "a witness's key is of type 0x04", COSIG, "cosignature",
          {"witness": log_type.vkey(), "note": NOTE}, "UnknownType")
    write("vkey_other_id", "the key id of a witness is computed with type 0x04", COSIG, "cosignature",
          {"witness": W1.vkey().replace(W1.id.hex(), log_type.id.hex()), "note": NOTE}, "KeyId")


HEAD = "liuhen.witnesses/v1\nepoch 7\n"


def body(keys, quorum, epoch=7):
    return f"liuhen.witnesses/v1\nepoch {epoch}\nquorum {quorum}\n" + "".join(v + "\n" for v in sorted(k.vkey() for k in keys))


def lists():
    def case(name, rule, text, reason=None, **read):
        write(f"witnesses_{name}", rule, SPEC, "witnesses", {"vkey": LOG.vkey(), "note": LOG.note(text)} | read, reason)

    def no(name, rule, text, reason):
        case(name, rule, text, reason)

    one, two, three = sorted(k.vkey() for k in (W1, W2, W3))
    case("good", "an epoch, a quorum, and witnesses in ascending order", body([W1, W2, W3], 2),
         epoch="7", quorum="2", witnesses=[one, two, three])
    no("quorum_zero", "the quorum is at least 1", body([W1], 0), "Quorum")
    no("quorum_too_large", "the quorum is at most the number of witnesses", body([W1, W2], 3), "Quorum")
    no("quorum_leading_zero", "numbers have no leading zero", body([W1], "01"), "Quorum")
    no("no_quorum", "the quorum is required", HEAD + one + "\n", "Lines")
    no("no_witness", "there is at least one witness", HEAD + "quorum 1\n", "Quorum")
    no("order", "witnesses stand in ascending order", HEAD + f"quorum 1\n{two}\n{one}\n", "WitnessOrder")
    no("twice", "a witness occurs once", HEAD + f"quorum 1\n{one}\n{one}\n", "WitnessTwice")
    no("one_name_two_keys", "a name occurs once", body([W1, SAME_NAME_AS_1], 1), "WitnessTwice")
    no("one_key_two_names", "a public key occurs once", body([W1, SAME_KEY_AS_1], 1), "WitnessTwice")
    no("log_key", "a log's key is no witness", body([LOG], 1), "Witness")
    no("empty_line", "every further line is a witness", HEAD + f"quorum 1\n{one}\n\n", "Witness")
    many = [Witness(f"w{i}.example", bytes([i + 60]) * 32) for i in range(16)]
    case("fifteen", "there may be fifteen witnesses", body(many[:15], 8), epoch="7", quorum="8",
         witnesses=sorted(k.vkey() for k in many[:15]))
    no("sixteen", "there are at most fifteen witnesses", body(many, 8), "Quorum")
    no("is_recipients", "a recipient list is not a list of witnesses", HEAD.replace("witnesses", "recipients"), "FirstLine")
    no("epoch_zero", "epochs count from 1", body([W1], 1, epoch=0), "Epoch")


def quorums():
    def case(name, rule, keys, quorum, note, reason=None, **read):
        write(f"quorum_{name}", rule, SPEC, "quorum",
              {"vkey": LOG.vkey(), "witnesses_note": LOG.note(body(keys, quorum)), "note": note} | read, reason)

    both = NOTE + W1.cosign(TEXT) + W2.cosign(TEXT, TIME + 9)
    case("two_of_three", "two of three witnesses are enough when two are demanded", [W1, W2, W3], 2, both,
         cosigned=sorted([W1.name, W2.name]))
    case("one_short", "one of three witnesses is not enough when two are demanded", [W1, W2, W3], 2,
         NOTE + W1.cosign(TEXT), "Quorum")
    case("none", "the log's own signature counts for no witness", [W1], 1, NOTE, "Quorum")
    case("one_twice", "one witness that signed twice counts once", [W1, W2], 2,
         NOTE + W1.cosign(TEXT) + W1.cosign(TEXT, TIME + 1), "Quorum")
    case("unknown", "unknown witnesses count for nothing", [W1, W2], 2, NOTE + W1.cosign(TEXT) + W3.cosign(TEXT), "Quorum")
    case("forged", "a forged line of a demanded witness makes the note malformed, even beside a full quorum",
         [W1, W2, W3], 2, both + W3.cosign(checkpoint(20)), "BadSignature")
    case("forged_by_same_name", "a line of another key of the same name counts for nothing", [W1], 1,
         NOTE + FORGER.cosign(TEXT), "Quorum")
    case("moved", "a cosignature of an older checkpoint cannot be moved to a newer one", [W1], 1,
         NOTE + W1.cosign(checkpoint(13)), "BadSignature")
    case("rewritten_with_log_key", "a log rewritten by the holder of its key has no cosignatures", [W1], 1,
         LOG.note(checkpoint(21, root=mth(LEAVES[:20] + [b"rewritten"]))), "Quorum")
    stolen = checkpoint(21, root=mth(LEAVES[:20] + [b"rewritten"]))
    case("rewritten_with_old_lines", "cosignatures of the true log do not fit a rewritten one", [W1], 1,
         LOG.note(stolen) + W1.cosign(TEXT), "BadSignature")
    case("not_a_note", "a checkpoint is a note", [W1], 1, TEXT, "Structure")


def replacements():
    def case(name, rule, held, offered, reason=None):
        write(f"replaces_{name}", rule, SPEC, "replaces", {"held": held, "offered": offered}, reason)

    held = body([W1, W2], 2)
    case("same", "the same list may come again", held, held)
    case("raised", "a list may demand more", body([W1, W2], 1), body([W1, W2], 2, epoch=8))
    case("added_and_raised", "a witness may be added when the quorum rises with it", held, body([W1, W2, W3], 3, epoch=8))
    case("added", "a witness added without a higher quorum could stand for a held one", held,
         body([W1, W2, W3], 2, epoch=8), "Weaker")
    case("lowered", "a quorum is never lowered", held, body([W1, W2], 1, epoch=8), "Weaker")
    case("exchanged", "a witness is never exchanged", body([W1], 1), body([W3], 1, epoch=8), "Weaker")
    case("own_witnesses", "whoever has the log's key cannot outvote the held witnesses by his own", body([W1], 1),
         body([W1, W2, W3], 2, epoch=8), "Weaker")
    case("removed_from_any", "a witness may be removed when one of the rest is still demanded", body([W1, W2, W3], 1),
         body([W1, W2], 1, epoch=8))
    case("older", "an older list is refused", held, body([W1, W2], 2, epoch=6), "Older")
    case("contradiction", "two lists of one epoch are refused", body([W1, W2], 1), body([W1, W2], 2), "Contradiction")


def requests():
    def request(old, hashes, note):
        return f"old {old}\n" + "".join(b64(h) + "\n" for h in hashes) + "\n" + note

    def case(name, rule, request, held=13, reason=None, held_leaves=LEAVES, source=PROTOCOL, **read):
        fields = {"vkey": LOG.vkey(), "request": request, "held_size": held,
                  "held_root": b64(mth(held_leaves[:held])) if held else ""}
        write(f"add_checkpoint_{name}", rule, source, "add_checkpoint", fields | read, reason)

    good = t.consistency(13, LEAVES)
    case("good", "a checkpoint proved to continue the last one is cosigned", request(13, good, NOTE), size=21)
    case("first", "the first checkpoint of a log needs no proof", request(0, [], NOTE), held=0, size=21)
    case("again", "the same checkpoint is cosigned again", request(21, [], NOTE), held=21, size=21)
    case("empty_tree", "a log may begin empty", request(0, [], LOG.note(checkpoint(0))), held=0, size=0)
    case("more_signatures", "unknown signatures are ignored", request(13, good, NOTE + W1.cosign(TEXT)), size=21)

    def no(name, rule, body, reason, **more):
        case(name, rule, body, reason=reason, **more)

    no("other_old_size", "the old size is that of the last checkpoint cosigned", request(8, t.consistency(8, LEAVES), NOTE), "Conflict")
    no("old_size_zero", "whoever knows nothing is told the size", request(0, [], NOTE), "Conflict")
    no("rolled_back", "a log that shrank is refused by its old size", request(13, [], LOG.note(checkpoint(8))), "Malformed")
    no("rolled_back_openly", "a smaller checkpoint cannot follow a greater one",
       request(8, [], LOG.note(checkpoint(8))), "Conflict", held=21)
    no("forked_same_size", "another root of the same size is a fork",
       request(21, [], LOG.note(checkpoint(21, root=mth(LEAVES[:20] + [b"other"])))), "Forked", held=21)
    changed = LEAVES[:3] + [b"changed"] + LEAVES[4:]
    no("forked", "a longer log with another past is refused",
       request(13, t.consistency(13, changed), LOG.note(checkpoint(21, leaves=changed))), "Inconsistent")
    dropped = LEAVES[:3] + LEAVES[4:]
    no("dropped_leaf", "a log from which a leaf was dropped is refused",
       request(13, t.consistency(13, dropped), LOG.note(checkpoint(20, leaves=dropped))), "Inconsistent")
    no("proof_short", "the proof has the length that the sizes demand", request(13, good[:-1], NOTE), "Inconsistent")
    no("proof_missing", "a grown log needs a proof", request(13, [], NOTE), "Inconsistent")
    no("proof_from_zero", "from nothing there is no proof", request(0, good, NOTE), "Inconsistent", held=0)
    no("proof_for_same_size", "an unchanged log needs no hash", request(21, good, NOTE), "Inconsistent", held=21)
    no("empty_other_root", "the empty tree has the hash of nothing", request(0, [], LOG.note(checkpoint(0, root=mth(LEAVES)))),
       "Inconsistent", held=0)
    no("other_key", "the log's trusted key must have signed", request(13, good, t.SAME_NAME.note(TEXT)), "Signature")
    no("bad_signature", "every signature of the trusted key verifies", request(13, good, NOTE + LOG.line(checkpoint(20))), "Signature")
    no("not_a_checkpoint", "the signed text is a checkpoint", request(0, [], LOG.note("hello\n")), "Malformed", held=0)
    no("no_checkpoint", "the checkpoint is required", "old 13\n", "NoCheckpoint")
    no("not_a_note", "the checkpoint is a note", request(13, good, TEXT), "Structure")
    for name, old in {"leading_zero": "013", "plus": "+13", "empty": "", "hex": "0xd", "2_63": str(2**63)}.items():
        no(f"old_{name}", "the old size is an ASCII decimal without leading zeroes", request(old, good, NOTE), "OldSize")
    no("no_old", "the first line names the old size", request(13, good, NOTE).split("\n", 1)[1], "OldSize")
    no("hash_short", "a hash has 32 bytes", request(13, [good[0][:31]], NOTE), "Hash")
    no("hash_64", "there are at most 63 hashes", request(13, good[:1] * 64, NOTE), "Hash")
    no("carriage_returns", "lines end in a newline alone", request(13, good, NOTE).replace("\n", "\r\n"), "NoCheckpoint")


if __name__ == "__main__":
    for old in HERE.glob("*.json"):
        old.unlink()
    cosignatures(), lists(), quorums(), replacements(), requests()
    print(len(t.written), "vectors")
