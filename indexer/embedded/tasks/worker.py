"""The worker: one thread that takes tasks from the queue, in order, until it is told to stop."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.tasks import operations
from indexer.embedded.tasks.engine import Engine
from indexer.embedded.tasks.recovery import repair

LOG = logging.getLogger("indexer.embedded")
BATCH_BYTES = 16_000_000  # payload merged into one commit; in memory it takes five times as much
BATCH_TASKS = 1_000
IDLE_S = 10.0  # after this long without work the writer's memory is given back; crawls pause 5

_SINGLE: dict[str, Callable[[Engine, Mapping[str, Any]], None]] = {
    "indexCreation": operations.create_index,
    "indexUpdate": operations.update_index,
    "indexDeletion": operations.delete_index,
    "indexSwap": operations.swap_indexes,
    "indexCompaction": operations.compact,
    "taskCancelation": operations.cancel_tasks,
    "taskDeletion": operations.delete_tasks,
    "dumpCreation": operations.dump,
    "snapshotCreation": operations.snapshot,
}


class Worker:
    """Works through the queue in its own thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 1.5) -> bool:
        """Ask the thread to end after the task at hand. Returns: whether it has."""
        self._stop.set()
        self._engine.wake.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        repair(self._engine)
        idle_since = time.monotonic()
        while not self._stop.is_set():
            self._engine.wake.clear()
            batch = self._next()
            if batch:
                self._do(batch)
                idle_since = time.monotonic()
            else:
                if time.monotonic() - idle_since > IDLE_S:
                    self._engine.writer.close()
                self._engine.wake.wait(IDLE_S)
        self._engine.writer.close()

    def _next(self) -> list[Mapping[str, Any]]:
        """The tasks to do together: the first, and what follows it for the same index, if alike."""
        waiting = self._engine.tasks.waiting(BATCH_TASKS)
        if not waiting:
            return []
        first = waiting[0]
        kind = self._kind(first)
        batch = [first]
        if kind in ("documents", "settings"):
            size = self._payload_bytes(first["uid"])
            for row in waiting[1:]:
                if row["index_uid"] != first["index_uid"]:
                    continue
                size += self._payload_bytes(row["uid"])
                if self._kind(row) != kind or size > BATCH_BYTES:
                    break
                batch.append(row)
                if any(one["type"] == "indexSwap" for one in waiting if one["uid"] < row["uid"]):
                    batch.pop()
                    break
        return batch

    def _payload_bytes(self, uid: int) -> int:
        row = (
            self._engine.store.connection()
            .execute("SELECT length(body) AS size FROM payloads WHERE task_uid=?", (uid,))
            .fetchone()
        )
        return int(row["size"]) if row else 0

    def _kind(self, row: Mapping[str, Any]) -> str:
        if row["type"] == "documentAdditionOrUpdate":
            return "documents"
        if row["type"] == "settingsUpdate":
            return "settings"
        if row["type"] == "documentDeletion":
            details = json.loads(row["details"])
            if details.get("originalFilter") is not None:
                return "filter"
            return "documents" if self._payload_bytes(row["uid"]) else "clear"
        return str(row["type"])

    def _do(self, batch: Sequence[Mapping[str, Any]]) -> None:
        engine = self._engine
        engine.tasks.start([row["uid"] for row in batch])
        try:
            kind = self._kind(batch[0])
            if kind == "documents":
                operations.documents(engine, batch)
            elif kind == "settings":
                operations.update_settings(engine, batch)
            elif kind == "filter":
                operations.delete_by_filter(engine, batch[0])
            elif kind == "clear":
                operations.clear(engine, batch[0])
            else:
                _SINGLE[kind](engine, batch[0])
        except ApiError as error:
            self._fail(batch, error)
        except Exception as error:
            LOG.exception("a task failed")
            self._fail(batch, ApiError("internal", f"{type(error).__name__}: {error}"))
        finally:
            engine.tasks.settle()

    def _fail(self, batch: Sequence[Mapping[str, Any]], error: ApiError) -> None:
        self._engine.writer.close()
        with self._engine.store.write() as transaction:
            for row in batch:
                details = json.loads(row["details"])
                for name in ("indexedDocuments", "deletedDocuments"):
                    if name in details:
                        details[name] = 0
                self._engine.tasks.finish(transaction, row["uid"], details, error)
        repair(self._engine)
