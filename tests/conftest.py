"""What many tests need: settings in a folder of their own, and a state database on both engines."""

import contextlib
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from crawler.state.tables import every_table
from indexer.foundation.config import Config
from indexer.foundation.database import METADATA, connect
from tests.open_files import open_databases
from tests.postgres import NoPostgres, running_postgres

every_table()  # so that `connect` makes all of them

SETTINGS = """
    MEILI_URL MEILI_MASTER_KEY MEILI_API_KEY MEILI_INDEX TECHWIRE_HOME TECHWIRE_DATABASE_URL
    TECHWIRE_CONTACT TECHWIRE_ALLOW_HOSTS TECHWIRE_SERVE_HOSTS TECHWIRE_WORKERS TECHWIRE_LEASE_S
    TECHWIRE_PUBLIC_URL TECHWIRE_HUB
    TECHWIRE_MIGRATE_FROM TECHWIRE_MIGRATE_TO TECHWIRE_SMTP_URL TECHWIRE_MAIL_FROM
    TECHWIRE_FAILURE_WEBHOOK
"""


@pytest.fixture(autouse=True)
def process_as_before() -> Iterator[None]:
    """Commands run inside a test take Ctrl-C, SIGTERM, umask and the log; give them back."""
    umask = os.umask(0o022)
    handlers = logging.getLogger().handlers[:]
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)
    os.umask(umask)
    logging.getLogger().handlers = handlers  # a command's own writes to a stream that is closed now


@pytest.fixture(autouse=True)
def databases_closed() -> Iterator[None]:
    """Every connection to SQLite has an owner that closes it; what a test leaves open is its own.

    Python 3.13 warns of the rest, but only when the garbage collector comes by: in another test.
    """
    before = open_databases()
    yield
    left = open_databases() - before
    assert not left, f"left open: {', '.join(sorted(left.elements()))}"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A deployment in a folder of its own, with the embedded engine."""
    home = tmp_path / "home"
    home.mkdir()
    return Config(home=home, database_url=f"sqlite:///{home / 'techwire.db'}")


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No setting but those the test makes: an empty folder to stand in, without a `.env`."""
    for name in SETTINGS.split():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TECHWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty state database, on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An empty state database with all tables."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A PostgreSQL database without tables."""
    engine = create_engine(postgres_server)
    METADATA.drop_all(engine)
    engine.dispose()
    return postgres_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of the test run's own, gone with it."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except NoPostgres as absent:
            pytest.skip(str(absent))
        yield server.url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in the browser come last: Playwright leaves an event loop running in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
