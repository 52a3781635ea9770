"""The thread that does the tasks: what breaks it, and how it goes on."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import tantivy

from indexer.embedded.index.machine import trouble
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.store import Store
from indexer.embedded.tasks import attempts, operations, worker
from indexer.embedded.tasks.condition import SILENT_S, EngineCondition
from indexer.embedded.tasks.engine import Engine
from tests.indexer.embedded.engines import ROOT, Working, working

DOCUMENTS = operations.documents


def panic() -> None:
    """As tantivy does where it has a fault: no Exception of Python's."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text")
    tantivy.Query.phrase_query(builder.build(), "text", ["one"])


def unforeseen() -> None:
    raise RuntimeError("nobody thought of this")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE_S", 0.01)


def breaking(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], poison: bytes, times: int = 1_000
) -> None:
    """Let batches with this in a payload break after the others in them were read."""
    left = [times]

    def documents(engine: Engine, rows: Sequence[Any]) -> None:
        if left[0] and any(poison in engine.tasks.payload(row["uid"]) for row in rows):
            left[0] -= 1
            fault()
        DOCUMENTS(engine, rows)

    monkeypatch.setattr(operations, "documents", documents)


@pytest.mark.parametrize("fault", [unforeseen, panic])
def test_a_task_that_always_breaks_fails_alone(
    fault: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, fault, b"poison")
    found = Working(tmp_path)
    tasks = [found.add("n", {"id": 1}), found.add("n", {"id": 2, "title": "poison"})]
    tasks += [found.add("n", {"id": 3}), found.add("m", {"id": 4})]
    found.engine.close()

    with working(tmp_path) as again:
        assert again.ended(*tasks) == ["succeeded", "failed", "succeeded", "succeeded"]
        assert sorted(again.ids("n")) == [1, 3]
        assert again.ended(again.add("n", {"id": 5})) == ["succeeded"]
        assert again.engine.condition.stall() is None
        error = (again.engine.tasks.get(tasks[1]) or {})["error"]
        assert '"code": "internal"' in error


def test_a_task_that_breaks_twice_is_done_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, unforeseen, b"poison", times=2)

    with working(tmp_path) as found:
        assert found.ended(found.add("n", {"id": 1, "title": "poison"})) == ["succeeded"]


def test_what_was_written_but_not_shown_yet_is_shown_and_not_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed = IndexState.renewed
    broken = [True]

    def once(state: IndexState, **changes: Any) -> IndexState:
        if state.documents.count() == 2 and broken:
            broken.clear()
            unforeseen()
        return renewed(state, **changes)

    with working(tmp_path) as found:
        assert found.ended(found.add("n", {"id": 1})) == ["succeeded"]
        monkeypatch.setattr(IndexState, "renewed", once)
        assert found.ended(found.add("n", {"id": 2, "new": "attribute"})) == ["succeeded"]
        assert found.ended(found.add("n", {"id": 3, "new": "attribute"})) == ["succeeded"]

        assert broken == []
        assert sorted(found.ids("n")) == [1, 2, 3]
        assert sorted(found.ids("n", "attribute")) == [2, 3]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ends_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, unforeseen, b"poison", times=1)
    ended = threading.Event()

    def give_up(self: Any, batch: Any, error: BaseException) -> None:
        ended.set()
        raise error

    with working(tmp_path) as found, monkeypatch.context() as patch:
        patch.setattr(worker.Worker, "_broke", give_up)
        task = found.add("n", {"id": 1, "title": "poison"})
        assert ended.wait(5)
        found.worker._thread.join(5)
        assert found.status(task) == "processing"

        patch.undo()
        found.worker.keep()
        assert found.ended(task) == ["succeeded"]


def test_a_batch_that_broke_is_shown_as_waiting_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE_S", 30.0)
    stopped, stop = threading.Event(), EngineCondition.stopped
    breaking(monkeypatch, unforeseen, b"poison", times=1)

    def heard(self: EngineCondition, why: str) -> bool:
        news = stop(self, why)
        stopped.set()
        return news

    monkeypatch.setattr(EngineCondition, "stopped", heard)
    with working(tmp_path) as found:
        task = found.add("n", {"id": 1, "title": "poison"})
        assert stopped.wait(5)

        stall = found.engine.condition.stall()
        assert stall is not None
        assert stall.why == "an internal error (RuntimeError), the engine's log says more"
        assert found.ended(task, within_s=0.5) == ["enqueued"]


