//! Everything a server may do that the bureau would not do.

use serde_json::{Value, json};

/// One way of lying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// None: an honest bureau.
    None,
    /// Another server altogether: its own key, its own log, everything properly signed.
    Impostor,
    /// It has everything that the bureau ever showed, and not its key: the challenge is left unanswered.
    ChallengeUnanswered,
    /// It shows an answer that the bureau once gave to somebody else's challenge.
    ChallengeReplayed,
    /// It answers the challenge with a key of the same name.
    ChallengeForged,
    /// The checkpoint shown at the meeting is signed by a key of the same name.
    MeetingCheckpointForged,
    /// The checkpoint is one of another log, signed by the right key.
    OtherOrigin,
    /// An older state, freshly signed, is shown at the meeting.
    RolledBackAtMeeting,
    /// An old checkpoint is replayed word for word with the proofs.
    OldCheckpointReplayed,
    /// It admits that its log is smaller than what the phone holds.
    AheadAdmitted,
    /// Another tree of the same size.
    ForkOfSameSize,
    /// The same under the signatures of so many others that it is long.
    ForkPadded,
    /// A longer log with another past.
    ForkGrown,
    /// A longer log without a proof that it continues the old one.
    ConsistencyLeftOut,
    /// The consistency proof ends with another hash.
    ConsistencyForged,
    /// The checkpoint under the proofs is signed by another key of the same name.
    ProofCheckpointForged,
    /// Records are answered with success and not stored.
    RecordsSwallowed,
    /// The answer to records names another head.
    OtherHeadTaken,
    /// The head is another than ours.
    OtherHead,
    /// The head is beyond ours.
    HeadBeyond,
    /// The bureau claims to want a record whose number is as small as numbers can be.
    HeadAbsurd,
    /// The head is another than ours, and a record in our name is shown that our key did not sign.
    HistoryForged,
    /// Records that were proved are gone.
    RecordsLost,
    /// One record's proof is left out.
    RecordProofLeftOut,
    /// A hash in a record's proof is changed.
    RecordProofForged,
    /// A record is claimed at its neighbour's place.
    RecordIndexWrong,
    /// Pieces are answered with success, thrown away, and no longer missed.
    PiecesSwallowed,
    /// Pieces are answered with success, thrown away, and missed again.
    PiecesForgotten,
    /// The statement names another digest; it is in the log.
    StatementDigest,
    /// The statement names another length; it is in the log.
    StatementLength,
    /// The statement names another record; it is in the log.
    StatementRecord,
    /// The statement names another record number; it is in the log.
    StatementSeq,
    /// The statement names another device; it is in the log.
    StatementDevice,
    /// The statement is about another item; it is in the log.
    StatementItem,
    /// The statement is not of the agreed form; it is in the log.
    StatementForm,
    /// The statement is right and not in the log.
    StatementNotLogged,
    /// A hash in an item's proof is changed.
    ItemProofForged,
    /// A stored item is missed again.
    StoredItemMissed,
    /// A stored item is said to have been refused.
    StoredItemRefused,
    /// The recipient list is signed by another key.
    RecipientsForged,
    /// Another recipient list of the same number, rightly signed.
    RecipientsContradict,
    /// The roster is not signed by the bureau's key.
    RosterForged,
    /// Proofs are asked for, a redirect comes.
    Redirect,
    /// Proofs are asked for, an answer without end comes.
    HugeAnswer,
    /// Proofs are asked for, half a JSON text comes.
    GarbageJson,
    /// A page of a hotel's Wi-Fi comes in answer to everything.
    CaptivePortal,
    /// The network redirects everything to its login page.
    PortalRedirects,
    /// The network says itself that it wants a login (RFC 6585).
    PortalSays,
    /// JSON of another shape comes.
    OtherJson,
    /// Not a lie: the witness is out of reach, and the checkpoint has no cosignature.
    WitnessAway,
    /// A line in the name of the witness that the witness did not sign.
    CosignatureForged,
    /// The witness is away, and the list is replaced by one that demands somebody else.
    OtherWitness,
    /// The witness is away, and the list is left out.
    NoWitness,
    /// A checkpoint of a size that no log has, rightly signed.
    AbsurdSize,
    /// A time that no record could hold.
    AbsurdTime,
    /// A time decades ahead.
    TimeDecadesAhead,
    /// A token that would break out of its header.
    TokenWithLineBreak,
    /// A token for uploading that would break out of its header.
    UploadTokenWithLineBreak,
    /// The login is refused.
    LoginRefused,
    /// Not a lie: a server may keep the first half of a body only, and says so.
    HalfTaken,
    /// The upload is said to be at another host.
    UploadElsewhere,
    /// Proofs are asked for, nothing comes.
    Stall,
    /// Everything is answered with 500.
    ServerError,
    /// Everything is answered with 503 and a request for patience.
    Busy,
}

