"""Which passes run now, and over which sources: so that two of a schedule do the work once.

A pass takes its sources from the others until it ends; a dead one's lease runs out. Nothing more
hangs on it: hosts are leased on their own, and a page stored twice is one document. Functions take
a Connection.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Connection, Float, String, Table, delete, select, update

from indexer.foundation.clock import is_ahead
from indexer.foundation.database import METADATA
from indexer.foundation.owners import is_gone, words_of
from indexer.foundation.statements import insert_new

PASSES = Table(
    "passes",
    METADATA,
    Column("source_id", String(128), primary_key=True),
    Column("owner", String(128), nullable=False, index=True),
    Column("began_at", Float(53), nullable=False),  # UNIX seconds, like all times here
    Column("lease_until", Float(53), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPass:
    """A pass that runs, and how many of the sources asked for it has."""

    owner: str
    began_at: datetime
    sources: int

    def words(self) -> str:
        """Who, and since when, for people."""
        return f"{words_of(self.owner)}, since {self.began_at:%Y-%m-%d %H:%M:%S} UTC"


def take(
    connection: Connection,
    owner: str,
    source_ids: Collection[str],
    *,
    now: datetime,
    span: timedelta,
) -> tuple[set[str], list[OtherPass]]:
    """Take the sources that no other pass has. Returns: their ids, and who has the rest."""
    _drop_dead(connection, source_ids, now, span)
    at = now.timestamp()
    lease = {"owner": owner, "began_at": at, "lease_until": at + span.total_seconds()}
    rows = [{"source_id": source_id, **lease} for source_id in sorted(source_ids)]
    insert_new(connection, PASSES, rows)
    found = connection.execute(select(PASSES).where(PASSES.c.source_id.in_(source_ids))).all()
    others = Counter((row.owner, row.began_at) for row in found if row.owner != owner)
    return {row.source_id for row in found if row.owner == owner}, [
        OtherPass(owner=name, began_at=datetime.fromtimestamp(began, UTC), sources=number)
        for (name, began), number in sorted(others.items())
    ]


def renew(connection: Connection, owner: str, *, now: datetime, span: timedelta) -> None:
    """Go on having them."""
    until = now.timestamp() + span.total_seconds()
    connection.execute(update(PASSES).where(PASSES.c.owner == owner).values(lease_until=until))


def give_back(connection: Connection, owner: str) -> None:
    """The pass ends."""
    connection.execute(delete(PASSES).where(PASSES.c.owner == owner))


def _drop_dead(
    connection: Connection, source_ids: Collection[str], now: datetime, span: timedelta
) -> None:
    """Forget leases that ran out, and those of processes of this machine that are no more."""
    owners = select(PASSES.c.owner, PASSES.c.lease_until).distinct()
    for row in connection.execute(owners.where(PASSES.c.source_id.in_(source_ids))).all():
        own = PASSES.c.owner == row.owner
        if row.lease_until <= now.timestamp() or is_gone(row.owner):
            connection.execute(delete(PASSES).where(own))
        elif is_ahead(row.lease_until, "leases of passes", now=now, longest=span):
            # its holder may live: from now on it runs as long as any other
            until = now.timestamp() + span.total_seconds()
            connection.execute(update(PASSES).where(own).values(lease_until=until))
