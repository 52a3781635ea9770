"""JSON-LD: text of a script → flat list of nodes; the node that is this page's article.

Publishers' JSON-LD is often slightly broken; what can be mended without guessing is mended.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

MAX_DEPTH = 12
MAX_NODES = 2_000

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


def read_nodes(text: str) -> list[dict[str, Any]]:
    """Every object of one JSON-LD script, outermost first; [] when it cannot be read."""
    text = _WRAPPING.sub("", text.strip()).strip().rstrip(";")
    if not text:
        return []
    data: Any = None
    for mend in (str, _mended):
        try:
            data = json.loads(mend(text), strict=False)
            break
        except (ValueError, RecursionError):
            continue
    return list(_flat(data, 0, [MAX_NODES]))


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
