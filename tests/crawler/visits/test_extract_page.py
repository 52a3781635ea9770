"""One page looked at: from a file or an address, with every door of the web guarded."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from crawler.cli.reports import print_page
from crawler.errors import CrawlerError, ExtractionError
from crawler.net.visiting import MAX_REDIRECTS
from crawler.settings import MAX_BODY_BYTES
from crawler.visits.extract_page import extract_page
from indexer.foundation.config import Config
from tests.crawler.extraction.aggregators.stories import (
    CABLES,
    CABLES_TEXT,
    CHIPS_TEXT,
    ROBOTS,
    ROBOTS_TEXT,
)
from tests.crawler.extraction.aggregators.test_splitting import FLAT
from tests.crawler.offline.test_bulk import HTML
from tests.loopback import Answer, Asked, Site, closed_port, html, serving


def answer(asked: Asked) -> Answer:
    if asked.path.startswith("/to/"):
        return Answer(status=302, headers={"Location": asked.path.removeprefix("/to/")})
    if asked.path == "/round":
        return Answer(status=301, headers={"Location": "/round"})
    if asked.path == "/large":
        return html("x" * (MAX_BODY_BYTES + 1))
    if asked.path == "/login":
        return html("")
    return html(HTML) if asked.path == "/plant" else Answer(status=404)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(answer) as opened:
        yield opened


@pytest.fixture
def allowed(config: Config) -> Config:
    return replace(config, allow_hosts=("127.0.0.1",), contact="me@example.org")


def trouble_with(target: str, config: Config) -> str:
    with pytest.raises(CrawlerError) as caught:
        extract_page(target, config=config, pause_s=0)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_address_shows_article_facets_and_evidence(site: Site, allowed: Config) -> None:
    look = extract_page(f"{site.url}/plant", config=allowed, pause_s=0)

    assert look.article.title == "Chip plant opens"
    assert look.as_json()["evidence"]["title"]
    assert "me@example.org" in site.requests_for("/plant")[0].headers["user-agent"]


def test_a_file_is_looked_at_as_from_its_address(tmp_path: Path, config: Config) -> None:
    page = tmp_path / "page.html"
    page.write_text(HTML)

    assert extract_page(str(page), config=config).article.url == page.as_uri()
    given = extract_page(str(page), config=config, url="https://news.example/plant")
    assert given.article.url == "https://news.example/plant"


def test_every_story_of_an_aggregators_page_is_shown(tmp_path: Path, config: Config) -> None:
    page = tmp_path / "hub.html"
    page.write_text(FLAT)

    look = extract_page(str(page), config=config, url="https://hub.example/story/8812")
    assert [other["title"] for other in look.as_json()["other_stories"]] == [ROBOTS, CABLES]

    console = Console(file=StringIO(), width=200)
    print_page(console, look)
    printed = console.file.getvalue()
    assert "3 stories of several publishers on this page" in printed
    assert all(text[1] in printed for text in (CHIPS_TEXT, ROBOTS_TEXT, CABLES_TEXT))


def test_a_page_of_one_story_speaks_of_no_others(tmp_path: Path, config: Config) -> None:
    page = tmp_path / "page.html"
    page.write_text(HTML)

    assert "other_stories" not in extract_page(str(page), config=config).as_json()


def test_redirects_are_followed_to_their_end(site: Site, allowed: Config) -> None:
    look = extract_page(f"{site.url}/to//to//plant", config=allowed, pause_s=0)

    assert look.article.url == f"{site.url}/plant"


def test_redirects_without_end_are_told(site: Site, allowed: Config) -> None:
    assert f"more than {MAX_REDIRECTS} redirects" in trouble_with(f"{site.url}/round", allowed)


def test_a_private_address_is_told_with_the_setting_that_opens_it(
    site: Site, config: Config
) -> None:
    asked = len(site.asked)

    assert "list it in TECHWIRE_ALLOW_HOSTS" in trouble_with(f"{site.url}/plant", config)
    assert len(site.asked) == asked


def test_a_redirect_into_a_private_address_is_not_followed(site: Site, allowed: Config) -> None:
    with serving(answer, host="127.0.0.2") as secret:
        words = trouble_with(f"{site.url}/to/{secret.url}/plant", allowed)

        assert "127.0.0.2 is a private address" in words
        assert secret.asked == []


def test_a_name_that_leads_to_a_private_address_is_closed(
    site: Site, allowed: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = site.url.rpartition(":")[2]
    monkeypatch.setattr("socket.getaddrinfo", resolving_to("127.0.0.2"))

    words = trouble_with(f"http://harmless.example:{port}/plant", allowed)

    assert "harmless.example leads to the private address 127.0.0.2" in words


def resolving_to(address: str) -> object:
    """A resolver for which every name leads to one address."""
    import socket

    def getaddrinfo(_host: object, port: object, *_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return getaddrinfo


def test_what_robots_txt_closes_is_told_with_what_looks_at_it_all_the_same(allowed: Config) -> None:
    def closed(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=b"User-agent: *\nDisallow: /")
        return answer(asked)

    with serving(closed) as site:
        page = f"{site.url}/plant"
        words = trouble_with(page, allowed)
        assert "robots.txt disallows it; --ignore-robots looks at it all the same" in words
        assert site.paths() == ["/robots.txt"]

        look = extract_page(page, config=allowed, obey_robots=False, pause_s=0)
    assert look.article.title == "Chip plant opens"


def test_other_schemes_are_not_opened(site: Site, allowed: Config) -> None:
    assert "write an http://" in trouble_with("file:///etc/passwd", allowed)
    assert "write an http://" in trouble_with(f"{site.url}/to/file:///etc/passwd", allowed)


def test_a_page_that_is_too_large_is_told(site: Site, allowed: Config) -> None:
    assert "is larger than" in trouble_with(f"{site.url}/large", allowed)


def test_what_cannot_be_had_is_told(site: Site, allowed: Config, tmp_path: Path) -> None:
    assert "answered 404" in trouble_with(f"{site.url}/nowhere", allowed)
    assert "cannot be fetched" in trouble_with(f"http://127.0.0.1:{closed_port()}/", allowed)
    assert "No such file" in trouble_with(str(tmp_path / "nowhere"), allowed)
    assert "http://[" in trouble_with("http://[::1", allowed)


def test_a_page_without_an_article_says_its_reason(site: Site, allowed: Config) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract_page(f"{site.url}/login", config=allowed, pause_s=0)

    assert caught.value.reason == "empty"
