"""From the ledger to the index: outbox, pusher, sender; rebuild and audit."""
