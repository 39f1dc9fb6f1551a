-- What others said about our checkpoints: witnesses' cosignatures, and RFC 3161 tokens.
CREATE TABLE cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    time_secs INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignature_by_witness ON cosignature (witness, size);

-- `note` is the exact file that was stamped: cosignatures may come later, the token stays over these bytes.
CREATE TABLE checkpoint_stamp (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    reply BLOB NOT NULL,
    time_ms INTEGER NOT NULL,
    received_ms INTEGER NOT NULL
) STRICT;
