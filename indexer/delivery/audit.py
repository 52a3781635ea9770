"""Ledger against index: is everything that was crawled really there, and nothing else?

Documents are stored, sent and removed while an audit reads. Only what differs in the same way at
every look counts as a difference, and before a repair touches a document it looks once more, in the
transaction that changes it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from meilisearch.errors import MeilisearchApiError
from sqlalchemy import Connection, Engine, null, select, true, union_all

from indexer.delivery import outbox
from indexer.delivery.ledger import DOCUMENTS, version_of
from indexer.delivery.outbox import OUTBOX, CrawlMemory
from indexer.foundation.config import Config
from indexer.foundation.database import reading, transact
from indexer.foundation.errors import NotTheSender
from indexer.foundation.times import now_utc
from indexer.search.search_server import SearchServer, plain_errors

PAGE = 1_000
LOOKS = 3  # what changes at this moment differs from look to look; between two of the ledger's
AT_ONCE = 500  # ids in one question, repairs in one transaction

_Doubts = dict[str, tuple[int | None, int | None]]  # id -> version in the ledger, in the index


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
    """Compare every document's revision; memory holds an id and two numbers a document.

    What was stored, sent or removed since the first look at the ledger is not judged.
    """
    ledger, waiting = _books(engine)
    doubts = _differing(ledger, waiting, dict(_revisions(server, config.meili_index)))
    for _ in range(LOOKS - 1):
        again = _look_again(server, engine, config, sorted(doubts))
        doubts = {one: seen for one, seen in doubts.items() if again.get(one) == seen}
    return Audit(
        documents=len(ledger),
        waiting=len(waiting & ledger.keys()),
        missing=_ids(doubts, lambda version, revision: revision is None),
        stale=_ids(doubts, lambda version, revision: None not in (version, revision)),
        extra=_ids(doubts, lambda version, revision: version is None),
    )


def repair(
    engine: Engine,
    found: Audit,
    *,
    may_send: Callable[[], bool],
    memory: CrawlMemory | None = None,
) -> int:
    """Queue what the index lacks or holds wrongly, and the removal of what it should not hold.

    What waits in the outbox by now, or stands in the ledger again, is left as it is.
    may_send: whether this process still has the sender's right. memory: so that the crawl fetches
    what it knows as done and is removed as extra.
    Returns: how many rows went into the outbox. Raises: NotTheSender.
    """
    queued = 0
    for work, ids in ((_queue_anew, (*found.missing, *found.stale)), (_remove, found.extra)):
        for some in _parts(ids):
            if not may_send():
                raise NotTheSender("this process paused for too long: run the repair again")
            queued += transact(engine, partial(work, ids=some, memory=memory))
    return queued


def _queue_anew(connection: Connection, *, ids: Sequence[str], memory: CrawlMemory | None) -> int:
    queued = 0
    for document_id in ids:
        version = version_of(connection, document_id)
        if version is not None:
            queued += outbox.queue_new(connection, document_id, version, now=now_utc())
    return queued


def _remove(connection: Connection, *, ids: Sequence[str], memory: CrawlMemory | None) -> int:
    now = now_utc()
    removed = [one for one in ids if outbox.put_removal_of_unknown(connection, one, now=now)]
    if memory is not None:
        memory.fetch_again(connection, removed)
    return len(removed)


def _look_again(
    server: SearchServer, engine: Engine, config: Config, ids: Sequence[str]
) -> _Doubts:
    """What still differs of these documents, the ledger asked first."""
    doubts: _Doubts = {}
    for some in _parts(ids):
        ledger, waiting = _books(engine, some)
        doubts |= _differing(ledger, waiting, dict(_revisions(server, config.meili_index, some)))
    return doubts


def _books(engine: Engine, only: Sequence[str] | None = None) -> tuple[dict[str, int], set[str]]:
    """Ledger and outbox at one moment: document -> version, and those that wait.

    One statement, since on PostgreSQL two would see two moments. only: these documents, or all.
    """
    own, sent = DOCUMENTS.c.document_id, OUTBOX.c.document_id
    held = select(own, DOCUMENTS.c.version, sent.is_not(None))
    held = held.select_from(DOCUMENTS.outerjoin(OUTBOX, sent == own))
    gone = select(sent, null(), true())
    gone = gone.select_from(OUTBOX.outerjoin(DOCUMENTS, sent == own)).where(own.is_(None))
    if only is not None:
        held, gone = held.where(own.in_(only)), gone.where(sent.in_(only))
    ledger: dict[str, int] = {}
    waiting: set[str] = set()
    with reading(engine) as connection:
        for document_id, version, waits in connection.execute(union_all(held, gone)):
            if version is not None:
                ledger[document_id] = version
            if waits:
                waiting.add(document_id)
    return ledger, waiting


def _differing(ledger: dict[str, int], waiting: set[str], index: dict[str, int]) -> _Doubts:
    return {
        one: (ledger.get(one), index.get(one))
        for one in ledger.keys() | index.keys()
        if ledger.get(one) != index.get(one) and one not in waiting
    }


def _revisions(
    server: SearchServer, uid: str, only: Sequence[str] | None = None
) -> Iterator[tuple[str, int]]:
    """Documents of the index with their revision. only: these documents, at most a page; or all."""
    index = server.client().index(uid)
    asked = {"limit": PAGE, "fields": ["id", "revision"], **({} if only is None else {"ids": only})}
    offset = 0
    while True:
        with plain_errors(server.url):
            try:
                page = index.get_documents({**asked, "offset": offset})
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


def _ids(doubts: _Doubts, fits: Callable[[int | None, int | None], bool]) -> tuple[str, ...]:
    return tuple(sorted(one for one, seen in doubts.items() if fits(*seen)))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
