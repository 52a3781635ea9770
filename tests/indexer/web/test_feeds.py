"""Every search is a feed that feed readers can read."""

import json
from collections.abc import Iterator
from typing import Any

import feedparser
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indexer.vocabulary.sources import KnownSource
from indexer.web.app import create_app
from tests.indexer.web.loopback import closed_address, running

PLAIN = {
    "id": "a1",
    "url": "https://news.example/chips?a=1&b=2",
    "title": "Chips & <b>more</b>",
    "summary": "What happened.",
    "source_name": "Harbour Tech",
    "authors": [],
    "language": "en",
    "published_at": 1_790_000_000,
    "crawled_at": 1_790_000_100,
    "topics": {"lvl0": ["Semiconductors"]},
    "regions": {"lvl0": ["Asia"], "lvl1": ["Asia > China"]},
    "image": "https://news.example/photo.jpg",
    "companies": ["Zephyr"],
    "story_id": "s1",
}
HOSTILE = PLAIN | {
    "id": "a2",
    "story_id": "s2",
    "title": 'Null \x00\x08 and ]]> and <script>alert("1")</script> \ud800'.replace("\ud800", ""),
    "published_at": None,
    "image": None,
    "language": None,
}


class Engine:
    """A search server that gives two hits and remembers the question."""

    asked: Any = None
    answer: Response | None = None

    async def __call__(self, request: Request) -> Response:
        self.asked = (request.url.path, await request.json())
        return self.answer or JSONResponse({"hits": [PLAIN, HOSTILE]})


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[httpx.Client, Engine]]:
    engine = Engine()
    route = Route("/{path:path}", engine.__call__, methods=["POST"])
    with (
        running(Starlette(routes=[route])) as meili_url,
        running(
            create_app(
                meili_url=meili_url,
                search_key=None,
                index="news",
                sources=lambda: (KnownSource("harbour", "Harbour Tech"),),
            )
        ) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client, engine


@pytest.fixture
def page(started: tuple[httpx.Client, Engine]) -> httpx.Client:
    return started[0]


@pytest.fixture
def engine(started: tuple[httpx.Client, Engine]) -> Engine:
    started[1].answer = None
    return started[1]


def test_a_feed_asks_for_the_newest_of_the_pages_search(page: httpx.Client, engine: Engine) -> None:
    page.get("/feed.xml?q=chips&region=East+Asia+%3E+China")

    path, asked = engine.asked
    assert path == "/indexes/news/search"
    assert (asked["q"], asked["filter"]) == ("chips", [['regions.lvl1 = "East Asia > China"']])
    assert (asked["sort"], asked["distinct"]) == (["published_at:desc"], "story_id")


@pytest.mark.parametrize(
    ("query", "version"), [("?q=chips", "rss20"), ("?q=chips&format=atom", "atom10")]
)
def test_rss_and_atom_are_read_by_feedparser(
    page: httpx.Client, engine: Engine, query: str, version: str
) -> None:
    answer = page.get(f"/feed.xml{query}")
    feed = feedparser.parse(answer.content)

    assert (feed.version, feed.bozo) == (version, False)
    assert feed.feed.title == "techwire: chips"
    plain, hostile = feed.entries
    assert plain.link == PLAIN["url"]
    assert plain.id == "urn:techwire:s1"
    assert plain.published_parsed[:3] == (2026, 9, 21)
    assert plain.author == "Harbour Tech"
    assert [tag.term for tag in plain.tags] == ["Semiconductors", "Asia > China"]
    assert "published" not in hostile


@pytest.mark.parametrize("query", ["", "?format=atom"])
def test_hostile_words_stay_text_in_a_feed(page: httpx.Client, engine: Engine, query: str) -> None:
    content = page.get(f"/feed.xml{query}").text

    assert "&lt;script&gt;" in content
    assert "<script" not in content
    assert "\x00" not in content


def test_json_feed_holds_the_same(page: httpx.Client, engine: Engine) -> None:
    answer = page.get("/feed.json?topic=Semiconductors&copies=all")
    feed = json.loads(answer.content)

    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["home_page_url"].endswith("/?topic=Semiconductors&copies=all")
    plain, hostile = feed["items"]
    assert (plain["id"], plain["url"]) == ("urn:techwire:a1", PLAIN["url"])
    assert plain["date_published"] == "2026-09-21T14:13:20Z"
    assert "date_published" not in hostile
    assert "image" not in hostile


def test_an_unchanged_feed_is_not_sent_again(page: httpx.Client, engine: Engine) -> None:
    tag = page.get("/feed.xml").headers["etag"]

    again = page.get("/feed.xml", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_feed_is_known_by_its_time_to_readers_without_tags(
    page: httpx.Client, engine: Engine
) -> None:
    time = page.get("/feed.xml").headers["last-modified"]
    assert time == "Mon, 21 Sep 2026 14:15:00 GMT"

    again = page.get("/feed.xml", headers={"If-Modified-Since": time})
    other = page.get("/feed.xml", headers={"If-Modified-Since": time, "If-None-Match": '"other"'})

    assert (again.status_code, other.status_code) == (304, 200)


def test_an_address_that_is_not_understood_says_what_to_write(page: httpx.Client) -> None:
    answer = page.get("/feed.json?since=soon")

    assert answer.status_code == 400
    assert "7d" in answer.text


def test_a_feed_understands_names_as_people_write_them(page: httpx.Client, engine: Engine) -> None:
    page.get("/feed.xml?region=UK&topic=ai&source=harbour")

    assert engine.asked[1]["filter"] == [
        ['topics.lvl0 = "Artificial intelligence"'],
        ['regions.lvl1 = "Europe > United Kingdom"'],
        ['source = "harbour"'],
    ]


def test_the_pages_address_with_names_leads_to_the_one_with_their_values(
    page: httpx.Client, engine: Engine
) -> None:
    sent = page.get("/?region=UK&source=harbour&q=chips+%26+fries")

    assert sent.status_code == 307
    to = "/?region=Europe+%3E+United+Kingdom&source=Harbour+Tech&q=chips+%26+fries"
    assert sent.headers["location"] == to
    for stays in (to, "/?region=Birmingham&region=nowhere&q=UK", "/?topic=Semiconductors"):
        assert page.get(stays).status_code != 307  # PLAIN has a topic of that very name


def test_a_feed_of_a_company_of_no_list_asks_the_index_for_it(
    page: httpx.Client, engine: Engine
) -> None:
    assert page.get("/feed.xml?company=Zephyr").status_code == 200
    assert engine.asked[1]["filter"] == [['companies = "Zephyr"']]


def test_a_feed_of_a_name_nobody_knows_says_what_is_near(
    page: httpx.Client, engine: Engine
) -> None:
    engine.answer = JSONResponse({"hits": []})

    answer = page.get("/feed.xml?region=Ukrane")

    assert (answer.status_code, answer.headers["content-type"][:10]) == (400, "text/plain")
    assert answer.text == "no region like 'Ukrane': did you mean Europe > Ukraine?\n"


def test_a_refused_search_is_no_empty_feed(page: httpx.Client, engine: Engine) -> None:
    engine.answer = JSONResponse({"message": "Index `news` not found."}, 404)

    answer = page.get("/feed.xml")

    assert (answer.status_code, answer.text) == (502, "Index `news` not found.\n")


def test_a_search_server_that_is_down_is_no_empty_feed() -> None:
    with running(create_app(meili_url=closed_address(), search_key=None, index="news")) as url:
        answer = httpx.get(f"{url}/feed.json", trust_env=False)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
