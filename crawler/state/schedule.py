"""Which source is due and who has it: leases, so that many watchers share the work.

A lease runs out by itself, so that a dead watcher's sources go to the others; its epoch keeps a
watcher that lost a lease from finishing another's. The same code on SQLite and PostgreSQL.
When a source is due is decided elsewhere (`polls`). Functions take a Connection and the time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from indexer.foundation.clock import is_ahead, latest
from indexer.foundation.database import METADATA
from indexer.foundation.owners import is_gone
from indexer.foundation.times import unix

LEASE = timedelta(seconds=30)  # renewed three times while it is held
LONGEST_LEASE = timedelta(hours=1)  # that a deployment may set

SCHEDULE = Table(
    "schedule",
    METADATA,
    Column("source_id", String(128), primary_key=True),
    Column("due_at", BigInteger, nullable=False, index=True),  # UNIX seconds, like all times here
    Column("owner", String(128)),
    Column("lease_until", BigInteger),
    Column("epoch", Integer, nullable=False, default=0),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("asked_at", BigInteger),  # when it was leased last
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to ask one source until it runs out."""

    source_id: str
    owner: str
    epoch: int


def sure_s(span: timedelta) -> float:
    """Seconds of a lease its holder counts on: whole seconds are kept, and no clock is exact."""
    return 0.9 * span.total_seconds() - 1.0


def enroll(connection: Connection, due: Mapping[str, datetime], *, now: datetime) -> None:
    """Add sources not known yet, with when each is due first."""
    make = sqlite.insert if connection.engine.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"source_id": source_id, "due_at": unix(at), "epoch": 0, "enrolled_at": unix(now)}
        for source_id, at in due.items()
    ]
    if rows:
        connection.execute(make(SCHEDULE).on_conflict_do_nothing(), rows)


def known(connection: Connection) -> set[str]:
    """Ids of the sources that are enrolled."""
    return set(connection.scalars(select(SCHEDULE.c.source_id)))


def lease(
    connection: Connection,
    owner: str,
    among: Collection[str],
    *,
    now: datetime,
    limit: int,
    span: timedelta = LEASE,
) -> list[Lease]:
    """Take the sources that are due longest and that nobody holds, at most `limit`."""
    due = (
        select(SCHEDULE)
        .where(SCHEDULE.c.source_id.in_(among), _due(now), _free(now, span))
        .order_by(SCHEDULE.c.due_at, SCHEDULE.c.source_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(due).all()
    if not rows:
        return []
    for row in rows:
        is_ahead(row.asked_at or row.enrolled_at, "times when sources were asked", now=now)
        is_ahead(row.lease_until, "leases of sources", now=now, longest=span)
    ids = [row.source_id for row in rows]
    taken = connection.execute(
        update(SCHEDULE)
        .where(SCHEDULE.c.source_id.in_(ids))
        .values(
            owner=owner,
            lease_until=unix(now + span),
            epoch=SCHEDULE.c.epoch + 1,
            asked_at=unix(now),
        )
        .returning(SCHEDULE.c.source_id, SCHEDULE.c.epoch)
    ).all()
    epochs = {row.source_id: row.epoch for row in taken}
    return [Lease(source_id=name, owner=owner, epoch=epochs[name]) for name in ids]


def renew(
    connection: Connection, leases: Iterable[Lease], *, now: datetime, span: timedelta = LEASE
) -> list[Lease]:
    """Hold leases for longer. Returns: those that were lost to another watcher."""
    lost = []
    for one in leases:
        held = connection.execute(
            update(SCHEDULE).where(*_same(one)).values(lease_until=unix(now + span))
        )
        if held.rowcount == 0:
            lost.append(one)
    return lost


def holds(connection: Connection, one: Lease) -> bool:
    """Whether a source is still this lease's; nobody else gets it before the transaction ends."""
    query = select(SCHEDULE.c.epoch).where(SCHEDULE.c.source_id == one.source_id)
    return connection.scalar(query.with_for_update(read=True)) == one.epoch


def finish(connection: Connection, one: Lease, *, due_at: datetime) -> bool:
    """Give a source back with when it is due next. Returns: False when the lease was lost."""
    done = connection.execute(
        update(SCHEDULE)
        .where(*_same(one))
        .values(owner=None, lease_until=None, due_at=unix(due_at))
    )
    return done.rowcount == 1


def release(connection: Connection, owner: str) -> None:
    """Give back all a watcher holds as it was: due at once, for whoever comes."""
    own = update(SCHEDULE).where(SCHEDULE.c.owner == owner)
    connection.execute(own.values(owner=None, lease_until=None))


def release_gone(connection: Connection) -> None:
    """Give back at once what processes of this machine held that no longer live."""
    held = select(SCHEDULE.c.owner).where(SCHEDULE.c.owner.is_not(None)).distinct()
    for owner in connection.scalars(held).all():
        if is_gone(owner):
            release(connection, owner)


def next_due(connection: Connection, among: Collection[str], *, now: datetime) -> datetime | None:
    """When the first source that nobody holds is due; None when all are held."""
    query = select(func.min(SCHEDULE.c.due_at)).where(
        SCHEDULE.c.source_id.in_(among), _free(now, LONGEST_LEASE)
    )
    due_at = connection.scalar(query)
    return None if due_at is None else datetime.fromtimestamp(due_at, UTC)


def held(connection: Connection, *, now: datetime) -> set[str]:
    """Ids of the sources that are being asked."""
    return set(connection.scalars(select(SCHEDULE.c.source_id).where(~_free(now, LONGEST_LEASE))))


def counts(connection: Connection, among: Collection[str], *, now: datetime) -> tuple[int, int]:
    """How many sources are due and free, and how many are held."""
    mine = SCHEDULE.c.source_id.in_(among)
    number, free = select(func.count()).select_from(SCHEDULE), _free(now, LONGEST_LEASE)
    due = connection.scalar(number.where(mine, free, _due(now)))
    held = connection.scalar(number.where(mine, ~free))
    return int(due or 0), int(held or 0)


def _due(now: datetime) -> ColumnElement[bool]:
    # asked in the future: somebody's clock was wrong then, or is wrong now; ask rather than starve
    asked_at = func.coalesce(SCHEDULE.c.asked_at, SCHEDULE.c.enrolled_at)
    return or_(SCHEDULE.c.due_at <= unix(now), asked_at > latest(now))


def _free(now: datetime, span: timedelta) -> ColumnElement[bool]:
    until = SCHEDULE.c.lease_until
    return or_(until.is_(None), until <= unix(now), until > latest(now, span))


def _same(one: Lease) -> tuple[ColumnElement[bool], ...]:
    return (and_(SCHEDULE.c.source_id == one.source_id, SCHEDULE.c.epoch == one.epoch),)
