"""A story as alerts and digests tell it: a hit, cut to what people read. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indexer.foundation.terminal import harmless

FIELDS = (
    *("id", "story_id", "url", "title", "summary", "source", "source_name", "language"),
    *("published_at", "crawled_at", "topics", "regions", "outlets"),
)
TITLE_LENGTH = 300
SUMMARY_LENGTH = 500
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStory:
    """One story. Texts are one line each, without what steers a terminal or hides in it.

    id: the story's, the same for all of its copies. document_id: of the copy told.
    url: http or https, else "". published_at, crawled_at: UNIX seconds.
    topics, places: their last levels. outlets: how many sources carry it.
    """

    id: str
    document_id: str
    url: str
    title: str
    summary: str
    source: str
    source_name: str
    crawled_at: int
    published_at: int | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    outlets: int = 1


def story_of(hit: Mapping[str, Any]) -> AlertStory:
    """The story that a hit of the index tells."""
    url = str(hit.get("url") or "")
    return AlertStory(
        id=str(hit["story_id"]),
        document_id=str(hit["id"]),
        url=harmless(url) if url.startswith(("https://", "http://")) else "",
        title=one_line(hit.get("title"), TITLE_LENGTH) or "(no title)",
        summary=one_line(hit.get("summary"), SUMMARY_LENGTH),
        source=str(hit.get("source") or ""),
        source_name=one_line(hit.get("source_name"), 100),
        crawled_at=int(hit.get("crawled_at") or 0),
        published_at=hit.get("published_at"),
        language=hit.get("language"),
        topics=_last_levels(hit.get("topics")),
        places=_last_levels(hit.get("regions")),
        outlets=int(hit.get("outlets") or 1),
    )


def story_from(record: Mapping[str, Any]) -> AlertStory:
    """A story from the JSON object that `dataclasses.asdict` made of it."""
    lists = {name: tuple(record[name]) for name in ("topics", "places")}
    return AlertStory(**{**record, **lists})


def one_line(text: object, length: int) -> str:
    """A stranger's text on one line, cut at a word."""
    line = _SPACE.sub(" ", harmless(str(text or "")[: 4 * length])).strip()
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rpartition(" ")[0] if " " in cut[length // 2 :] else cut) + "…"


def _last_levels(facet: object) -> tuple[str, ...]:
    """The deepest values of a facet with levels, by their last names."""
    levels = facet if isinstance(facet, dict) else {}
    for level in ("lvl2", "lvl1", "lvl0"):
        if values := levels.get(level):
            return tuple(one_line(v.rpartition(" > ")[2], 60) for v in values[:5])
    return ()
