#!/usr/bin/env python3
"""Writes tests/vectors/{canonical,record,chain,time,place,sign,kind}: one file per rule, accepting and refusing.

An independent writer of the format in spec/record.md: Python's standard library, and openssl for signatures. It
shares no code with the crate that reads these files. Run it again only to change the vectors; signatures are
random and differ each time.

Every file: {"rule", "source", "expect": "accept" | "refuse", "reason"?, …} and by folder:
  canonical  "input"     text that is, or is not, RFC 8785 JSON of integers
  record     "record"    text that is, or is not, a record by itself; "repeat": [text, times] stands for every "@@" in it
  kind       "record"    as above; accepted ones also "kind", "signed", "session" (required | forbidden | either)
  chain      "records"   texts in order; refused ones also "refused_at" (0-based) and "broken" (device | seq | prev)
  time       "claim"     text of a time claim; accepted ones also "grade", and "receipt_ms" with "bracket"
  place      "claim"     text of a place claim
  sign       "pem", "message", "signature" (base64); accepted ones also "device"
"""

import base64
import copy
import hashlib
import json
import os
import re
import subprocess
import tempfile

import recorder

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SPEC = "spec/record.md"
ZERO = "0" * 64
MAX = (1 << 53) - 1


def in_order(value):
    if isinstance(value, dict):
        return {k: in_order(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [in_order(v) for v in value]
    return value


def canonical(value):
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":"))


