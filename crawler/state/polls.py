"""When each listing is due, remembered: what `intervals` decides of an answer, on disk.

Written in the same transaction as the answer (`listings`) and its entries (`seen`). A source is due
when its first listing is, or when one of its failed pages is to be tried again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
    update,
)

from crawler.article import Entry
from crawler.discovery.sitemaps import is_dead_dated_map
from crawler.sources.source import Source
from crawler.state import changes, intervals, listings, seen, subscriptions
from crawler.state.intervals import Habit, Rules
from crawler.state.listings import ListingAnswer
from crawler.state.seen import SEEN
from crawler.urls import document_id
from indexer.foundation.clock import is_ahead
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

REFUSED = (401, 403, 404, 410, 451)  # asking again soon helps nobody
_SOME = 3  # entries that cannot all have changed at one time
_JUST_NOW = timedelta(minutes=2)
_PING_IS_FRESH = timedelta(seconds=20)
_LOOK_AGAIN = timedelta(seconds=30)
_AT_ONCE = 500  # names in one question
FORGOTTEN_AFTER = 4  # failures in a row of a sub-sitemap nobody registered

POLLS = Table(
    "paces",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("source_id", String(128), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("due_at", BigInteger, nullable=False),  # UNIX seconds, like all times here
    Column("asked_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),  # without an error
    Column("wait_s", Integer, nullable=False),
    Column("habit", Text),
    Column("ttl_s", Float, nullable=False, default=0.0),  # stands in the body: not in a 304
    Column("newest_at", BigInteger),  # newest entry, as the listing dates it
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("failing_since", BigInteger),
    Column("trust", Integer),  # in what it says changed, as `changes` counts it; None: 0
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What an answer asks of us, and what it brought.

    ttl: as the listing says, None when there was no listing. fresh: as the headers say.
    retry_after: what a refusal asks, or None. new, entries: the listing's.
    """

    ttl: timedelta | None = None
    fresh: timedelta = timedelta(0)
    retry_after: timedelta | None = None
    new: Sequence[Entry] = ()
    entries: Sequence[Entry] = ()


def listings_due(
    connection: Connection, source: Source, *, now: datetime, slack: timedelta = timedelta(0)
) -> list[tuple[str, str]]:
    """The (kind, address) pairs of a source that are due, those never asked first.

    slack: takes along what is due a little later, to save turns.
    """
    rows = _living(connection, source, now)
    asked = {row.url for row in rows}
    due = [(kind, url) for kind, url in registered(source) if url not in asked]
    until = unix(now + slack)
    times = {row.url: _due_at(row, now) for row in rows}
    rows.sort(key=lambda row: times[row.url])
    return due + [(row.kind, row.url) for row in rows if times[row.url] <= until]


def is_due(connection: Connection, url: str, *, now: datetime) -> bool:
    """Whether a listing was never asked or is due again."""
    row = connection.execute(select(POLLS).where(POLLS.c.url == url)).first()
    return row is None or _due_at(row, now) <= unix(now)


def trust_in(connection: Connection, url: str) -> int:
    """What a listing's word is worth that an article changed."""
    return connection.scalar(select(POLLS.c.trust).where(POLLS.c.url == url)) or 0


def note_change(connection: Connection, entry: Entry, *, real: bool) -> None:
    """A page was read. If that was because its listing called it changed, that was true or not."""
    own = SEEN.c.url_id == document_id(entry.url)
    reason = connection.scalar(select(SEEN.c.reason).where(own, SEEN.c.changes > 0))
    if (reason or "").startswith(changes.PREFIX):
        trust = changes.trust_after(trust_in(connection, entry.found_in), real=real)
        connection.execute(update(POLLS).where(POLLS.c.url == entry.found_in).values(trust=trust))


def asked_at(connection: Connection, urls: Sequence[str]) -> dict[str, int]:
    """When each of these listings was asked last, in UNIX seconds; those never asked are absent."""
    asked: dict[str, int] = {}
    for at in range(0, len(urls), _AT_ONCE):
        some = POLLS.c.url.in_(urls[at : at + _AT_ONCE])
        for row in connection.execute(select(POLLS.c.url, POLLS.c.asked_at).where(some)):
            asked[row.url] = row.asked_at
    return asked


def note(
    connection: Connection,
    answer: ListingAnswer,
    asked: PollResult,
    source: Source,
    rules: Rules,
    *,
    now: datetime,
) -> datetime:
    """Write down when a listing that just answered is due again. Returns: that time."""
    before = connection.execute(select(POLLS).where(POLLS.c.url == answer.url)).first()
    if before is not None and _was_ahead(before, now):
        listings.correct(connection, answer.url, now=now)
    row: dict[str, Any] = {
        "url": answer.url,
        "source_id": answer.source_id,
        "kind": answer.kind,
        "asked_at": unix(now),
    }
    if answer.error is not None:
        failures = 1 + (before.failures if before else 0)
        span = _after_error(answer, asked, failures)
        row |= {
            "failures": failures,
            "failing_since": min((before and before.failing_since) or unix(now), unix(now)),
        }
    else:
        habit = _habit(before, asked, answer, now)
        ttl = (
            asked.ttl if asked.ttl is not None else timedelta(seconds=before.ttl_s if before else 0)
        )
        span = intervals.wait(habit, rules, now=now, asked=max(ttl, asked.fresh))
        silence = intervals.wait_while_pushed(habit, rules, now=now)
        since = before.asked_at if before else 0
        span = _with_pings(connection, answer.url, span, silence, asked, since, now)
        dates = [date for date in _dates(asked.entries, now) if date <= now]
        newest = [unix(max(dates))] if dates else []
        if before and before.newest_at and not _is_newest_ahead(before, now):
            newest.append(before.newest_at)
        row |= {
            "answered_at": unix(now),
            "habit": habit.as_json(),
            "ttl_s": ttl.total_seconds(),
            "newest_at": max(newest, default=None),
            "failures": 0,
            "failing_since": None,
        }
    due_at = now + intervals.spread(span, f"{answer.url} {unix(now)}")
    if source.schedule:
        due_at = intervals.next_cron(source.schedule, source.timezone, now=now)
        due_at = max(due_at, now + (asked.retry_after or timedelta(0)))
    row |= {"due_at": unix(due_at), "wait_s": int(span.total_seconds())}
    upsert(connection, POLLS, row)
    return due_at


