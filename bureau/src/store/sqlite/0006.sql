-- Footage of recorders may belong to no session: `item.session` and `item_index.session` may be absent.
CREATE TABLE item_with_or_without_session (
    item BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    session BLOB,
    opened_seq INTEGER NOT NULL,
    sealed_seq INTEGER,
    ct_sha256 BLOB,
    len_bytes INTEGER,
    stage TEXT NOT NULL CHECK (stage IN ('captured', 'sealed', 'stored', 'refused')),
    stored_ms INTEGER,
    leaf INTEGER UNIQUE,
    statement BLOB
) STRICT;
INSERT INTO item_with_or_without_session
    SELECT item, device, session, opened_seq, sealed_seq, ct_sha256, len_bytes, stage, stored_ms, leaf, statement FROM item;
DROP TABLE item;
ALTER TABLE item_with_or_without_session RENAME TO item;
CREATE INDEX item_by_device ON item (device, stage);

CREATE TABLE item_index_with_or_without_session (
    item BLOB PRIMARY KEY,
    device BLOB NOT NULL,
    session BLOB,
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
INSERT INTO item_index_with_or_without_session
    SELECT item, device, session, media, device_no, officer, used_from_ms, used_to_ms, day, label, derived_from,
        review, state, stored_ms FROM item_index;
DROP TABLE item_index;
ALTER TABLE item_index_with_or_without_session RENAME TO item_index;
CREATE INDEX item_index_by_day ON item_index (day, officer);
CREATE INDEX item_index_by_time ON item_index (used_from_ms);
CREATE INDEX item_index_by_session ON item_index (session);

-- Projection: the recorders that were used in a session, whether or not their footage came.
CREATE TABLE session_recorder (
    session BLOB NOT NULL,
    recorder_no TEXT NOT NULL,
    PRIMARY KEY (session, recorder_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_by_kind ON record (kind, received_ms);
