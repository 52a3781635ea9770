"""What one crawl was asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.sources.registry import asked_sources
from crawler.sources.source import Source, unverified_sites
from crawler.state.intervals import Rules
from indexer.foundation.errors import ConfigError
from indexer.foundation.times import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which sources to ask and which of their articles to fetch.

    since, until: aware UTC; undated entries pass. limit: most pages fetched a source.
    all_topics: keep off-topic stories too. refresh: fetch what is listed again, seen or not.
    rules: how eagerly a watch asks. walks_back: older maps and pages are asked too (a backfill).
    """

    sources: tuple[Source, ...]
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    all_topics: bool = False
    refresh: bool = False
    rules: Rules = field(default_factory=Rules)

    @property
    def unverified(self) -> frozenset[str]:
        """Sites whose broken certificates are let through."""
        return unverified_sites(self.sources)

    @property
    def walks_back(self) -> bool:
        return self.since is not None or self.until is not None


def plan_from_words(words: Mapping[str, str], *, now: datetime, home: Path | None = None) -> Plan:
    """A plan from the arguments of `scrapy crawl -a name=value`.

    Raises: SourceError or ConfigError in one line.
    """
    names = [name.strip() for name in words.get("source", "").split(",") if name.strip()]
    sources_file = words.get("sources")
    return Plan(
        sources=asked_sources(
            names,
            sources_file=Path(sources_file) if sources_file else None,
            home=home,
            tag=words.get("tag"),
        ),
        since=moment(words.get("since"), now=now, option="--since"),
        until=moment(words.get("until"), now=now, option="--until"),
        limit=_limit(words.get("limit")),
        all_topics=_is_on(words.get("all_topics")),
        refresh=_is_on(words.get("refresh")),
    )


def _limit(word: str | None) -> int | None:
    if not word:
        return None
    if not word.isdecimal() or int(word) < 1:
        raise ConfigError(f"limit is {word!r}: write a number of pages, 1 at least")
    return int(word)


def _is_on(word: str | None) -> bool:
    return word not in (None, "", "0", "no", "false")
