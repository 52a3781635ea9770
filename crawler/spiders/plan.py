"""What one crawl was asked to do, from the words of a command line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.errors import CrawlerError
from crawler.sources.registry import load_sources
from crawler.sources.source import Source

_SPAN = re.compile(r"(\d{1,5})\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which sources to ask and which of their articles to fetch.

    since, until: aware UTC; undated entries pass. limit: most pages fetched a source.
    refresh: fetch articles again that were stored before.
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
    """Turn a command's words into a plan. Raises: SourceError or CrawlerError in one line."""
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


def moment(text: str | None, *, now: datetime, option: str) -> datetime | None:
    """A span back from now ("36h", "2d") or a date ("2026-11-20"), as aware UTC."""
    if not text:
        return None
    span = _SPAN.fullmatch(text.strip().lower())
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CrawlerError(
            f"{option} is {text!r}: write a span such as 36h, 2d, 3w or a date such as 2026-11-20"
        ) from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
