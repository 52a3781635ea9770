"""The real embedded engine for these tests, and a desk with an index of its own for each."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer.foundation.config import Config
from indexer.foundation.database import connect
from indexer.search.search_server import SearchServer, search_server
from tests.indexer.alerts.desk import Desk
from tests.loopback import Answer, Site, serving

_NUMBERS = count()


@pytest.fixture(scope="session")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchServer]:
    """One embedded engine for all tests of this folder, each with an index of its own."""
    home = tmp_path_factory.mktemp("engine")
    with search_server(Config(home=home, database_url="sqlite://")) as server:
        yield server


@pytest.fixture
def desk(search: SearchServer, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    config = Config(
        home=home,
        database_url=f"sqlite:///{home / 'techwire.db'}",
        meili_url=search.url,
        meili_key=search.key,
        meili_index=f"news-{next(_NUMBERS)}",
    )
    engine = connect(config.database_url)
    yield Desk(config, engine)
    engine.dispose()


@pytest.fixture
def receiver() -> Iterator[Site]:
    """Takes every webhook it is sent."""
    with serving(lambda _: Answer(status=204)) as site:
        yield site
