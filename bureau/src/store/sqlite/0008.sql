-- A device's page lists its own activities, however many others had since.
CREATE INDEX session_index_by_device ON session_index (device, opened_ms);
