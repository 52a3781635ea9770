"""How each source fares: heard, silent, failing or blocked, and since when.

Read from what listings last answered (`polls`, `listings`) and what became of pages (`seen`).
Functions take a Connection and the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crawler.discovery.listing import left_out_words
from crawler.sources.source import Source
from crawler.state import schedule
from crawler.state.intervals import WEEK, Habit
from crawler.state.listings import LISTINGS
from crawler.state.polls import POLLS, registered
from crawler.state.schedule import SCHEDULE
from crawler.state.seen import IS_REFUSED, IS_STORED, LATELY, REFUSALS, SEEN, Outcome
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.clock import believable, latest
from indexer.foundation.times import unix

LEAST_SILENCE = timedelta(days=3)
GAPS_TO_SILENCE = 8  # a chance of 1 in 3,000 for articles that come independently
FAILURES_TO_FAIL = 3  # in a row; one alone is weather
PAGES_TO_BLOCK = 3
LAG_LOOKED_AT = timedelta(days=1)
MOST_LAGS = 50_000
_DAY_S = 86_400


class SourceState(StrEnum):
    """How a source fares."""

    OK = "ok"
    NEW = "new"  # never asked
    SILENT = "silent"  # answers, and announces nothing
    FAILING = "failing"  # does not answer as it should
    BLOCKED = "blocked"  # refuses us
    UNVERIFIED = "unverified"  # not crawled until a check of it has passed
    DISABLED = "disabled"  # switched off in the registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source's state.

    since: when the state began, as far as known. words: why, or "". last_seen: date of the newest
    entry it announced. lag_s: median seconds from publication to searchable, of the last day.
    due_at: when it is asked next. held: a watcher is asking it now. left_out: what its listings
    were read without, in one line.
    """

    source: Source
    state: SourceState
    since: datetime | None = None
    words: str = ""
    last_seen: datetime | None = None
    lag_s: int | None = None
    due_at: datetime | None = None
    held: bool = False
    left_out: str = ""


def health(connection: Connection, sources: Iterable[Source], *, now: datetime) -> list[Health]:
    """Every source's state, in the order given."""
    rows: dict[str, list[Row[Any]]] = {}
    columns = ("error", "http_status", "new_at", "left_out")
    query = select(POLLS, *(LISTINGS.c[name] for name in columns))
    for row in connection.execute(query.outerjoin(LISTINGS, LISTINGS.c.url == POLLS.c.url)):
        rows.setdefault(row.source_id, []).append(row)
    plans = {row.source_id: row for row in connection.execute(select(SCHEDULE))}
    held = schedule.held(connection, now=now)
    delays = lags(connection, now=now)
    closed = _closed_pages(connection, now)
    found = []
    for source in sources:
        named = {url for _, url in registered(source)}
        mine = [row for row in rows.get(source.id, ()) if row.url in named]
        state, since, words = _judged(source, mine, closed.get(source.id), now)
        plan = plans.get(source.id)
        lag = delays.get(source.id)
        found.append(
            Health(
                source=source,
                state=state,
                since=None if since is None else _moment(min(since, int(now.timestamp()))),
                words=words,
                last_seen=_moment(_last_seen(rows.get(source.id, ()), now)),
                lag_s=int(median(lag)) if lag else None,
                due_at=_moment(plan.due_at) if plan else None,
                held=source.id in held,
                left_out=_left_out(rows.get(source.id, ())),
            )
        )
    return found


def lags(connection: Connection, *, now: datetime) -> dict[str, list[int]]:
    """Source -> seconds from publication to searchable, of the last day's documents.

    Publication as the listing dates it, where it tells the time of day. Articles that were there
    before their source was watched do not count: nobody was late for them.
    """
    query = (
        select(SEEN.c.source_id, DOCUMENTS.c.indexed_at, SEEN.c.published_at)
        .join(SEEN, SEEN.c.url_id == DOCUMENTS.c.document_id)
        .join(SCHEDULE, SCHEDULE.c.source_id == SEEN.c.source_id)
        .where(
            DOCUMENTS.c.crawled_at.between(unix(now - LAG_LOOKED_AT), latest(now)),
            DOCUMENTS.c.indexed_at.is_not(None),
            SEEN.c.published_at >= SCHEDULE.c.enrolled_at,
            SEEN.c.published_at % _DAY_S != 0,
        )
        .order_by(DOCUMENTS.c.crawled_at.desc())
        .limit(MOST_LAGS)
    )
    delays: dict[str, list[int]] = {}
    for row in connection.execute(query):
        delays.setdefault(row.source_id, []).append(max(0, row.indexed_at - row.published_at))
    return delays


