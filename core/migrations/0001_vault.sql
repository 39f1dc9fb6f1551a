-- The vault, schema 1 (spec/vault.md). Every row ends with a column sealed by AES-256-GCM whose associated data
-- names the table and all other columns of the row: what stands in clear here is what queries need, and none of it
-- can be changed, moved or swapped unnoticed.

-- One row: where this phone's chain stands. `sent_to` is the mark of the outbox: every record after it waits.
CREATE TABLE chain (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    next_seq INTEGER NOT NULL,
    sent_to  INTEGER NOT NULL,
    sealed   BLOB NOT NULL
) STRICT;

-- The ledger. `sealed` holds the exact record bytes and the detached signature.
CREATE TABLE record (
    seq     INTEGER PRIMARY KEY,
    session BLOB,
    kind    TEXT NOT NULL,
    sealed  BLOB NOT NULL
) STRICT;
CREATE INDEX record_session ON record (session, seq) WHERE session IS NOT NULL;
CREATE INDEX record_kind ON record (kind, seq);

-- Captured items: projections of capture_opened and capture_sealed, and how far each has come.
CREATE TABLE item (
    id            INTEGER PRIMARY KEY,
    item          BLOB NOT NULL UNIQUE,
    session       BLOB,
    media         TEXT NOT NULL,
    state         TEXT NOT NULL,
    opened_seq    INTEGER NOT NULL,
    sealed_seq    INTEGER,
    len_bytes     INTEGER NOT NULL,
    pt_len_bytes  INTEGER NOT NULL,
    freed         INTEGER NOT NULL,
    receipt_index INTEGER,
    sealed        BLOB NOT NULL
) STRICT;
CREATE INDEX item_session ON item (session, id);
CREATE INDEX item_state ON item (state, id);

-- The pieces of sealed items, and the upload of each.
CREATE TABLE piece (
    item_id       INTEGER NOT NULL REFERENCES item (id),
    piece_index   INTEGER NOT NULL,
    state         TEXT NOT NULL,
    not_before_ms INTEGER NOT NULL,
    sealed        BLOB NOT NULL,
    PRIMARY KEY (item_id, piece_index)
) STRICT;

-- What the bureau proved: that a record is in its log, and that an item is stored completely.
CREATE TABLE record_receipt (
    seq    INTEGER PRIMARY KEY REFERENCES record (seq),
    sealed BLOB NOT NULL
) STRICT;
CREATE TABLE item_receipt (
    item_id INTEGER PRIMARY KEY REFERENCES item (id),
    sealed  BLOB NOT NULL
) STRICT;

-- What the phone must remember besides: enrolment, anchor, who is signed in.
CREATE TABLE setting (
    key    TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
