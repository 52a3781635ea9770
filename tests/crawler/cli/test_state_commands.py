"""`techwire migrate`, `prune` and `status` as their users see them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.cli import main as cli
from crawler.state import seen
from crawler.state.seen import Outcome, Settlement
from indexer.delivery.outbox import put
from indexer.foundation.database import begin, connect
from indexer.foundation.times import now_utc
from tests.factories import a_document, an_entry
from tests.search_fake import FakeSearch, open_search


@pytest.fixture
def home(own_settings: Path) -> Path:
    """A data folder whose database is there."""
    folder = own_settings / "home"
    folder.mkdir(mode=0o700)
    return folder


def techwire(*words: str) -> str:
    done = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_a_moved_state_is_used_from_then_on_and_the_archive_is_spoken_of(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(f"sqlite:///{home}/techwire.db")
    with begin(engine) as connection:
        put(connection, a_document(), now=now_utc())
    engine.dispose()
    (home / "pages").mkdir()
    (home / "pages" / "2026-11-01-7.warc.gz").write_bytes(b"page")

    said = techwire("migrate", f"sqlite:///{home}/techwire.db", f"sqlite:///{home}/new.db")
    monkeypatch.setenv("TECHWIRE_DATABASE_URL", f"sqlite:///{home}/new.db")

    assert "documents: 1 rows, counted on both sides" in said
    assert f"1 files, 0.0 GB, in {home}/pages" in said
    assert "rsync -a" in said
    assert "database: sqlite, 1 documents, 1 waiting" in techwire_doctor()


def techwire_doctor() -> str:
    return " ".join(CliRunner().invoke(cli.app, ["doctor"]).output.split())


def test_pruning_drops_what_is_old_and_keeps_the_rest(home: Path) -> None:
    now = now_utc()
    dead = Settlement(outcome=Outcome.DROPPED, reason="off-topic", http_status=200)
    kept = Settlement(outcome=Outcome.STORED, http_status=200, document_id="d")
    engine = connect(f"sqlite:///{home}/techwire.db")
    with begin(engine) as connection:
        for name, end, days in (("a", dead, 400), ("b", dead, 10), ("c", kept, 400)):
            entry, then = an_entry(name), now - timedelta(days=days)
            seen.found(connection, [entry], now=then)
            seen.settle(connection, entry, end, now=then)
        put(connection, a_document(), now=now)
    (home / "pages").mkdir()
    for days in (60, 1):
        day = now - timedelta(days=days)
        (home / "pages" / f"{day:%Y-%m-%d}-7.warc.gz").write_bytes(b"page")
    techwire("index")

    first = techwire("prune", "--trails", "365d", "--tasks", "0m")
    again = techwire("prune", "--trails", "365d")

    assert first.startswith("1 archive files and 1 trails dropped")
    assert "0 finished tasks" not in first
    assert again.startswith("0 archive files and 0 trails dropped 0 finished tasks")
    with begin(engine) as connection:
        assert len(seen.outcome_counts(connection)) == 2
    engine.dispose()


def test_status_tells_in_a_line_how_the_search_servers_tasks_stand(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "search server" not in techwire("status")  # the engine does not run, and need not
    full = {"reason": "no room on the disk", "stalledSince": "2026-11-23T09:00:00.000000Z"}
    with open_search(FakeSearch()) as search:
        monkeypatch.setenv("MEILI_URL", search.url)
        assert "search server: no task waits" in techwire("status")

        search.amiss = {"tasks": full}
        assert (
            "search server: tasks do not move since 2026-11-23 09:00 UTC (0 waiting): "
            "no room on the disk"
        ) in techwire("status")
        assert json.loads(techwire("status", "--json"))["tasks"]["stalled"] == full["reason"]
    assert "does not answer: start it" in techwire("status")
