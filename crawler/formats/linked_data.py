"""A page's JSON-LD: its things, and the articles that lists among them name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.formats.markup import Element

_MAX_SCRIPT_CHARS = 500_000
_MAX_THINGS = 500
_LISTS = ("itemListElement", "hasPart", "blogPost", "mainEntity", "item")
_ARTICLE = re.compile(r"Article|BlogPosting|Report|ListItem")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article that a page's JSON-LD lists; `url` as written."""

    url: str
    title: str | None
    published: str | None


def linked_data(root: Element) -> list[dict[str, Any]]:
    """Top-level things of the page's JSON-LD, graphs opened."""
    things: list[Any] = []
    for script in root.iter("script"):
        if (
            script.get("type") == "application/ld+json"
            and len(script.text or "") < _MAX_SCRIPT_CHARS
        ):
            try:
                data = json.loads(script.text or "")
            except (ValueError, RecursionError):
                continue
            for thing in data if isinstance(data, list) else [data]:
                graph = thing.get("@graph") if isinstance(thing, dict) else None
                things += [thing, *(graph if isinstance(graph, list) else [])]
    return [thing for thing in things[:_MAX_THINGS] if isinstance(thing, dict)]


def linked_articles(root: Element) -> list[LinkedArticle]:
    """Articles in the page's item lists and parts, in their order, each once."""
    found: dict[str, LinkedArticle] = {}
    for thing in linked_data(root):
        for article in _articles_in(thing, depth=0):
            found.setdefault(article.url, article)
            if len(found) == _MAX_THINGS:
                return list(found.values())
    return list(found.values())


def _articles_in(thing: object, depth: int) -> Iterator[LinkedArticle]:
    if isinstance(thing, list):
        for one in thing[:_MAX_THINGS]:
            yield from _articles_in(one, depth)
    if not isinstance(thing, dict) or depth > 4 or thing.get("@type") == "BreadcrumbList":
        return
    url = thing.get("url")
    if depth > 0 and isinstance(url, str) and _ARTICLE.search(str(thing.get("@type"))):
        title = thing.get("headline") or thing.get("name")
        published = thing.get("datePublished")
        yield LinkedArticle(
            url,
            title if isinstance(title, str) else None,
            published if isinstance(published, str) else None,
        )
    for name in _LISTS:
        yield from _articles_in(thing.get(name), depth + 1)
