-- Projections: the files that imports brought (`own`: no other device has the item), and those that recorders listed and their
-- cards did not have. The program fills in what was told before.
CREATE TABLE footage (
    item BLOB NOT NULL,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    recorder_no TEXT NOT NULL,
    name TEXT NOT NULL,
    len_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    listed TEXT NOT NULL CHECK (listed IN ('matched', 'altered', 'unknown')),
    unassigned INTEGER NOT NULL,
    own INTEGER NOT NULL,
    PRIMARY KEY (item, device)
) STRICT;
CREATE INDEX footage_by_standing ON footage (recorder_no, listed, own);
CREATE INDEX footage_by_digest ON footage (recorder_no, sha256);
CREATE INDEX footage_by_name ON footage (recorder_no, name, len_bytes);
CREATE INDEX footage_unassigned ON footage (device, seq) WHERE unassigned AND own;
-- A file that is missed again is one row, with the last record of each device that says so; without a digest it is empty.
CREATE TABLE footage_missing (
    recorder_no TEXT NOT NULL,
    name TEXT NOT NULL,
    len_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (recorder_no, name, len_bytes, sha256, started_ms, ended_ms, device)
) STRICT, WITHOUT ROWID;
-- Records of a kind are read in the order in which they came.
DROP INDEX record_by_kind;
