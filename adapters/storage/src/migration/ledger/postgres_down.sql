DROP FUNCTION public.audit_append;
DROP FUNCTION public.ledger_splice;
DROP FUNCTION public.ledger_lock;
DROP FUNCTION public.create_ledger_head;
DROP FUNCTION public.ledger_require_context;
