"""Sources that went silent, measured by their own habit.

A source is silent once it has brought nothing for a quarter longer than its second longest pause
of the six weeks before its last article: nights, weekends and one holiday are habit, not silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Engine, select

from indexer.alerts.alert import at
from indexer.alerts.story import AlertStory
from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.clock import is_ahead
from indexer.foundation.database import reading
from indexer.foundation.errors import UnknownName
from indexer.vocabulary.names import resolve
from indexer.vocabulary.sources import Registry

HISTORY = timedelta(days=42)
LOOK_EVERY = timedelta(minutes=15)
LEAST_PAUSE = timedelta(hours=12)
LEAST_ARTICLES = 6
MOST_ARTICLES = 5_000
PATIENCE = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A source that went silent. last: its last article. usual: the pause it never exceeded."""

    source: str
    last: datetime
    usual: timedelta


def usual_pause(moments: Sequence[datetime]) -> timedelta | None:
    """The longest pause that is habit; None when the articles are too few to tell.

    moments: when articles came, in order.
    """
    if len(moments) < LEAST_ARTICLES:
        return None
    pauses = sorted(after - before for before, after in pairwise(moments))
    return max(pauses[-2], LEAST_PAUSE)


def silences(engine: Engine, sources: Sequence[str], *, now: datetime) -> Iterator[Silence]:
    """Those of the sources that are silent now. sources: ids, or ("all",)."""
    for source in _known(engine) if "all" in sources else sources:
        moments = _moments(engine, source, now)
        usual = usual_pause(moments)
        if usual is not None and now - moments[-1] > PATIENCE * usual:
            yield Silence(source=source, last=moments[-1], usual=usual)


def watched_sources(
    engine: Engine, names: Sequence[str], sources: Registry
) -> tuple[list[str], list[str]]:
    """Ids of the sources of these ids or names, or "all"; and why others cannot be watched.

    sources: tells the registry; one that is not in it is known by its articles.
    """
    known = {*_known(engine), "all"}
    watched: list[str] = []
    faults: list[str] = []
    for name in names:
        if name in known:
            watched.append(name)
            continue
        try:
            called = resolve("source", name, sources=sources()).values
        except UnknownName as error:
            faults.append(str(error))
        else:
            watched += [one.id for one in sources() if {one.id, one.name} & {v for _, v in called}]
    return watched, faults


def unknown_sources(engine: Engine, sources: Sequence[str]) -> list[str]:
    """Those of the sources that never brought an article."""
    known = {*_known(engine), "all"}
    return [source for source in sources if source not in known]


def story_about(silence: Silence, *, now: datetime, newest: datetime | None) -> AlertStory:
    """The silence as a story, the same one until it brings an article again.

    newest: when anything was last crawled from any source.
    """
    quiet = span_words(now - silence.last)
    summary = (
        f"Its last article is of {silence.last:%Y-%m-%d %H:%M} UTC; its pauses are "
        f"usually no longer than {span_words(silence.usual)}."
    )
    if newest is not None and now - newest > LEAST_PAUSE:
        summary += (
            f" Nothing was crawled from any source since {newest:%Y-%m-%d %H:%M} UTC: "
            "is the crawl running?"
        )
    identity = f"silent:{silence.source}:{int(silence.last.timestamp())}"
    return AlertStory(
        id=identity[:128],
        document_id="",
        url="",
        title=f"{silence.source} has been silent for {quiet}",
        summary=summary,
        source=silence.source,
        source_name=silence.source,
        crawled_at=int(now.timestamp()),
        published_at=int(now.timestamp()),
    )


def newest_crawl(engine: Engine) -> datetime | None:
    """When anything was last crawled."""
    with reading(engine) as connection:
        newest = ledger.newest_crawl(connection)
    return None if newest is None else at(newest)


def span_words(span: timedelta) -> str:
    """A length of time in words."""
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"


def _known(engine: Engine) -> list[str]:
    query = select(DOCUMENTS.c.source).distinct().order_by(DOCUMENTS.c.source)
    with reading(engine) as connection:
        return list(connection.scalars(query))


def _moments(engine: Engine, source: str, now: datetime) -> list[datetime]:
    """When articles of the six weeks up to the last one came, in order."""
    # a date ahead of the crawl is the publisher's mistake
    crawled, published = DOCUMENTS.c.crawled_at, DOCUMENTS.c.published_at
    query = select(crawled, published).where(DOCUMENTS.c.source == source)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(crawled.desc()).limit(MOST_ARTICLES)).all()
    kind = "times when articles came"
    came = (min(row[0], row[1] or row[0]) for row in rows)
    moments = sorted(moment for moment in came if not is_ahead(moment, kind, now=now))
    first = moments[-1] - HISTORY.total_seconds() if moments else 0
    return [at(moment) for moment in moments if moment >= first]
