"""What only looks at the state database answers at once while another process writes it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.cli import main as cli
from crawler.oversight.coverage import coverage_of
from crawler.runs.numbers import Numbers
from crawler.sources.registry import sources_at
from crawler.state import seen
from indexer.alerts.alert import read_alert
from indexer.alerts.store import AlertStore
from indexer.delivery.outbox import Outbox, put
from indexer.foundation.config import load
from indexer.foundation.database import begin, connect, state_database
from indexer.foundation.errors import DatabaseAway
from indexer.foundation.times import now_utc
from indexer.search.index_settings import index_settings
from tests.factories import a_document, an_entry
from tests.search_fake import FakeSearch, open_search

PAGE = "https://example.example/one"


@pytest.fixture
def written(own_settings: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment whose database is being written by another process all the time."""
    file = own_settings / "home" / "techwire.db"
    file.parent.mkdir()
    monkeypatch.setenv("TECHWIRE_DATABASE_URL", f"sqlite:///{file}?timeout=0.05")
    engine = connect(f"sqlite:///{file}")
    with begin(engine) as connection:
        put(connection, a_document(), now=now_utc())
        seen.found(connection, [an_entry()], now=now_utc())
    alert = read_alert("chips", {"words": "chips", "feed": True})
    AlertStore(engine).add(alert, now=now_utc())
    engine.dispose()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield file
    other.close()


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSearch]:
    with open_search(FakeSearch(settings=index_settings())) as opened:
        monkeypatch.setenv("MEILI_URL", opened.url)
        yield opened


def test_the_writer_is_really_in_the_way(written: Path) -> None:
    with (
        pytest.raises(DatabaseAway, match="locked by another process"),
        state_database(load().database_url) as engine,
        begin(engine),
    ):
        pass


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("status", "entries: 1 found"),
        (f"why {PAGE}", "waits to be fetched"),
        ("audit", "1 documents, 0 lost, 1 waiting in the outbox"),
        ("alerts list", "chips: "),
        ("index --quarantine list", ""),
        ("replay", "0 pages read again"),
        ("replay --enrich-only", "1 pages read again"),
    ],
)
def test_a_command_that_only_looks_waits_for_no_writer(
    written: Path, search: FakeSearch, words: str, told: str
) -> None:
    done = CliRunner().invoke(cli.app, words.split(), catch_exceptions=False)

    assert told in " ".join(done.output.split())
    assert "locked" not in done.output


def test_what_a_watch_and_the_page_show_waits_for_no_writer(written: Path) -> None:
    config = load()
    sources = sources_at(config.home).all()

    with state_database(config.database_url) as engine:
        standing = Numbers(engine, sources, crawler=None).standing()
        outbox = Outbox(engine)
        assert (standing.pages, standing.waiting, len(outbox)) == (1, 1, 1)
        assert len(outbox.waiting(limit=10, max_bytes=1000)) == 1
    with coverage_of(config, sources) as coverage:
        shown = {row["id"] for row in coverage()["sources"]}  # type: ignore[attr-defined]
        assert shown == {source.id for source in sources if not source.unverified}


def test_a_command_that_only_looks_makes_the_database_where_there_is_none(
    own_settings: Path, search: FakeSearch
) -> None:
    done = CliRunner().invoke(cli.app, ["status"], catch_exceptions=False)

    assert done.exit_code == 0
    assert "entries: none yet" in done.output
    assert (own_settings / "home" / "techwire.db").is_file()
