"""Whatever bytes arrive: a listing, or a ListingError; never another error, never a hang."""

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.discovery.autodiscovery import feed_links, section_links
from crawler.discovery.feeds import parse_feed
from crawler.discovery.guesses import guess_country, guess_language, guess_name
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import is_dead_dated_map, parse_sitemap, robots_sitemaps
from crawler.errors import ExtractionError, ListingError
from crawler.formats.dates import listing_date
from tests.crawler.extraction.aggregators.stories import stories_of

URL = "https://www.site.ng/x"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        b"<rss>", b"<channel>", b"<item>", b"</item>", b"<entry>", b"<title>", b"</title>",
        b"<link>", b"<link href='/a-b'/>", b"https://www.site.ng/story-1", b"<pubDate>",
        b"2026-11-20T10:00:00Z", b"<![CDATA[", b"]]>", b"<!--", b"&amp;", b"&bogus;", b"&#x0;",
        b"<urlset>", b"<url>", b"<loc>", b"<sitemapindex>", b"<sitemap>", b"<html>", b"<body>",
        b"<a href='/2026/11/20/a-b-c'>", b"<a href='http://[x'>", b"<h2>", b"<article>",
        b"<time datetime='x'>", b"</a>", b"<p>", b"Bloomberg2 hours ago",
        b"A headline of some length here", b"\xff\xfe", b"\x00", b"\x1f\x8b", b'{"items":[',
        b'{"url":3}', b"]}", b"\xe4\xb8", b"<base href='//['>", b"just now", b"ago ago",
        b"<script type='application/ld+json'>[3]</script>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    ]
)  # fmt: skip
BODIES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join))
CAREFUL = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CAREFUL
@given(BODIES)
def test_no_bytes_break_a_listing(body):
    for parse in (parse_feed, parse_sitemap, parse_section):
        try:
            listing = parse(body, url=URL, source_id="s", now=NOW)
        except ListingError as error:
            assert str(error).startswith(URL)  # noqa: PT017 - a listing is as good
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert all(entry.url.startswith("http") for entry in listing.entries)
            assert listing.entries or listing.children or listing.problems


@CAREFUL
@given(BODIES)
def test_no_bytes_break_a_page(body):
    with suppress(ExtractionError):
        stories_of(body, url=URL, fetched_at=NOW)
    robots_sitemaps(body)
    for look in (feed_links, section_links, guess_name, guess_language, guess_country):
        try:
            look(body, URL)
        except ListingError as error:
            assert str(error).startswith(URL)  # noqa: PT017 - an answer is as good


@CAREFUL
@given(st.text(max_size=60) | st.from_regex(r"\d{1,5}[-/ ]\d{1,3}[-/ ]\d{1,5}[T ]\d\d:\d\d.*"))
def test_no_text_breaks_a_date(text):
    when = listing_date(text, zone="Asia/Seoul")
    assert when is None or when.tzinfo is UTC
    is_dead_dated_map("https://a.com/" + text, now=NOW)
