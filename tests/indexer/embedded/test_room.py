"""Machines without room: tasks wait, searches go on, and once there is room all is done."""

import errno
import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.embedded.index.machine import trouble
from tests.indexer.embedded.engines import ROOT, Document, Server, running, start, stop
from tests.indexer.embedded.killing import drained
from tests.small_disk import SmallDisk, mounted

MB = 1_000_000


def articles(first: int, count: int) -> list[Document]:
    """Documents of about 1.5 kB that do not compress well."""
    chance = random.Random(first)
    words = [f"w{chance.randrange(10**9)}" for _ in range(5_000)]
    return [
        {"id": n, "title": f"number{n}", "text": " ".join(chance.choices(words, k=130))}
        for n in range(first, first + count)
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "disk", size_mb=40) as disk:
        if disk is None:
            pytest.skip("mounting a small disk needs root, and a system that allows it")
        yield disk


def health(server: Server) -> Any:
    answer = server.http.get("/health")
    assert answer.status_code == 200
    return answer.json()


def soon(server: Server, words: str) -> str:
    """The reason why tasks do not move, once it has these words."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        reason = str(health(server).get("tasks", {}).get("reason"))
        if words in reason:
            return reason
        time.sleep(0.02)
    raise AssertionError(f"{words!r} was not said: {health(server)}")


def statuses(server: Server) -> set[str]:
    results = server.http.get("/tasks", params={"limit": 1_000}).json()["results"]
    return {task["status"] for task in results}


def fill_up(server: Server, disk: SmallDisk) -> int:
    """Send documents into little room until they are refused. Returns: how many were accepted."""
    disk.fill(but=3 * MB)
    accepted = 0
    for batch in range(200):
        answer = server.http.post("/indexes/n/documents", json=articles(100 + 100 * batch, 100))
        if answer.status_code != 202:
            assert answer.json()["code"] == "no_space_left_on_device"
            assert "no room on the disk" in answer.json()["message"]
            return accepted
        accepted += 100
    raise AssertionError("the disk did not become full")


def count(server: Server) -> int:
    """How many documents searches look through."""
    return int(server.http.get("/indexes/n/stats").json()["numberOfDocuments"])


def test_a_full_disk_makes_tasks_wait_until_there_is_room(small_disk: SmallDisk) -> None:
    with running(small_disk.path / "data", "--readers", "1") as server:
        server.done(server.http.post("/indexes/n/documents", json=articles(0, 10)))
        accepted = fill_up(server, small_disk)

        soon(server, "no room on the disk")
        assert health(server)["status"] == "available"
        assert health(server)["tasks"]["waiting"] > 0
        assert server.ids("n", q='"number3"') == [3]
        assert "failed" not in statuses(server)

        small_disk.make_room()
        assert drained(server)
        assert health(server) == {"status": "available"}
        assert statuses(server) == {"succeeded"}
        assert count(server) == 10 + accepted
        assert server.http.get("/indexes/n/documents").json()["total"] == 10 + accepted


def what_it_says(folder: Path, log: Path) -> tuple[str, int | None]:
    """What an engine writes until it ends or names its disk, and its exit code if it ended."""
    words = [sys.executable, "-m", "indexer.embedded", "--data", str(folder), "--readers", "0"]
    with log.open("w") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and "no room on the disk" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        return log.read_text(), process.poll()
    finally:
        process.kill()
        process.wait()


def test_an_engine_killed_and_started_on_a_full_disk_says_so_and_loses_nothing(
    small_disk: SmallDisk, tmp_path: Path
) -> None:
    folder = small_disk.path / "data"
    server = start(folder, "--readers", "0")
    try:
        server.done(server.http.post("/indexes/n/documents", json=articles(0, 10)))
        accepted = fill_up(server, small_disk)
    finally:
        server.process.kill()
        stop(server)
    small_disk.fill()

    said, ended = what_it_says(folder, tmp_path / "said")

    assert "no room on the disk" in said
    assert "Traceback" not in said
    if ended is not None:  # else its own tidying up freed the pages that a start needs
        assert ended == 1
        assert "the search engine cannot start" in said.splitlines()[-1]

    small_disk.make_room()
    with running(folder, "--readers", "0") as server:
        assert drained(server)
        assert statuses(server) == {"succeeded"}
        assert count(server) == 10 + accepted


def test_a_dump_without_room_fails_at_once_and_leaves_none_of_it(small_disk: SmallDisk) -> None:
    with running(small_disk.path / "data", "--readers", "0") as server:
        server.done(server.http.post("/indexes/n/documents", json=articles(0, 1_000)))
        small_disk.fill(but=200_000)

        task = server.done(server.http.post("/dumps"))

        assert (task["status"], task["error"]["code"]) == ("failed", "no_space_left_on_device")
        assert list((small_disk.path / "data" / "dumps").iterdir()) == []
        assert health(server) == {"status": "available"}


def test_an_engine_whose_log_cannot_grow_serves_all_the_same(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "indexer.embedded", "--data", str(tmp_path), "--readers", "0"]
    with Path("/dev/full").open("w") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT)
    try:
        deadline = time.monotonic() + 10
        while not (tmp_path / "server.json").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        url = json.loads((tmp_path / "server.json").read_text())["url"]
        assert httpx.get(f"{url}/health").json() == {"status": "available"}
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Server]:
    """A server whose index has files of some 100 kB."""
    with running(tmp_path / "data", "--readers", "1") as server:
        server.done(server.http.post("/indexes/n/documents", json=articles(0, 1_000)))
        yield server


def let_files_grow_to(server: Server, size: int) -> None:
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_files_that_may_not_grow_make_tasks_wait_too(large: Server) -> None:
    """Where the index has no room and the store has."""
    let_files_grow_to(large, 80_000)
    change = {"filterableAttributes": ["title"]}
    task = large.http.patch("/indexes/n/settings", json=change).json()["taskUid"]
    more = large.http.post("/indexes/n/documents", json=articles(1_000, 1)).json()["taskUid"]

    assert "File too large" in soon(large, "no room on the disk")
    assert large.http.get(f"/tasks/{task}").json()["status"] in ("enqueued", "processing")
    assert large.ids("n", q='"number3"') == [3]

    let_files_grow_to(large, resource.RLIM_INFINITY)
    assert drained(large)
    assert statuses(large) == {"succeeded"}
    assert large.ids("n", filter='title = "number1000"') == [1_000]
    assert more > task


NO_MORE_FILES = 8  # the engine has as many open at any time


def test_too_many_open_files_make_tasks_wait_too(large: Server) -> None:
    pid = large.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    large.http.get("/health")  # by a connection that stays, for no new one is let in
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (NO_MORE_FILES, before[1]))
    change = {"filterableAttributes": ["title"]}
    large.http.patch("/indexes/n/settings", json=change)

    assert "Too many open files" in soon(large, "the system refuses")

    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    assert drained(large)
    assert statuses(large) == {"succeeded"}
    assert large.ids("n", filter='title = "number3"') == [3]


def damaged_store() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "no room on the disk (No space left on device)"),
        (OSError(errno.EDQUOT, "x"), "no room on the disk (Disk quota exceeded)"),
        (OSError(errno.EIO, "x"), "the disk fails (Input/output error)"),
        (OSError(errno.EMFILE, "x"), "the system refuses (Too many open files)"),
        (ValueError("An IO error occurred: 'gone (os error 5)'"), "the disk fails"),
        (ValueError("Failed to open file for write: 'Os { code: 28, kind: x'"), "no room"),
        (ValueError("Failed to open file for write: 'FileAlreadyExists(\"x.del\")'"), None),
        (ValueError("a document that says An IO error occurred (os error 28)"), None),
        (OSError(errno.ENOENT, "x"), None),
        (damaged_store(), "engine.db is damaged (database disk image is malformed)"),
        (RuntimeError("x"), None),
        (MemoryError(), None),
    ],
)
def test_only_what_the_machine_is_to_blame_for_is_waited_for(
    error: Exception, words: str | None
) -> None:
    lack = trouble(error)

    assert (lack.words if lack else None) == words or (lack and words and words in lack.words)
