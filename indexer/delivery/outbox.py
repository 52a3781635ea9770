"""The outbox: which documents the index has yet to learn of.

A row names a document of `delivery.ledger` and its version, and stays until the search server's
task *succeeded*; a newer version put while an older one is under way is neither lost nor
overwritten. `put` and `put_removal` belong to the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    update,
)

from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.document import Document
from indexer.foundation.database import METADATA, begin, reading, transact
from indexer.foundation.statements import insert_new, upsert
from indexer.foundation.times import now_utc

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("document_id", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),  # the ledger's version to send
    Column("removal", Integer, nullable=False, default=0),
    Column("put_at", BigInteger, nullable=False),  # UNIX seconds
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("quarantined", Integer, nullable=False, default=0),
    Index("outbox_by_turn", "quarantined", "put_at", "document_id"),
)

_VERSION = (
    select(OUTBOX.c.version).where(OUTBOX.c.document_id == bindparam("own_id")).with_for_update()
)
_FORGET = delete(OUTBOX).where(
    OUTBOX.c.document_id == bindparam("own_id"), OUTBOX.c.version == bindparam("sent")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One waiting document. record: its JSON object, or None when it is to be removed."""

    document_id: str
    version: int
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A document the search server refuses, with its words."""

    document_id: str
    url: str
    error: str


class CrawlMemory(Protocol):
    """What the crawl remembers of documents; told where one leaves without its doing."""

    def fetch_again(self, connection: Connection, document_ids: Sequence[str]) -> object:
        """They are gone, and nobody decided that they should be: fetch them again."""

    def dropped(self, connection: Connection, document_id: str, reason: str) -> object:
        """It is gone for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """How the outbox stands, in documents. oldest_at: UNIX seconds of the oldest that waits."""

    waiting: int
    quarantined: int
    oldest_at: int | None


def standing(connection: Connection) -> OutboxCounts:
    """Count what waits and what was refused."""
    columns = (OUTBOX.c.quarantined, func.count(), func.min(OUTBOX.c.put_at))
    rows = connection.execute(select(*columns).group_by(OUTBOX.c.quarantined)).all()
    counts = {row[0]: (int(row[1]), row[2]) for row in rows}
    waiting, oldest_at = counts.get(0, (0, None))
    return OutboxCounts(
        waiting=waiting, quarantined=counts.get(1, (0, None))[0], oldest_at=oldest_at
    )


def put(connection: Connection, document: Document, *, now: datetime) -> None:
    """Write a document into the ledger and queue it, inside the caller's transaction."""
    above = _under_way(connection, document.id)
    version = ledger.keep(connection, document, now=now, above=above)
    queue(connection, document.id, version, now=now)


def put_removal(connection: Connection, document_id: str, *, now: datetime) -> None:
    """Take a document out of the ledger and queue its removal from the index."""
    above = _under_way(connection, document_id)
    version = ledger.next_version(connection, document_id, now=now, above=above)
    connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.document_id == document_id))
    queue(connection, document_id, version, now=now, removal=True)


def put_removal_of_unknown(connection: Connection, document_id: str, *, now: datetime) -> bool:
    """Queue the removal of what the index alone holds. Returns: False when it is known by now."""
    # the row first, then the look: who stores it meanwhile waits and replaces the row, or is seen
    version = ledger.next_version(connection, document_id, now=now)
    if not queue_new(connection, document_id, version, now=now, removal=True):
        return False
    if ledger.version_of(connection, document_id) is None:
        return True
    connection.execute(_FORGET, {"own_id": document_id, "sent": version})
    return False


def queue(
    connection: Connection, document_id: str, version: int, *, now: datetime, removal: bool = False
) -> None:
    """Queue a version of a document that the ledger holds already."""
    upsert(connection, OUTBOX, _row(document_id, version, now, removal))


def queue_new(
    connection: Connection, document_id: str, version: int, *, now: datetime, removal: bool = False
) -> bool:
    """`queue`, unless something of the document waits already. Returns: whether it was queued."""
    return bool(insert_new(connection, OUTBOX, [_row(document_id, version, now, removal)]))


def _row(document_id: str, version: int, now: datetime, removal: bool) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "version": version,
        "removal": int(removal),
        "put_at": int(now.timestamp()),
        "attempts": 0,
        "error": None,
        "quarantined": 0,
    }


def waits(connection: Connection, document_id: str) -> bool:
    """Whether the index has yet to learn something of a document."""
    return _under_way(connection, document_id) > 0


def _under_way(connection: Connection, document_id: str) -> int:
    """The version that waits or is being sent, or 0: a removed document has no other."""
    return int(connection.scalar(_VERSION, {"own_id": document_id}) or 0)


def _send_newer_again(connection: Connection, row: OutboxRow, *, now: datetime) -> None:
    if _under_way(connection, row.document_id):
        return  # the newer one still waits
    newest = ledger.version_of(connection, row.document_id)
    if newest is None and row.record is not None:
        queue(connection, row.document_id, row.version + 1, now=now, removal=True)
    elif newest is not None and newest > row.version:
        queue(connection, row.document_id, newest, now=now)


