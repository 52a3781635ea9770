"""Which crawler may ask a host now, and not before when: so that manners hold across machines.

A host is leased like a source (`schedule`): to one crawler at a time, which paces its requests by
itself and gives the host back with the moment before which nobody may ask it. A dead crawler's
lease runs out; since its last request is not known, the host then rests for one more pace.
Functions take a Connection and the time that all crawlers share.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Float,
    String,
    Table,
    delete,
    or_,
    select,
    update,
)

from crawler.state.schedule import CLOCK_SLACK
from indexer.foundation.database import METADATA
from indexer.foundation.owners import is_gone
from indexer.foundation.statements import insert_new

FORGOTTEN_AFTER = timedelta(days=1)

HOSTS = Table(
    "hosts",
    METADATA,
    Column("host", String(300), primary_key=True),  # and port: who answers
    Column("owner", String(128), index=True),
    Column("lease_until", Float(53)),  # UNIX seconds with fractions, like all times here
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
    """Lease a host, or say who is in the way. pace_s: what its robots.txt may yet make longer."""
    insert_new(connection, HOSTS, [{"host": host}])
    row = connection.execute(select(HOSTS).where(HOSTS.c.host == host).with_for_update()).one()
    at = now.timestamp()
    others = row.owner is not None and row.owner != owner
    if (
        others
        and not is_gone(row.owner)
        and at < row.lease_until <= at + (span + CLOCK_SLACK).total_seconds()
    ):
        return Busy(left_s=row.lease_until - at)
    free_at = row.free_at
    if others:  # it died: when it asked last, only its lease can tell
        free_at = max(free_at, min(row.lease_until, at) + row.pace_s)
    values = {
        "owner": owner,
        "lease_until": at + span.total_seconds(),
        "free_at": free_at,
        "pace_s": max(pace_s, row.pace_s),
    }
    connection.execute(update(HOSTS).where(HOSTS.c.host == host).values(**values))
    return Rest(free_at=free_at, pace_s=row.pace_s, slowed_s=row.slowed_s, slowed_at=row.slowed_at)


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


def give_back(connection: Connection, rests: Mapping[str, Rest], owner: str) -> None:
    """Leave hosts to whoever comes, each not before its moment."""
    _note(connection, rests, owner, {"owner": None, "lease_until": None})


def held_by_others(connection: Connection, owner: str, *, now: datetime) -> set[str]:
    """Hosts that other crawlers ask at the moment."""
    query = select(HOSTS.c.host, HOSTS.c.owner).where(
        HOSTS.c.owner.is_not(None), HOSTS.c.owner != owner, HOSTS.c.lease_until > now.timestamp()
    )
    return {row.host for row in connection.execute(query) if not is_gone(row.owner)}


def forget(connection: Connection, *, now: datetime) -> None:
    """Drop hosts that nobody asked for long."""
    old = now.timestamp() - FORGOTTEN_AFTER.total_seconds()
    ended = or_(HOSTS.c.owner.is_(None), HOSTS.c.lease_until < old)
    connection.execute(delete(HOSTS).where(ended, HOSTS.c.free_at < old, HOSTS.c.slowed_at < old))


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
    return sorted(hosts)  # two crawlers that lock rows in one order never wait in a circle
