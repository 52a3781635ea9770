"""What the engine's tests share: a shelf of small indexes, and running servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.indexer.embedded.engines import Server, Shelf, running

MASTER_KEY = "a-master-key-of-tests"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    found = Shelf(tmp_path_factory.mktemp("shelf"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a master key."""
    with running(tmp_path_factory.mktemp("open")) as found:
        yield found


@pytest.fixture(scope="session")
def locked_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a master key; its client holds that key."""
    folder: Path = tmp_path_factory.mktemp("locked")
    with running(folder, key=MASTER_KEY) as found:
        yield found