def sha256(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def put(folder, rule, section, expect, reason=None, **what):
    vector = {"rule": rule, "source": f"{SPEC} §{section}", "expect": expect}
    if reason:
        vector["reason"] = reason
    vector.update(what)
    name = re.sub(r"[^a-z0-9]+", "-", rule.lower()).strip("-")
    path = os.path.join(VECTORS, folder, f"{name}.{expect}.json")
    assert not os.path.exists(path), path
    with open(path, "w", encoding="utf-8") as file:
        json.dump(vector, file, ensure_ascii=False, indent=1)
        file.write("\n")


def accept(folder, rule, section, **what):
    put(folder, rule, section, "accept", **what)


def refuse(folder, rule, section, reason, **what):
    put(folder, rule, section, "refuse", reason, **what)


# --- values

DEVICE = "58bd8e3a09ef5cfab25a90833e28159f"
SESSION, ITEM, ITEM2, DOCUMENT = "a1" * 16, "b1" * 16, "b2" * 16, "d1" * 16
DIGEST = sha256("x")
PIECE = 32 << 20


def time_claim(**change):
    anchor = {"bureau_ms": 1795000000000, "mono_ms": 1000, "boot_id": "boot-1", "checkpoint_size": 7}
    claim = {
        "wall_ms": 1795000009000,
        "zone_minutes": 480,
        "mono_ms": 10000,
        "boot_id": "boot-1",
        "anchor": anchor,
        "anchor_age_ms": 9000,
        "grade": "T2",
    }
    claim.update(change)
    return {k: v for k, v in claim.items() if v is not None}


POSITION = {"lat_e7": 282280000, "lon_e7": 1129380000, "accuracy_cm": 800, "fixed_at_ms": 1795000008000}


def place(**change):
    return {"state": "fixed", **POSITION, **change}


def record(kind, body, session=SESSION, **change):
    value = {
        "v": 1,
        "device": DEVICE,
        "seq": 2,
        "prev": DIGEST,
        "session": session,
        "officer": "o-1",
        "kind": kind,
        "body": body,
        "time": time_claim(),
        "place": place(),
    }
    value.update(change)
    return {k: v for k, v in value.items() if v is not None}


def pages(*texts):
    return [{"n": n, "text": text} for n, text in enumerate(texts, 1)]


def pages_sha256(some):
    return sha256("\f".join(page["text"] for page in some))


def document(**change):
    some = change.pop("pages", pages("第一页：<后厨>\n地面有积水", "第二页"))
    body = {
        "document": DOCUMENT,
        "template": "on_site_inspection_record",
        "template_version": 1,
        "title": "现场检查笔录",
        "legal_basis": "《行政处罚法》第五十五条",
        "revision": 1,
        "fields": {"place": "后厨", "人": "张三"},
        "corrections": [],
        "media": [ITEM],
        "pages": some,
        "document_sha256": pages_sha256(some),
    }
    body.update(change)
    return body


def sealed(**change):
    body = {
        "item": ITEM,
        "suite": "age-v1",
        "len_bytes": 216 + 12,
        "pt_len_bytes": 12,
        "ct_sha256": DIGEST,
        "payload_sha256": DIGEST,
        "pt_sha256": DIGEST,
        "pieces": [{"sha256": DIGEST, "len_bytes": 216 + 12}],
        "started_mono_ms": 1,
        "ended_mono_ms": 2,
        "cause": "finished",
        "description": {"readability": {"state": "not_examined"}, "format": "unknown"},
    }
    body.update(change)
    return body


def manifest():
    return {
        "items": [{"item": ITEM, "media": "photo", "ct_sha256": DIGEST, "pt_sha256": DIGEST, "seq": 5}],
        "documents": [
            {"document": DOCUMENT, "title": "现场检查笔录", "revision": 1, "document_sha256": DIGEST, "seq": 6}
        ],
    }


def signature(role="party", strokes=None, **change):
    block = {
        "role": role,
        "name": "王某",
        "width": 8000,
        "height": 3000,
        "strokes": strokes or [[[100, 100, 0, 500], [4000, 2000, 120, 1000]], [[0, 3000, 300, 0]]],
        "signed_at_ms": 1795000050000,
    }
    block.update(change)
    return block


def confirmed(**change):
    body = {
        "manifest_sha256": DIGEST,
        "document": DOCUMENT,
        "document_sha256": DIGEST,
        "items": [{"state": "reviewed", "item": ITEM}, {"state": "waived", "item": ITEM2, "reason": "时间太长"}],
        "pages": [{"document": DOCUMENT, "page": 1, "shown_ms": 4200}],
        "objection": "",
        "signatures": [signature(), signature("officer")],
    }
    body.update(change)
    return body


def closed_cut(**change):
    whole = {"items": 3, "items_sha256": DIGEST, "unreviewed": 2, "unreviewed_sha256": DIGEST, **change}
    return {"items": [ITEM], "unreviewed": [ITEM], "checklist": [], "whole": whole}


def refused(**change):
    body = {
        "manifest_sha256": DIGEST,
        "state": "refused",
        "reason": "not_stated",
        "note": "当事人拒绝签字",
        "witness": {"name": "李四", "unit": "某某社区", "phone": "000", "signature": signature("witness")},
        "officers": [signature("officer")],
    }
    body.update(change)
    return {k: v for k, v in body.items() if v is not None}


def officer(officer_id="o-1", role="lead"):
    return {"officer": officer_id, "name": "张三", "cert_no": "湘A-001", "unit": "执法一科", "role": role}


def opened(**change):
    body = {
        "activity": "inquiry",
        "officers": [officer(), officer("o-2", "assisting")],
        "device_no": "ZF-0001",
        "party": {"name": "某某餐饮店", "kind": "unit", "uscc": "91430100MA00000000", "representative": "王某"},
        "cause": {"code": "001", "name": "未按规定公示"},
        "place_text": "某某路 1 号",
        "rules": "2026-1",
        "check_seq": 2,
    }
    body.update(change)
    return body


def gap(**change):
    body = {
        "from_ms": 1795000000000,
        "to_ms": 1795000090000,
        "reason": "battery_low",
        "explanation": "更换电池",
        "items": [ITEM],
        "documents": [],
        "reporter": "o-1",
    }
    body.update(change)
    return body


STATE = {"battery_percent": 80, "free_bytes": 1 << 34, "clock_offset_ms": 12}

# kind: (body, must be signed, session)
KINDS = {
    "device_enrolled": (
        {
            "device_no": "ZF-0001",
            "bureau": "bureau.example/log",
            "bureau_vkey": "bureau.example/log+99a9d306+AWneboQKOSryELBAeouh1hus2PN5ajAc0BaM+c/rfu8a",
            "app": "liuhen/0.1.0",
            "key_store": "software",
            "succeeds": "00" * 16,
        },
        True,
        "forbidden",
    ),
    "store_quarantined": ({"folder": "quarantine-1", "reason": "database disk image is malformed"}, False, "forbidden"),
    "pre_use_check": (
        {
            "phone": STATE,
            "recorder": {"recorder_no": "JL-01", **STATE},
            "planned_minutes": 60,
            "failed": ["phone_clock"],
            "overridden": [{"what": "recorder_battery", "reason": "只有这一台"}],
        },
        False,
        "forbidden",
    ),
    "recorder_paired": (
        {
            "recorder_no": "JL-01",
            "serial": "S1",
            "model": "M1",
            "firmware": "1.0",
            "configured_officer_no": "123456",
            "bound_officer": "o-1",
            "battery_percent": 90,
            "free_bytes": 1 << 33,
            "clock_offset_ms": -1500,
            "clock_uncertainty_ms": 40,
            "clock_offset_after_ms": 3,
        },
        False,
        "either",
    ),
    "recorder_event": (
        {"recorder_no": "JL-01", "event": "link_lost", "recorder_ms": 1795000000000, "file": "A1.MP4"},
        False,
        "either",
    ),
    "recorder_listed": (
        {
            "recorder_no": "JL-01",
            "list_sha256": DIGEST,
            "files": [
                {"name": "A1.MP4", "len_bytes": 9, "sha256": DIGEST, "started_ms": 1795000000000, "ended_ms": 1795000001000}
            ],
        },
        False,
        "either",
    ),
    "session_opened": (opened(), False, "required"),
    "certificate_shown": (
        {"cert_nos": ["湘A-001", "湘A-002"], "confirmed_by_party": True, "item": ITEM},
        False,
        "required",
    ),
    "notice_given": (
        {"document": DOCUMENT, "document_sha256": DIGEST, "channel": "on_screen", "response": "acknowledged"},
        False,
        "required",
    ),
    "capture_opened": (
        {
            "item": ITEM,
            "media": "thumbnail",
            "source": "phone",
            "source_no": "ZF-0001",
            "media_type": "image/jpeg",
            "original_name": "\\u{202e}gpj.exe",
            "derived_from": ITEM2,
            "label": "后厨",
            "suite": "age-v1",
            "header_epoch": 1,
        },
        False,
        "required",
    ),
    "capture_recovered": (
        {"item": ITEM, "acked_bytes": 65536, "kept_bytes": 70000, "rule": "from_journal"},
        False,
        "either",
    ),
    "capture_sealed": (sealed(), True, "either"),
    "document_filled": (document(), False, "required"),
    "gap_recorded": (gap(), False, "required"),
    "trigger_marked": ({"trigger": "T4", "note": "其他重要情况"}, False, "required"),
    "fault_reported": (
        {"device_no": "JL-01", "symptom": "无法开机", "last_good_item": ITEM, "data_on_device": True,
         "checkpoints": ["held\n", "offered\n"]},
        False,
        "either",
    ),
    "review_opened": ({"manifest": manifest(), "manifest_sha256": sha256(canonical(manifest()))}, False, "required"),
    "review_confirmed": (confirmed(), True, "required"),
    "signature_refused": (refused(), True, "required"),
    "item_viewed": ({"item": ITEM, "purpose": "当场核对"}, False, "required"),
    "session_closed": (
        {
            "items": [ITEM],
            "unreviewed": [ITEM],
            "checklist": [{"what": "certificate_shown", "met": False, "explanation": "当事人不在场"}],
        },
        True,
        "required",
    ),
    "day_ended": ({"day": "2026-11-18", "items": [{"item": ITEM, "state": "handed_over"}]}, True, "forbidden"),
    "receipt_verified": (
        {"checkpoint_size": 9, "checkpoint_root": DIGEST, "records_to_seq": 8, "items": [ITEM]},
        False,
        "forbidden",
    ),
    "media_freed": ({"item": ITEM, "ct_sha256": DIGEST, "receipt_index": 8}, False, "forbidden"),
}


def make_canonical():
    for rule, text in {
        "Members stand in the order of their UTF-16 code units": '{"":0,"10":1,"9":2,"A":3,"a":4,"\U00010000":5,"\ue000":6}',
        "Text stands for itself, only quote, backslash and control characters are escaped": canonical(
            ["人/<&\u007f\u2028", '"\\\b\f\n\r\t\u0001\u001f']
        ),
        "The largest integers": f"[{MAX},{-MAX},0]",
        "Literals": "[true,false,null]",
        "32 levels": "[" * 32 + "]" * 32,
    }.items():
        accept("canonical", rule, "1", input=text)
    for rule, text, reason in [
        ("No white space", '{"a": 1}', "a space after the colon"),
        ("No final line feed", '{"a":1}\n', "a byte after the value"),
        ("Members in order", '{"b":1,"a":2}', "b before a"),
        ("UTF-16 order is not UTF-8 order", '{"\ue000":1,"\U00010000":2}', "U+E000 before U+10000"),
        ("A name once", '{"a":1,"a":1}', "a repeated"),
        ("No other escapes", '["\\u4eba"]', "an escaped character that stands for itself"),
        ("Slash is not escaped", '["\\/"]', "an escaped slash"),
        ("Escapes in lower case", '["\\u001F"]', "upper-case hexadecimal"),
        ("Short escapes", '["\\u000a"]', "\\u000a is written \\n"),
        ("No fractions", "[1.5]", "not an integer"),
        ("No fraction of zero", "[1.0]", "an integer is written without a point"),
        ("No exponents", "[1e3]", "an exponent"),
        ("No negative zero", "[-0]", "negative zero"),
        ("No leading zero", "[01]", "a leading zero"),
        ("No integer beyond 2^53", f"[{MAX + 1}]", "2^53"),
        ("No integer below minus 2^53", f"[{-MAX - 1}]", "-2^53"),
        ("No huge integer", "[123456789012345678901234567890]", "not exactly representable"),
        ("Not deeper than 32", "[" * 33 + "]" * 33, "33 levels"),
        ("No lone surrogate", '["\\ud800"]', "half a character"),
        ("No byte order mark", '\ufeff{"a":1}', "a byte order mark"),
        ("Not empty", "", "no value"),
        ("One value", '{"a":1}{"a":1}', "two values"),
    ]:
        refuse("canonical", rule, "1", reason, input=text)


def make_record():
    viewed = KINDS["item_viewed"][0]

    def base(**change):
        value = {**record("item_viewed", viewed), **change}
        return {k: v for k, v in value.items() if v is not None}

    accept("record", "A record", "2", record=canonical(base()))
    accept("record", "Session and officer may be absent", "2", record=canonical(
        record("pre_use_check", KINDS["pre_use_check"][0], session=None, officer=None)))
    accept("record", "The first record names zeros before it", "2", record=canonical(
        record("device_enrolled", KINDS["device_enrolled"][0], session=None, officer=None, seq=1, prev=ZERO)))
    for rule, change, reason in [
        ("Version 1", {"v": 2}, "version 2"),
        ("Numbers start at 1", {"seq": 0}, "seq 0"),
        ("Device in lower case", {"device": DEVICE.upper()}, "upper-case hexadecimal"),
        ("Device of 16 bytes", {"device": DEVICE[:-2]}, "15 bytes"),
        ("Digest of 32 bytes", {"prev": ZERO[:-1]}, "63 digits"),
        ("No unknown member", {"remark": "x"}, "a member that is not in the table"),
        ("Seq is a number", {"seq": "2"}, "text"),
        ("Kind is known", {"kind": "item_sold"}, "no such kind"),
        ("Body fits the kind", {"kind": "media_freed"}, "the body of another kind"),
        ("No unknown member in the body", {"body": {**viewed, "remark": "x"}}, "a member that is not in the table"),
        ("No member missing in the body", {"body": {"item": ITEM}}, "purpose is missing"),
        ("The time claim is consistent", {"time": time_claim(grade="T1")}, "the grade is T2 by its clocks"),
        ("The place is on the globe", {"place": place(lat_e7=900000001)}, "latitude above 90 degrees"),
    ]:
        refuse("record", rule, "2", reason, record=canonical(base(**change)))
    for name in ["v", "device", "seq", "prev", "kind", "body", "time", "place"]:
        missing = {k: v for k, v in base().items() if k != name}
        refuse("record", f"Member {name} is there", "2", f"{name} is missing", record=canonical(missing))
    refuse("record", "Absent members are not null", "2", "null",
           record=canonical(base()).replace('"officer":"o-1"', '"officer":null'))
    refuse("record", "Canonical", "1", "a space", record=canonical(base()).replace(":", ": ", 1))
    refuse("record", "At most 1 MiB", "2", "longer than 1048576 bytes", repeat=["x", 1 << 20],
           record=canonical(base(body={"item": ITEM, "purpose": "@@"})))


def make_kind():
    for kind, (body, signed, session) in KINDS.items():
        here = None if session == "forbidden" else SESSION
        accept("kind", f"Kind {kind}", "3", kind=kind, signed=signed, session=session,
               record=canonical(record(kind, body, session=here)))
    # Optional members left out.
    for kind, names in {
        "device_enrolled": ["succeeds"],
        "pre_use_check": ["recorder"],
        "recorder_paired": ["clock_offset_after_ms"],
        "recorder_event": ["recorder_ms", "file"],
        "certificate_shown": ["item"],
        "capture_opened": ["original_name", "derived_from", "label"],
        "fault_reported": ["last_good_item", "checkpoints"],
    }.items():
        body, signed, session = KINDS[kind]
        less = {k: v for k, v in body.items() if k not in names}
        here = None if session == "forbidden" else SESSION
        accept("kind", f"Kind {kind} with optional members absent", "3", kind=kind, signed=signed, session=session,
               record=canonical(record(kind, less, session=here)))
    filled = {"readability": {"state": "readable"}, "format": "jpeg", "width_px": 4032, "height_px": 3024,
              "duration_ms": 1, "sample_rate_hz": 44100, "channels": 2, "exif": {"Make": "x", "型号": "y"}}
    two = [{"sha256": DIGEST, "len_bytes": PIECE}, {"sha256": DIGEST, "len_bytes": 1}]
    long = pages("二")
    more = {
        "A description in full": ("capture_sealed", sealed(description=filled)),
        "An unreadable medium": ("capture_sealed", sealed(
            description={"readability": {"state": "unreadable", "reason": "cut short"}, "format": "jpeg"})),
        "Two pieces": ("capture_sealed", sealed(pieces=two, len_bytes=PIECE + 1, pt_len_bytes=PIECE - 9000)),
        "A correction": ("document_filled", document(
            revision=2, supersedes=DIGEST, pages=long,
            corrections=[{"field": "place", "before": "一层", "after": "二层", "by": "party"}])),
        "An absent party before a witness": ("signature_refused", refused(state="absent")),
        "A refusal without a witness": ("signature_refused", refused(witness=None)),
        "An activity that closed with lists that are cut": ("session_closed", closed_cut()),
    }
    for rule, (kind, body) in more.items():
        _, signed, session = KINDS[kind]
        accept("kind", rule, "3", kind=kind, signed=signed, session=session, record=canonical(record(kind, body)))

    some = [
        ("capture_sealed", "Suite age-v1", sealed(suite="sm4-v1"), "unknown suite"),
        ("capture_sealed", "A sealed file is longer than what it holds", sealed(pt_len_bytes=228), "not longer"),
        ("capture_sealed", "A plaintext length is not negative", sealed(pt_len_bytes=-1), "negative"),
        ("capture_sealed", "At least one piece", sealed(pieces=[]), "no piece"),
        ("capture_sealed", "Whole pieces have 32 MiB", sealed(
            pieces=[{"sha256": DIGEST, "len_bytes": 100}, {"sha256": DIGEST, "len_bytes": 128}]), "a short first piece"),
        ("capture_sealed", "No piece is longer than 32 MiB", sealed(
            len_bytes=PIECE + 1, pieces=[{"sha256": DIGEST, "len_bytes": PIECE + 1}]), "a long piece"),
        ("capture_sealed", "No empty piece", sealed(
            len_bytes=PIECE, pieces=[two[0], {"sha256": DIGEST, "len_bytes": 0}]), "an empty last piece"),
        ("capture_sealed", "Pieces add up", sealed(len_bytes=229), "228 and not 229"),
        ("fault_reported", "A contradiction is of two checkpoints", {
            "device_no": "bureau.example/log", "symptom": "x", "data_on_device": True, "checkpoints": ["held\n"]}, "one"),
        ("document_filled", "At least one page", document(pages=[]), "no page"),
        ("document_filled", "Pages are numbered from 1", document(pages=[{"n": 2, "text": "x"}]), "page 2 first"),
        ("document_filled", "No form feed in a page", document(pages=pages("a\fb")), "a form feed"),
        ("document_filled", "The digest is that of the pages", document(document_sha256=DIGEST), "another digest"),
        ("document_filled", "A first revision supersedes nothing", document(supersedes=DIGEST), "revision 1 supersedes"),
        ("document_filled", "A later revision names what it supersedes", document(
            revision=2, corrections=[{"field": "a", "before": "b", "after": "c", "by": "party"}]), "supersedes is absent"),
        ("document_filled", "A later revision marks its corrections", document(
            revision=2, supersedes=DIGEST), "no corrections"),
        ("document_filled", "Revisions start at 1", document(revision=0), "revision 0"),
        ("gap_recorded", "A gap ends after it starts", gap(to_ms=1794999999999), "ends first"),
        ("gap_recorded", "A gap is explained", gap(explanation=" "), "blank"),
        ("review_opened", "The manifest's digest", {"manifest": manifest(), "manifest_sha256": DIGEST}, "another digest"),
        ("review_confirmed", "A waived item has a reason", confirmed(
            items=[{"state": "waived", "item": ITEM, "reason": " "}]), "blank"),
        ("review_confirmed", "Somebody signs for the party", confirmed(signatures=[signature("officer")]), "only officers"),
        ("review_confirmed", "A signature has two points", confirmed(
            signatures=[signature(strokes=[[[1, 1, 0, 1]]])]), "one point"),
        ("review_confirmed", "Points are in time order", confirmed(
            signatures=[signature(strokes=[[[1, 1, 5, 1], [1, 1, 4, 1]]])]), "back in time"),
        ("review_confirmed", "Points do not start before 0", confirmed(
            signatures=[signature(strokes=[[[1, 1, -1, 1], [1, 1, 4, 1]]])]), "t = -1"),
        ("review_confirmed", "Points lie inside the area", confirmed(
            signatures=[signature(strokes=[[[1, 1, 0, 1], [8001, 1, 4, 1]]])]), "x beyond the width"),
        ("review_confirmed", "Pressure is at most 1000", confirmed(
            signatures=[signature(strokes=[[[1, 1, 0, 1], [1, 1, 4, 1001]]])]), "pressure 1001"),
        ("review_confirmed", "A point has four numbers", confirmed(
            signatures=[signature(strokes=[[[1, 1, 0], [1, 1, 4]]])]), "three numbers"),
        ("signature_refused", "A refusal is noted in words", refused(note=""), "empty"),
        ("signature_refused", "An absent party needs a witness", refused(state="absent", witness=None), "no witness"),
        ("session_closed", "Lists that are cut count what they hold", closed_cut(items=0), "0 items, and one is named"),
        ("session_closed", "Lists that are whole are not called cut", closed_cut(items=1, unreviewed=1), "nothing is left out"),
        ("signature_refused", "The officers sign a refusal", refused(officers=[]), "nobody signs"),
        ("session_opened", "Two officers", opened(officers=[officer()]), "one officer"),
        ("session_opened", "Two different officers", opened(
            officers=[officer(), officer(role="assisting")]), "the same twice"),
        ("session_opened", "One officer leads", opened(officers=[officer(), officer("o-2")]), "two lead"),
        ("session_opened", "An officer leads", opened(
            officers=[officer(role="assisting"), officer("o-2", "assisting")]), "nobody leads"),
        ("session_opened", "The device number is filled", opened(device_no=""), "empty"),
        ("session_opened", "The party is filled", opened(party={"name": "", "kind": "person"}), "empty"),
        ("session_opened", "The cause is filled", opened(cause={"code": "001", "name": ""}), "empty"),
        ("session_opened", "The cause code is filled", opened(cause={"code": "", "name": "日常巡查"}), "empty"),
        ("trigger_marked", "Four triggers", {"trigger": "T5", "note": ""}, "T5"),
        ("day_ended", "Item states are five", {"day": "2026-11-18", "items": [{"item": ITEM, "state": "lost"}]}, "lost"),
    ]
    many = canonical(record("review_confirmed", confirmed(signatures=[signature(strokes=[["@@"]])])))
    refuse("kind", "A signature has at most 20000 points", "3", "20001 points", repeat=["[1,1,0,1],", 20000],
           record=many.replace('["@@"]', "[@@[1,1,0,1]]"))
    accept("kind", "A signature of 20000 points", "3", kind="review_confirmed", signed=True, session="required",
           repeat=["[1,1,0,1],", 19999], record=many.replace('["@@"]', "[@@[1,1,0,1]]"))
    for kind, rule, body, reason in some:
        here = None if KINDS[kind][2] == "forbidden" else SESSION
        refuse("kind", rule, "3", reason, record=canonical(record(kind, body, session=here)))


def make_recorder():
    recorder.make_recorder_kinds(put, record, canonical, KINDS, DIGEST, SESSION)


def make_chain():
    def chain(count=4):
        links = []
        for n in range(1, count + 1):
            prev = sha256(canonical(links[-1])) if links else ZERO
            kind = "device_enrolled" if n == 1 else "store_quarantined"
            links.append(record(kind, KINDS[kind][0], session=None, seq=n, prev=prev))
        return links

    def texts(links):
        return [canonical(link) for link in links]

    accept("chain", "Each record names the one before", "4", records=texts(chain()))
    accept("chain", "A chain of one", "4", records=texts(chain(1)))
    sound = chain()

    def broken(rule, reason, links, at, what):
        refuse("chain", rule, "4", reason, records=texts(links), refused_at=at, broken=what)

    broken("No record removed", "the third is missing", sound[:2] + sound[3:], 2, "seq")
    broken("No record repeated", "the second twice", sound[:2] + sound[1:], 2, "seq")
    broken("No records reordered", "the second and third exchanged", [sound[0], sound[2], sound[1], sound[3]], 1, "seq")
    broken("Starts at 1", "starts at 2", sound[1:], 0, "seq")
    other = copy.deepcopy(sound)
    other[1]["officer"] = "o-9"
    broken("No record changed", "the second changed, the third names the old one", other, 2, "prev")
    other = copy.deepcopy(sound)
    other[0]["prev"] = DIGEST
    broken("The first names zeros", "it names something", other, 0, "prev")
    other = copy.deepcopy(sound)
    other[2]["device"] = "00" * 16
    broken("One device", "the third is of another device", other, 2, "device")


def make_time():
    far = {"bureau_ms": 1795000000000, "mono_ms": 1000, "boot_id": "boot-0", "checkpoint_size": 7}
    none = {"anchor": None, "anchor_age_ms": None}
    for rule, grade, change in [
        ("Same boot as the anchor is T2", "T2", {}),
        ("60 s apart is still T2", "T2", {"wall_ms": 1795000069000}),
        ("More than 60 s ahead is T0", "T0", {"wall_ms": 1795000069001}),
        ("More than 60 s behind is T0", "T0", {"wall_ms": 1794999948999}),
        ("Ten years ahead is T0", "T0", {"wall_ms": 1795000009000 + 315576000000}),
        ("A monotonic clock before the anchor is T0", "T0", {"mono_ms": 500, "anchor_age_ms": -500}),
        ("Never anchored is T1", "T1", none),
        ("Rebooted since the anchor is T1", "T1", {"anchor": far, "anchor_age_ms": None}),
        ("Rebooted and 60 s before the anchor is T1", "T1",
         {"anchor": far, "anchor_age_ms": None, "wall_ms": 1794999940000}),
        ("Rebooted and earlier than the anchor is T0", "T0",
         {"anchor": far, "anchor_age_ms": None, "wall_ms": 1794999939999}),
    ]:
        accept("time", rule, "5", grade=grade, claim=canonical(time_claim(**{**change, "grade": grade})))
    accept("time", "An anchor and a receipt bracket a record", "5", grade="T2", claim=canonical(time_claim()),
           receipt_ms=1795000100000, bracket=[1795000000000, 1795000100000])
    accept("time", "Without an anchor nothing bounds from below", "5", grade="T1",
           claim=canonical(time_claim(grade="T1", **none)), receipt_ms=1795000100000, bracket=None)
    accept("time", "A receipt before the anchor brackets nothing", "5", grade="T2", claim=canonical(time_claim()),
           receipt_ms=1794999999999, bracket=None)
    for rule, change, reason in [
        ("The grade follows from the clocks", {"grade": "T1"}, "T2 by its clocks"),
        ("T3 is never written", {"grade": "T3"}, "only a verifier derives it"),
        ("The age follows from the clocks", {"anchor_age_ms": 8999}, "9000 by its clocks"),
        ("The age stands where the boot is the same", {"anchor_age_ms": None}, "absent"),
        ("No age across boots", {"anchor": far, "grade": "T1"}, "clocks of two boots"),
        ("No age without an anchor", {"anchor": None, "grade": "T1"}, "an age of nothing"),
        ("No unknown grade", {"grade": "T4"}, "T4"),
        ("No unknown member", {"ntp_ms": 1}, "a member that is not in the table"),
    ]:
        refuse("time", rule, "5", reason, claim=canonical(time_claim(**change)))


def make_place():
    for rule, claim in {
        "Fixed": place(),
        "Stale": {**place(state="stale"), "age_ms": 130000},
        "Mock": place(state="mock"),
        "Denied": {"state": "denied"},
        "Absent": {"state": "absent", "reason": "no_signal"},
        "The corners of the globe": place(lat_e7=-900000000, lon_e7=1800000000, accuracy_cm=0),
    }.items():
        accept("place", rule, "6", claim=canonical(claim))
    for rule, claim, reason in [
        ("Latitude to 90 degrees", place(lat_e7=900000001), "beyond the pole"),
        ("Longitude to 180 degrees", place(lon_e7=-1800000001), "beyond the date line"),
        ("Accuracy is not negative", place(accuracy_cm=-1), "negative"),
        ("A mock is on the globe too", place(state="mock", lat_e7=-900000001), "beyond the pole"),
        ("Known states", {"state": "guessed", **POSITION}, "no such state"),
        ("A stale position has its age", place(state="stale"), "age_ms is missing"),
        ("Denied says nothing else", {"state": "denied", **POSITION}, "a position"),
        ("Absence has a reason", {"state": "absent"}, "reason is missing"),
        ("Integers", canonical(place()).replace("282280000", "28.228"), "degrees with a point"),
    ]:
        refuse("place", rule, "6", reason, claim=claim if isinstance(claim, str) else canonical(claim))


def make_sign():
    def run(*command, data=None):
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    with tempfile.TemporaryDirectory() as folder:
        def key(name, curve="prime256v1"):
            path = os.path.join(folder, name)
            run("openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", path)
            return path, run("openssl", "ec", "-in", path, "-pubout").decode()

        def sign(path, data, digest="-sha256"):
            return run("openssl", "dgst", digest, "-sign", path, data=data)

        mine, pem = key("mine")
        other, other_pem = key("other")
        _, wrong_curve = key("curve", "secp384r1")
        compressed = run("openssl", "ec", "-in", mine, "-pubout", "-conv_form", "compressed").decode()
        message = canonical(record("media_freed", KINDS["media_freed"][0], session=None))
        good = sign(mine, message.encode())
        spki = base64.b64decode("".join(pem.splitlines()[1:-1]))
        device = hashlib.sha256(spki).hexdigest()[:32]

        def put_sign(rule, expect, reason=None, pem=pem, message=message, signature=good, **more):
            encoded = base64.b64encode(signature).decode()
            put("sign", rule, "7", expect, reason, pem=pem, message=message, signature=encoded, **more)

        put_sign("DER ECDSA P-256 with SHA-256 over the exact bytes", "accept", device=device)
        put_sign("The bytes are the signed ones", "refuse", "one character changed", message=message.replace("o-1", "o-2"))
        put_sign("The device signed it", "refuse", "another key", pem=other_pem)
        put_sign("Signed by the device's key", "refuse", "signed by another key", signature=sign(other, message.encode()))
        put_sign("SHA-256", "refuse", "SHA-384", signature=sign(mine, message.encode(), "-sha384"))
        put_sign("P-256", "refuse", "P-384", pem=wrong_curve)
        put_sign("Uncompressed points", "refuse", "a compressed point", pem=compressed)
        put_sign("The whole signature", "refuse", "cut short", signature=good[:-1])
        put_sign("Nothing after the signature", "refuse", "a byte more", signature=good + b"\0")
        put_sign("A signature", "refuse", "empty", signature=b"")
        changed = bytearray(good)
        changed[20] ^= 1
        put_sign("Not another signature", "refuse", "one bit changed", signature=bytes(changed))
        put_sign("A public key", "refuse", "a certificate's label", pem=pem.replace("PUBLIC KEY", "CERTIFICATE"))
        length = good[3]
        r, s = good[4 : 4 + length], good[6 + length :]
        raw = b"".join(part[-32:].rjust(32, b"\0") for part in (r, s))
        put_sign("DER and not raw", "refuse", "64 bytes r and s", signature=raw)


if __name__ == "__main__":
    for folder in ["canonical", "record", "chain", "time", "place", "sign", "kind"]:
        path = os.path.join(VECTORS, folder)
        os.makedirs(path, exist_ok=True)
        for name in os.listdir(path):
            if name.endswith(".json"):
                os.remove(os.path.join(path, name))
    for make in [make_canonical, make_record, make_kind, make_recorder, make_chain, make_time, make_place, make_sign]:
        make()
