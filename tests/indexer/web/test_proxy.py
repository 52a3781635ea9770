"""The page's server passes searches on, adds the key, and closes the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from indexer.web import proxy
from indexer.web.app import create_app
from tests.indexer.web.loopback import closed_address, page_over, running

KEY = "search-only-key"


@dataclass
class Engine:
    """A search server that remembers what it was asked and gives what it was told to give."""

    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answer: Response | None = None

    async def __call__(self, request: Request) -> Response:
        body = await request.json() if request.method == "POST" else None
        self.asked.append((request.method, request.url.path, body))
        self.keys.append(request.headers.get("authorization"))
        return self.answer or JSONResponse({"hits": [], "results": []})


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[httpx.Client, Engine]]:
    engine = Engine()
    with page_over(engine.__call__, search_key=KEY) as client:
        yield client, engine


@pytest.fixture
def page(started: tuple[httpx.Client, Engine]) -> httpx.Client:
    return started[0]


@pytest.fixture
def engine(started: tuple[httpx.Client, Engine]) -> Engine:
    engine = started[1]
    engine.asked.clear()
    engine.keys.clear()
    engine.answer = None
    return engine


def test_a_search_reaches_the_server_with_the_key_the_browser_never_sees(
    page: httpx.Client, engine: Engine
) -> None:
    queries = {"queries": [{"indexUid": "news", "q": "chips"}]}

    answer = page.post("/api/multi-search", json=queries)

    assert answer.status_code == 200
    assert engine.asked == [("POST", "/multi-search", queries)]
    assert engine.keys == [f"Bearer {KEY}"]
    assert KEY not in answer.text + str(answer.headers)


def test_a_key_from_outside_is_not_passed_on(page: httpx.Client, engine: Engine) -> None:
    page.post("/api/multi-search", json={"queries": []}, headers={"Authorization": "Bearer other"})

    assert engine.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("path", ["search", "facet-search"])
def test_the_pages_own_index_can_be_searched(page: httpx.Client, engine: Engine, path: str) -> None:
    page.post(f"/api/indexes/news/{path}", json={"q": "x"})

    assert engine.asked == [("POST", f"/indexes/news/{path}", {"q": "x"})]


def test_health_is_told(page: httpx.Client, engine: Engine) -> None:
    engine.answer = JSONResponse({"status": "available"})

    assert page.get("/api/health").json() == {"status": "available"}


def test_tasks_that_do_not_move_leave_the_page_healthy_and_are_told(
    page: httpx.Client, engine: Engine
) -> None:
    tasks = {"stalledSince": "2026-11-23T09:00:00.000000Z", "reason": "no room on the disk"}
    engine.answer = JSONResponse({"status": "available", "tasks": tasks})

    asked = page.get("/healthz")

    assert asked.status_code == 200
    assert asked.json() == {
        "status": "ok",
        "search": "tasks do not move since 2026-11-23T09:00:00.000000Z: no room on the disk",
    }


def test_an_index_that_is_being_rebuilt_is_told_where_people_look(
    page: httpx.Client, engine: Engine
) -> None:
    words = "Index `news` is being rebuilt from its documents, 0 of 10: search again in a while."
    engine.answer = JSONResponse({"status": "available", "indexes": {"news": words}})
    assert page.get("/healthz").json() == {"status": "ok", "search": f"news: {words}"}

    refusal = {"message": words, "code": "index_rebuilding", "type": "system", "link": ""}
    engine.answer = JSONResponse(refusal, 503)
    searched = page.post("/api/indexes/news/search", json={})
    assert (searched.status_code, searched.json()) == (503, refusal)
    feed = page.get("/feed.xml")
    assert (feed.status_code, feed.text) == (503, f"{words}\n")
    assert feed.headers["retry-after"] == "60"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/indexes"),
        ("GET", "/api/keys"),
        ("GET", "/api/indexes/news/documents"),
        ("POST", "/api/indexes/news/documents"),
        ("DELETE", "/api/indexes/news"),
        ("PATCH", "/api/indexes/news/settings"),
        ("GET", "/api/multi-search"),
        ("POST", "/api/indexes/news%2Fdocuments/search"),
        ("POST", "/api/indexes/../keys"),
    ],
)
def test_everything_but_searching_stays_closed(
    page: httpx.Client, engine: Engine, method: str, path: str
) -> None:
    answer = page.request(method, path, json={} if method == "POST" else None)

    assert answer.status_code in (404, 405)
    assert engine.asked == []


def test_another_index_stays_closed(page: httpx.Client, engine: Engine) -> None:
    single = page.post("/api/indexes/secrets/search", json={})
    several = page.post("/api/multi-search", json={"queries": [{"indexUid": "secrets"}]})

    assert [single.status_code, several.status_code] == [404, 404]
    assert engine.asked == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "malformed_payload"),
        (b"[" * 200_000, 400, "malformed_payload"),
        (b"[]", 400, "bad_request"),
        (b'{"queries": 5}', 400, "bad_request"),
        (b'{"queries": ["news"]}', 400, "bad_request"),
        (b'{"queries": [' + b",".join([b'{"indexUid": "news"}'] * 65) + b"]}", 400, "bad_request"),
        (b'{"q": "' + b"x" * proxy.MAX_REQUEST_BYTES + b'"}', 413, "payload_too_large"),
    ],
)
def test_a_request_out_of_bounds_is_refused_in_the_servers_own_form(
    page: httpx.Client, engine: Engine, content: bytes, status: int, code: str
) -> None:
    answer = page.post("/api/multi-search", content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert engine.asked == []


def test_the_search_servers_own_refusal_is_passed_on(page: httpx.Client, engine: Engine) -> None:
    refusal = {"message": "bad filter", "code": "invalid_search_filter", "type": "x", "link": ""}
    engine.answer = JSONResponse(refusal, 400)

    answer = page.post("/api/indexes/news/search", json={"filter": "?"})

    assert (answer.status_code, answer.json()) == (400, refusal)


def test_a_refused_key_is_told_without_naming_it(page: httpx.Client, engine: Engine) -> None:
    engine.answer = JSONResponse({"message": f"{KEY} is invalid"}, 403)

    answer = page.post("/api/indexes/news/search", json={})

    assert (answer.status_code, answer.json()["code"]) == (503, "search_key_refused")
    assert KEY not in answer.text


def test_half_a_character_passes(page: httpx.Client, engine: Engine) -> None:
    engine.answer = Response(b'{"hits": [{"title": "\\ud800 x"}]}', media_type="application/json")

    answer = page.post("/api/indexes/news/search", json={})

    assert (answer.status_code, answer.content) == (200, b'{"hits": [{"title": "\\ud800 x"}]}')


def test_an_answer_that_is_no_json_is_told(page: httpx.Client, engine: Engine) -> None:
    engine.answer = Response("<html>")

    answer = page.post("/api/indexes/news/search", json={})

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_unreadable")


def test_too_large_an_answer_is_not_gathered(
    page: httpx.Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "MAX_ANSWER_BYTES", 1000)
    engine.answer = JSONResponse({"hits": ["x" * 2000]})

    answer = page.post("/api/indexes/news/search", json={})

    assert (answer.status_code, answer.json()["code"]) == (502, "answer_too_large")


def test_a_search_server_that_is_down_is_a_calm_503() -> None:
    app = create_app(meili_url=closed_address(), search_key=None, index="news")
    with running(app) as url:
        answer = httpx.post(f"{url}/api/multi-search", json={"queries": []}, trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (503, "search_server_down")


def test_the_query_language_reaches_the_server_as_words_and_filters(
    page: httpx.Client, engine: Engine
) -> None:
    engine.answer = JSONResponse({"hits": [], "facetHits": [], "results": [{"hits": []}]})
    asked = {"indexUid": "news", "q": "chips region:UK region:Ukrane", "filter": ["outlets > 1"]}

    answer = page.post("/api/multi-search", json={"queries": [asked]}).json()

    (sent,) = engine.asked[-1][2]["queries"]
    assert sent["q"] == "chips"
    assert sent["filter"] == [['regions.lvl1 = "Europe > United Kingdom"'], "outlets > 1"]
    told = answer["results"][0]["understood"]
    assert [chip["shown"] for chip in told["chips"]] == [["Europe > United Kingdom"]]
    assert [note["near"] for note in told["notes"]] == [["Europe > Ukraine"]]


def test_alternatives_are_asked_apart_and_told_as_one(page: httpx.Client, engine: Engine) -> None:
    one = {"id": "1", "story_id": "s", "_rankingScore": 0.5}
    other = {"id": "2", "story_id": "t", "_rankingScore": 0.9}
    found = {"estimatedTotalHits": 2, "facetDistribution": {"source": {"a": 1}}}
    results = [{"hits": [one], **found}, {"hits": [other, one], **found}]
    engine.answer = JSONResponse({"results": results})
    asked = {"indexUid": "news", "q": "a OR b", "distinct": "story_id", "hitsPerPage": 2, "page": 1}

    answer = page.post("/api/multi-search", json={"queries": [asked]}).json()["results"]

    assert [query["q"] for query in engine.asked[0][2]["queries"]] == ["a", "b"]
    assert [hit["id"] for hit in answer[0]["hits"]] == ["2", "1"]
    assert (answer[0]["totalHits"], answer[0]["totalPages"]) == (4, 2)
    assert answer[0]["facetDistribution"] == {"source": {"a": 2}}
