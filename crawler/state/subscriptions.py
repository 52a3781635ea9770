"""Subscriptions at the hubs that listings announce (WebSub): asked for, verified, renewed.

A row a listing that names a hub. Its secret name is the last part of the callback's address; its
secret signs what the hub sends. What a ping does to the schedule is `pings`'. Functions take a
Connection and the time.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    or_,
    select,
    update,
)

from indexer.foundation.clock import latest
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

LEASE = timedelta(days=10)  # what we ask for; the hub decides
SHORTEST_LEASE = timedelta(minutes=5)  # a hub's shorter one is renewed no sooner
UNANSWERED = timedelta(hours=1)  # a hub that never verified is asked again, later each time
_LONGEST_WORDS = 300

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    Column("url", Text, primary_key=True),  # of the listing, as `listings` has it
    Column("source_id", String(128), nullable=False, index=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("name", String(64), nullable=False, unique=True, index=True),
    Column("secret", String(64), nullable=False),
    Column("ask_at", BigInteger, nullable=False, index=True),  # UNIX seconds, like all times here
    Column("asked_at", BigInteger),
    Column("verified_at", BigInteger),  # since when it pushes
    Column("lease_until", BigInteger),
    Column("pinged_at", BigInteger),
    Column("missed_at", BigInteger),  # a poll found what no ping had told
    Column("pings", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),  # pings without a right signature
    Column("failures", Integer, nullable=False, default=0),  # askings in a row without an answer
    Column("error", Text),
)
_T = SUBSCRIPTIONS.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One listing's subscription. since: verified first, without a break; None: not verified.

    lease_until: when it ends unless renewed. error: what the hub answered last, or None.
    """

    url: str
    source_id: str
    hub: str
    topic: str
    name: str
    secret: str
    since: datetime | None = None
    lease_until: datetime | None = None
    pinged_at: datetime | None = None
    missed_at: datetime | None = None
    pings: int = 0
    refused: int = 0
    error: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub sends what is new."""
        return self.lease_until is not None and now < self.lease_until

    def is_trusted(self, now: datetime) -> bool:
        """Whether no ping means nothing new: it pings, and has left out nothing since."""
        if self.pinged_at is None or not self.is_live(now):
            return False
        return self.missed_at is None or self.pinged_at > self.missed_at

    def words(self, now: datetime) -> str:
        """How it stands, for a line."""
        if not self.is_live(now):
            return f"not subscribed: {self.error or 'the hub has not confirmed it yet'}"
        since = f"{self.since:%Y-%m-%d %H:%M}" if self.since else "?"
        told = f"pushes since {since} UTC, {self.pings} ping" + ("" if self.pings == 1 else "s")
        if self.pings and not self.is_trusted(now):
            told += ", but left out what polling found: polled as usual"
        elif not self.pings:
            told += " yet: polled as usual"
        if self.refused:
            told += f", {self.refused} refused for a wrong signature"
        return told


def announce(
    connection: Connection, url: str, source_id: str, hub: str | None, topic: str, *, now: datetime
) -> None:
    """Note what hub a listing names; what it no longer names is forgotten, a change begins anew."""
    row = connection.execute(select(_T.hub, _T.topic).where(_T.url == url)).first()
    if hub is None:
        if row is not None:
            connection.execute(delete(SUBSCRIPTIONS).where(_T.url == url))
        return
    if row is not None and (row.hub, row.topic) == (hub, topic):
        return
    fresh = dict.fromkeys(
        ("asked_at", "verified_at", "lease_until", "pinged_at", "missed_at", "error")
    )
    own = {
        "url": url,
        "source_id": source_id,
        "hub": hub,
        "topic": topic,
        "name": secrets.token_urlsafe(24),
        "secret": secrets.token_urlsafe(32),
        "ask_at": unix(now),
        **dict.fromkeys(("pings", "refused", "failures"), 0),
    }
    upsert(connection, SUBSCRIPTIONS, {**fresh, **own})


def take_due(
    connection: Connection, *, among: Collection[str], now: datetime, limit: int
) -> list[Subscription]:
    """Subscriptions to ask for now, new or to be renewed; nobody else gets them for an hour.

    among: ids of the sources that are crawled.
    """
    due = or_(_T.ask_at <= unix(now), _T.asked_at > latest(now))  # asked while a clock was ahead
    query = (
        select(SUBSCRIPTIONS)
        .where(due, _T.source_id.in_(among))
        .order_by(_T.ask_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    for row in rows:
        again = UNANSWERED * (1 << min(row.failures, 5))
        values = {"asked_at": unix(now), "ask_at": unix(now + again), "failures": row.failures + 1}
        connection.execute(update(SUBSCRIPTIONS).where(_T.url == row.url).values(**values))
    return [_subscription(row) for row in rows]


def failed(connection: Connection, name: str, words: str) -> None:
    """The hub did not take the asking, or denied it."""
    own = update(SUBSCRIPTIONS).where(_T.name == name)
    connection.execute(own.values(error=words[:_LONGEST_WORDS]))


def denied(connection: Connection, name: str, words: str) -> None:
    """The hub ends or denies a subscription: it is asked again, later each time."""
    failed(connection, name, words)
    own = update(SUBSCRIPTIONS).where(_T.name == name)
    connection.execute(own.values(lease_until=None, verified_at=None))


def verified(connection: Connection, name: str, lease: timedelta, *, now: datetime) -> None:
    """The hub has confirmed; it is asked again after two thirds of the lease."""
    row = connection.execute(select(SUBSCRIPTIONS).where(_T.name == name)).first()
    if row is None:
        return
    unbroken = row.lease_until is not None and row.lease_until >= unix(now) and row.verified_at
    again = max(lease * 2 / 3, SHORTEST_LEASE)
    own = update(SUBSCRIPTIONS).where(_T.name == name)
    connection.execute(
        own.values(
            verified_at=row.verified_at if unbroken else unix(now),
            lease_until=unix(now + lease),
            ask_at=unix(now + again),
            failures=0,
            error=None,
        )
    )


def named(connection: Connection, name: str) -> Subscription | None:
    """The subscription whose callback ends in this name."""
    return _one(connection, _T.name == name)


def of_listing(connection: Connection, url: str) -> Subscription | None:
    """The subscription of a listing."""
    return _one(connection, _T.url == url)


def was_asked(connection: Connection, name: str, *, now: datetime, within: timedelta) -> bool:
    """Whether we asked the hub so lately that a confirmation is expected."""
    asked_at = connection.scalar(select(_T.asked_at).where(_T.name == name))
    return asked_at is not None and asked_at >= unix(now - within)


def refuse(connection: Connection, name: str) -> None:
    """Count a message without the right signature."""
    own = update(SUBSCRIPTIONS).where(_T.name == name)
    connection.execute(own.values(refused=_T.refused + 1))


def missed(connection: Connection, url: str, *, now: datetime) -> None:
    """Polling found what no ping had told of."""
    own = update(SUBSCRIPTIONS).where(_T.url == url)
    connection.execute(own.values(missed_at=unix(now)))


def all_of(connection: Connection, among: Collection[str]) -> list[Subscription]:
    """Every subscription of these sources."""
    query = select(SUBSCRIPTIONS).order_by(_T.source_id, _T.url)
    return [_subscription(row) for row in connection.execute(query) if row.source_id in among]


def _one(connection: Connection, where: ColumnElement[bool]) -> Subscription | None:
    row = connection.execute(select(SUBSCRIPTIONS).where(where)).first()
    return None if row is None else _subscription(row)


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        url=row.url,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        name=row.name,
        secret=row.secret,
        since=_time(row.verified_at),
        lease_until=_time(row.lease_until),
        pinged_at=_time(row.pinged_at),
        missed_at=_time(row.missed_at),
        pings=row.pings,
        refused=row.refused,
        error=row.error,
    )


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
