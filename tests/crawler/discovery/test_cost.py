"""Reading a listing costs time in proportion to its bytes, whatever stands in which of its places.

Each place of a listing is filled with a short text again and again, then with eight times as much:
the CPU time may grow eightfold, with room for noise, and by no power of it. What is cut to a few
hundred characters first can still cost much each time: so many items are held against words.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import ListingError

URL = "https://kelp.example/"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
CHARS = 4_000
MORE = 8
MOST_GROWTH = 3 * MORE  # a square is 64
NOTHING_S = 0.1  # of CPU for 32 KB: too little to hurt, or to be measured
UNITS = (
    "@", " ", "\n", "a", "0", "-", "_", ".", ",", "/", ";", ":", "(", "[", "'", "&", "&#", "%", "=",
    "<", ">", "a@", "a.", "@.", "a ", "0:", "1 h ", "20", "2020-", "2020/01/", "//", "/a", "a-",
    "&amp;", "&amp;amp;", "&lt;", "&lt;a ", "&lt;img ", "&lt;img src=", "&lt;!--", "&lt;script",
    "<p>", "<a ", "<!--", "<![CDATA[", "<?xml ", "<script", "<meta ", "</p>", "]]>", "-->", "年",
    "中", "1年", "ago ", "nav-", "ad ", "src=", "src= ", "{", '{"a":', "],", "\\u0041", "\xa0",
    "<div>", "<b>a", "<x/>", "Ada Obi, ",
    "and ", "?a=b&amp;", "%41", ";sid=", "/(a", "/amp/", "次", "Mon, ", "Jan ",
)  # fmt: skip

ITEM = """<item><title>{title}</title><link>{link}</link><guid>{guid}</guid>
<author>{author}</author><pubDate>{date}</pubDate><description>{summary}</description><category>{category}</category>
<language>{language}</language><enclosure url="{image}" type=""/></item>"""
URLSET = """<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{link}</loc>
<lastmod>{date}</lastmod><n:news><n:publication><n:language>{language}</n:language></n:publication>
<n:title>{title}</n:title><n:publication_date>{date}</n:publication_date></n:news></url></urlset>"""
CARD = """<html lang="{language}"><head><base href="{base}"><title>{title}</title></head><body>
<div class="{name}"><time>{date}</time><h2><a href="{link}" title="{label}" aria-label="{label}"
class="{name}" rel="{rel}">{title}</a></h2><span>{date}</span></div>
<script type="application/ld+json">{json}</script></body></html>"""
PLAIN = {
    "link": "https://kelp.example/news/a-plant-opens-in-hangzhou-1", "title": "A plant opens",
    "guid": "g", "author": "Ada Obi", "date": "2026-11-20T10:00:00Z", "summary": "It opened.",
    "category": "news", "language": "en", "image": "", "base": "/", "name": "card", "label": "",
    "rel": "", "json": "{}",
}  # fmt: skip

Read = Callable[[str], Listing]


def feed(body: str) -> Listing:
    return parse_feed(body.encode(), url=URL, source_id="s", zone="Asia/Seoul", now=NOW)


def sitemap(body: str) -> Listing:
    return parse_sitemap(body.encode(), url=URL, source_id="s", now=NOW)


def section(body: str) -> Listing:
    return parse_section(body.encode(), url=URL, source_id="s", now=NOW)


def filled(template: str, place: str) -> Callable[[str], str]:
    return lambda text: template.format(**{**PLAIN, place: text})


def rss(place: str) -> Callable[[str], str]:
    write = filled(ITEM, place)
    return lambda text: f"<rss><channel>{write(text)}</channel></rss>"


def json_feed(place: str) -> Callable[[str], str]:
    item = {"url": PLAIN["link"], "title": "A plant", "authors": [{"name": "Ada"}]}

    def write(text: str) -> str:
        value = [{"name": text}] if place == "authors" else text
        return json.dumps({"version": "jsonfeed.org", "items": [item | {place: value}]})

    return write


FEED_PLACES = (
    "title",
    "link",
    "guid",
    "author",
    "date",
    "summary",
    "category",
    "language",
    "image",
)
PLACES: dict[str, tuple[Read, Callable[[str], str]]] = {
    **{f"feed's {place}": (feed, rss(place)) for place in FEED_PLACES},
    **{
        f"JSON feed's {place}": (feed, json_feed(place))
        for place in ("url", "title", "summary", "date_published", "authors", "image", "language")
    },
    **{
        f"sitemap's {place}": (sitemap, filled(URLSET, place))
        for place in ("link", "date", "title", "language")
    },
    **{
        f"page's {place}": (section, filled(CARD, place))
        for place in ("link", "title", "name", "label", "date", "rel", "base", "json", "language")
    },
    "anything as a feed": (feed, lambda text: text),
    "anything in a feed": (feed, lambda text: f"<rss><channel>{text}</channel></rss>"),
    "anything as a sitemap": (sitemap, lambda text: text),
    "a list as a sitemap": (sitemap, lambda text: f"{URL}\n{text}"),
    "anything as a page": (section, lambda text: text),
    "anything in a page": (section, lambda text: f"<html><body>{text}"),
}


def cpu_s(read: Read, body: str) -> float:
    began_s = time.process_time()
    with suppress(ListingError):
        read(body)
    return time.process_time() - began_s


@pytest.mark.parametrize("place", PLACES)
def test_twice_the_bytes_cost_twice_the_time(place: str) -> None:
    read, write = PLACES[place]
    slow = {}
    for unit in UNITS:
        pump = unit * (CHARS // len(unit))
        large_s = cpu_s(read, write(pump * MORE))
        if large_s > NOTHING_S:  # again: it may have been the machine
            large_s = min(cpu_s(read, write(pump * MORE)) for _ in range(3))
            small_s = min(cpu_s(read, write(pump)) for _ in range(3))
            if large_s > max(NOTHING_S, MOST_GROWTH * small_s):
                slow[unit] = (
                    f"{CHARS} characters {small_s:.3f} s, {MORE} times as many {large_s:.2f} s"
                )

    assert slow == {}


ITEMS = 50
ITEM_CHARS = 200
DEAR_UNITS = (
    "@",
    "a@",
    "@.",
    " ",
    "a",
    "0",
    "0:",
    ".",
    "-",
    "&amp;",
    "&lt;a ",
    "&lt;img src=",
    "(",
)
MOST_DEARER = 15  # than words; what took minutes was 400 times as dear
MANY: dict[str, tuple[Read, Callable[[str], str]]] = {
    **{
        f"feed's {place}": (feed, lambda text, place=place: rss_of(ITEMS, place, text))
        for place in FEED_PLACES
    },
    **{
        f"page's {place}": (section, lambda text, place=place: cards_of(ITEMS, place, text))
        for place in ("link", "title", "name", "label", "date", "rel")
    },
}


def rss_of(items: int, place: str, text: str) -> str:
    written = (
        ITEM.format(**{**PLAIN, "link": f"{URL}a-plant-opens-{n}", place: text})
        for n in range(items)
    )
    return f"<rss><channel>{''.join(written)}</channel></rss>"


def cards_of(items: int, place: str, text: str) -> str:
    written = (
        CARD.format(**{**PLAIN, "link": f"/news/a-plant-opens-{n}", place: text})
        for n in range(items)
    )
    return "".join(written)


@pytest.mark.parametrize("place", MANY)
def test_no_text_is_much_dearer_than_words(place: str) -> None:
    read, write = MANY[place]
    words_s = min(cpu_s(read, write("Ada Obi opens a plant " * 9)) for _ in range(3))
    dear = {}
    for unit in DEAR_UNITS:
        body = write((unit * ITEM_CHARS)[:ITEM_CHARS])
        if cpu_s(read, body) > MOST_DEARER * words_s:  # again, as above
            again_s = min(cpu_s(read, body) for _ in range(2))
            if again_s > MOST_DEARER * words_s:
                dear[unit] = f"{again_s / words_s:.0f} times"

    assert dear == {}
