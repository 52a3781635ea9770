"""Ledger against index: is everything that was crawled really there, and nothing else?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from meilisearch.errors import MeilisearchApiError
from sqlalchemy import Engine, select

from indexer.delivery import outbox
from indexer.delivery.ledger import DOCUMENTS
from indexer.delivery.outbox import OUTBOX
from indexer.foundation.config import Config
from indexer.foundation.database import begin
from indexer.search.search_server import SearchServer, plain_errors

PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found, as document ids.

    documents: how many the ledger holds; waiting: of those, still in the outbox.
    missing: confirmed once, not in the index. stale: an older revision is. extra: in the index,
    unknown to the ledger.
    """

    documents: int
    waiting: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether index and ledger agree but for what waits."""
        return not (self.missing or self.stale or self.extra)


def audit(server: SearchServer, engine: Engine, config: Config) -> Audit:
    """Compare every document's revision; memory holds an id and a number a document."""
    with begin(engine) as connection:
        held = connection.execute(select(DOCUMENTS.c.document_id, DOCUMENTS.c.version))
        ledger = {row.document_id: row.version for row in held}
        waiting = set(connection.scalars(select(OUTBOX.c.document_id)))
    index = dict(_revisions(server, config.meili_index))
    settled = ledger.keys() - waiting
    return Audit(
        documents=len(ledger),
        waiting=len(waiting & ledger.keys()),
        missing=tuple(sorted(settled - index.keys())),
        stale=tuple(sorted(i for i in settled & index.keys() if index[i] != ledger[i])),
        extra=tuple(sorted(index.keys() - ledger.keys() - waiting)),
    )


def repair(engine: Engine, found: Audit) -> int:
    """Queue what the index lacks or holds wrongly, and the removal of what it should not hold.

    Returns: how many rows went into the outbox.
    """
    now = datetime.now(UTC)
    with begin(engine) as connection:
        for document_id in (*found.missing, *found.stale):
            version = connection.scalar(
                select(DOCUMENTS.c.version).where(DOCUMENTS.c.document_id == document_id)
            )
            if version is not None:
                outbox.queue(connection, document_id, version, now=now)
        for document_id in found.extra:
            outbox.put_removal(connection, document_id, now=now)
    return len(found.missing) + len(found.stale) + len(found.extra)


def _revisions(server: SearchServer, uid: str) -> Iterator[tuple[str, int]]:
    client = server.client()
    offset = 0
    while True:
        with plain_errors(server.url):
            try:
                page = client.index(uid).get_documents(
                    {"limit": PAGE, "offset": offset, "fields": ["id", "revision"]}
                )
            except MeilisearchApiError as error:
                if error.code == "index_not_found":
                    return
                raise
        for document in page.results:
            fields = dict(document)
            yield str(fields["id"]), int(fields.get("revision") or 0)
        offset += PAGE
        if offset >= page.total:
            return
