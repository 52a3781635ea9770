"""The servers that keep the contract: the embedded engine, and the one MEILI_URL names if set."""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import meilisearch
import pytest

from tests.indexer.embedded.engines import running

MASTER_KEY = "a-master-key-of-the-contract"
WAIT_MS = 30_000
SERVERS = ["embedded", *(["MEILI_URL"] if os.environ.get("MEILI_URL") else [])]


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("contract"), key=MASTER_KEY) as server:
        yield server.url


@pytest.fixture(scope="session", params=SERVERS)
def client(request: pytest.FixtureRequest) -> meilisearch.Client:
    if request.param == "embedded":
        return meilisearch.Client(request.getfixturevalue("embedded_url"), MASTER_KEY)
    return meilisearch.Client(os.environ["MEILI_URL"], os.environ.get("MEILI_MASTER_KEY"))


@pytest.fixture(scope="module")
def make_index(
    client: meilisearch.Client,
) -> Iterator[Callable[[dict[str, Any], list[dict[str, Any]]], Any]]:
    """Makes an index from settings and documents; all of them are gone afterwards."""
    made: list[str] = []

    def make(settings: dict[str, Any], documents: list[dict[str, Any]]) -> Any:
        uid = f"contract-{uuid.uuid4().hex[:12]}"
        made.append(uid)
        index = client.index(uid)
        task = index.update_settings(settings)
        assert index.wait_for_task(task.task_uid, timeout_in_ms=WAIT_MS).status == "succeeded"
        task = index.add_documents(documents, primary_key="id")
        assert index.wait_for_task(task.task_uid, timeout_in_ms=WAIT_MS).status == "succeeded"
        return index

    yield make
    for uid in made:
        task = client.index(uid).delete()
        client.wait_for_task(task.task_uid, timeout_in_ms=WAIT_MS)