class Outbox:
    """The queue as its sender sees it: look, send, settle."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __len__(self) -> int:
        with reading(self.engine) as connection:
            waiting = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.quarantined == 0)
            return int(connection.scalar(waiting) or 0)

    def waiting(self, *, limit: int, max_bytes: int) -> list[OutboxRow]:
        """The oldest rows, at most `limit` of them and about `max_bytes` together, one at least.

        Bytes are those of the compressed documents times 3, a typical ratio.
        """
        query = (
            select(OUTBOX.c.document_id, OUTBOX.c.version, OUTBOX.c.removal, DOCUMENTS.c.body)
            .outerjoin(DOCUMENTS, DOCUMENTS.c.document_id == OUTBOX.c.document_id)
            .where(OUTBOX.c.quarantined == 0)
            .order_by(OUTBOX.c.put_at, OUTBOX.c.document_id)
            .limit(limit)
        )
        rows: list[OutboxRow] = []
        total = 0
        with reading(self.engine) as connection:
            for found in connection.execute(query):
                gone = found.removal or found.body is None
                total += 0 if gone else 3 * len(found.body)
                if rows and total > max_bytes:
                    break
                record = None if gone else ledger.unpack(found.body)
                rows.append(
                    OutboxRow(document_id=found.document_id, version=found.version, record=record)
                )
        return rows

    def done(self, rows: Sequence[OutboxRow], *, task_uid: int) -> int:
        """The server's task succeeded: forget these rows, unless a newer version came meanwhile.

        What another sender settled meanwhile at a newer version is queued again: the index may
        hold ours now. Returns: how many of the documents are new to the index.
        """
        now = now_utc()

        def write(connection: Connection) -> int:
            sent = [(row.document_id, row.version) for row in rows if row.record is not None]
            new = ledger.confirm(connection, sent, task=task_uid, at=int(now.timestamp()))
            marks = {(row.document_id, row.version) for row in rows}
            own = OUTBOX.c.document_id.in_([row.document_id for row in rows])
            found = connection.execute(select(OUTBOX.c.document_id, OUTBOX.c.version).where(own))
            settled = marks.intersection(map(tuple, found))
            if settled:
                forget = [{"own_id": own_id, "sent": version} for own_id, version in settled]
                connection.execute(_FORGET, forget)
            for row in rows:
                if (row.document_id, row.version) not in settled:
                    _send_newer_again(connection, row, now=now)
            return new

        return transact(self.engine, write)

    def failed(self, rows: Sequence[OutboxRow], error: str) -> None:
        """The server could not be reached or failed: keep the rows, remember its words."""
        self._note(rows, error, quarantined=0)

    def quarantine(self, row: OutboxRow, error: str) -> None:
        """The server refuses this very document: set it aside with its words."""
        self._note([row], error, quarantined=1)

    def last_error(self) -> str | None:
        """What the server last said of a row that still waits, or None."""
        query = select(OUTBOX.c.error).where(OUTBOX.c.error.is_not(None), OUTBOX.c.quarantined == 0)
        with reading(self.engine) as connection:
            return connection.scalar(query.order_by(OUTBOX.c.put_at.desc()).limit(1))

    def quarantined(self) -> list[Quarantined]:
        """The documents set aside, oldest first."""
        query = (
            select(OUTBOX.c.document_id, OUTBOX.c.error, DOCUMENTS.c.body)
            .outerjoin(DOCUMENTS, DOCUMENTS.c.document_id == OUTBOX.c.document_id)
            .where(OUTBOX.c.quarantined == 1)
            .order_by(OUTBOX.c.put_at)
        )
        with reading(self.engine) as connection:
            return [
                Quarantined(
                    document_id=row.document_id,
                    url=ledger.unpack(row.body)["url"] if row.body else "",
                    error=row.error or "",
                )
                for row in connection.execute(query)
            ]

    def release(self) -> int:
        """Put every quarantined document back in the queue. Returns: how many."""
        with begin(self.engine) as connection:
            statement = update(OUTBOX).where(OUTBOX.c.quarantined == 1)
            return connection.execute(statement.values(quarantined=0, error=None)).rowcount

    def drop_quarantined(self, memory: CrawlMemory | None = None) -> int:
        """Forget every quarantined document, here, in the ledger and what the index has of it.

        memory: so that `why` can tell. Returns: how many.
        """
        now = now_utc()

        def write(connection: Connection) -> int:
            set_aside = OUTBOX.c.quarantined == 1
            rows = connection.execute(select(OUTBOX).where(set_aside).with_for_update()).all()
            for row in rows:
                put_removal(connection, row.document_id, now=now)
                if memory is not None:
                    words = f"refused by the search server: {row.error}"
                    memory.dropped(connection, row.document_id, words)
            return len(rows)

        return transact(self.engine, write)

    def _note(self, rows: Sequence[OutboxRow], error: str, *, quarantined: int) -> None:
        values = {"error": error[:2000], "quarantined": quarantined}

        def write(connection: Connection) -> None:
            for row in rows:
                same = (OUTBOX.c.document_id == row.document_id, OUTBOX.c.version == row.version)
                own = update(OUTBOX).where(*same)
                connection.execute(own.values(attempts=OUTBOX.c.attempts + 1, **values))

        transact(self.engine, write)