def _judged(
    source: Source, rows: Sequence[Row[Any]], closed: Row[Any] | None, now: datetime
) -> tuple[SourceState, int | None, str]:
    """State, UNIX seconds since when, words. rows: the source's registered listings."""
    if not source.enabled:
        return SourceState.DISABLED, None, source.reason or ""
    if not rows:
        return SourceState.UNVERIFIED if source.unverified else SourceState.NEW, None, ""
    failing = [row for row in rows if row.failures]
    if len(failing) == len(rows):
        since = min(row.failing_since or row.asked_at for row in failing)
        words = "; ".join(dict.fromkeys(row.error or "no answer" for row in failing))[:300]
        if all(_refused(row) for row in failing):
            return SourceState.BLOCKED, since, words
        if min(row.failures for row in failing) >= FAILURES_TO_FAIL or not any(
            row.answered_at for row in failing
        ):
            return SourceState.FAILING, since, words
    broken = [row for row in failing if (row.error or "").startswith("certificate:")]
    if broken:  # no weather, and only its source's entry or its publisher can mend it
        since = min(row.failing_since or row.asked_at for row in broken)
        return SourceState.FAILING, since, str(broken[0].error)[:300]
    if closed is not None:
        return SourceState.BLOCKED, int(closed.since), f"pages: {closed.reason}"
    last = _last_seen(rows, now)
    if last is not None and now.timestamp() - last > _patience_s(rows):
        return SourceState.SILENT, last, "announces nothing new"
    part = f"{len(failing)} of {len(rows)} listings fail" if failing else ""
    return SourceState.OK, None, part


def _left_out(rows: Iterable[Row[Any]]) -> str:
    return left_out_words(line for row in rows for line in (row.left_out or "").splitlines())


def _refused(row: Row[Any]) -> bool:
    return row.http_status in REFUSALS or (row.error or "").startswith(("robots:", "closed:"))


def _last_seen(rows: Iterable[Row[Any]], now: datetime) -> int | None:
    """Date of the newest entry; for listings without dates, when one was new."""
    times = [row.newest_at or row.new_at for row in rows]
    kind = "times of listings' newest entries"
    return max((int(believable(t, kind, now=now)) for t in times if t is not None), default=None)


def _patience_s(rows: Iterable[Row[Any]]) -> float:
    """How long such a source may be quiet before it is called silent."""
    weekly = [Habit.from_json(row.habit).weekly() for row in rows if row.habit]
    gap_s = WEEK.total_seconds() / max(weekly, default=1.0)
    return max(LEAST_SILENCE.total_seconds(), GAPS_TO_SILENCE * gap_s)


def _closed_pages(connection: Connection, now: datetime) -> Mapping[str, Row[Any]]:
    """Sources whose pages all refused us lately, with since when and one reason."""
    began = unix(now - LATELY)
    lately = SEEN.c.fetched_at.between(began, latest(now))
    refused = (
        select(
            SEEN.c.source_id,
            func.min(SEEN.c.fetched_at).label("since"),
            func.max(SEEN.c.reason).label("reason"),
            func.count().label("pages"),
        )
        .where(lately, SEEN.c.outcome.in_((Outcome.DROPPED, Outcome.FAILED)), IS_REFUSED)
        .group_by(SEEN.c.source_id)
        .having(func.count() >= PAGES_TO_BLOCK)
        .subquery()
    )
    kept = SEEN.alias("kept")
    one_kept = select(kept.c.url_id).where(
        kept.c.source_id == refused.c.source_id,
        kept.c.fetched_at.between(began, latest(now)),
        IS_STORED,
    )
    # LIMIT 1: else PostgreSQL reads all that was stored
    query = select(refused).where(one_kept.limit(1).scalar_subquery().is_(None))
    return {row.source_id: row for row in connection.execute(query)}


def _moment(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)
