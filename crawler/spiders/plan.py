"""What one crawl was asked to do, from the words of a command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.sources.registry import load_sources
from crawler.sources.source import Source
from indexer.times import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which sources to ask and which of their articles to fetch.

    since, until: aware UTC; undated entries pass. limit: most pages fetched a source.
    all_topics: keep off-topic stories too.
    """

    sources: tuple[Source, ...]
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    all_topics: bool = False


def plan_for(
    names: Iterable[str] = (),
    *,
    now: datetime,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    sources_file: Path | None = None,
    all_topics: bool = False,
) -> Plan:
    """Turn a command's words into a plan. Raises: SourceError or ConfigError in one line."""
    registry = load_sources(*([sources_file] if sources_file else []))
    wanted = tuple(registry.get(name) for name in names)
    if not wanted:
        wanted = registry.enabled()
        if sources_file:  # a file given by hand is the crawl, not a supplement to hundreds
            own = load_sources(sources_file, bundled=False)
            wanted = tuple(source for source in own.enabled())
    return Plan(
        sources=wanted,
        since=moment(since, now=now, option="--since"),
        until=moment(until, now=now, option="--until"),
        limit=limit,
        all_topics=all_topics,
    )
