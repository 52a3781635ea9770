"""A new index beside the old one, filled from the ledger and swapped in when it checks out.

Searches never see a gap: the old index answers until the swap, which is atomic. Documents that
changed meanwhile went to the old one, so they are queued again afterwards.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from indexer.delivery import ledger, outbox
from indexer.delivery.ledger import DOCUMENTS
from indexer.document import SCHEMA_VERSION, upgraded
from indexer.foundation.config import Config
from indexer.foundation.database import begin
from indexer.foundation.errors import TaskFailed
from indexer.search.index_settings import index_settings
from indexer.search.search_server import SearchServer, plain_errors

SAMPLE = 50


def needs_rebuild(server: SearchServer, config: Config) -> bool:
    """Whether the index holds documents of another schema than this program writes."""
    with plain_errors(server.url):
        found = (
            server.client()
            .index(config.meili_index)
            .search("", {"filter": f"schema != {SCHEMA_VERSION}", "limit": 1})
        )
    return bool(found["hits"])


def rebuild(
    server: SearchServer,
    engine: Engine,
    config: Config,
    *,
    told: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Fill a new index from the ledger and swap it in. Returns: how many documents it holds.

    told: called with (documents sent, documents in all) after every batch.
    Raises: TaskFailed when the new index does not check out; the old one then stays.
    """
    client = server.client()
    began = int(datetime.now(UTC).timestamp() * 1_000_000)
    fresh = f"{config.meili_index}-next"
    with plain_errors(server.url):
        gone = client.delete_index(fresh).task_uid
        _finish(client, config, gone, unless="index_not_found")
        old = client.create_index(config.meili_index, {"primaryKey": "id"}).task_uid
        _finish(client, config, old, unless="index_already_exists")  # a swap takes two
        _finish(client, config, client.create_index(fresh, {"primaryKey": "id"}).task_uid)
        _finish(client, config, client.index(fresh).update_settings(index_settings()).task_uid)
        with begin(engine) as connection:
            total = ledger.count(connection)
        sent = 0
        for batch in _batches(engine, config):
            task = client.index(fresh).add_documents(batch, "id")
            _finish(client, config, task.task_uid)
            sent += len(batch)
            told(sent, total)
        _check(client, fresh, engine, sent, began)
        pair = {"indexes": [config.meili_index, fresh]}
        _finish(client, config, client.swap_indexes([pair]).task_uid)
        _finish(client, config, client.delete_index(fresh).task_uid)
    _queue_changed_since(engine, began)
    return sent


def _batches(engine: Engine, config: Config) -> Iterator[list[dict[str, Any]]]:
    """One transaction a batch: a long one would keep everybody else from the state database."""
    last = ""
    while True:
        with begin(engine) as connection:
            batch = ledger.records(connection, after=last, limit=config.push_batch)
        if not batch:
            return
        last = batch[-1]["id"]
        yield [upgraded(record) for record in batch]


def _check(client: Any, uid: str, engine: Engine, sent: int, began: int) -> None:
    held = client.index(uid).get_stats().number_of_documents
    if held != sent:
        raise TaskFailed(f"the new index holds {held} of {sent} documents: the old one stays")
    with begin(engine) as connection:
        unchanged = DOCUMENTS.c.version < began
        ids = connection.scalars(select(DOCUMENTS.c.document_id).where(unchanged)).all()
        for document_id in random.sample(list(ids), min(SAMPLE, len(ids))):
            record = ledger.read(connection, document_id)
            found = client.index(uid).get_document(document_id, {"fields": ["url", "title"]})
            if record is not None and (found.url, found.title) != (record["url"], record["title"]):
                raise TaskFailed(f"document {document_id} differs in the new index: the old stays")


def _queue_changed_since(engine: Engine, version: int) -> None:
    now = datetime.now(UTC)
    with begin(engine) as connection:
        changed = select(DOCUMENTS.c.document_id, DOCUMENTS.c.version)
        for row in connection.execute(changed.where(DOCUMENTS.c.version >= version)).all():
            outbox.queue(connection, row.document_id, row.version, now=now)


def _finish(client: Any, config: Config, task_uid: int, *, unless: str | None = None) -> None:
    """Wait for a task. unless: the code of an error that is no failure here."""
    task = client.wait_for_task(
        task_uid, timeout_in_ms=int(config.task_timeout_s * 1000), interval_in_ms=20
    )
    fault = task.error or {}
    if task.status != "succeeded" and not (unless and fault.get("code") == unless):
        raise TaskFailed(
            f"task {task_uid} {task.status}: {fault.get('message', 'no reason given')}"
        )