def source_due(connection: Connection, source: Source, rules: Rules, *, now: datetime) -> datetime:
    """When a source is due next, at the earliest a moment from now."""
    rows = _living(connection, source, now)
    times = [_due_at(row, now) for row in rows]
    if {url for _, url in registered(source)} - {row.url for row in rows}:
        times.append(unix(now))  # never asked
    retry_at = seen.first_retry(connection, source.id, now=now)
    times += [] if retry_at is None else [retry_at]
    earliest = min(times, default=unix(now + rules.longest))
    return max(datetime.fromtimestamp(earliest, UTC), now + timedelta(seconds=1))


def registered(source: Source) -> list[tuple[str, str]]:
    """The (kind, address) pairs the registry names for a source."""
    return [
        *(("feed", url) for url in source.feeds),
        *(("sitemap", url) for url in source.sitemaps),
        *(("section", url) for url in source.sections),
    ]


def _living(connection: Connection, source: Source, now: datetime) -> list[Row[Any]]:
    """Rows of the listings the registry names, and of sub-sitemaps that may get something new."""
    named = set(registered(source))
    rows = connection.execute(select(POLLS).where(POLLS.c.source_id == source.id)).all()
    return [
        row
        for row in rows
        if (row.kind, row.url) in named
        or (
            row.kind == "sitemap"
            and row.failures < FORGOTTEN_AFTER
            and not is_dead_dated_map(row.url, now=now)
        )
    ]


def _due_at(row: Row[Any], now: datetime) -> int:
    """When a listing is due; now if the clock was ahead when that was decided."""
    return unix(now) if _was_ahead(row, now) else int(row.due_at)


def _was_ahead(row: Row[Any], now: datetime) -> bool:
    return is_ahead(row.asked_at, "times when listings were asked", now=now)


def _is_newest_ahead(row: Row[Any], now: datetime) -> bool:
    return is_ahead(row.newest_at, "dates of listings' newest entries", now=now)


def _with_pings(
    connection: Connection,
    url: str,
    span: timedelta,
    silence: timedelta,
    asked: PollResult,
    since: int,
    now: datetime,
) -> timedelta:
    """The wait of a listing whose hub pings: `silence` while it can be trusted, else `span`.

    since: when it was asked before, UNIX seconds.
    """
    known = subscriptions.of_listing(connection, url)
    if known is None or known.pinged_at is None:
        return span
    if asked.new and known.is_live(now) and unix(known.pinged_at) <= since:
        subscriptions.missed(connection, url, now=now)
        return span
    if not asked.new and timedelta(0) <= now - known.pinged_at <= _PING_IS_FRESH:
        return min(span, _LOOK_AGAIN)  # the ping was quicker than the publisher's cache
    if not known.is_trusted(now):
        return span
    return max(span, silence)


def _after_error(answer: ListingAnswer, asked: PollResult, failures: int) -> timedelta:
    if asked.retry_after is not None:
        return max(asked.retry_after, timedelta(minutes=1))
    status = answer.http_status
    refused = status in REFUSED or (answer.error or "").startswith(("robots:", "closed:"))
    return intervals.wait_after_error(failures, for_good=refused)


def _dates(entries: Sequence[Entry], now: datetime) -> list[datetime]:
    """When a listing's entries appeared; not when they changed, where all changed at once."""
    modified = Counter(e.modified for e in entries if e.published is None and e.modified)
    at_once = max(modified.values(), default=0)
    just_now = sum(n for date, n in modified.items() if abs(now - date) < _JUST_NOW)
    made_up = len(entries) >= _SOME and max(at_once, just_now) > len(entries) / 2
    dates = (e.published or (None if made_up else e.modified) for e in entries)
    return [date for date in dates if date]


def _habit(
    before: Row[Any] | None, asked: PollResult, answer: ListingAnswer, now: datetime
) -> Habit:
    ahead = before is not None and _was_ahead(before, now)  # and learned wrong things then
    if before is None or before.habit is None or (ahead and asked.entries):
        return intervals.first_habit(_dates(asked.entries, now), now=now)
    return intervals.learned(
        Habit.from_json(before.habit),
        (e.published or e.modified or now for e in asked.new),
        entries=len(asked.entries),
        elapsed=timedelta(seconds=max(0, unix(now) - before.answered_at)),
        now=now,
    )
