"""The digest of a span: the stories most outlets carried, by topic and by region, in two files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.alerts.rendering import Section, html_page, markdown
from indexer.alerts.story import FIELDS, AlertStory, story_of
from indexer.foundation.errors import ConfigError
from indexer.search.contract import NEWEST_FIRST, STORY
from indexer.search.query import Conditions, Query, conditions_of, quoted
from indexer.search.search_server import SearchServer, plain_errors

TOP = 10
GROUPS = 8  # topics, and as many regions
A_GROUP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a span brought. articles: how many, all copies counted."""

    since: datetime
    until: datetime
    articles: int
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"Tech news of {self.until:%d %B %Y}"

    @property
    def subtitle(self) -> str:
        span = f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC"
        return f"{self.articles} articles, {span}"


def digest_of(server: SearchServer, index: str, *, since: datetime, until: datetime) -> Digest:
    """Ask the index. Raises: SearchError."""
    handle = server.client().index(index)
    span = conditions_of(Query(since=int(since.timestamp()), until=int(until.timestamp())))
    shown: set[str] = set()
    with plain_errors(server.url):
        counted = handle.search(
            "", {"filter": span, "facets": ["topics.lvl0", "regions.lvl0"], "limit": 0}
        )
        sections = [_section(handle, "Top stories", span, TOP, shown)]
        for attribute in ("topics.lvl0", "regions.lvl0"):
            for value in _most_frequent(counted["facetDistribution"].get(attribute, {})):
                only = [*span, f"{attribute} = {quoted(value)}"]
                sections.append(_section(handle, value, only, A_GROUP, shown))
    return Digest(
        since=since,
        until=until,
        articles=int(counted["estimatedTotalHits"]),
        sections=tuple(section for section in sections if section.stories),
    )


def write_digest(digest: Digest, folder: Path) -> tuple[Path, Path]:
    """Write digest-DAY.html and digest-DAY.md. Raises: ConfigError when that is impossible."""
    name = f"digest-{digest.until:%Y-%m-%d}"
    content = (digest.title, digest.subtitle, digest.sections)
    page, text = folder / f"{name}.html", folder / f"{name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_text(html_page(*content), encoding="utf-8")
        text.write_text(markdown(*content), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"--out is {str(folder)!r}, which cannot be written ({error.strerror}): "
            "name a folder you may write to"
        ) from error
    return page, text


def _section(
    handle: Any, heading: str, conditions: Conditions, most: int, shown: set[str]
) -> Section:
    """The most carried stories that no section before has shown."""
    stories = tuple(_not_yet(handle, conditions, most, shown))
    shown.update(story.id for story in stories)
    return Section(heading=heading, stories=stories)


def _not_yet(
    handle: Any, conditions: Conditions, most: int, shown: set[str]
) -> Iterator[AlertStory]:
    answer = handle.search(
        "",
        {
            "filter": conditions,
            "sort": ["outlets:desc", *NEWEST_FIRST],
            "distinct": STORY,
            "limit": most + len(shown),
            "attributesToRetrieve": list(FIELDS),
        },
    )
    stories = [story_of(hit) for hit in answer["hits"]]
    yield from [story for story in stories if story.id not in shown][:most]


def _most_frequent(counts: dict[str, int]) -> list[str]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [value for value, _ in ordered[:GROUPS]]
