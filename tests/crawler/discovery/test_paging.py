"""Where a listing's older entries stand: by header, by platform, by number."""

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.discovery.paging import next_in_header, next_on_wordpress, next_sibling

FEED = "https://news.example/feed"
MADE_BY = "https://wordpress.org/?v=6.8.1"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('<https://news.example/feed?page=2>; rel="next"', "https://news.example/feed?page=2"),
        ('</feed>; rel="self", </feed/2>; rel=next', "https://news.example/feed/2"),
        ('</feed/2>; rel="hub next"', "https://news.example/feed/2"),
        ("</feed/2>; rel=prev", None),
        ("<https://elsewhere.example/2>; rel=next", None),
        ("<https://news.example/feed>; rel=next", None),
        ("", None),
        ("<" * 30_000, None),
    ],
)
def test_a_header_names_the_next_page_of_the_same_site(value: str, found: str | None) -> None:
    assert next_in_header(value, FEED) == found


@pytest.mark.parametrize(
    ("made_by", "url", "found"),
    [
        (MADE_BY, FEED, f"{FEED}?paged=2"),
        (MADE_BY, f"{FEED}?paged=2", f"{FEED}?paged=3"),
        (MADE_BY, f"{FEED}?cat=7&paged=9", f"{FEED}?cat=7&paged=10"),
        (MADE_BY, f"{FEED}?paged=x", None),
        ("Ghost 5.9", FEED, None),
        (None, FEED, None),
    ],
)
def test_wordpress_counts_the_pages_of_its_feeds(
    made_by: str | None, url: str, found: str | None
) -> None:
    assert next_on_wordpress(made_by, url) == found


def test_a_numbered_sitemap_has_a_sibling() -> None:
    assert next_sibling("https://a.example/news.xml?page=1") == "https://a.example/news.xml?page=2"
    assert next_sibling("https://a.example/news.xml") is None


def test_a_feed_says_both_what_it_names_and_what_made_it() -> None:
    item = "<item><title>A</title><link>https://news.example/a/1</link></item>"
    head = f"<title>N</title><generator>{MADE_BY}</generator>"
    rss = f'<rss version="2.0"><channel>{head}{item}</channel></rss>'

    listing = parse_feed(rss.encode(), url=FEED, source_id="x")

    assert (listing.next_url, listing.older_url) == (None, f"{FEED}?paged=2")
