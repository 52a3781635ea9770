"""The worker: one thread that takes tasks from the queue, in order, until it is told to stop."""

import json
import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.machine import one_line, trouble
from indexer.embedded.tasks import attempts, operations
from indexer.embedded.tasks.attempts import TRIES
from indexer.embedded.tasks.engine import Engine
from indexer.embedded.tasks.recovery import NotRebuilt, repair

LOG = logging.getLogger("indexer.embedded")
BATCH_BYTES = 16_000_000  # payload merged into one commit; in memory it takes five times as much
BATCH_TASKS = 1_000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0  # between two tries
LOOK_AGAIN_S = 600.0  # between two readings of all files because a search broke off
IDLE_S = 10.0  # after this long without work the writer's memory is given back; crawls pause 5

_SINGLE: dict[str, Callable[[Engine, Mapping[str, Any]], None]] = {
    "indexCreation": operations.create_index,
    "indexUpdate": operations.update_index,
    "indexDeletion": operations.delete_index,
    "indexSwap": operations.swap_indexes,
    "taskCancelation": operations.cancel_tasks,
    "taskDeletion": operations.delete_tasks,
}
_COPIES: dict[str, Callable[[Engine, Mapping[str, Any]], None]] = {
    "indexCompaction": operations.compact,
    "dumpCreation": operations.dump,
    "snapshotCreation": operations.snapshot,
}


