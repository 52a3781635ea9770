"""Small pages of our own for the extraction tests."""

from datetime import UTC, datetime
from typing import Any

from crawler.article import Article, Entry, Page, Site
from crawler.extraction import extract_article

URL = "https://news.example.com/startups/robots-learn-to-fold"
NOW = datetime(2026, 3, 5, 20, 30, tzinfo=UTC)
TITLE = "Robots learn to fold laundry in a Lagos workshop"
PARAGRAPHS = (
    "The workshop stands behind a market in Yaba, and for most of the day it smells of steam.",
    "Three robots, built by a team of seven engineers, have folded shirts there since January.",
    "The company says it has sold its first twenty machines to hotels along the coast.",
    "Investors were slow to come, the founders recall, until a video of the folding went round.",
    "A second workshop is to open in Accra before the rainy season, with room for forty people.",
)
SITE = Site(
    id="example",
    name="Example News",
    homepage="https://news.example.com/",
    country="SG",
    timezone="Asia/Singapore",
)


def markup(*paragraphs: str) -> str:
    return "\n".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)


def page_of(body: str, head: str = "", *, lang: str = "en", url: str = URL, **fields: Any) -> Page:
    html = f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    fields = {"encoding": "utf-8", "fetched_at": NOW} | fields
    return Page(url=url, body=html.encode("utf-8"), **fields)


def article_page(around: str = "", head: str = "", **fields: Any) -> Page:
    """A page with headline and story; `around` stands after the story, inside its container."""
    story = f"<h1>{TITLE}</h1><div class='body'>{markup()}</div>{around}"
    return page_of(f"<main><article>{story}</article></main>", head, **fields)


def extracted(*args: Any, **fields: Any) -> Article:
    return extract_article(article_page(*args, **fields))


def feed_entry(**fields: Any) -> Entry:
    known = {"url": URL, "source_id": "example", "found_in": "https://news.example.com/feed"}
    return Entry(**(known | {"kind": "feed"} | fields))
