"""Every route of the page, asked with every wrong thing: refused in words, never with a 500."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.indexer.web.loopback import page_over

POSTS = ["/api/multi-search", "/api/indexes/news/search", "/api/indexes/news/facet-search"]
GETS = ["/", "/feed.xml", "/feed.json", "/image", "/api/health"]
MALFORMED = {
    "NaN": b'{"offset": NaN}',
    "endless": b'{"limit": 1e999, "queries": []}',
    "infinite": b'{"limit": -Infinity}',
    "half a pair": b'{"q": "\\ud800"}',
    "half a pair as a name": b'{"\\udc00": 1}',
    "deep": b'{"queries": [{"indexUid": "news", "filter": ' + b"[" * 300 + b"]" * 300 + b"}]}",
    "deeper": b"[" * 200_000,
    "not UTF-8": b'{"q": "\xff"}',
    "long number": b'{"limit": ' + b"9" * 400 + b"}",
    "cut": b'{"q": ',
    "nothing": b"",
}
NO_OBJECT = [b"null", b"7", b'"news"', b"[]", b"true"]
VALUES = ["", "-1", "NaN", "1e999", "9" * 400, "\x00", "%ED%A0%80", "%FF", "null", "2026-13-45",
          "0:", "1:1:1", "https://[", "x" * 3_000, "\u202e", "7d7d"]  # fmt: skip
NAMES = ["q", "topic", "region", "source", "language", "usd", "since", "from", "to", "sort",
         "copies", "format", "url", "u", "w", "view", "company", "nobody"]  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Iterator[httpx.Client]:
    async def engine(request: Request) -> Response:
        return JSONResponse({"hits": [], "results": [], "facetHits": []})

    with page_over(engine, search_key="key") as client:
        yield client


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_no_json_is_refused_in_json(page: httpx.Client, path: str) -> None:
    for name, body in MALFORMED.items():
        answer = page.post(path, content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_payload"), name
        assert "\n" not in answer.json()["message"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_of_another_type_is_refused_in_json(page: httpx.Client, path: str) -> None:
    for body in NO_OBJECT:
        answer = page.post(path, content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), body


def test_numbers_of_any_size_reach_the_server_as_they_are_or_as_floats(page: httpx.Client) -> None:
    for number in (b"18446744073709551616", b"-1", b"1e300", b"0.1"):
        assert page.post(POSTS[1], content=b'{"limit": ' + number + b"}").status_code == 200


def test_no_query_breaks_a_route(page: httpx.Client) -> None:
    broken = []
    for turn, path in enumerate(GETS):
        for number, name in enumerate(NAMES):
            value = VALUES[(number * 5 + turn * 3) % len(VALUES)]
            shown = value if value.startswith("%") else quote(value)
            asked = f"{path}?{name}={shown}"
            if (status := page.get(asked).status_code) in (500, 502):
                broken.append((asked, status))

    assert broken == []


@pytest.mark.parametrize("answer", [[], "x", 7, None, {"hits": 5}, {"tasks": 1}, {"hits": [7]}])
def test_a_search_server_that_answers_oddly_breaks_nothing(answer: object) -> None:
    async def engine(request: Request) -> Response:
        return JSONResponse(answer)

    with page_over(engine) as page:
        asked = [page.get(path) for path in ("/healthz", "/api/health")]
        asked += [page.post(path, json={"queries": []}) for path in POSTS]
        asked += [page.get("/feed.json") if answer != {"hits": [7]} else page.get("/healthz")]

    assert [one.text for one in asked if one.status_code == 500] == []
