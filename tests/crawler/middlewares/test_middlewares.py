"""What goes between spider and network, seen by the servers of a real crawl on loopback."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.state.seen import SEEN
from indexer.foundation.database import begin, connect
from tests.crawler.offline.test_bulk import HTML
from tests.loopback import Answer, Asked, Site, html, serving

CRAWL_S = 60.0
HELD = "3600"
DELAY_S = 0.2
BRIEF_S = 2.0
CRAWL_DELAY_S = 1.0


@dataclass
class Crawled:
    """Two crawls of the same servers. reports: one a crawl. outcomes: page → what became of it."""

    sites: dict[str, Site]
    reports: list[dict[str, Any]]
    outcomes: dict[str, str]
    asked_first: dict[str, int]

    def __getitem__(self, name: str) -> Site:
        return self.sites[name]


def feed(links: list[str]) -> Answer:
    items = "".join(
        f"<item><title>Chip news {n}</title><link>{u}</link></item>" for n, u in enumerate(links)
    )
    body = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
    )
    headers = {"Content-Type": "application/rss+xml", "ETag": '"1"'}
    return Answer(body=body.encode(), headers=headers)


def a_site(
    links: Callable[[str], list[str]],
    robots: str = "",
    page: Callable[[Asked], Answer | None] = lambda _: None,
) -> Callable[[Asked], Answer]:
    """A site with robots.txt, a feed of these links, and the same article behind all of them."""

    def answer(asked: Asked) -> Answer:
        base = f"http://{asked.headers['host']}"
        if asked.path == "/robots.txt":
            return Answer(body=robots.encode()) if robots else Answer(status=404)
        if asked.path == "/feed":
            if asked.headers.get("if-none-match") == '"1"':
                return Answer(status=304)
            return feed(links(base))
        if asked.path.startswith("/.well-known/"):
            return Answer(status=404)
        return page(asked) or html(HTML.replace("opens", f"opens at {asked.path}"))

    return answer


def pages(*names: str) -> Callable[[str], list[str]]:
    return lambda base: [f"{base}/{name}" for name in names]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home: Path = tmp_path_factory.mktemp("crawl")
    complaints = iter([Answer(status=503, headers={"Retry-After": f"{BRIEF_S:.0f}"})])

    with ExitStack() as stack:
        secret = stack.enter_context(serving(a_site(pages()), host="127.0.0.2"))
        port = secret.url.rpartition(":")[2]

        def away(asked: Asked) -> Answer | None:
            found = asked.path == "/redirects-into-the-intranet-1"
            return Answer(status=302, headers={"Location": f"{secret.url}/s"}) if found else None

        def doors(base: str) -> list[str]:
            return [
                f"{base}/a-plain-story-1",
                f"{base}/redirects-into-the-intranet-1",
                f"{secret.url}/straight-into-the-intranet-1",
                f"{base}/forbidden/by-the-robots-file-1",
            ]

        answers = {
            "doors": a_site(doors, "User-agent: *\nDisallow: /forbidden/\n", away),
            "slow": a_site(
                pages("slow-story-1", "slow-story-2"),
                f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S:.0f}\n",
            ),
            "held": a_site(
                pages("held-story-1", "held-story-2", "held-story-3"),
                page=lambda _: Answer(status=429, headers={"Retry-After": HELD}),
            ),
            "brief": a_site(
                pages("brief-story-1", "brief-story-2"), page=lambda _: next(complaints, None)
            ),
        }
        sites = {name: stack.enter_context(serving(a)) for name, a in answers.items()}
        order: dict[str, Any] = {
            "home": str(home),
            "allow_hosts": ["127.0.0.1"],
            "sources": [
                {
                    "id": name,
                    "name": name,
                    "homepage": site.url,
                    "feeds": [f"{site.url}/feed"],
                    "delay_s": DELAY_S,
                }
                for name, site in sites.items()
            ],
        }
        named = f"http://intranet.test:{port}"
        order["sources"].append(
            {"id": "named", "name": "n", "homepage": named, "feeds": [f"{named}/feed"]}
        )
        first = crawl(order)
        asked_first = {name: len(site.asked) for name, site in sites.items()}
        outcomes = read_outcomes(home)
        second = crawl(order)
        yield Crawled({**sites, "secret": secret}, [first, second], outcomes, asked_first)


def crawl(order: dict[str, Any]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crawler.one_crawl"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=CRAWL_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def read_outcomes(home: Path) -> dict[str, str]:
    engine = connect(f"sqlite:///{home / 'techwire.db'}")
    with begin(engine) as connection:
        rows = connection.execute(select(SEEN.c.url, SEEN.c.outcome)).all()
    engine.dispose()
    return {row.url.rpartition("/")[2]: row.outcome for row in rows}


def seconds_taken(requests: list[Asked]) -> float:
    return requests[-1].at_s - requests[0].at_s


def test_an_article_is_fetched_and_stored(crawled: Crawled) -> None:
    assert crawled.outcomes["a-plain-story-1"] == "stored"
    assert crawled.reports[0]["stored"] >= 4
    assert crawled["doors"].asked[0].path == "/robots.txt"


def test_closed_addresses_are_never_asked_not_even_by_a_redirect_or_a_name(
    crawled: Crawled,
) -> None:
    assert crawled["secret"].asked == []
    assert "/redirects-into-the-intranet-1" in crawled["doors"].paths()
    for page in ("redirects-into-the-intranet-1", "straight-into-the-intranet-1"):
        assert crawled.outcomes.get(page, "never found") in ("dropped", "never found")
    (words,) = crawled.reports[0]["problems"].values()
    assert "http://intranet.test" in str(crawled.reports[0]["problems"])
    assert "leads to the private address 127.0.0.2" in words or "DNS" in words


def test_what_robots_txt_disallows_is_never_asked(crawled: Crawled) -> None:
    assert not any(path.startswith("/forbidden/") for path in crawled["doors"].paths())
    assert crawled.outcomes["by-the-robots-file-1"] == "dropped"


def test_crawl_delay_lies_between_two_requests(crawled: Crawled) -> None:
    site = crawled["slow"]
    requests = site.asked[1 : crawled.asked_first["slow"]]  # the first is for robots.txt

    assert len(requests) >= 3
    # half of it, since a busy server may notice the first one late; without it DELAY_S would do
    assert seconds_taken(requests) >= 0.5 * CRAWL_DELAY_S * (len(requests) - 1)
    assert crawled.outcomes["slow-story-2"] == "stored"


def test_a_host_that_asks_for_an_hour_is_left_alone_and_its_pages_wait(crawled: Crawled) -> None:
    asked = [path for path in crawled["held"].paths() if path.startswith("/held-story")]

    assert len(asked) <= 2, "once a crawl"
    outcomes = sorted(crawled.outcomes[f"held-story-{n}"] for n in (1, 2, 3))
    assert outcomes == ["failed", "found", "found"]
    assert crawled.reports[0]["failed"]["held"] == 2


def test_a_host_that_asks_for_a_moment_gets_it_and_then_goes_on(crawled: Crawled) -> None:
    site = crawled["brief"]
    stories = [request for request in site.asked if request.path.startswith("/brief-story")]

    assert seconds_taken(stories[:2]) >= 0.5 * BRIEF_S
    assert "stored" in {crawled.outcomes[f"brief-story-{n}"] for n in (1, 2)}


def test_a_listing_is_asked_again_with_what_it_last_answered(crawled: Crawled) -> None:
    first, second = crawled["doors"].requests_for("/feed")

    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"] == '"1"'
    assert crawled.reports[1]["found"] == 0


def test_stored_pages_are_not_asked_again(crawled: Crawled) -> None:
    assert len(crawled["doors"].requests_for("/a-plain-story-1")) == 1
    assert len(crawled["slow"].requests_for("/slow-story-1")) == 1


def test_every_request_says_who_asks(crawled: Crawled) -> None:
    agents = {r.headers["user-agent"] for site in crawled.sites.values() for r in site.asked}

    assert len(agents) == 1
    assert agents.pop().startswith("techwire/")
