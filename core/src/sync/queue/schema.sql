-- The upload queue, schema 1 (spec/sync.md §9). It lies beside the vault and is readable while the vault is locked:
-- names, digests and lengths of ciphertext, and a token that is good for uploading only. All of it can be thrown
-- away: the next synchronisation with the vault open fills it again.

-- Whose turn it is: at most one core works on a queue. `epoch` fences whoever was replaced.
CREATE TABLE lease (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    owner         TEXT NOT NULL,
    boot_id       TEXT NOT NULL,
    until_mono_ms INTEGER NOT NULL,
    epoch         INTEGER NOT NULL
) STRICT;

-- One row for each piece that the bureau lacks.
CREATE TABLE task (
    key           TEXT PRIMARY KEY,
    device        TEXT NOT NULL,
    item          TEXT NOT NULL,
    piece         INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    len_bytes     INTEGER NOT NULL,
    state         TEXT NOT NULL,
    handed_ms     INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL,
    tried_in      INTEGER NOT NULL,
    upload_url    TEXT,
    last_error    TEXT
) STRICT;
CREATE INDEX task_item ON task (item, piece);

-- What the queue must know besides, as JSON: accounts, the anchor, the circuit, the number of the session.
CREATE TABLE note (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

PRAGMA user_version = 1;
