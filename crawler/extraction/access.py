"""How much a reader without a subscription gets: free, metered, or only a teaser with its share."""

import re
from typing import Any

from crawler.article import Access, Site
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import anywhere
from crawler.formats.jsonld import text_of

_WALL_TEXT = anywhere("wall")
_WALL_MARKED = (
    'boolean(//*[contains(@class, "paywall") or contains(@class, "Paywall")'
    ' or contains(@class, "regwall") or contains(@id, "paywall")])'
)
FULL_CHARS = 3_000  # a teaser is shorter
_CHARS_LEFT = re.compile(r"残り\s?(\d{2,5})\s?文字|il vous reste\s(\d{1,2}(?:[.,]\d+)?)\s?%", re.I)


def find_access(
    parsed: Parsed, node: dict[str, Any], text: str, site: Site | None
) -> tuple[Access, float, str]:
    """(access, share of the text that was readable, where from)."""
    declared = _declared_free(parsed, node)
    if declared is True or (declared is None and len(text) > FULL_CHARS and site is None):
        return Access.FREE, 1.0, "isAccessibleForFree" if declared else ""
    total = _whole_length(node)
    seen = len(text) / total if total else None
    wall = _WALL_TEXT.search(parsed.text)
    if declared is False:
        short = len(text) < 1500
        part = short or (seen is not None and seen < 0.6)
        if part and (wall or _has_wall(parsed)):
            return Access.TEASER, _share(text, total, parsed.text), "isAccessibleForFree"
        if short and (seen is None or seen < 0.6) and (site is None or site.access != "metered"):
            return Access.TEASER, _share(text, total, parsed.text), "isAccessibleForFree"
        return Access.METERED, 1.0, "isAccessibleForFree"
    if wall and (len(text) < 1200 or (seen is not None and seen < 0.6)):
        return Access.TEASER, _share(text, total, parsed.text), "text"
    if site is not None and site.access == "hard" and len(text) < 1000:
        return Access.TEASER, _share(text, total, parsed.text), "registry"
    if (site is not None and site.access == "metered") or (wall and _has_wall(parsed)):
        return Access.METERED, 1.0, "registry" if site is not None else "markup"
    return Access.FREE, 1.0, ""


def _has_wall(parsed: Parsed) -> bool:
    return bool(parsed.tree.xpath(_WALL_MARKED))


def _declared_free(parsed: Parsed, node: dict[str, Any]) -> bool | None:
    value = node.get("isAccessibleForFree")
    if value is None:
        for other in parsed.nodes:
            if "isAccessibleForFree" in other and other.get("@type") in (
                "WebPage",
                "NewsArticle",
                "Article",
            ):
                value = other["isAccessibleForFree"]
                break
    if value is None:
        tier = (
            parsed.meta("article:content_tier", "content_tier", "og:content_tier") or ""
        ).lower()
        return {"free": True, "locked": False, "metered": False}.get(tier)
    if isinstance(value, bool):
        return value
    word = str(value).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "false": False}.get(word)


def _whole_length(node: dict[str, Any]) -> int:
    """Characters of the whole article as structured data tells, 0 when it does not."""
    body = text_of(node.get("articleBody"))
    count = node.get("wordCount")
    words = (
        int(count) if isinstance(count, int) or (isinstance(count, str) and count.isdigit()) else 0
    )
    return max(len(body), words * 5)


def _share(text: str, total: int, page_text: str) -> float:
    if left := _CHARS_LEFT.search(page_text):
        if left[1]:
            return round(len(text) / (len(text) + int(left[1])), 2)
        return round(1 - float(left[2].replace(",", ".")) / 100, 2)
    if total > len(text):
        return round(len(text) / total, 2)
    return min(
        0.9, max(0.05, round(len(text) / 4000, 2))
    )  # a news article has about 4,000 characters
