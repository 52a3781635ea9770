"""The headline: candidates from structured data and markup, the site's name taken off, the best kept."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import html

from crawler.extraction.jsonld import text_of
from crawler.extraction.parsing import Parsed

_SEPARATOR = re.compile(r"\s+[|｜·•»«—–-]\s+|\s*[|｜]\s*|\s+::\s+|--+|__+")
_LETTERS = re.compile(r"\w+")


def find_title(parsed: Parsed, node: dict[str, Any], site_name: str | None) -> tuple[str, str]:
    """(title, where from); ("", "") when the page has none."""
    candidates = [
        (source, text)
        for source, text in _candidates(parsed, node, site_name)
        if _usable(text, site_name)
    ]
    if not candidates:
        return "", ""
    source, text = candidates[0]
    return text, source


def normal(text: str) -> str:
    """For comparing headlines: letters and digits only, folded."""
    return " ".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


def _candidates(
    parsed: Parsed, node: dict[str, Any], site_name: str | None
) -> Iterator[tuple[str, str]]:
    yield "jsonld:headline", text_of(node.get("headline"))
    if len(parsed.h1s) == 1:
        yield "h1", heading_text(parsed.h1s[0])
    yield "meta:og:title", _without_site(_line(parsed.meta("og:title")), site_name)
    yield (
        "meta:title",
        _without_site(
            _line(
                parsed.meta(
                    "twitter:title",
                    "parsely-title",
                    "dc.title",
                    "sailthru.title",
                    "title",
                    "headline",
                )
            ),
            site_name,
        ),
    )
    for h1 in parsed.h1s[:3]:
        yield "h1", heading_text(h1)
    yield "title", _without_site(parsed.title_tag, site_name)
    yield "jsonld:name", text_of(node.get("name"))
    for h2 in parsed.tree.iter("h2"):
        yield "h2", heading_text(h2)
        break


def heading_text(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _line(text: str | None) -> str:
    return text_of(text or "")


def _usable(text: str, site_name: str | None) -> bool:
    return (
        len(text) > 1
        and bool(_LETTERS.search(text))
        and (not site_name or normal(text) != normal(site_name))
    )


def _without_site(text: str, site_name: str | None) -> str:
    """Take " | Site name" off the end (or the front)."""
    if not site_name or not text:
        return text
    wanted = normal(site_name)
    pieces = list(_SEPARATOR.finditer(text))
    for cut in reversed(pieces):
        if normal(text[cut.end() :]) == wanted and cut.start() > 0:
            return text[: cut.start()].strip()
    for cut in pieces[:1]:
        if normal(text[: cut.start()]) == wanted and text[cut.end() :].strip():
            return text[cut.end() :].strip()
    return text
