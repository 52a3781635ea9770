"""Which crawler may ask a host now, and not before when: so that politeness holds across machines.

A host is leased like a source (`schedule`): to one crawler at a time, which paces its requests by
itself and gives the host back with the moment before which nobody may ask it. A dead crawler's
lease runs out; since its last request is not known, the host then rests for one more pace.
Functions take a Connection and the time that all crawlers share.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Row,
    String,
    Table,
    delete,
    or_,
    select,
    update,
)

from crawler.formats.freshness import LONGEST_ASKED
from indexer.foundation.clock import believable, is_ahead, latest
from indexer.foundation.database import METADATA
from indexer.foundation.owners import is_gone
from indexer.foundation.statements import insert_new

FORGOTTEN_AFTER = timedelta(days=1)
LONGEST_REST = LONGEST_ASKED + timedelta(minutes=5)  # what a host may ask, and a pace
LONGEST_PACE_S = 300.0

HOSTS = Table(
    "hosts",
    METADATA,
    Column("host", String(300), primary_key=True),  # and port: who answers
    Column("owner", String(128), index=True),
    # UNIX seconds with fractions, like all times here; of a host given back, when it was
    Column("lease_until", Float(53)),
    Column("free_at", Float(53), nullable=False, default=0.0),  # nobody asks it before
    Column("pace_s", Float(53), nullable=False, default=0.0),  # its holder leaves between requests
    Column("slowed_s", Float(53), nullable=False, default=0.0),  # ours since it last complained
    Column("slowed_at", Float(53), nullable=False, default=0.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What the next crawler must know of a host. Times are UNIX seconds.

    free_at: nobody asks it before. pace_s: between two requests. slowed_s, slowed_at: the extra
    delay since its last complaint.
    """

    free_at: float = 0.0
    pace_s: float = 0.0
    slowed_s: float = 0.0
    slowed_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Another crawler asks this host. left_s: seconds its lease runs if it is not renewed."""

    left_s: float


def take(
    connection: Connection, host: str, owner: str, *, now: datetime, span: timedelta, pace_s: float
) -> Rest | Busy:
    """Lease a host, or say how long another crawler holds it.

    pace_s: what its robots.txt may yet make longer.
    """
    insert_new(connection, HOSTS, [{"host": host}])
    row = connection.execute(select(HOSTS).where(HOSTS.c.host == host).with_for_update()).one()
    at = now.timestamp()
    own_row = update(HOSTS).where(HOSTS.c.host == host)
    others = row.owner is not None and row.owner != owner
    ahead = is_ahead(row.lease_until, "leases of hosts", now=now, longest=span)
    if others and not is_gone(row.owner):
        if ahead:  # its holder may live: from now on it runs as long as any other
            connection.execute(own_row.values(lease_until=at + span.total_seconds()))
            return Busy(left_s=span.total_seconds())
        if at < row.lease_until:
            return Busy(left_s=row.lease_until - at)
    rest = _rest_of(row, now, row.lease_until - at if ahead else 0.0)
    free_at = rest.free_at
    if others:  # it died: when it asked last, only its lease can tell
        free_at = max(free_at, min(row.lease_until, at) + rest.pace_s)
    values = {
        "owner": owner,
        "lease_until": at + span.total_seconds(),
        "free_at": free_at,
        "pace_s": max(pace_s, rest.pace_s),
        "slowed_at": rest.slowed_at,
    }
    connection.execute(own_row.values(**values))
    return replace(rest, free_at=free_at)


def renew(
    connection: Connection,
    rests: Mapping[str, Rest],
    owner: str,
    *,
    now: datetime,
    span: timedelta,
) -> set[str]:
    """Hold hosts for longer and write down what is known of them. Returns: those that were lost."""
    until = now.timestamp() + span.total_seconds()
    return _note(connection, rests, owner, {"lease_until": until})


def give_back(
    connection: Connection, rests: Mapping[str, Rest], owner: str, *, now: datetime
) -> None:
    """Leave hosts to whoever comes, each not before its moment."""
    _note(connection, rests, owner, {"owner": None, "lease_until": now.timestamp()})


def held_by_others(
    connection: Connection, owner: str, *, now: datetime, span: timedelta
) -> set[str]:
    """Hosts that other crawlers ask at the moment. span: of a lease."""
    query = select(HOSTS.c.host, HOSTS.c.owner).where(
        HOSTS.c.owner.is_not(None),
        HOSTS.c.owner != owner,
        HOSTS.c.lease_until > now.timestamp(),
        HOSTS.c.lease_until <= latest(now, span),
    )
    return {row.host for row in connection.execute(query) if not is_gone(row.owner)}


def forget(connection: Connection, *, now: datetime) -> None:
    """Drop hosts that nobody asked for long."""
    old = now.timestamp() - FORGOTTEN_AFTER.total_seconds()
    ended = or_(HOSTS.c.owner.is_(None), HOSTS.c.lease_until < old)
    connection.execute(delete(HOSTS).where(ended, HOSTS.c.free_at < old, HOSTS.c.slowed_at < old))


def _rest_of(row: Row[Any], now: datetime, ahead_s: float) -> Rest:
    """What a row says, counted from now if the clock was ahead by so much when it was written."""
    at, pace_s = now.timestamp(), min(row.pace_s, LONGEST_PACE_S)
    free_at, slowed_at = row.free_at - ahead_s, row.slowed_at - ahead_s
    if is_ahead(slowed_at, "complaints of hosts", now=now):  # of the same clock
        free_at, slowed_at = min(free_at, at + pace_s), at
    return Rest(
        free_at=believable(free_at, "rests of hosts", now=now, longest=LONGEST_REST),
        pace_s=pace_s,
        slowed_s=row.slowed_s,
        slowed_at=slowed_at,
    )


def _note(
    connection: Connection, rests: Mapping[str, Rest], owner: str, more: Mapping[str, object]
) -> set[str]:
    lost = set()
    for host in _in_order(rests):
        rest = rests[host]
        values = {
            "free_at": rest.free_at,
            "pace_s": rest.pace_s,
            "slowed_s": rest.slowed_s,
            "slowed_at": rest.slowed_at,
            **more,
        }
        own = update(HOSTS).where(HOSTS.c.host == host, HOSTS.c.owner == owner)
        if connection.execute(own.values(**values)).rowcount == 0:
            lost.add(host)
    return lost


def _in_order(hosts: Iterable[str]) -> list[str]:
    return sorted(hosts)  # two crawlers that lock rows in one order never deadlock