impl Lie {
    /// Changes an honest answer to `method path` into what this lie says. Lies that need keys or logs are made where
    /// those are.
    pub(super) fn twist(self, path: &str, answer: &mut Value) {
        let first_record = || "/records/0/hashes/0";
        match (self, path) {
            (Self::OtherHeadTaken, "/v1/records")
            | (Self::OtherHead | Self::HistoryForged, "/v1/records/head") => {
                answer["head"] = json!("ab".repeat(32));
            }
            (Self::HeadBeyond, "/v1/records/head") => {
                answer["next_seq"] = json!(answer["next_seq"].as_i64().unwrap_or(0) + 1000);
            }
            (Self::HeadAbsurd, "/v1/records/head") => answer["next_seq"] = json!(i64::MIN),
            (Self::RecordsLost, "/v1/records/head") => *answer = json!({"next_seq": 1, "head": null}),
            (Self::ConsistencyLeftOut, "/v1/receipts") => answer["consistency"] = json!([]),
            (Self::ConsistencyForged, "/v1/receipts") => {
                if let Some(last) = answer["consistency"].as_array_mut().and_then(|all| all.last_mut()) {
                    forge(last);
                }
            }
            (Self::RecordProofLeftOut, "/v1/receipts") => {
                if let Some(records) = answer["records"].as_array_mut() {
                    records.pop();
                }
            }
            (Self::RecordProofForged, "/v1/receipts") => {
                if let Some(hash) = answer.pointer_mut(first_record()) {
                    forge(hash);
                }
            }
            (Self::RecordIndexWrong, "/v1/receipts") => {
                if let Some(index) = answer.pointer_mut("/records/0/index") {
                    *index = json!(index.as_u64().unwrap_or(0) + 1);
                }
            }
            (Self::ItemProofForged, "/v1/receipts") => {
                if let Some(hash) = answer.pointer_mut("/items/0/hashes/0") {
                    forge(hash);
                }
            }
            (Self::UploadTokenWithLineBreak, "/v1/upload-token") => {
                answer["token"] = json!("ok\r\nx-evil: 1");
            }
            (Self::TokenWithLineBreak, "/v1/token") => answer["token"] = json!("ok\r\nx-evil: 1"),
            (Self::OtherJson, "/v1/receipts") => *answer = json!({"checkpoint": 7}),
            _ => {}
        }
    }

    /// Whether the statement about an item is changed before it is logged, and how.
    pub(super) fn twist_statement(self, statement: &mut Value) {
        let other = json!("cd".repeat(32));
        match self {
            Self::StatementDigest => statement["ct_sha256"] = other,
            Self::StatementRecord => statement["record_sha256"] = other,
            Self::StatementDevice => statement["device"] = json!("cd".repeat(16)),
            Self::StatementItem => statement["item"] = json!("cd".repeat(16)),
            Self::StatementForm => statement["v"] = json!(2),
            Self::StatementLength | Self::StatementSeq => {
                let name = if self == Self::StatementSeq { "seq" } else { "len_bytes" };
                statement[name] = json!(statement[name].as_i64().unwrap_or(0) + 1);
            }
            _ => {}
        }
    }
}

/// Another hash of the same form.
fn forge(hash: &mut Value) {
    let text = hash.as_str().unwrap_or("A");
    let first = if text.starts_with('A') { 'B' } else { 'A' };
    *hash = json!(format!("{first}{}", &text[1..]));
}
