-- What is kept for good: who is enrolled, what was recorded, what is stored, what was proved.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE enrol_code (
    secret_sha256 BLOB PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER,
    device BLOB
) STRICT;

CREATE TABLE device (
    device BLOB PRIMARY KEY,
    spki BLOB NOT NULL,
    device_no TEXT NOT NULL,
    app TEXT NOT NULL,
    enrolled_ms INTEGER NOT NULL,
    predecessor BLOB,
    successor BLOB,
    next_seq INTEGER NOT NULL DEFAULT 1,
    head BLOB NOT NULL
) STRICT;

CREATE TABLE challenge (challenge_sha256 BLOB PRIMARY KEY, device BLOB NOT NULL, expires_ms INTEGER NOT NULL) STRICT;
CREATE INDEX challenge_by_device ON challenge (device, expires_ms);
CREATE TABLE token (token_sha256 BLOB PRIMARY KEY, device BLOB NOT NULL, expires_ms INTEGER NOT NULL) STRICT;

CREATE TABLE record (
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    kind TEXT NOT NULL,
    session BLOB,
    bytes BLOB NOT NULL,
    sig BLOB,
    received_ms INTEGER NOT NULL,
    leaf INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (device, seq)
) STRICT;
CREATE INDEX record_by_session ON record (session, device, seq) WHERE session IS NOT NULL;

-- Refused records: kept, because a fork is evidence too.
CREATE TABLE incident (
    incident INTEGER PRIMARY KEY,
    device BLOB NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    ours BLOB,
    theirs BLOB NOT NULL,
    reason TEXT NOT NULL,
    bytes BLOB NOT NULL,
    sig BLOB,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (device, kind, seq, theirs)
) STRICT;

CREATE TABLE item (
    item BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    session BLOB NOT NULL,
    opened_seq INTEGER NOT NULL,
    sealed_seq INTEGER,
    ct_sha256 BLOB,
    len_bytes INTEGER,
    stage TEXT NOT NULL CHECK (stage IN ('captured', 'sealed', 'stored', 'refused')),
    stored_ms INTEGER,
    leaf INTEGER UNIQUE,
    statement BLOB
) STRICT;
CREATE INDEX item_by_device ON item (device, stage);

CREATE TABLE piece (
    item BLOB NOT NULL,
    idx INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    len_bytes INTEGER NOT NULL,
    stored_ms INTEGER,
    PRIMARY KEY (item, idx)
) STRICT, WITHOUT ROWID;

-- One upload a piece. `epoch` fences: whoever raised it last may move `offset_bytes`.
CREATE TABLE upload (
    upload BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    item BLOB NOT NULL,
    idx INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    len_bytes INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    offset_bytes INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    expires_ms INTEGER NOT NULL,
    UNIQUE (item, idx)
) STRICT;
CREATE INDEX upload_by_device ON upload (device);

-- The log: hashes of perfect subtrees (RFC 6962), each written once.
CREATE TABLE log_hash (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE log_size (only INTEGER PRIMARY KEY CHECK (only = 1), size INTEGER NOT NULL) STRICT;
INSERT INTO log_size VALUES (1, 0);
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL, signed_ms INTEGER NOT NULL) STRICT;

-- Projections: rebuilt from the records by `rebuild_index`.
CREATE TABLE session_index (
    session BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    opened_seq INTEGER NOT NULL,
    activity TEXT NOT NULL,
    device_no TEXT NOT NULL,
    party TEXT NOT NULL,
    cause_code TEXT NOT NULL,
    cause_name TEXT NOT NULL,
    place TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER,
    outcome TEXT NOT NULL DEFAULT 'none' CHECK (outcome IN ('none', 'confirmed', 'refused')),
    triggers TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE session_officer (
    session BLOB NOT NULL,
    position INTEGER NOT NULL,
    officer TEXT NOT NULL,
    name TEXT NOT NULL,
    cert_no TEXT NOT NULL,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE item_index (
    item BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    session BLOB NOT NULL,
    media TEXT NOT NULL,
    device_no TEXT NOT NULL,
    officer TEXT NOT NULL,
    used_from_ms INTEGER NOT NULL,
    used_to_ms INTEGER NOT NULL,
    day TEXT NOT NULL,
    label TEXT NOT NULL,
    derived_from BLOB,
    review TEXT NOT NULL DEFAULT 'none' CHECK (review IN ('none', 'reviewed', 'waived', 'refused')),
    state TEXT NOT NULL CHECK (state IN ('captured', 'sealed', 'stored', 'refused')),
    stored_ms INTEGER
) STRICT;
CREATE INDEX item_index_by_day ON item_index (day, officer);
CREATE INDEX item_index_by_time ON item_index (used_from_ms);
CREATE INDEX item_index_by_session ON item_index (session);
CREATE TABLE record_item (
    item BLOB NOT NULL,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (item, device, seq)
) STRICT, WITHOUT ROWID;

-- The console.
CREATE TABLE account (
    account INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('custodian', 'section_head', 'general_section')),
    password TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE web_session (
    token_sha256 BLOB PRIMARY KEY,
    account INTEGER NOT NULL,
    csrf TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE sign_in_failure (name TEXT NOT NULL, source TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX sign_in_failure_by_time ON sign_in_failure (at_ms);
CREATE TABLE audit (
    entry INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_target ON audit (target, at_ms);
