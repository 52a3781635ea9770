"""Sitemaps of every kind, whole and broken."""

import gzip
import time
from datetime import UTC, datetime

import pytest

from crawler.discovery import sitemaps
from crawler.discovery.sitemaps import is_dead_dated_map, parse_sitemap, robots_sitemaps
from crawler.errors import ListingError

URL = "https://www.site.kr/news-sitemap.xml"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>https://www.site.kr/old-story-1</loc><lastmod>2026-11-22</lastmod>
    <news:news><news:publication><news:name>Site</news:name><news:language>ko</news:language>
    </news:publication><news:publication_date>2026-11-20T19:00:00+09:00</news:publication_date>
    <news:title><![CDATA[A & B]]></news:title></news:news>
    <image:image><image:loc>https://www.site.kr/i.jpg</image:loc></image:image></url>
  <url><loc> https://www.site.kr/new-story-2 </loc>
    <news:news><news:publication_date>2026-11-21</news:publication_date></news:news></url>
</urlset>"""


def read(body, url=URL, **more):
    body = body.encode() if isinstance(body, str) else body
    return parse_sitemap(body, url=url, source_id="site", **more)


def urlset(*addresses, extra=""):
    return (
        "<urlset>" + "".join(f"<url><loc>{a}</loc>{extra}</url>" for a in addresses) + "</urlset>"
    )


def urls(listing):
    return [entry.url for entry in listing.entries]


def test_a_news_sitemap_gives_title_date_language_and_image():
    new, old = read(NEWS, zone="Asia/Seoul").entries
    assert (old.url, old.title, old.language) == ("https://www.site.kr/old-story-1", "A & B", "ko")
    assert old.kind == "news-sitemap"
    assert old.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert old.published_raw == "2026-11-20T19:00:00+09:00"
    assert old.modified == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert old.image == "https://www.site.kr/i.jpg"
    assert new.url == "https://www.site.kr/new-story-2"
    assert new.published == datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_lastmod_of_a_plain_map_is_a_change_and_no_publication():
    (entry,) = read(
        urlset("https://www.site.kr/a-b", extra="<lastmod>2026-11-20</lastmod>")
    ).entries
    assert entry.kind == "sitemap"
    assert entry.published is None
    assert entry.modified == datetime(2026, 11, 20, tzinfo=UTC)


def test_doubles_and_places_on_one_page_are_left_out_and_said():
    story = "https://www.site.kr/story-one"
    listing = read(urlset(story, f"{story}/", f"{story}?utm_source=map", f"{story}#photos"))

    assert urls(listing) == [story]
    assert listing.problems == (
        "2 items left out: doubles",
        "1 item left out: places (#) on one page",
    )


def test_an_index_gives_its_children_newest_first_and_only_of_its_site():
    body = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://www.site.kr/a.xml</loc><lastmod>2026-11-01</lastmod></sitemap>
      <sitemap><loc>https://www.site.kr/b.xml.gz</loc><lastmod>2026-11-20</lastmod></sitemap>
      <sitemap><loc>https://cdn.site.kr/c.xml</loc></sitemap>
      <sitemap><loc>https://evil.example/d.xml</loc></sitemap>
      <sitemap><loc>/relative.xml</loc></sitemap><sitemap/>
      <sitemap><loc>https://www.site.kr/news-sitemap.xml</loc></sitemap></sitemapindex>"""
    listing = read(body)
    assert listing.children == (
        "https://www.site.kr/b.xml.gz",
        "https://www.site.kr/a.xml",
        "https://cdn.site.kr/c.xml",
        "https://www.site.kr/relative.xml",
    )
    assert listing.problems == ("1 sub-sitemap left out: on other sites",)
    assert listing.entries == ()


def test_addresses_that_begin_with_their_path_are_the_site_s():
    assert urls(read(urlset("/2026/story-one", "no address"))) == [
        "https://www.site.kr/2026/story-one"
    ]
    index = "<sitemapindex><sitemap><loc>/map-2.xml</loc></sitemap></sitemapindex>"
    assert read(index).children == ("https://www.site.kr/map-2.xml",)


def test_gzip_is_inflated_within_bounds():
    assert len(read(gzip.compress(NEWS.encode())).entries) == 2
    with pytest.raises(ListingError, match="larger than 50 MiB: not read"):
        read(gzip.compress(b"<urlset>" + b" " * 60_000_000))
    with pytest.raises(ListingError, match="cannot be inflated"):
        read(gzip.compress(NEWS.encode())[:10] + b"\xff" * 90)


