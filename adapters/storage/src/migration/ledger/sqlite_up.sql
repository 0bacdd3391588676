-- Entries and openings only grow. The single writer serialises appends.
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries cannot be changed'); END;

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries cannot be deleted'); END;

CREATE TRIGGER ledger_opening_no_update BEFORE UPDATE ON ledger_opening
BEGIN SELECT RAISE(ABORT, 'ledger openings cannot be changed'); END;

CREATE TRIGGER ledger_opening_no_delete BEFORE DELETE ON ledger_opening
BEGIN SELECT RAISE(ABORT, 'ledger openings cannot be deleted'); END;
