-- Parties are found by the initials of their pinyin too; the program fills in what is there already.
ALTER TABLE session_index ADD COLUMN party_initials TEXT NOT NULL DEFAULT '';