def test_a_sitemap_in_two_gzip_members_is_read_whole():
    text = urlset(*(f"https://www.site.kr/{n}-x" for n in range(100))).encode()
    body = gzip.compress(text[: len(text) // 2]) + gzip.compress(text[len(text) // 2 :])

    listing = read(body)

    assert len(listing.entries) == 100
    assert listing.problems == ()


def test_a_gzip_cut_short_gives_what_arrived():
    half = gzip.compress(urlset(*(f"https://www.site.kr/{n}-x" for n in range(999))).encode())[
        :-900
    ]
    listing = read(half)
    assert 10 < len(listing.entries) < 999
    assert listing.problems == ("the sitemap is not well-formed XML: read as far as possible",)


def test_a_plain_list_cut_short_says_so_and_keeps_its_whole_lines():
    lines = [f"https://www.site.kr/{n}-a-story-of-some-length" for n in range(2_000)]
    listing = read(gzip.compress("\n".join(lines).encode())[:-900])

    assert 10 < len(listing.entries) < 2_000
    assert set(urls(listing)) <= set(lines)
    assert listing.problems == ("the gzip breaks off: read as far as it goes",)


def test_a_plain_list_is_a_sitemap():
    listing = read(
        "\ufeffhttps://www.site.kr/one-a\r\n\r\nnot an address\nhttps://www.site.kr/two-b\n"
    )
    assert urls(listing) == ["https://www.site.kr/one-a", "https://www.site.kr/two-b"]
    assert listing.problems == ("1 line left out: no web address",)


def test_a_feed_under_sitemaps_is_read_as_a_feed():
    body = "<rss><channel><item><link>https://www.site.kr/a-b</link></item></channel></rss>"
    assert read(body).entries[0].kind == "feed"


def test_foreign_addresses_files_and_the_front_page_are_left_out():
    ours = [f"https://www.site.kr/story-{n}" for n in range(5)]
    listing = read(
        urlset("https://www.site.kr/", *ours, "https://spam.example/x", f"{ours[0]}.pdf")
    )
    assert sorted(urls(listing)) == ours
    assert listing.problems == (
        "1 item left out: files, no pages",
        "1 item left out: they lead to other sites (spam.example)",
    )


BROKEN = {
    "no namespaces": NEWS.replace("xmlns", "data-x"),
    "bare ampersand": NEWS.replace("<![CDATA[A & B]]>", "A & B"),
    "undeclared prefix": "<urlset>" + NEWS.partition("1.1\">")[2],
    "blank lines first": "\n\n \n" + NEWS,
    "cut short": NEWS[:-12],
    "wrong namespace": NEWS.replace("http://www.sitemaps.org", "https://sitemaps.example"),
}  # fmt: skip


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_maps_are_read_as_far_as_possible(body):
    entries = {entry.url: entry for entry in read(body).entries}
    assert entries["https://www.site.kr/old-story-1"].title == "A & B"
    assert entries["https://www.site.kr/old-story-1"].kind == "news-sitemap"
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty"),
        ("<html><body>404</body></html>", "is a web page, not a sitemap"),
        ("Not found", "is no sitemap: it begins 'Not found'"),
        ("<svg/>", "is XML that begins '<svg/>', not a sitemap"),
        ('{"a": 1}', "is no sitemap"),
    ],
)
def test_what_is_no_sitemap_is_told_in_plain_words(body, said):
    with pytest.raises(ListingError) as error:
        read(body)
    assert said in str(error.value)


def test_an_empty_map_says_so():
    assert read("<urlset></urlset>").problems == ("the sitemap lists no pages",)
    assert read("<sitemapindex/>").problems == ("the sitemap index lists no sitemaps",)


def test_no_map_can_list_without_end(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_ENTRIES", 500)
    listing = read(urlset(*(f"https://www.site.kr/{n}-x" for n in range(510))))
    assert len(listing.entries) == 500
    assert "only the first 500 addresses were read" in listing.problems


def test_hostile_maps_neither_hang_nor_expand():
    started = time.monotonic()
    read("<urlset>" + "<url>" * 100_000)
    bomb = '<!DOCTYPE u [<!ENTITY a "https://www.site.kr/x-y"><!ENTITY b "&a;&a;">]>'
    assert read(bomb + "<urlset><url><loc>&b;</loc></url></urlset>").entries == ()
    assert time.monotonic() - started < 20


def test_robots_name_their_sitemaps():
    body = b"""\xef\xbb\xbfUser-agent: *
Disallow: /x
SITEMAP : https://a.com/one.xml # news
Sitemap: https://a.com/two.xml
sitemap: https://a.com/one.xml
Sitemap: /relative.xml
# Sitemap: https://a.com/no.xml
Sitemap:\xff"""
    assert robots_sitemaps(body) == ("https://a.com/one.xml", "https://a.com/two.xml")
    assert robots_sitemaps(b"") == ()


@pytest.mark.parametrize(
    ("url", "dead"),
    [
        ("https://a.com/sitemap-2019.xml", True),
        ("https://a.com/sitemap-2019-03.xml.gz", True),
        ("https://a.com/sitemaps/2026/10/news.xml", True),
        ("https://a.com/sitemap-posttype-post.2026.09.xml", True),
        ("https://a.com/sitemap/2026-11-18.xml", True),
        ("https://a.com/sitemap.xml?yyyy=2025&mm=12", True),
        ("https://a.com/sitemap-201903.xml", True),
        ("https://a.com/sitemap-2019-2025.xml", True),
        ("https://a.com/sitemap/2026-11-20.xml", False),
        ("https://a.com/sitemap-2026-11.xml", False),
        ("https://a.com/sitemap-2026.xml", False),
        ("https://a.com/sitemap-2019-2026.xml", False),
        ("https://a.com/post-sitemap2019.xml", False),
        ("https://a.com/sitemap-20191.xml", False),
        ("https://a.com/sitemap-2077.xml", False),
        ("https://a.com/sitemap-12.xml", False),
        ("https://a.com/news-sitemap.xml", False),
    ],
)
def test_a_map_of_a_time_that_is_over_is_dead(url, dead):
    assert is_dead_dated_map(url, now=NOW) is dead


def test_a_month_is_dead_only_some_days_after_its_end():
    assert not is_dead_dated_map("https://a.com/2026-10.xml", now=datetime(2026, 11, 2, tzinfo=UTC))
    assert is_dead_dated_map("https://a.com/2026-10.xml", now=datetime(2026, 11, 5, tzinfo=UTC))
