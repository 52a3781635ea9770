"""The ledger: every document made, and which version of it the index has confirmed.

The documents themselves stand here (compressed), so that the index can be rebuilt, audited and
exported without a crawl. What still waits for the index is `indexer.delivery.outbox`'s.
Functions take a Connection and belong to the caller's transaction.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    bindparam,
    func,
    select,
    update,
)

from indexer.document import Document
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("document_id", String(64), primary_key=True),
    Column("source", String(128), nullable=False),
    Column("story_id", String(64), nullable=False, index=True),
    Column("published_at", BigInteger, index=True),  # UNIX seconds
    Column("crawled_at", BigInteger, nullable=False, index=True),  # UNIX seconds
    Column("version", BigInteger, nullable=False),  # microseconds of the last change, rising
    Column("body", LargeBinary, nullable=False),  # zlib of the JSON object
    Column("indexed_version", BigInteger),  # the version a succeeded task carried
    Column("task_uid", BigInteger),
    Column("indexed_at", BigInteger),  # UNIX seconds
    Index("documents_by_source", "source", "crawled_at"),
)

# statements of every page, made once: making one costs as much as running it
_OWN = DOCUMENTS.c.document_id == bindparam("own_id")
_BODY = select(DOCUMENTS.c.body).where(_OWN)
_VERSION = select(DOCUMENTS.c.version).where(_OWN).with_for_update()
_CONFIRM = (
    update(DOCUMENTS)
    .where(_OWN)
    .values(
        indexed_version=bindparam("carried"), task_uid=bindparam("task"), indexed_at=bindparam("at")
    )
)


def keep(connection: Connection, document: Document, *, now: datetime, above: int = 0) -> int:
    """Write a document down, replacing an older one of its id.

    above: a version given out before, which the new one must exceed whatever the clock says.
    Returns: its version.
    """
    return keep_record(connection, document.as_record(), now=now, above=above)


def keep_record(
    connection: Connection, record: dict[str, Any], *, now: datetime, above: int = 0
) -> int:
    """`keep` for a document that is already a JSON object."""
    version = next_version(connection, record["id"], now=now, above=above)
    upsert(
        connection,
        DOCUMENTS,
        {
            "document_id": record["id"],
            "source": record["source"],
            "story_id": record["story_id"],
            "published_at": record["published_at"],
            "crawled_at": record["crawled_at"],
            "version": version,
            "body": pack({**record, "revision": version}),
        },
    )
    return version


def next_version(connection: Connection, document_id: str, *, now: datetime, above: int = 0) -> int:
    """A version later than any the document had: microseconds of the clock, if it did not stop."""
    found = connection.scalar(_VERSION, {"own_id": document_id})
    return max(int(now.timestamp() * 1_000_000), (found or 0) + 1, above + 1)


def confirm(connection: Connection, ids: Iterable[tuple[str, int]], *, task: int, at: int) -> int:
    """Note that a succeeded task carried these (id, version) pairs.

    Returns: how many of them the index had never held.
    """
    sent = [
        {"own_id": document_id, "carried": version, "task": task, "at": at}
        for document_id, version in ids
    ]
    if not sent:
        return 0
    known = DOCUMENTS.c.document_id.in_([one["own_id"] for one in sent])
    query = select(func.count()).where(known, DOCUMENTS.c.indexed_version.is_(None))
    new = int(connection.scalar(query) or 0)
    connection.execute(_CONFIRM, sent)
    return new


def read(connection: Connection, document_id: str) -> dict[str, Any] | None:
    """One document's JSON object, or None."""
    body = connection.scalar(_BODY, {"own_id": document_id})
    return None if body is None else unpack(body)


def version_of(connection: Connection, document_id: str) -> int | None:
    """The version a document stands at, or None; it stands so until the transaction ends."""
    return connection.scalar(_VERSION, {"own_id": document_id})


def records(
    connection: Connection, *, after: str = "", limit: int | None = None
) -> list[dict[str, Any]]:
    """Documents' JSON objects in order of id, those behind the id `after`."""
    query = select(DOCUMENTS.c.body).where(DOCUMENTS.c.document_id > after)
    query = query.order_by(DOCUMENTS.c.document_id).limit(limit)
    return [unpack(body) for body in connection.scalars(query)]


def ids(
    connection: Connection, *, since: datetime | None = None, sources: Sequence[str] = ()
) -> list[str]:
    """Ids of the documents crawled since a moment from some sources; all by default."""
    query = select(DOCUMENTS.c.document_id).order_by(DOCUMENTS.c.document_id)
    if since is not None:
        query = query.where(DOCUMENTS.c.crawled_at >= int(since.timestamp()))
    if sources:
        query = query.where(DOCUMENTS.c.source.in_(sources))
    return list(connection.scalars(query))


def count(connection: Connection) -> int:
    """How many documents were made."""
    return int(connection.scalar(select(func.count()).select_from(DOCUMENTS)) or 0)


def newest_crawl(connection: Connection) -> int | None:
    """When anything was last crawled, in UNIX seconds."""
    newest: int | None = connection.scalar(select(func.max(DOCUMENTS.c.crawled_at)))
    return newest


def pack(record: dict[str, Any]) -> bytes:
    """A JSON object as it is stored."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "replace"), 3)


def unpack(body: bytes) -> dict[str, Any]:
    """`pack` backwards."""
    record: dict[str, Any] = json.loads(zlib.decompress(body))
    return record
