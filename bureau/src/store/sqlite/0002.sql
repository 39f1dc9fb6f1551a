-- A token may be good for uploading only; a device may be struck off.
ALTER TABLE token ADD COLUMN scope TEXT NOT NULL DEFAULT 'device' CHECK (scope IN ('device', 'upload'));
CREATE INDEX token_by_device ON token (device, scope, expires_ms);
ALTER TABLE device ADD COLUMN revoked_ms INTEGER;
