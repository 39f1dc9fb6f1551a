-- Footage that belongs to no session may be assigned to one by hand: where the last word of its own device puts it. The
-- program fills in what was said before. An item belongs to the session in which it was sealed, or else to that one.
ALTER TABLE item_index ADD COLUMN assigned_session BLOB;
ALTER TABLE item_index ADD COLUMN belongs_to BLOB AS (coalesce(session, assigned_session)) VIRTUAL;
CREATE INDEX item_index_by_belonging ON item_index (belongs_to);
CREATE INDEX session_officer_by_officer ON session_officer (officer);
CREATE INDEX record_by_kind_and_leaf ON record (kind, leaf);
