"""A search server for tests of its callers: Meilisearch's API as far as the pusher uses it.

Documents go in by tasks that succeed, fail or wait as the test says. It searches nothing; what
search means is tested against the real ones in `tests/contract`.
"""

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Answer, Asked, serving

Fault = dict[str, str]
REFUSED: Fault = {"type": "invalid_request", "code": "invalid_document_fields"}
BROKEN: Fault = {"type": "internal", "code": "internal"}


@dataclass
class FakeSearch:
    """What the server holds and how it shall behave.

    fault: looks at a batch's records and says why its task fails, or None. held: tasks wait while
    it is set. at_accept: called with each batch after it was accepted, before the answer goes out.
    clock: when tasks come and end. amiss: what the embedded engine adds to its health then.
    """

    key: str | None = None
    version: str = "1.22.0"
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] | None = None  # None: the index does not exist
    tasks: list[dict[str, Any]] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    fault: Callable[[list[dict[str, Any]]], Fault | None] = lambda records: None
    at_accept: Callable[[], None] = lambda: None
    largest_bytes: int = 10_000_000
    held: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    amiss: dict[str, Any] = field(default_factory=dict)
    url: str = ""

    def answer(self, asked: Asked) -> Answer:
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return _json(403, _fault("The provided API key is invalid.", "invalid_api_key", "auth"))
        for method, pattern, reply in (
            ("GET", r"/version", self._version),
            ("GET", r"/health", lambda _: _json(200, {"status": "available", **self.amiss})),
            ("POST", r"/indexes", self._create),
            ("GET", r"/indexes(\?.*)?", self._list),
            ("GET", r"/indexes/news/settings", self._settings),
            ("PATCH", r"/indexes/news/settings", self._change_settings),
            ("POST", r"/indexes/news/documents\?primaryKey=id", self._add),
            ("POST", r"/indexes/news/documents/delete", self._delete),
            ("POST", r"/indexes/news/documents/fetch", self._fetch),
            ("GET", r"/tasks/\d+", self._task),
            ("GET", r"/tasks\?.*", self._list_tasks),
            ("POST", r"/indexes/news/search", lambda _: _json(200, {"hits": []})),
        ):
            if asked.method == method and re.fullmatch(pattern, asked.path):
                return reply(asked)
        return _json(404, _fault(f"no such way: {asked.method} {asked.path}", "not_found"))

    def _version(self, _asked: Asked) -> Answer:
        return _json(200, {"pkgVersion": self.version, "commitSha": "0", "commitDate": "0"})

    def _create(self, _asked: Asked) -> Answer:
        self.settings = {}
        return self._accept("indexCreation", None)

    def _list(self, _asked: Asked) -> Answer:
        at = "2026-11-23T00:00:00.000000Z"
        index = {"uid": "news", "primaryKey": "id", "createdAt": at, "updatedAt": at}
        results = [] if self.settings is None else [index]
        return _json(200, {"results": results, "offset": 0, "limit": 20, "total": len(results)})

    def _settings(self, _asked: Asked) -> Answer:
        if self.settings is None:
            return _json(404, _fault("Index `news` not found.", "index_not_found"))
        return _json(200, self.settings)

    def _change_settings(self, asked: Asked) -> Answer:
        self.settings = {**(self.settings or {}), **json.loads(asked.body)}
        return self._accept("settingsUpdate", None)

    def _add(self, asked: Asked) -> Answer:
        if len(asked.body) > self.largest_bytes:
            return _json(413, _fault("The payload is too large.", "payload_too_large"))
        body = asked.body
        if asked.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        records = [json.loads(line) for line in body.splitlines()]
        self.batches.append([record["id"] for record in records])
        fault = self.fault(records)
        if fault is None:
            self.documents.update((record["id"], record) for record in records)
        answer = self._accept("documentAdditionOrUpdate", fault)
        self.at_accept()
        return answer

    def _delete(self, asked: Asked) -> Answer:
        wanted = str(json.loads(asked.body)["filter"])
        assert re.fullmatch(r'id IN \["\w+"(, "\w+")*\]', wanted)
        for document_id in re.findall(r'"(\w+)"', wanted):
            self.documents.pop(document_id, None)
        return self._accept("documentDeletion", None)

    def _fetch(self, asked: Asked) -> Answer:
        wanted = json.loads(asked.body)
        offset, limit = wanted.get("offset", 0), wanted.get("limit", 20)
        ids = [own_id for own_id in self.documents if own_id in wanted.get("ids", self.documents)]
        page = [self.documents[own_id] for own_id in ids[offset : offset + limit]]
        found = {"results": page, "offset": offset, "limit": limit, "total": len(ids)}
        return _json(200, found)

    def _accept(self, kind: str, fault: Fault | None) -> Answer:
        uid = len(self.tasks)
        at = self.clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        error = None if fault is None else {"message": "no words", "link": "", **fault}
        task = {
            "uid": uid,
            "indexUid": "news",
            "status": "succeeded" if fault is None else "failed",
            "type": kind,
            "error": error,
            "enqueuedAt": at,
            "finishedAt": at,
        }
        self.tasks.append(task)
        return _json(
            202,
            {
                "taskUid": uid,
                "indexUid": "news",
                "status": "enqueued",
                "type": kind,
                "enqueuedAt": at,
            },
        )

    def _list_tasks(self, asked: Asked) -> Answer:
        wanted = parse_qs(urlsplit(asked.path).query)
        statuses = wanted["statuses"][0].split(",") if "statuses" in wanted else None
        tasks = [task for task in map(self._shown, self.tasks) if _is_one(task, statuses)]
        tasks = tasks if "reverse" in wanted else tasks[::-1]
        limit = int(wanted["limit"][0])
        page = {"results": tasks[:limit], "limit": limit, "from": None, "next": None}
        return _json(200, {**page, "total": len(tasks)})

    def _task(self, asked: Asked) -> Answer:
        return _json(200, self._shown(self.tasks[int(asked.path.rpartition("/")[2])]))

    def _shown(self, task: dict[str, Any]) -> dict[str, Any]:
        if self.held.is_set():
            return {**task, "status": "enqueued", "finishedAt": None}
        return task


def _is_one(task: dict[str, Any], statuses: list[str] | None) -> bool:
    return statuses is None or task["status"] in statuses


@contextmanager
def open_search(search: FakeSearch, *, port: int = 0) -> Iterator[FakeSearch]:
    """Serve it until the block ends."""
    with serving(search.answer, port=port) as site:
        search.url = site.url
        yield search


def _fault(message: str, code: str, kind: str = "invalid_request") -> dict[str, str]:
    return {"message": message, "code": code, "type": kind, "link": ""}


def _json(status: int, value: Any) -> Answer:
    headers = {"Content-Type": "application/json"}
    return Answer(status=status, body=json.dumps(value).encode(), headers=headers)
