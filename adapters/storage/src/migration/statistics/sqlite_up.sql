-- Makes the table of statistics, if there is none.
ANALYZE sqlite_schema;

DELETE FROM sqlite_stat1 WHERE tbl = 'record';

-- How many rows there are, and how many of them are alike in the first column of the index, in the first two, and so on.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('record', 'sqlite_autoindex_record_1', '1000000 1000000 1'),
    ('record', 'record_object_id_id_idx', '1000000 1000000 100000 1'),
    ('record', 'record_object_id_access_owner_id_id_idx', '1000000 1000000 100000 1000 1'),
    ('record', 'record_object_id_access_role_id_id_idx', '1000000 1000000 100000 10000 1'),
    ('record', 'record_owner_id_object_id_id_idx', '1000000 1000000 5000 1000 1'),
    ('record', 'record_object_id_created_at_id_idx', '1000000 1000000 100000 1 1'),
    ('record', 'record_object_id_updated_at_id_idx', '1000000 1000000 100000 2 1');

-- The indexes of slots, which hold the rows with a value alone.
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT tbl_name, name, '200000 200000 100000 20 1'
FROM sqlite_schema
WHERE type = 'index' AND tbl_name = 'record' AND (name GLOB 'record_object_id_text_*' OR name GLOB 'record_object_id_int_*'
    OR name GLOB 'record_object_id_uuid_*');
