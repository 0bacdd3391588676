-- How many words there are, and how many of them are alike in the first column of the index, in the first two, and so on:
-- without figures, the planner looks through all words of a workspace for those of some records in some fields.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('search_token', 'sqlite_autoindex_search_token_1', '10000000 10000000 1000000 100 50 1'),
    ('search_token', 'search_token_record_id_idx', '10000000 10000000 10');
