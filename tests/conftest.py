"""What many tests need: settings in a folder of their own, and a state database on both engines."""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from crawler.state.tables import every_table
from indexer.config import Config
from indexer.database import METADATA, connect

every_table()  # so that `connect` makes all of them

SETTINGS = """
    MEILI_URL MEILI_MASTER_KEY MEILI_API_KEY MEILI_INDEX TECHWIRE_HOME TECHWIRE_DATABASE_URL
    TECHWIRE_CONTACT TECHWIRE_ALLOW_HOSTS TECHWIRE_WORKERS TECHWIRE_SMTP_URL TECHWIRE_MAIL_FROM
"""
POSTGRES_START_S = 30


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
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is absent: on Debian run apt-get install postgresql")
    user = _postgres_user()
    folder = Path(tempfile.mkdtemp(prefix="techwire-postgres-"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data, bin_dir = folder / "data", Path(programs[-1]).parent

    def run(*command: str) -> None:
        subprocess.run(
            command,
            check=True,
            user=user,
            cwd=folder,
            timeout=POSTGRES_START_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    try:
        run(
            str(bin_dir / "initdb"),
            *("-D", str(data), "-U", "techwire", "-A", "trust", "-E", "UTF8", "--no-sync"),
        )
        settings = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        log = str(folder / "log")
        run(str(bin_dir / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", settings, "start")
        yield f"postgresql+psycopg://techwire@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(str(bin_dir / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_user() -> str | None:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in the browser come last: Playwright leaves an event loop running in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