def test_a_store_without_room_makes_tasks_wait_until_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [{"id": n, "title": f"{n} " * 200} for n in range(300)]
    connection = Store.connection
    with working(tmp_path) as found:
        found.ended(found.add("n", {"id": 1}))
    before = Working(tmp_path)
    task = before.add("n", *documents)
    most = before.engine.store.connection().execute("PRAGMA page_count").fetchone()[0]
    before.engine.close()

    def bounded(store: Store) -> sqlite3.Connection:
        opened = connection(store)
        opened.execute(f"PRAGMA max_page_count={most}")
        return opened

    monkeypatch.setattr(Store, "connection", bounded)
    with working(tmp_path) as found:
        assert found.ended(task, within_s=1) in (["enqueued"], ["processing"])
        stall = found.engine.condition.stall()
        assert stall is not None
        assert stall.why == "no room on the disk (database or disk is full)"

        most += 1_000
        assert found.ended(task) == ["succeeded"]
        assert found.engine.get("n").documents.count() == 300
        assert found.engine.get("n").searcher.num_docs == 300


def test_a_worker_that_shows_no_life_for_long_is_told() -> None:
    now_s = 0.0
    condition = EngineCondition(lambda: now_s)
    now_s = SILENT_S
    assert condition.stall() is None
    now_s = SILENT_S + 1
    stall = condition.stall()
    assert stall is not None
    assert stall.why == "no sign of life for 601 s"
    condition.alive()
    assert condition.stall() is None


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "engine.db")


def test_a_full_store_leaves_no_transaction_open(store: Store) -> None:
    pages = store.connection().execute("PRAGMA page_count").fetchone()[0]
    store.connection().execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError) as caught:
        store.set_meta("much", "x" * 100_000)
    lack = trouble(caught.value)
    assert lack is not None
    assert (lack.words, lack.room) == ("no room on the disk (database or disk is full)", True)

    store.connection().execute(f"PRAGMA max_page_count={pages + 100}")
    store.set_meta("much", "x" * 100_000)

    assert store.meta("much") == "x" * 100_000
    store.close()


def test_a_commit_that_fails_leaves_no_transaction_open(store: Store) -> None:
    connection = store.connection()
    connection.execute("PRAGMA foreign_keys=1")
    connection.execute("CREATE TABLE a (n INTEGER PRIMARY KEY)")
    connection.execute("CREATE TABLE b (n REFERENCES a (n) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError), store.write() as transaction:
        transaction.execute("INSERT INTO b VALUES (7)")  # refused by the COMMIT

    store.set_meta("next", "works")

    assert store.meta("next") == "works"
    assert connection.execute("SELECT count(*) FROM b").fetchone()[0] == 0
    store.close()


def test_connections_of_ended_threads_are_closed(store: Store) -> None:
    def several_threads() -> int:
        together = threading.Barrier(8)

        def use() -> None:
            store.meta("format")
            together.wait(5)

        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(list(Path("/proc/self/fd").iterdir()))

    counts = [several_threads() for _ in range(10)]

    assert max(counts) < counts[0] + 8 * 3, counts  # a connection has two or three files
    store.close()


_POISONED = """
import os, sys
from indexer.embedded.tasks import operations
documents = operations.documents
def deadly(engine, rows):
    if any(b"poison" in engine.tasks.payload(row["uid"]) for row in rows):
        os._exit(9)
    documents(engine, rows)
operations.documents = deadly
from indexer.embedded.__main__ import main
sys.exit(main())
"""


def test_a_task_that_ends_the_process_is_given_up_after_three_starts(tmp_path: Path) -> None:
    found = Working(tmp_path)
    tasks = [found.add("n", {"id": 1}), found.add("n", {"id": 2, "title": "poison"})]
    tasks += [found.add("n", {"id": 3}), found.add("m", {"id": 4})]
    found.engine.tasks.start(tasks[:3])  # as a first process did before it ended
    found.engine.close()
    ends = 1
    while ends < 10 and not drained(tmp_path):
        ends += 1

    assert ends == 3
    with working(tmp_path) as again:
        assert [again.status(task) for task in tasks] == [
            *("succeeded", "failed", "succeeded", "succeeded")
        ]
        assert sorted(again.ids("n")) == [1, 3]
        error = json.loads((again.engine.tasks.get(tasks[1]) or {})["error"])
        assert error["message"] == "the engine's process ended 3 times while it did this task"
        assert attempts.times(again.engine.store) == {}


def drained(folder: Path) -> bool:
    """Start an engine. Returns: whether its queue empties before it ends."""
    words = [sys.executable, "-c", _POISONED, "--data", str(folder), "--readers", "0"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    try:
        while True:
            waiting = httpx.get(f"{url}/tasks?statuses=enqueued,processing", trust_env=False)
            if waiting.json()["total"] == 0:
                return True
            time.sleep(0.05)
    except httpx.HTTPError:
        return False
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def test_an_engine_that_is_told_to_end_blames_no_task(tmp_path: Path) -> None:
    found = Working(tmp_path)
    task = found.add("n", {"id": 1})
    found.engine.tasks.start([task])
    assert attempts.times(found.engine.store) == {f"task {task}": 1}

    attempts.forgive(found.engine.store)

    assert attempts.times(found.engine.store) == {}
    found.engine.close()
