"""How much a reader without a subscription gets: free, metered, or only a teaser with its share."""

import re
from dataclasses import dataclass
from typing import Any

from crawler.article import Access, Site
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import anywhere
from crawler.formats.jsonld import text_of
from crawler.formats.lengths import weight

_WALL_TEXT = anywhere("wall")
_WALL_MARKED = (
    'boolean(//*[contains(@class, "paywall") or contains(@class, "Paywall")'
    ' or contains(@class, "regwall") or contains(@id, "paywall")])'
)
FULL_CHARS = 3_000  # a teaser is shorter; as all limits here by `weight`
BEHIND_CHARS = 600  # what keeps a story back stands in it or right behind it, not among others
PART = 0.6  # of the whole's characters; below it the rest is kept back
_CHARS_LEFT = re.compile(r"残り\s?(\d{2,5})\s?文字|il vous reste\s(\d{1,2}(?:[.,]\d+)?)\s?%", re.I)


def find_access(
    parsed: Parsed, node: dict[str, Any], text: str, site: Site | None
) -> tuple[Access, float, str]:
    """(access, share of the text that was readable, where from)."""
    declared = _declared_free(parsed, node)
    if declared is True:
        return Access.FREE, 1.0, "isAccessibleForFree"
    if declared is None and weight(text) > FULL_CHARS and site is None:
        return Access.FREE, 1.0, ""
    seen = _Seen(parsed, text, _whole_length(node))
    kept_by = site.access if site is not None else None
    if declared is False:
        access, evidence = _of_declared(seen, kept_by), "isAccessibleForFree"
    else:
        access, evidence = _of_undeclared(seen, kept_by)
    return access, seen.share() if access is Access.TEASER else 1.0, evidence


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reader without a subscription sees. total: characters of the whole, 0 if unknown."""

    parsed: Parsed
    text: str
    total: int

    @property
    def is_part(self) -> bool:
        """By what the page tells of the whole length."""
        return bool(self.total) and len(self.text) / self.total < PART

    @property
    def tells_of_wall(self) -> bool:
        page = self.parsed.text
        lines = self.text.split("\n")
        first, last = page.find(lines[0][:40]), page.rfind(lines[-1][-40:])
        if first < 0 or last < first:
            return _WALL_TEXT.search(page)
        return _WALL_TEXT.search(page[first : last + BEHIND_CHARS])

    @property
    def has_wall(self) -> bool:
        return bool(self.parsed.tree.xpath(_WALL_MARKED))

    def share(self) -> float:
        return _share(self.text, self.total, self.parsed.text)


def _of_declared(seen: _Seen, kept_by: str | None) -> Access:
    """Of a page that says it is not free. kept_by: what the registry says of the site's access."""
    short = weight(seen.text) < 1500
    if (short or seen.is_part) and (seen.tells_of_wall or seen.has_wall):
        return Access.TEASER
    if short and (seen.is_part or not seen.total) and kept_by != "metered":
        return Access.TEASER
    return Access.METERED


def _of_undeclared(seen: _Seen, kept_by: str | None) -> tuple[Access, str]:
    """Of a page that does not say, with where it is known from."""
    wall = seen.tells_of_wall
    if wall and (weight(seen.text) < 1200 or seen.is_part):
        return Access.TEASER, "text"
    if kept_by == "hard" and weight(seen.text) < 1000:
        return Access.TEASER, "registry"
    if kept_by == "metered" or (wall and seen.has_wall):
        return Access.METERED, "registry" if kept_by is not None else "markup"
    return Access.FREE, ""


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
        0.9, max(0.05, round(weight(text) / 4000, 2))
    )  # a news article has about 4,000 characters
