"""From the ledger to the index: outbox, pusher, sender; rebuild and audit.

`outbox.put` queues a document inside the caller's transaction; `following.follow_outbox` sends what
waits until it is told to stop, `following.push_once` once, `watched.follow_watched` with probes.
"""
