"""The stories as written in articles/*.md: one file a site, each story under its TOML head.

A head stands between two lines `+++`; ages count back from the newsroom's `now`. A head with
`copy_of` prints another site's story again: re-headlined, words swapped, cut after `keep` blocks.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.demo.markup import StoryBlock, parse

FOLDER = Path(__file__).parent / "articles"
_FENCE = re.compile(r"^\+\+\+$", re.MULTILINE)
_AGE = re.compile(r"(\d+)([dhm])")
_UNIT = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStory:
    """One story of one site; times are aware UTC, to the minute.

    path: its place on the site when it does not follow the site's own pattern.
    byline: what stands there when no person signed ("Agencies"); else "".
    dated: False where neither page nor listing may tell the date.
    Other fields as in `truth.NewsroomArticle`.
    """

    site_id: str
    slug: str
    title: str
    blocks: tuple[StoryBlock, ...]
    published: datetime
    modified: datetime | None = None
    dek: str = ""
    authors: tuple[str, ...] = ()
    byline: str = ""
    agency: str | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    kind: str = "article"
    reason: str = ""
    group: str | None = None
    access: str = "free"
    path: str = ""
    dated: bool = True


def signed_by(story: DemoStory) -> tuple[str, ...]:
    """The names a page prints above the story: its authors, else the desk."""
    return story.authors or ((story.byline,) if story.byline else ())


def read_stories(site_id: str, now: datetime) -> list[DemoStory]:
    """All stories of one site, in the order of its file."""
    return [_story(site_id, head, body, now) for head, body in _written(site_id)]


def _written(site_id: str) -> list[tuple[dict[str, Any], str]]:
    parts = _FENCE.split((FOLDER / f"{site_id}.md").read_text(encoding="utf-8"))
    if len(parts) % 2 == 0:
        raise ValueError(f"articles/{site_id}.md has a head without its second `+++`")
    return [
        (tomllib.loads(head), body) for head, body in zip(parts[1::2], parts[2::2], strict=True)
    ]


def age(text: str) -> timedelta:
    """A span written as `2d 4h`."""
    parts = {_UNIT[unit]: int(number) for number, unit in _AGE.findall(text)}
    return timedelta(**parts)


def _story(site_id: str, head: dict[str, Any], body: str, now: datetime) -> DemoStory:
    published = (now - age(head.pop("age"))).replace(second=0, microsecond=0)
    updated = head.pop("updated_after", None)
    original = _original(head, now)
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in head.items()
    }
    values["modified"] = published + age(updated) if updated else None
    if original is None:
        return DemoStory(site_id=site_id, blocks=parse(body), published=published, **values)
    return replace(original, site_id=site_id, published=published, **values)


def _original(head: dict[str, Any], now: datetime) -> DemoStory | None:
    source = head.pop("copy_of", None)
    if source is None:
        return None
    site_id, slug = source.split("/")
    head_there, body = next(pair for pair in _written(site_id) if pair[0]["slug"] == slug)
    story = _story(site_id, head_there, body, now)
    swaps: dict[str, str] = head.pop("swap", {})
    kept = story.blocks[: head.pop("keep", None)]
    blocks = tuple(
        StoryBlock(block.kind, tuple(_swapped(line, swaps) for line in block.lines))
        for block in kept
    )
    return replace(story, blocks=blocks, path="", access="free")


def _swapped(line: str, swaps: dict[str, str]) -> str:
    for old, new in swaps.items():
        line = line.replace(old, new)
    return line
