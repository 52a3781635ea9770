"""Whatever pages, feeds and sitemaps write, no text leaves them that cannot be stored or sent."""

import dataclasses
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.article import Page
from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import ExtractionError, ListingError
from crawler.extraction import extract_article
from crawler.formats.jsontext import read_first_json, read_json
from tests.factories import NOW

URL = "https://kelp.example/a-plant-opens-1"
HOME = "https://kelp.example/"
WORDS = "The chip maker opened a plant for memory chips in Hangzhou, China. "
IN_JSON = [
    r"\udc00", r"\ud83d", r"\uD83D\uD83D", r"\ude00\ud83d", r"\u0000", r"\u0001", r"\u001b[31m",
    r"\u007f", r"\b", r"\f", r"\u000b", r"\ufffe", r"\uffff", "&#27;", "&#xd800;", "&amp;#8;",
    "%00",
]  # fmt: skip
IN_MARKUP = [
    b"\x00", b"\x1b", b"\x7f", b"\x0b", b"\x0c", b"\xed\xb0\x80", b"\xef\xbf\xbe", b"\xff",
    b"&#0;", b"&#1;", b"&#27;", b"&#x7f;", b"&#11;", b"&#xd800;", b"&#56320;", b"&#65534;",
    b"&#x0000000000000DFFF;",
    b"&amp;#0;", b"&amp;#27;", b"&amp;#xdc00;", b"&amp;amp;#27;", b"%00", b"&#99999999;",
]  # fmt: skip

PAGE = """<html lang="en"><head><title>{}A plant opens</title><meta property="og:site_name"
content="{}Kelp"><meta property="og:description" content="{}It opened"><meta name="author"
content="{}Ada Obi"><meta property="article:section" content="{}Chips"><meta name="keywords"
content="{}chips, plants"><meta property="og:image" content="https://kelp.example/{}i.png">
<link rel="canonical" href="/{}a-plant-opens-1"><meta property="article:published_time"
content="2026-11-20T08:00:00Z{}"></head><body><article><h1>{}A plant opens</h1>
<p class="byline">By {}Ada Obi</p>{}</article></body></html>"""
RSS = """<rss><channel><title>{}Kelp</title><language>en{}</language><item><title>{}A plant</title>
<link>https://kelp.example/{}plant-1</link><author>{}Ada Obi</author><description>{}Words
</description><pubDate>{}2026-11-20T08:00:00Z</pubDate><category>{}c</category>
<enclosure url="https://kelp.example/{}i.png" type="image/png"/></item></channel></rss>"""
URLSET = """<urlset><url><loc>https://kelp.example/{}plant-1</loc><lastmod>{}2026-11-20</lastmod>
<news><title>{}A plant</title><publication_date>{}2026-11-20</publication_date></news>
<image><loc>https://kelp.example/{}i.png</loc></image></url></urlset>"""
SECTION = """<html lang="en{}"><title>{}Kelp</title><body><h2>
<a href="/news/{}a-plant-opens-2026-1">{}A plant of chips opens in Hangzhou</a></h2>
<time>2026-11-20{}</time></body></html>"""


def texts(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            yield from texts(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from texts([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from texts(one)


def unfit(value: Any) -> list[str]:
    """The texts that hold what none may: halves of characters and controls but white space."""
    return [
        repr(text)
        for text in texts(value)
        if any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\n\t\r\x85" for c in text)
    ]


def article(body: bytes) -> Any:
    return extract_article(Page(url=URL, body=body, fetched_at=NOW))


def filled(template: str, unit: bytes) -> bytes:
    return unit.join(piece.encode() for piece in template.split("{}"))


@pytest.mark.parametrize("unit", IN_MARKUP)
def test_no_text_of_a_page_or_listing_is_unfit(unit: bytes) -> None:
    paragraphs = "".join(f"<p>{{}}{number}. {WORDS * 3}</p>" for number in range(5))
    page = article(filled(PAGE.replace("<p class", f"{paragraphs}<p class"), unit))
    assert "Ada Obi" in str(page.authors)
    assert unfit(page) == []

    for parse, template in (
        (parse_feed, RSS), (parse_sitemap, URLSET), (parse_section, SECTION)
    ):  # fmt: skip
        listing: Listing = parse(filled(template, unit), url=HOME, source_id="s", now=NOW)
        assert listing.title is None or "Kelp" in listing.title
        assert unfit(listing) == []


def test_an_author_with_half_a_character_is_an_author() -> None:
    data = r'{"@type": "NewsArticle", "headline": "A plant opens", "author": "Ada \udc00 Obi"}'
    script = f'<script type="application/ld+json">{data}</script>'
    body = f"<html><head>{script}</head><body><p>{WORDS * 9}</p><p>{WORDS[:40] * 9}</p></body>"

    assert article(body.encode()).authors == ("Ada Obi",)


@pytest.mark.parametrize("unit", IN_JSON)
def test_no_text_of_json_is_unfit_wherever_it_stands(unit: str) -> None:
    body = " ".join(f"{number}. {WORDS}" for number in range(9))
    node = json.dumps(
        {
            "@type": "NewsArticle", "headline": "@A plant opens", "description": "@It opened",
            "author": [{"name": "@Ada Obi"}], "publisher": {"name": "@Kelp"}, "keywords": "@chips",
            "image": "https://kelp.example/@i.png", "articleSection": "@Chips",
            "datePublished": "2026-11-20T08:00:00Z@", "articleBody": f"@{body}",
        }
    ).replace("@A", unit + "A").replace("@I", unit + "I").replace('"@', '"' + unit)  # fmt: skip
    node = node.replace(f'"{unit}type"', '"@type"')
    state = json.dumps({"story": {"body": f"~{body}", "title": "~A plant", "byline": "~Ada Obi"}})
    pages = [
        f'<html><script type="application/ld+json">{node}</script><body><p>x</p></body></html>',
        f"<html><title>A plant</title><body><script>window.__INITIAL_STATE__ = "
        f"{state.replace('~', unit)};</script><p>x</p></body></html>",
    ]
    for page in pages:
        try:
            assert unfit(article(page.encode())) == []
        except ExtractionError as error:
            pytest.fail(f"{error}: {page[:200]}")

    item = {
        "url": "https://kelp.example/~plant-1", "title": "~A plant", "summary": "~Words",
        "authors": [{"name": "~Ada Obi"}], "tags": ["~c"], "date_published": "~2026-11-20",
        "image": "https://kelp.example/~i.png", "language": "en~",
    }  # fmt: skip
    feed = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "~F", "items": [item]}
    )
    listing = parse_feed(feed.replace("~", unit).encode(), url=HOME, source_id="s", now=NOW)
    assert listing.entries[0].authors
    assert unfit(listing) == []


def test_good_characters_written_as_two_escapes_stay() -> None:
    assert read_json(r'["\ud83d\ude00", "\ud83d", {"a": ["b\udc00"]}]') == ["😀", "", {"a": ["b"]}]
    assert read_first_json(r'{"a": "\u0000b\n"}; and more') == {"a": "b\n"}
    assert read_json('"plain"') == "plain"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "1" * 5_000])
def test_broken_json_is_told(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read_json(text)
    with pytest.raises(ListingError):
        parse_feed(b"{" + text.encode(), url=HOME, source_id="s")
