"""One crawl over publishers with wishes: each gets what it asked for."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import Program
from tests.loopback import Answer, Asked, Site, html, serving

WORDS = (
    "Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million. "
)
PAGES = 3


@dataclass(frozen=True)
class Crawled:
    """A finished crawl: its report, the sites by id, and the program to ask further."""

    report: dict[str, Any]
    sites: Mapping[str, Site]
    program: Program
    sources: Path

    def why(self, site_id: str, number: int) -> dict[str, Any]:
        account: dict[str, Any] = self.program.json("why", f"{self.sites[site_id].url}/a/{number}")
        return account


class Publisher:
    """A feed of three pages; `special` answers go before the usual ones.

    most_at_once: requests it was answering at the same moment. thinks_s: before each answer.
    """

    def __init__(self, *, thinks_s: float = 0.0, **special: Answer) -> None:
        self.special = special
        self.thinks_s = thinks_s
        self.most_at_once = 0
        self._open: set[int] = set()

    def __call__(self, asked: Asked) -> Answer:
        self._open.add(threading.get_ident())
        self.most_at_once = max(self.most_at_once, len(self._open))
        time.sleep(self.thinks_s)
        self._open.discard(threading.get_ident())
        return self._answer(asked)

    def _answer(self, asked: Asked) -> Answer:
        name = asked.path.strip("/").replace("/", "_").replace(".", "_").replace("-", "_")
        if name in self.special:
            answer = self.special[name]
            return replace(
                answer, body=answer.body.replace(b"HOST", asked.headers["host"].encode())
            )
        if asked.path == "/feed":
            return Answer(
                body=_feed(asked.headers["host"]), headers={"Content-Type": "application/rss+xml"}
            )
        if asked.path.startswith("/a/"):
            return _page(asked.path)
        return Answer(status=404)


def _feed(host: str) -> bytes:
    items = "".join(
        f"<item><title>Plant {n} opens</title><link>http://{host}/a/{n}</link>"
        f"<pubDate>Mon, 23 Nov 2026 0{9 - n}:10:00 GMT</pubDate></item>"
        for n in range(1, PAGES + 1)
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def _page(path: str, head: str = "", **headers: str) -> Answer:
    text = "".join(f"<p>{WORDS.format(n=n)}</p>" for n in range(8))
    page = (
        f"<html><head><title>Orbisil opens plant {path}</title>{head}</head>"
        f"<body><article><h1>Orbisil opens plant {path}</h1>{text}</article></body></html>"
    )
    answer = html(page)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body=answer.body, headers={**answer.headers, **sent})


def _robots(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "text/plain"})


def _json(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "application/json"})


def _licence(path: str, prohibited: str) -> Answer:
    text = (
        f'<rsl xmlns="https://rslstandard.org/rsl"><content url="{path}"><license>'
        f'<prohibits type="usage">{prohibited}</prohibits></license></content></rsl>'
    )
    return Answer(body=text.encode(), headers={"Content-Type": RSL})


RSL = "application/rsl+xml"
TDMREP = """[{"location": "/a/*", "tdm-reservation": 1},
             {"location": "/a/3", "tdm-reservation": 0}]"""
PUBLISHERS = {
    "plain": Publisher(),
    "thinking": Publisher(thinks_s=0.1),
    "slow": Publisher(robots_txt=_robots("User-agent: *\nCrawl-delay: 0.7\n")),
    "busy": Publisher(a_1=Answer(status=429, headers={"Retry-After": "3600"})),
    "hurried": Publisher(a_1=Answer(status=503, headers={"Retry-After": "2"})),
    "broken": Publisher(robots_txt=Answer(status=503)),
    "private": Publisher(robots_txt=_robots("User-agent: techwire\nDisallow: /a/2\n")),
    "reserving": Publisher(
        a_1=_page("/a/1", tdm_reservation="1"),
        a_2=_page("/a/2", X_Robots_Tag="noindex, noai"),
        a_3=_page("/a/3", head='<meta content="1" name="tdm-reservation">'),
    ),
    "declaring": Publisher(_well_known_tdmrep_json=_json(TDMREP)),
    "licensing": Publisher(
        robots_txt=_robots("License: http://HOST/licence.xml\nUser-agent: *\nAllow: /\n"),
        licence_xml=_licence("/a/1", "all"),
        own_xml=_licence("/", "search"),
        a_2=_page("/a/2", head=f'<link rel="license" type="{RSL}" href="/own.xml">'),
    ),
    "signalling": Publisher(
        robots_txt=_robots("User-agent: *\nContent-Signal: search=yes, ai-train=no\n"),
        a_1=_page("/a/1", Content_Usage="search=n"),
    ),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("polite")
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(publisher)) for name, publisher in PUBLISHERS.items()
        }
        sources = folder / "sources.toml"
        sources.write_text(
            "".join(
                f'[[source]]\nid = "{name}"\nname = "{name}"\nhomepage = "{site.url}/"\n'
                f'feeds = ["{site.url}/feed"]\nlanguage = "en"\ndelay_s = 0\n'
                for name, site in sites.items()
            )
        )
        settings = {
            "TECHWIRE_ALLOW_HOSTS": "127.0.0.1",
            "TECHWIRE_CONTACT": "https://crawl.example/bot",
        }
        program = Program(Path(folder) / "home", settings)
        report = program.json("crawl", "--sources", str(sources), "--no-index", "--all-topics")
        yield Crawled(report, sites, program, sources)


def test_a_site_without_wishes_is_fetched_whole_by_a_crawler_that_names_itself(
    crawled: Crawled,
) -> None:
    site = crawled.sites["plain"]

    assert [p for p in site.paths() if p.startswith("/a/")] == ["/a/1", "/a/2", "/a/3"]
    agents = {request.headers["user-agent"] for request in site.asked}
    assert len(agents) == 1
    assert "techwire" in min(agents)
    assert "https://crawl.example/bot" in min(agents)


def test_a_host_without_a_delay_gets_one_request_at_a_time_in_order(crawled: Crawled) -> None:
    site = crawled.sites["thinking"]

    assert PUBLISHERS["thinking"].most_at_once == 1
    assert [p for p in site.paths() if p.startswith("/a/")] == ["/a/1", "/a/2", "/a/3"]


def test_robots_txt_is_asked_first_and_once(crawled: Crawled) -> None:
    for site in crawled.sites.values():
        assert site.paths()[0] == "/robots.txt"
        assert len(site.requests_for("/robots.txt")) == 1


def test_crawl_delay_lies_between_any_two_requests(crawled: Crawled) -> None:
    times = [request.at_s for request in crawled.sites["slow"].asked]
    gaps = [later - earlier for earlier, later in pairwise(times[1:])]

    assert len(gaps) >= 3
    assert sum(gaps) > 0.7 * (len(gaps) - 1)  # under load a server notes an arrival late


def test_a_429_with_retry_after_leaves_the_host_alone_and_its_other_articles_waiting(
    crawled: Crawled,
) -> None:
    asked = [p for p in crawled.sites["busy"].paths() if p.startswith("/a/")]

    assert asked == ["/a/1"]
    assert crawled.why("busy", 1)["state"] == "failed"
    assert crawled.why("busy", 3)["state"] == "found"
    assert crawled.report["failed"]["http 429"] == 1


def test_a_short_retry_after_is_waited_for_and_then_the_host_is_asked_more_slowly(
    crawled: Crawled,
) -> None:
    times = {request.path: request.at_s for request in crawled.sites["hurried"].asked}

    assert times["/a/3"] - times["/a/1"] > 1.9
    assert crawled.why("hurried", 3)["state"] == "outbox"


def test_a_site_whose_robots_txt_is_broken_is_left_alone_for_now(crawled: Crawled) -> None:
    site = crawled.sites["broken"]

    assert set(site.paths()) == {"/robots.txt"}
    assert "http 503" in crawled.report["problems"][f"{site.url}/feed"]


def test_what_robots_txt_disallows_is_not_asked_and_says_so(crawled: Crawled) -> None:
    assert "/a/2" not in crawled.sites["private"].paths()
    assert crawled.why("private", 2)["seen"]["reason"].startswith("robots:")
    assert crawled.why("private", 1)["state"] == "outbox"


@pytest.mark.parametrize(
    ("number", "where"), [(1, "header tdm"), (2, "X-Robots-Tag"), (3, "meta tdm")]
)
def test_a_page_that_reserves_mining_is_dropped_with_where_it_says_so(
    crawled: Crawled, number: int, where: str
) -> None:
    account = crawled.why("reserving", number)

    assert account["state"] == "dropped"
    assert account["seen"]["reason"].startswith("tdm:")
    assert where in account["seen"]["reason"]


def test_a_reservation_in_tdmrep_json_keeps_its_pages_from_being_asked(crawled: Crawled) -> None:
    asked = [p for p in crawled.sites["declaring"].paths() if p.startswith("/a/")]

    assert asked == ["/a/3"]
    assert "tdmrep.json" in crawled.why("declaring", 1)["seen"]["reason"]


def test_a_licence_that_refuses_a_page_is_asked_once_and_told_with_its_words(
    crawled: Crawled,
) -> None:
    paths = crawled.sites["licensing"].paths()

    assert "/a/1" not in paths
    assert paths.count("/licence.xml") == paths.count("/own.xml") == 1
    first, second, third = (crawled.why("licensing", n) for n in (1, 2, 3))
    assert "licence.xml prohibits usage all (no-search)" in first["seen"]["reason"]
    assert "own.xml prohibits usage search (no-search)" in second["seen"]["reason"]
    assert second["facts"]["page"] is None if "facts" in second else second["page"] is None
    assert third["state"] == "outbox"


def test_what_only_refuses_training_is_kept_as_a_mark_and_listed_by_publisher(
    crawled: Crawled,
) -> None:
    refused = crawled.why("signalling", 1)["seen"]["reason"]
    assert refused == "tdm: header Content-Usage: search=n (no-search)"
    assert crawled.why("signalling", 2)["state"] == "outbox"

    told = crawled.program.json(
        "sources", "rights", "signalling", "--sources", str(crawled.sources)
    )

    assert [(one["mark"], one["pages"]) for one in told] == [("refused", 1), ("no-training", 2)]
    assert told[1]["words"] == "robots.txt Content-Signal: ai-train=no"
