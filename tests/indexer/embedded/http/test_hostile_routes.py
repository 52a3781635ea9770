"""Every route of the engine, asked with every wrong thing: refused in words, never with a 5xx."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from indexer.embedded.http.app import create_app
from indexer.embedded.http.readers import Readers
from tests.indexer.embedded.conftest import MASTER_KEY
from tests.indexer.embedded.engines import Server, running

DEEP = b'{"a":' * 300 + b"1" + b"}" * 300
BODIES = {
    "NaN": b'{"offset": NaN}',
    "endless": b'{"limit": 1e999}',
    "half a pair": b'{"q": "\\ud800"}',
    "deep": DEEP,
    "deep list": b"[" * 100_000,
    "not UTF-8": b'{"q": "\xff"}',
    "cut": b'{"q": ',
    "empty": b"",
    "null": b"null",
    "number": b"7",
    "long number": b"[" + b"9" * 400 + b"]",
    "huge": b'{"offset": 99999999999999999999, "limit": -1, "uids": [1e300]}',
    "text": b'"news"',
    "list": b"[1, null, {}, [], true]",
    "wrong types": b'{"queries": {}, "uid": [], "name": 5, "actions": "*", "indexes": {}, "q": [1],'
    b' "filter": {"a": 1}, "facetName": {}, "ids": [{}], "primaryKey": {}, "expiresAt": [1],'
    b' "offset": "x", "limit": true, "sort": {}, "fields": 1}',
    "nothing in lists": b'{"queries": [null], "ids": [null], "sort": [null], "facets": [null],'
    b' "filter": [null], "actions": [null], "indexes": [null], "attributesToCrop": [null]}',
    "odd words": b'{"uid": "a\\u0000b", "name": "\\u202e", "q": "\\u0000", "facetName": "\\u0000",'
    b' "filter": "\\u0000 = 1", "description": "x"}',
}
VALUES = ["", "-1", "NaN", "1e999", "9" * 400, "\x00", "%ED%A0%80", "null", "[]", '{"a":1}', "*,*",
          "2026-13-45", "x" * 3_000]  # fmt: skip
NAMES = ["limit", "offset", "from", "uids", "statuses", "types", "indexUids", "canceledBy", "ids",
         "batchUids", "reverse", "fields", "filter", "sort", "q", "page", "hitsPerPage", "facets",
         "beforeEnqueuedAt", "afterFinishedAt", "primaryKey", "csvDelimiter", "skipCreation",
         "sizeFormat", "customMetadata", "cropLength", "vector", "nobody"]  # fmt: skip
PATHS = [
    "news",
    "nobody",
    "a%00b",
    "%ED%A0%80",
    "..%2f",
    "9" * 400,
    "-1",
    "%F0%9F%92%A9",
    "x" * 600,
]


def routes() -> list[tuple[str, str]]:
    """Method and path of every route."""
    app = create_app(Path("nowhere"), None, Readers(Path("nowhere"), 0))
    found = []
    for route in app.routes:
        methods = sorted((getattr(route, "methods", None) or set()) - {"HEAD"})
        found += [(method, str(getattr(route, "path", ""))) for method in methods]
    return found


ROUTES = routes()


def named(path: str, value: str) -> str:
    for name in ("uid", "id", "task", "batch", "key", "rest:path"):
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("hostile"), "--readers", "1", key=MASTER_KEY) as server:
        settings = {"filterableAttributes": ["*"], "sortableAttributes": ["a"]}
        server.done(server.http.patch("/indexes/news/settings", json=settings))
        server.done(server.http.post("/indexes/news/documents", json=[{"id": 1, "a": "x"}]))
        yield server
        ended = server.http.get("/tasks", params={"statuses": "failed", "limit": 10_000}).json()
        errors = [(one["type"], one["details"], one["error"]) for one in ended["results"]]
        assert [one for one in errors if one[2]["code"] == "internal"] == []


def broken(server: Server, method: str, path: str, **more: Any) -> list[str]:
    answer = server.http.request(method, path, **more)
    told = not answer.content or "json" in answer.headers["content-type"]
    if answer.status_code < 500 and told:
        return []
    return [f"{method} {path[:80]} {str(more)[:80]}: {answer.status_code} {answer.text[:80]}"]


def test_there_are_many_routes() -> None:
    assert len(ROUTES) > 100


@pytest.mark.parametrize("body", BODIES)
def test_no_body_breaks_a_route(asked: Server, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    found = []
    for method, path in ROUTES:
        if method != "GET":
            found += broken(
                asked, method, named(path, "news"), content=BODIES[body], headers=headers
            )

    assert found == []


def test_no_query_breaks_a_route(asked: Server) -> None:
    found = []
    paths = sorted(
        {path for method, path in ROUTES if method == "GET" and "/settings/" not in path}
    )
    for turn, path in enumerate(paths):
        for number, name in enumerate(NAMES):
            value = VALUES[(number * 5 + turn) % len(VALUES)]
            shown = value if value.startswith("%") else quote(value)
            found += broken(asked, "GET", f"{named(path, 'news')}?{name}={shown}")

    assert found == []


@pytest.mark.parametrize("value", PATHS)
def test_no_name_in_a_path_breaks_a_route(asked: Server, value: str) -> None:
    found = []
    for method, path in ROUTES:
        if "{" in path:
            body = {"content": b"{}", "headers": {"Content-Type": "application/json"}}
            found += broken(asked, method, named(path, value), **({} if method == "GET" else body))

    assert found == []


def test_no_credential_breaks_a_route(asked: Server) -> None:
    found = []
    odd = ["", "Bearer", "Bearer \xff", "Bearer a.b.c", "Basic eDp4", "Bearer " + "x" * 9_000,
           "Bearer e30.e30.", "Bearer eyJhbGciOiJub25lIn0.eyJhcGlLZXlVaWQiOnt9fQ."]  # fmt: skip
    for text in odd:
        for path in ("/stats", "/indexes/news/search", "/keys"):
            found += broken(asked, "GET", path, headers={"Authorization": text.encode("latin-1")})

    assert found == []


def test_settings_that_were_taken_break_no_search(asked: Server) -> None:
    assert asked.http.post("/indexes/news/search", json={"q": "x"}).status_code == 200
    assert json.loads(asked.http.get("/health").content)["status"] == "available"
