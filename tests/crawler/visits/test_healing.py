"""Sources whose listings are gone, silent or moved are found anew, on small sites on loopback."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.sources.source import Source
from crawler.visits.checking import check_sources
from crawler.visits.healing import Healing, heal_sources, is_ill
from indexer.foundation.config import Config
from tests.crawler.offline.test_bulk import HTML
from tests.loopback import Answer, Asked, html, serving

NOW = datetime.now(UTC)
Pages = Mapping[str, Answer | Callable[[str], Answer]]


@pytest.fixture
def allowed(config: Config) -> Config:
    return replace(config, allow_hosts=("127.0.0.1",))


def home(name: str = "Kelp Daily", feed: str = "") -> Answer:
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed}">' if feed else ""
    head = f'<meta property="og:site_name" content="{name}">{link}'
    return html(f"<html><head><title>{name}</title>{head}</head><p>Today</p></html>")


def feed(days_old: int = 0) -> Callable[[str], Answer]:
    def answer(url: str) -> Answer:
        day = format_datetime(NOW - timedelta(days=days_old))
        item = f"<item><title>Plant</title><link>{url}/plant</link><pubDate>{day}</pubDate></item>"
        body = f'<rss version="2.0"><channel><title>Kelp Daily</title>{item}</channel></rss>'
        return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})

    return answer


def news_map(url: str) -> Answer:
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    item = (
        f"<url><loc>{url}/plant</loc><news:news><news:title>Plant</news:title>"
        f"<news:publication_date>{NOW.isoformat()}</news:publication_date></news:news></url>"
    )
    return Answer(
        body=f"<urlset {names} {news}>{item}</urlset>".encode(),
        headers={"Content-Type": "application/xml"},
    )


def a_site(pages: Pages) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/plant":
            return html(HTML)
        found = pages.get(asked.path, Answer(status=404))
        url = f"http://{asked.headers['host']}"
        return found if isinstance(found, Answer) else found(url)

    return answer


def a_source(url: str, **fields: object) -> Source:
    known: dict[str, object] = {"feeds": (f"{url}/old.xml",), "delay_s": 0.0}
    return Source(id="kelp", name="Kelp Daily", homepage=f"{url}/", **(known | fields))  # type: ignore[arg-type]


def healed(source: Source, config: Config) -> list[Healing]:
    checks = check_sources([source], config, on_progress=lambda check: None)
    return heal_sources([source], checks, config)


def test_a_feed_that_is_gone_is_replaced_by_the_one_the_front_page_names(allowed: Config) -> None:
    with serving(a_site({"/": home(feed="/new.xml"), "/new.xml": feed()})) as site:
        (one,) = healed(a_source(site.url), allowed)

    assert one.override is not None
    assert one.override.fields["feeds"] == (f"{site.url}/new.xml",)
    assert set(one.override.fields) == {"feeds", "last_seen"}
    assert f"feeds was {site.url}/old.xml" in one.override.note
    assert one.words == (
        f"{site.url}/old.xml: {site.url}/old.xml answered 404; now feeds = {site.url}/new.xml"
    )


def test_a_feed_silent_for_longer_than_ninety_days_is_replaced_by_a_young_one(
    allowed: Config,
) -> None:
    pages = {"/": home(feed="/new.xml"), "/new.xml": feed(), "/old.xml": feed(days_old=91)}
    with serving(a_site(pages)) as site:
        (one,) = healed(a_source(site.url), allowed)

    assert one.override is not None
    assert one.override.fields["feeds"] == (f"{site.url}/new.xml",)
    assert one.words.startswith("the newest entry is 91 days old; now feeds")


def test_a_feed_silent_for_less_is_left_alone(allowed: Config) -> None:
    with serving(a_site({"/": home(feed="/new.xml"), "/old.xml": feed(days_old=89)})) as site:
        assert healed(a_source(site.url), allowed) == []


def test_a_source_without_a_listing_is_verified_with_the_one_that_is_found(allowed: Config) -> None:
    with serving(a_site({"/": home(feed="/new.xml"), "/new.xml": feed()})) as site:
        (one,) = healed(a_source(site.url, feeds=(), unverified=True), allowed)

    assert one.override is not None
    assert one.override.fields["unverified"] is False
    assert one.words.startswith("no listing of it is known; now feeds")


def test_where_the_front_page_answers_403_robots_txt_and_usual_paths_are_asked(
    allowed: Config,
) -> None:
    def robots(url: str) -> Answer:
        return Answer(body=f"Sitemap: {url}/map.xml".encode())

    closed = Answer(status=403)
    with serving(a_site({"/": closed, "/robots.txt": robots, "/map.xml": news_map})) as site:
        (by_robots,) = healed(a_source(site.url), allowed)
    with serving(a_site({"/": closed, "/rss.xml": feed()})) as site_of_paths:
        (by_path,) = healed(a_source(site_of_paths.url), allowed)

    assert by_robots.override is not None
    assert by_robots.override.fields["sitemaps"] == (f"{site.url}/map.xml",)
    assert by_robots.override.fields["feeds"] == ()
    assert by_path.override is not None
    assert by_path.override.fields["feeds"] == (f"{site_of_paths.url}/rss.xml",)


@pytest.mark.parametrize(("name", "is_it"), [("The Kelp Daily", True), ("Cheap Casino", False)])
def test_on_another_domain_only_a_site_of_the_same_name_is_believed(
    allowed: Config, name: str, is_it: bool
) -> None:
    with serving(a_site({"/": home(name, feed="/new.xml"), "/new.xml": feed()})) as other:
        moved = Answer(status=301, headers={"Location": f"{other.url}/"})
        with serving(a_site({"/": moved})) as site:
            (one,) = healed(a_source(site.url), allowed)

    if is_it:
        assert one.override is not None
        assert one.override.fields["homepage"] == f"{other.url}/"
        assert one.override.fields["feeds"] == (f"{other.url}/new.xml",)
    else:
        assert one.override is None
        assert "which is called Cheap Casino: see whether that is it" in one.words


def test_what_is_found_but_no_better_is_not_taken(allowed: Config) -> None:
    pages = {"/": home(feed="/new.xml"), "/new.xml": feed(days_old=400)}
    with serving(a_site(pages)) as site:
        (stale,) = healed(a_source(site.url), allowed)
    with serving(a_site({"/": home()})) as empty:
        (nothing,) = healed(a_source(empty.url), allowed)
    with serving(a_site({"/": Answer(status=403)})) as shut:
        (closed,) = healed(a_source(shut.url), allowed)

    assert (stale.override, nothing.override, closed.override) == (None, None, None)
    assert stale.words == "what was found is no better: the newest entry is 400 days old"
    assert "announces its articles nowhere we looked" in nothing.words
    assert closed.words == f"{shut.url}/ answered 403"


def test_of_two_feeds_the_one_that_is_gone_is_dropped_and_one_that_may_come_back_stays(
    allowed: Config,
) -> None:
    pages: Pages = {"/": home(feed="/good.xml"), "/good.xml": feed()}
    unwell = {**pages, "/old.xml": Answer(status=503)}
    with serving(a_site(pages)) as site:
        (one,) = healed(a_source(site.url, feeds=tuple(both(site.url))), allowed)
    with serving(a_site(unwell)) as other:
        source = a_source(other.url, feeds=tuple(both(other.url)))
        (check,) = check_sources([source], allowed, on_progress=lambda check: None)

    assert one.override is not None
    assert one.override.fields["feeds"] == (f"{site.url}/good.xml",)
    assert check.problems
    assert not is_ill(check, now=NOW)


def both(url: str) -> list[str]:
    return [f"{url}/good.xml", f"{url}/old.xml"]
