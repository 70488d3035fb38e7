-- Why: the cabinet holds the files of mail that is shown somewhere, and of no other.
--
-- A message that stands in no list any more stays for a day, and so did its files in the cabinet. What comes into view or leaves it is
-- noted for the index like any other change, where the message has files; the index looks whether there is a place to be seen.
CREATE TRIGGER search_files_came AFTER INSERT ON placement WHEN NEW.files = 1 BEGIN
    INSERT INTO search_todo (message) VALUES (NEW.message) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
CREATE TRIGGER search_files_turned AFTER UPDATE OF folder, message, flags, files, gone ON placement
    WHEN (OLD.files = 1 OR NEW.files = 1) AND (OLD.hidden <> NEW.hidden OR OLD.message <> NEW.message OR OLD.files <> NEW.files)
BEGIN
    INSERT INTO search_todo (message) VALUES (NEW.message) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
    INSERT INTO search_todo (message) SELECT OLD.message WHERE OLD.message <> NEW.message
        ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
CREATE TRIGGER search_files_left AFTER DELETE ON placement WHEN OLD.files = 1 BEGIN
    INSERT INTO search_todo (message) VALUES (OLD.message) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
INSERT INTO search_todo (message) SELECT message FROM orphan WHERE true ON CONFLICT DO NOTHING;
INSERT INTO search_todo (message) SELECT DISTINCT message FROM placement WHERE hidden = 1 AND files = 1 ON CONFLICT DO NOTHING;
