"""Engines for tests: one inside the test's process for searching, and real servers on loopback."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from indexer.embedded.search import parameters, search
from indexer.embedded.tasks import operations
from indexer.embedded.tasks.engine import Engine
from indexer.embedded.tasks.worker import Worker

ROOT = Path(__file__).parents[3]
Document = dict[str, Any]


class Shelf:
    """An engine without its HTTP side, for many small indexes."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine(folder, None)
        # what a crash would lose is not what these tests are about
        self.engine.store.connection().execute("PRAGMA synchronous=OFF")
        self._made = 0

    def index(self, documents: list[Document], settings: dict[str, Any] | None = None) -> "Index":
        self._made += 1
        uid = f"index-{self._made}"
        index = Index(self.engine, uid)
        if settings:
            index.set(settings)
        index.add(documents)
        return index

    def close(self) -> None:
        self.engine.close()


class Index:
    """One index on the shelf."""

    def __init__(self, engine: Engine, uid: str) -> None:
        self._engine = engine
        self.uid = uid

    def set(self, settings: dict[str, Any]) -> None:
        tasks = self._engine.tasks
        body = json.dumps(settings).encode()
        task = tasks.add("settingsUpdate", self.uid, settings, payload=body)
        operations.update_settings(self._engine, [tasks.get(task["taskUid"]) or {}])
        tasks.settle()

    def add(self, documents: list[Document]) -> None:
        tasks = self._engine.tasks
        options = {"type": "application/json", "merge": False, "primaryKey": "id"}
        payload = json.dumps(options).encode() + b"\n" + json.dumps(documents).encode()
        task = tasks.add("documentAdditionOrUpdate", self.uid, {}, payload=payload)
        operations.documents(self._engine, [tasks.get(task["taskUid"]) or {}])
        tasks.settle()
        done = tasks.get(task["taskUid"])
        assert done is not None
        assert done["status"] == "succeeded", done["error"]

    def search(self, q: str | None = None, **asked: Any) -> dict[str, Any]:
        body = {"q": q, "limit": 50, **asked}
        if "page" in asked or "hitsPerPage" in asked:
            body.pop("limit")
        return search.search(self._engine.get(self.uid), parameters.read(body))

    def ids(self, q: str | None = None, **asked: Any) -> list[Any]:
        return [hit["id"] for hit in self.search(q, **asked)["hits"]]


class Working:
    """An engine and its worker without their HTTP side, for faults that only a patch can make."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine(folder, None)
        self.worker = Worker(self.engine)

    def add(self, uid: str, *documents: Document) -> int:
        """Enqueue an upsert. Returns: the task's uid."""
        payload = b'{"type": "application/json", "merge": false, "primaryKey": "id"}\n'
        payload += json.dumps(documents).encode()
        task = self.engine.tasks.add("documentAdditionOrUpdate", uid, {}, payload=payload)
        self.engine.wake.set()
        return int(task["taskUid"])

    def status(self, task: int) -> str:
        row = self.engine.tasks.get(task)
        assert row is not None
        return str(row["status"])

    def ended(self, *tasks: int, within_s: float = 15) -> list[str]:
        """The statuses of tasks once all have ended, or what they are after the time."""
        deadline = time.monotonic() + within_s
        while {"enqueued", "processing"}.intersection(map(self.status, tasks)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        return [self.status(task) for task in tasks]

    def ids(self, uid: str, q: str = "") -> list[Any]:
        found = search.search(self.engine.get(uid), parameters.read({"q": q, "limit": 100}))
        return [hit["id"] for hit in found["hits"]]


@contextmanager
def working(folder: Path) -> Iterator[Working]:
    found = Working(folder)
    found.worker.start()
    try:
        yield found
    finally:
        assert found.worker.stop(10)
        found.engine.close()


def texts(*lines: str, field: str = "title") -> list[Document]:
    """Documents 1, 2, 3, ... with one text each."""
    return [{"id": number, field: line} for number, line in enumerate(lines, 1)]


class Server:
    """A running engine and a client for it."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, key: str | None) -> None:
        self.process = process
        self.url = url
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30)

    def done(self, answer: httpx.Response) -> dict[str, Any]:
        """Wait for the task of a 202."""
        assert answer.status_code == 202, answer.text
        uid = answer.json()["taskUid"]
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            task: dict[str, Any] = self.http.get(f"/tasks/{uid}").json()
            if task["status"] in ("succeeded", "failed", "canceled"):
                return task
            time.sleep(0.01)
        raise AssertionError(f"task {uid} did not end")

    def ids(self, uid: str, **body: Any) -> list[Any]:
        answer = self.http.post(f"/indexes/{uid}/search", json=body)
        assert answer.status_code == 200, answer.text
        return [hit["id"] for hit in answer.json()["hits"]]


_AHEAD = """
import sys
from datetime import timedelta
from indexer.embedded.index import clock
right = clock.moment
clock.moment = lambda: right() + timedelta(days={days})
from indexer.embedded.__main__ import main
sys.exit(main())
"""


def start(folder: Path, *arguments: str, key: str | None = None, days_ahead: float = 0.0) -> Server:
    """Start an engine. days_ahead: of its machine's clock."""
    module = ["-c", _AHEAD.format(days=days_ahead)] if days_ahead else ["-m", "indexer.embedded"]
    environment = {name: value for name, value in os.environ.items() if name != "MEILI_MASTER_KEY"}
    if key:
        environment["MEILI_MASTER_KEY"] = key
    process = subprocess.Popen(
        [sys.executable, *module, "--data", str(folder), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert process.stdout is not None
    return Server(process, process.stdout.readline().strip(), key)


def stop(server: Server) -> None:
    server.http.close()
    server.process.terminate()
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait(10)
    assert server.process.stdout is not None
    server.process.stdout.close()


@contextmanager
def running(
    folder: Path, *arguments: str, key: str | None = None, days_ahead: float = 0.0
) -> Iterator[Server]:
    server = start(folder, *arguments, key=key, days_ahead=days_ahead)
    try:
        yield server
    finally:
        stop(server)
