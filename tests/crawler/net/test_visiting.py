"""Pages looked at by hand get a crawl's manners, shared with every crawl on the state database."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.errors import FetchError, RobotsRefusal
from crawler.net import visiting
from crawler.net.politeness import slot_of
from crawler.net.visiting import Visitor
from crawler.sources.source import Source, unverified_sites
from crawler.state import hosts
from crawler.state.hosts import HOSTS, Rest
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import begin, reading, state_database
from tests.loopback import Answer, Asked, serving
from tests.tls import Authority

ROBOTS = "User-agent: *\nDisallow: /closed\nCrawl-delay: 7\n"


@pytest.fixture
def allowed(config: Config) -> Config:
    return replace(config, allow_hosts=("127.0.0.1",))


def visit(
    config: Config, look: Callable[[Visitor], Coroutine[Any, Any, Any]], **options: Any
) -> Any:
    async def visiting_there() -> Any:
        async with Visitor(config, pause_s=0.0, **options) as visitor:
            return await look(visitor)

    return asyncio.run(visiting_there())


def a_site(robots: str = "") -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=robots.encode()) if robots else Answer(status=404)
        if asked.path == "/busy":
            return Answer(status=429, headers={"Retry-After": "3600"})
        return Answer(body=b"page")

    return answer


def row_of(config: Config, url: str) -> Any:
    with state_database(config.database_url) as engine, reading(engine) as connection:
        return connection.execute(select(HOSTS).where(HOSTS.c.host == slot_of(url))).one()


def test_robots_txt_is_asked_first_and_what_it_disallows_is_not_asked(allowed: Config) -> None:
    with serving(a_site("User-agent: *\nDisallow: /closed\n")) as site:
        with pytest.raises(RobotsRefusal, match=r"/closed is closed: robots\.txt disallows it"):
            visit(allowed, lambda visitor: visitor.get(f"{site.url}/closed"))
        assert visit(allowed, lambda visitor: visitor.get(f"{site.url}/open")).body == b"page"

    assert site.paths() == ["/robots.txt", "/robots.txt", "/open"]


def test_a_redirect_into_what_robots_txt_disallows_is_not_followed(allowed: Config) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/way":
            return Answer(status=301, headers={"Location": "/closed"})
        return a_site(ROBOTS.replace("7", "0"))(asked)

    with serving(answer) as site, pytest.raises(RobotsRefusal):
        visit(allowed, lambda visitor: visitor.get(f"{site.url}/way"))

    assert "/closed" not in site.paths()


def test_a_robots_txt_that_is_down_closes_its_site(allowed: Config) -> None:
    with (
        serving(lambda _: Answer(status=503)) as site,
        pytest.raises(RobotsRefusal, match=r"robots\.txt answered 503"),
    ):
        visit(allowed, lambda visitor: visitor.get(f"{site.url}/page"))

    assert site.paths() == ["/robots.txt"]


def test_a_person_may_ask_without_robots_txt(allowed: Config) -> None:
    with serving(a_site(ROBOTS)) as site:
        visit(allowed, lambda visitor: visitor.get(f"{site.url}/closed"), obey_robots=False)

    assert site.paths() == ["/closed"]


def test_a_host_that_a_crawl_asks_at_the_moment_is_left_to_it(
    allowed: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "PATIENCE_S", 0.1)
    with serving(a_site()) as site:
        name = slot_of(site.url)
        with state_database(allowed.database_url) as engine:
            with begin(engine) as connection:
                now, span = database_now(connection), timedelta(seconds=30)
                hosts.take(connection, name, "a watch", now=now, span=span, pace_s=1.0)
            with pytest.raises(FetchError, match="is being asked by another crawler; try again"):
                visit(allowed, lambda visitor: visitor.get(f"{site.url}/page"), obey_robots=False)
            assert site.asked == []

            with begin(engine) as connection:
                now = database_now(connection)
                hosts.give_back(connection, {name: Rest()}, "a watch", now=now)
        visit(allowed, lambda visitor: visitor.get(f"{site.url}/page"), obey_robots=False)
    assert site.paths() == ["/page"]


def test_a_visited_host_is_given_back_with_the_moment_before_which_no_crawl_asks_it(
    allowed: Config,
) -> None:
    with serving(a_site()) as site:
        visit(
            allowed,
            lambda visitor: visitor.get(f"{site.url}/page", pause_s=50.0),
            obey_robots=False,
        )
        row = row_of(allowed, site.url)

    assert row.owner is None
    assert row.free_at > row.lease_until + 40, "given back now, free after its pace"


def test_the_delay_of_robots_txt_is_kept_to(allowed: Config) -> None:
    with serving(a_site(ROBOTS)) as site:
        visit(allowed, lambda visitor: visitor.robots(site.url))

        assert row_of(allowed, site.url).pace_s == 7.0


def test_what_a_host_asked_for_binds_the_next_who_comes(allowed: Config) -> None:
    with serving(a_site()) as site:
        for words in ("answered 429", "asked to be left alone for 3"):
            with pytest.raises(FetchError, match=words):
                visit(allowed, lambda visitor: visitor.get(f"{site.url}/busy"), obey_robots=False)

    assert site.paths() == ["/busy"]


def test_a_broken_certificate_is_told_with_the_setting_that_lets_its_site_through(
    allowed: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with serving(a_site(), tls=authority.context("expired")) as site:
        page = f"{site.url}/page"
        with pytest.raises(FetchError, match="has expired; verify_tls = false in its source's"):
            visit(allowed, lambda visitor: visitor.get(page))
        assert site.asked == []

        mine = Source(id="mine", name="m", homepage=f"{site.url}/", verify_tls=False)
        let_through = unverified_sites([mine])
        seen = visit(allowed, lambda visitor: visitor.get(page), unverified=let_through)

    assert seen.body == b"page"


def test_only_a_sources_own_site_is_let_through() -> None:
    fields: dict[str, Any] = {"name": "m", "homepage": "https://news.mine.com/"}
    mine = Source(id="mine", **fields, feeds=("https://feeds.org/x",), verify_tls=False)
    other = Source(id="other", name="o", homepage="https://other.com/")

    assert unverified_sites([mine, other]) == {"mine.com", "feeds.org"}
