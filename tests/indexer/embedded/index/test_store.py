"""The engine's SQLite file: who closes what was opened."""

import sys
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from indexer.embedded.index.errors import StoreTooNew
from indexer.embedded.index.store import FORMAT, Store
from indexer.embedded.tasks.engine import Engine
from tests.open_files import open_databases

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="open files are counted as Linux tells them"
)


def test_a_connection_ends_with_its_thread(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    with closing(Store(file)) as store:
        together = Barrier(5)

        def look() -> None:
            assert store.meta("format") == str(FORMAT)
            together.wait(10)
            assert open_databases()[f"{file}-wal"] == 6, "each of five threads has its own"
            together.wait(10)

        threads = [Thread(target=look) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert open_databases()[f"{file}-wal"] == 1, "this thread's"


def test_a_store_closes_the_connections_of_threads_that_go_on(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    store = Store(file)
    asked, over = Event(), Event()

    def look() -> None:
        store.meta("format")
        asked.set()
        over.wait(10)

    thread = Thread(target=look)
    thread.start()
    try:
        assert asked.wait(10)
        store.close()

        assert file.exists()
        assert not open_databases()[str(file)]
    finally:
        over.set()
        thread.join()


def test_a_folder_that_cannot_be_opened_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    with closing(Store(file)) as store:
        store.set_meta("format", str(FORMAT + 1))

    for _ in range(2):  # the first leaves no lock behind either
        with pytest.raises(StoreTooNew):
            Engine(tmp_path, None)
        assert not open_databases()[str(file)]
