"""What the engine does in order: the queue, the worker, each kind of task, recovery."""
