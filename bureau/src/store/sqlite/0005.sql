-- Where an upload's bytes are while they arrive, and whether a request writes there now. Whoever takes over from a
-- request that may still write gets a place of his own.
ALTER TABLE upload ADD COLUMN staged BLOB;
ALTER TABLE upload ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
UPDATE upload SET staged = upload, busy = NOT done;
