"""JSON-LD: text of a script → its things; the one that is this page's article, or the list's.

Publishers' JSON-LD is often slightly broken; what can be mended without guessing is mended.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.formats.jsontext import read_json
from crawler.formats.markup import Element

MAX_CHARS = 6_000_000  # of all scripts of a page
MAX_DEPTH = 12
MAX_NODES = 2_000
MAX_LISTED = 500
_LIST_DEPTH = 4
_LISTS = ("itemListElement", "hasPart", "blogPost", "mainEntity", "item")

_ARTICLE = re.compile(
    r"(?:Article|BlogPosting|Report|Review|ReportageNews|SocialMediaPosting|Recipe|HowTo)$"
)
# objects that are no article of their own, or another one than the page's
_NOT_THE_PAGE = frozenset(("author", "publisher", "image", "liveBlogUpdate", "comment"))
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
# what editors' systems leave in; any other tag is a part of what is told ("Why <script> bites")
_FORMATTING = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|a|div|sup|sub|small|mark|font|q|cite|abbr|bdi|wbr|h[1-6]|ul|li)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.I,
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article that a page's JSON-LD lists; `url` as written."""

    url: str
    title: str | None
    published: str | None


def is_jsonld(kind: str | None) -> bool:
    """Whether a script's `type` says so; some name a charset behind it."""
    return "ld+json" in (kind or "").lower()


def read_nodes(text: str) -> list[dict[str, Any]]:
    """Every object of one JSON-LD script, outermost first; [] when it cannot be read."""
    return list(_flat(_loaded(text), 0, [MAX_NODES]))


def things_of(root: Element) -> list[dict[str, Any]]:
    """Top-level things of a page's JSON-LD, graphs opened."""
    things: list[Any] = []
    chars = 0
    for script in root.iter("script"):
        text = script.text or ""
        if not is_jsonld(script.get("type")):
            continue
        chars += len(text)
        if chars > MAX_CHARS:
            break
        data = _loaded(text)
        for thing in data if isinstance(data, list) else [data]:
            graph = thing.get("@graph") if isinstance(thing, dict) else None
            things += [thing, *(graph if isinstance(graph, list) else [])]
    return [thing for thing in things[:MAX_LISTED] if isinstance(thing, dict)]


def listed_articles(root: Element) -> list[LinkedArticle]:
    """Articles in the page's item lists and parts, in their order, each once."""
    found: dict[str, LinkedArticle] = {}
    for thing in things_of(root):
        for article in _articles_in(thing, depth=0):
            found.setdefault(article.url, article)
            if len(found) == MAX_LISTED:
                return list(found.values())
    return list(found.values())


def _articles_in(thing: object, depth: int) -> Iterator[LinkedArticle]:
    if isinstance(thing, list):
        for one in thing[:MAX_LISTED]:
            yield from _articles_in(one, depth)
    if not isinstance(thing, dict) or depth > _LIST_DEPTH or "BreadcrumbList" in types_of(thing):
        return
    if depth > 0 and (url := _own_address(thing)):
        title = text_of(thing.get("headline")) or text_of(thing.get("name"))
        yield LinkedArticle(url, title or None, text_of(thing.get("datePublished")) or None)
    for name in _LISTS:
        yield from _articles_in(thing.get(name), depth + 1)


def _own_address(thing: dict[str, Any]) -> str | None:
    """Where a listed article stands; a list's item is an article by its `url` alone."""
    url = thing.get("url")
    if "ListItem" in types_of(thing):
        return url if isinstance(url, str) and url else None
    if not is_article(thing):
        return None
    pages = (address.partition("#")[0] for address in addresses(thing))
    return next(filter(None, pages), None)


def _loaded(text: str) -> Any:
    """What a script holds; None when it cannot be read."""
    text = _WRAPPING.sub("", text.strip()).strip().rstrip(";")
    for mend in (str, _mended) if text else ():
        try:
            return read_json(mend(text))
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> str:
    if "&quot;" in text:
        text = html.unescape(text)
    return _TRAILING_COMMA.sub(r"\1", text)


def _flat(data: Any, depth: int, left: list[int]) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH or left[0] <= 0:
        return
    if isinstance(data, list):
        for item in data[:500]:
            yield from _flat(item, depth + 1, left)
    elif isinstance(data, dict):
        left[0] -= 1
        yield data
        for key, value in data.items():
            if isinstance(value, dict | list) and key not in _NOT_THE_PAGE:
                yield from _flat(value, depth + 1, left)


def types_of(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type") or node.get("type") or ()
    kinds = kind if isinstance(kind, list) else [kind]
    return [str(one).rsplit("/", 1)[-1] for one in kinds]


def is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in types_of(node))


def article_node(nodes: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """The node that describes this page's article; {} when none does.

    Lists of other stories also carry article nodes: one that names this page's address wins,
    then one with text or dates.
    """
    found = [
        node
        for node in nodes
        if is_article(node)
        and (
            node.get("headline")
            or node.get("datePublished")
            or node.get("name")
            or node.get("articleBody")
        )
    ]
    if not found:
        return {}
    own_path = _path(url)

    def fit(node: dict[str, Any]) -> tuple[bool, int]:
        here = bool(own_path) and any(_path(address) == own_path for address in addresses(node))
        keys = ("headline", "datePublished", "author", "articleBody", "publisher", "image")
        return here, sum(bool(node.get(key)) for key in keys)

    return max(found, key=fit)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def addresses(node: dict[str, Any]) -> list[str]:
    """Addresses the node gives itself."""
    found = []
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            found.append(value)
    return found


def text_of(value: Any) -> str:
    """A JSON-LD value as one line of plain text ("" when it is none)."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("headline") or ""
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if "<" in value:
        value = _FORMATTING.sub("", value)
    return " ".join(value.split())
