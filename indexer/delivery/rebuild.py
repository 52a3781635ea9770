"""A new index beside the old one, filled from the ledger and swapped in when it checks out.

Searches never see a gap: the old index answers until the swap, which is atomic. Nobody else sends
meanwhile, so that documents that change wait in the outbox, for the new index.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Engine

from indexer.delivery import ledger
from indexer.document import SCHEMA_VERSION, upgraded
from indexer.foundation.config import Config
from indexer.foundation.database import reading
from indexer.foundation.errors import NotTheSender, TaskFailed
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
    may_send: Callable[[], bool],
    on_progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Fill a new index from the ledger and swap it in. Returns: how many documents it holds.

    may_send: whether this process still has the sender's right, which it must hold all the time.
    on_progress: called with (documents sent, documents in all) after every batch.
    Raises: TaskFailed when the new index does not check out, NotTheSender when another may have
    sent meanwhile; the old one then stays.
    """
    client = server.client()
    fresh = f"{config.meili_index}-next"
    with plain_errors(server.url):
        gone = client.delete_index(fresh).task_uid
        _finish(client, config, gone, unless="index_not_found")
        old = client.create_index(config.meili_index, {"primaryKey": "id"}).task_uid
        _finish(client, config, old, unless="index_already_exists")  # a swap takes two
        _finish(client, config, client.create_index(fresh, {"primaryKey": "id"}).task_uid)
        _finish(client, config, client.index(fresh).update_settings(index_settings()).task_uid)
        with reading(engine) as connection:
            total = ledger.count(connection)
        sent = 0
        sample: list[dict[str, Any]] = []
        for batch in _batches(engine, config):
            task = client.index(fresh).add_documents(batch, "id")
            _finish(client, config, task.task_uid)
            for record in batch:
                _take_sample(sample, record, sent)
                sent += 1
            on_progress(sent, total)
        _check(client, fresh, sent, sample)
        if not may_send():
            raise NotTheSender("this process paused for too long: the old index stays, try again")
        pair = {"indexes": [config.meili_index, fresh]}
        _finish(client, config, client.swap_indexes([pair]).task_uid)
        _finish(client, config, client.delete_index(fresh).task_uid)
    return sent


def _batches(engine: Engine, config: Config) -> Iterator[list[dict[str, Any]]]:
    """One transaction a batch: a long one would keep everybody else from the state database."""
    last = ""
    while True:
        with reading(engine) as connection:
            batch = ledger.records(connection, after=last, limit=config.push_batch)
        if not batch:
            return
        last = batch[-1]["id"]
        yield [upgraded(record) for record in batch]


def _take_sample(sample: list[dict[str, Any]], record: dict[str, Any], before: int) -> None:
    """Keep each of the records with the same chance. before: how many came before this one."""
    if len(sample) < SAMPLE:
        sample.append(record)
    elif (place := random.randrange(before + 1)) < SAMPLE:
        sample[place] = record


def _check(client: Any, uid: str, sent: int, sample: Sequence[dict[str, Any]]) -> None:
    held = client.index(uid).get_stats().number_of_documents
    if held != sent:
        raise TaskFailed(f"the new index holds {held} of {sent} documents: the old one stays")
    for record in sample:
        found = client.index(uid).get_document(record["id"], {"fields": ["url", "title"]})
        if (found.url, found.title) != (record["url"], record["title"]):
            raise TaskFailed(f"document {record['id']} differs in the new index: the old stays")


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
