"""Finding a site's listings from its front page, and the registry entry that comes of it."""

import time

import pytest

from crawler.discovery.autodiscovery import (
    common_feed_paths,
    common_sitemap_paths,
    feed_links,
    ready_entry,
    section_links,
)
from crawler.discovery.guesses import Guess, guess_country, guess_language, guess_name
from crawler.errors import ListingError, SourceError
from crawler.sources.registry import load_sources

URL = "https://www.lagoslog.ng/"


def page(head="", body="", lang=' lang="en-US"'):
    return f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>".encode()


def test_link_tags_come_before_links_in_the_text_and_side_feeds_last():
    body = page(
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="Alternate" type="application/atom+xml" href="//feeds.proxy.example/lagos">'
        '<link rel="alternate" type="application/feed+json" href="/feed.json">'
        '<link rel="alternate" hreflang="fr" href="/fr/"><link rel="alternate" type="text/html">',
        '<a href="/rss/startups.xml">RSS</a><a href="/feedback">Feedback</a>'
        '<a href="https://other.example/feed/">Other</a><a href="/feed/">RSS again</a>'
        '<a href="http://[bad">x</a>',
    )
    assert feed_links(body, URL) == (
        "https://www.lagoslog.ng/feed/",
        "https://feeds.proxy.example/lagos",
        "https://www.lagoslog.ng/feed.json",
        "https://www.lagoslog.ng/rss/startups.xml",
        "https://www.lagoslog.ng/comments/feed/",
    )


def test_a_page_without_feeds_names_none_and_an_empty_page_is_told():
    assert feed_links(page(body="<a href='/news'>News</a>"), URL) == ()
    with pytest.raises(ListingError, match="is an empty page"):
        feed_links(b"", URL)


def test_no_page_can_name_feeds_without_end():
    links = "".join(f'<a href="/rss/{n}.xml">x</a>' for n in range(5_000))
    started = time.monotonic()
    assert len(feed_links(page(body=links + f"<a href='/{'rss' * 200_000}'>x</a>"), URL)) == 20
    assert time.monotonic() - started < 10


def test_common_paths_stay_in_the_folder_of_the_homepage():
    assert common_feed_paths("https://a.com")[0] == "https://a.com/feed/"
    assert common_feed_paths("https://a.com/en/index.html")[0] == "https://a.com/en/feed/"
    assert "https://a.com/news-sitemap.xml" in common_sitemap_paths("https://a.com/")
    assert len(set(common_feed_paths("https://a.com"))) == len(common_feed_paths("https://a.com"))


def test_sections_that_carry_tech_news_are_named():
    body = page(
        body='<nav><a href="/">Home</a><a href="/technology/">Technology</a><a href="/sport/">Sport'
        '</a><a href="/start-ups">Start-ups</a><a href="/kj/">科技</a>'
        '<a href="/technology">Tech</a>'
        '<a href="https://x.example/tech">Tech</a><a href="/a/b/c/d">Tech of the day</a>'
        '<a href="/n/1">Startups of Lagos raise a lot of money</a></nav>'
    )
    assert section_links(body, URL) == (
        "https://www.lagoslog.ng/technology/",
        "https://www.lagoslog.ng/start-ups",
        "https://www.lagoslog.ng/kj/",
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="Lagos Log"><title>x</title>', "Lagos Log"),
        ('<script type="application/ld+json">{"@graph":[{"@type":"Person","name":"A"},'
         '{"@type":["NewsMediaOrganization"],"name":"Lagos Log"}]}</script>', "Lagos Log"),
        ("<title>News from Nigeria and beyond | Lagos Log</title>", "Lagos Log"),
        ("<title>Lagos Log – News</title>", "Lagos Log"),
        ('<script type="application/ld+json">{broken</script>', "lagoslog.ng"),
        ("", "lagoslog.ng"),
    ],
)  # fmt: skip
def test_the_name_comes_from_metadata_title_or_host(head, name):
    assert guess_name(page(head), URL).value == name


ENGLISH = "<p>" + "The startup raised money to build its new chip plant in the city. " * 6 + "</p>"
GERMAN = "<p>" + "Das junge Unternehmen hat Geld für den Bau einer neuen Fabrik bekommen. " * 6
KOREAN = "<p>" + "스타트업이 새로운 공장을 짓기 위해 투자를 유치했다 " * 6
JAPANESE = "<p>" + "新しい工場を建てるために資金を調達したと発表しました " * 6
TRADITIONAL = "<p>" + "這個國家的產業會開發電動車，對學業有關的應用來說是時候了" * 6


@pytest.mark.parametrize(
    ("lang", "text", "language"),
    [
        (' lang="en-US"', ENGLISH, "en"),
        (' lang="pt-BR"', ENGLISH, "pt-BR"),
        (' lang="ko"', ENGLISH, "en"),
        (' lang="en-US"', KOREAN, "ko"),
        ("", JAPANESE, "ja"),
        ("", TRADITIONAL, "zh-Hant"),
        (' lang="zh-TW"', TRADITIONAL, "zh-Hant"),
        (' lang="no"', GERMAN, "nb"),
        ("", GERMAN, "de"),
        ("", "<p>Hi</p>", None),
    ],
)
def test_the_language_is_declared_and_fits_or_is_read_from_the_text(lang, text, language):
    assert guess_language(page(body=text, lang=lang), URL).value == language


@pytest.mark.parametrize(
    ("url", "head", "lang", "country"),
    [
        ("https://a.ng/", "", "", "NG"),
        ("https://a.co.uk/", "", "", "GB"),
        ("https://a.io/", "", ' lang="en-US"', None),
        ("https://a.com/", "", ' lang="en-ZA"', "ZA"),
        ("https://a.com/", '<meta property="og:locale" content="es_MX">', "", "MX"),
        ("https://a.com/", '<script type="application/ld+json">{"@type":"Organization",'
         '"address":{"addressCountry":{"name":"SG"}}}</script>', "", "SG"),
    ],
)  # fmt: skip
def test_the_country_comes_from_host_address_or_locale(url, head, lang, country):
    assert guess_country(page(head, lang=lang), url).value == country


def test_the_country_may_follow_from_the_language():
    assert guess_country(page(lang=""), "https://a.com/", "ja") == Guess(
        "JP", "from its language, ja"
    )
    assert guess_country(page(lang=""), "https://a.com/", "es").value is None


def test_a_ready_entry_loads_as_it_is(tmp_path):
    text = ready_entry(
        URL,
        name=Guess("Lagos Log", "from the page's og:site_name"),
        country=Guess("NG", "from the host's ending .ng"),
        language=Guess(None),
        feeds=["https://www.lagoslog.ng/feed/"],
    )
    assert "# country: from the host's ending .ng\n# language is unknown: fill it in\n" in text
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    source = load_sources(tmp_path / "mine.toml", bundled=False).get("lagos-log")
    assert (source.name, source.country, source.timezone) == ("Lagos Log", "NG", "Africa/Lagos")
    assert source.region == "Africa"


def test_an_entry_without_listings_is_refused():
    with pytest.raises(SourceError, match="no feeds, sitemaps or sections"):
        ready_entry(URL, name=Guess("杭州"), country=Guess(None), language=Guess(None))