class Worker:
    """Works through the queue in its own thread.

    Where the machine is to blame for what breaks (see `machine.trouble`), it waits and tries
    again: no task fails for want of room. Of a batch that broke off otherwise each task is tried
    alone, and the one at fault fails after some tries, so that the others get their turn.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._sound = False  # do the index folders hold what the store holds?
        self._faults: dict[int, tuple[int, str]] = {}  # task → how often it broke, and the last way
        self._unbuilt: Counter[int] = Counter()  # index → how often it could not be rebuilt
        self._blame_the_dead()
        self._pause_s = FIRST_PAUSE_S
        self._next_look_s = 0.0
        self._thread = self._new_thread()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def keep(self) -> None:
        """Start the thread again where it has ended by itself."""
        if self._thread.is_alive() or self._stop.is_set():
            return
        LOG.error("the thread that does the tasks ended: it is started again")
        self._sound = False
        self._thread = self._new_thread()
        self._thread.start()

    def stop(self, timeout_s: float = 1.5) -> bool:
        """Ask the thread to end after the task at hand. Returns: whether it has."""
        self._stop.set()
        self._engine.wake.set()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            attempts.forgive(self._engine.store)
            return False
        return True

    def _run(self) -> None:
        idle_since = time.monotonic()
        while not self._stop.is_set():
            batch: list[Mapping[str, Any]] = []
            try:
                if not self._sound or self._doubts():
                    self._repair()
                self._engine.wake.clear()
                batch = self._next()
                if batch:
                    self._do(batch)
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > IDLE_S:
                    self._engine.writer.close()
                self._moved(batch)
            except BaseException as error:  # noqa: BLE001 -- a panic inside tantivy is no Exception
                self._broke(batch, error)
            else:
                if not batch and not self._stop.is_set():
                    self._engine.wake.wait(IDLE_S)
        self._engine.writer.discard()

    def _blame_the_dead(self) -> None:
        """Take up what earlier processes had begun when they ended."""
        begun = attempts.times(self._engine.store)
        for row in self._engine.tasks.waiting(BATCH_TASKS):
            if ends := begun.get(attempts.task(row["uid"]), 0):
                words = f"the engine's process ended {ends} times while it did this task"
                self._faults[row["uid"]] = ends, words
        for state in self._engine.states().values():
            what = attempts.rebuild(state.number)
            self._unbuilt[state.number] = ends = begun.get(what, 0)
            if ends >= TRIES:
                self._give_up(state.number, f"the process ended {ends} times at that")
                with self._engine.store.write() as transaction:
                    attempts.end(transaction, what)  # the next start tries anew

    def _give_up(self, number: int, why: str) -> None:
        words = f"it cannot be rebuilt ({why}): its searches miss documents until the next start"
        for state in self._engine.states().values():
            if state.number == number:
                LOG.error("index %s: %s", state.uid, words)
                self._engine.condition.given_up[state.folder] = words

    def _doubts(self) -> bool:
        """Whether a search broke off since the folders were last looked through."""
        return self._engine.doubted.is_set() and time.monotonic() >= self._next_look_s

    def _repair(self) -> None:
        given_up = {number for number, tries in self._unbuilt.items() if tries >= TRIES}
        thoroughly = self._doubts()
        if thoroughly:
            self._engine.doubted.clear()
            self._next_look_s = time.monotonic() + LOOK_AGAIN_S
        try:
            repair(self._engine, leave=given_up, thoroughly=thoroughly)
        except NotRebuilt as error:
            self._unbuilt[error.number] += 1
            if self._unbuilt[error.number] >= TRIES:
                self._give_up(error.number, error.why)
            raise
        self._sound = True

    def _moved(self, batch: Sequence[Mapping[str, Any]]) -> None:
        for row in batch:
            self._faults.pop(row["uid"], None)
        self._pause_s = FIRST_PAUSE_S
        stall = self._engine.condition.moved()
        if stall is not None:
            LOG.warning("tasks move again; since %s: %s", stall.since, stall.why)

    def _broke(self, batch: Sequence[Mapping[str, Any]], error: BaseException) -> None:
        """Let go of what is half done, say so once, and wait a while."""
        self._sound = False
        self._engine.writer.discard()
        lack = trouble(error)
        if lack is not None:
            if self._engine.condition.stopped(lack.words):
                LOG.warning("tasks wait, and are tried again: %s", lack.words)
        else:
            for row in batch:
                tries, _ = self._faults.get(row["uid"], (0, ""))
                self._faults[row["uid"]] = tries + 1, one_line(error)
            why = f"an internal error ({type(error).__name__}), the engine's log says more"
            if self._engine.condition.stopped(why):
                what = f"{len(batch)} tasks" if batch else "the work between tasks"
                LOG.error("%s broke off, tried again: %s", what, error, exc_info=error)
        with suppress(sqlite3.Error):
            self._engine.tasks.put_back()
        self._stop.wait(self._pause_s)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _next(self) -> list[Mapping[str, Any]]:
        """The tasks to do together: the first, and what follows it for the same index, if alike."""
        waiting = self._engine.tasks.waiting(BATCH_TASKS)
        if not waiting:
            return []
        first = waiting[0]
        kind = self._kind(first)
        batch = [first]
        if first["uid"] in self._faults:
            return batch
        if kind in ("documents", "settings"):
            size = self._payload_bytes(first["uid"])
            for row in waiting[1:]:
                if row["index_uid"] != first["index_uid"]:
                    continue
                size += self._payload_bytes(row["uid"])
                faulty = row["uid"] in self._faults
                if faulty or self._kind(row) != kind or size > BATCH_BYTES:
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
        tries, words = self._faults.get(batch[0]["uid"], (0, ""))
        try:
            if tries >= TRIES:
                self._fail(batch, ApiError("internal", words))
            else:
                self._operate(batch)
        except ApiError as error:
            self._fail(batch, error)
        finally:
            engine.tasks.settle()

    def _operate(self, batch: Sequence[Mapping[str, Any]]) -> None:
        kind = self._kind(batch[0])
        if kind == "documents":
            operations.documents(self._engine, batch)
        elif kind == "settings":
            operations.update_settings(self._engine, batch)
        elif kind == "filter":
            operations.delete_by_filter(self._engine, batch[0])
        elif kind == "clear":
            operations.clear(self._engine, batch[0])
        elif kind in _COPIES:
            with _not_waiting():
                _COPIES[kind](self._engine, batch[0])
        else:
            _SINGLE[kind](self._engine, batch[0])

    def _fail(self, batch: Sequence[Mapping[str, Any]], error: ApiError) -> None:
        with self._engine.store.write() as transaction:
            for row in batch:
                details = json.loads(row["details"])
                for name in ("indexedDocuments", "deletedDocuments"):
                    if name in details:
                        details[name] = 0
                self._engine.tasks.finish(transaction, row["uid"], details, error)


@contextmanager
def _not_waiting() -> Iterator[None]:
    """A copy of everything, which the disk has no space for, must not hold up the documents."""
    try:
        yield
    except Exception as error:
        lack = trouble(error)
        if lack is None:
            raise
        raise ApiError(lack.code, f"Not now: {lack.words}.") from error
