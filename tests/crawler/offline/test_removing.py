"""An article removed by hand: its archived pages erased, and no archive brings it back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crawler.article import Page
from crawler.offline import removing
from crawler.offline.archives import ingest
from crawler.offline.replaying import replay
from crawler.oversight.why import account_of
from crawler.sources.registry import load_sources
from crawler.state import archive
from crawler.state.page_files import Location, PageFiles
from indexer.delivery import ledger
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect, reading
from tests.command_line import command_line
from tests.crawler.offline.test_replaying import URL, archive_page, page_html
from tests.factories import NOW, an_entry
from tests.loopback import closed_port

OLD_ADDRESS = "https://news.example.org/?p=12"


@pytest.fixture
def config(config: Config) -> Config:
    """A deployment whose search server is down."""
    url = f"http://127.0.0.1:{closed_port()}"
    return replace(config, meili_url=url, meili_key="k" * 16, workers=1)


@pytest.fixture
def state(config: Config) -> Iterator[Engine]:
    engine = connect(config.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def stored(config: Config, state: Engine, tmp_path: Path) -> Engine:
    """One document, whose page was archived twice."""
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "one.html").write_text(page_html())
    assert ingest(state, load_sources(), saved, workers=1).stored == 1
    archive_page(config, state, page_html("An older headline"))
    archive_page(config, state, page_html())
    return state


def documents(state: Engine) -> int:
    with reading(state) as connection:
        return ledger.count(connection)


def test_all_its_archived_pages_are_erased_and_the_index_learns_of_it_later(
    config: Config, stored: Engine
) -> None:
    done = removing.remove(config, stored, URL, now=NOW)

    assert done is not None
    assert (done.pages, done.elsewhere) == (2, ())
    assert done.waits is not None
    assert "the index waits for it: " in done.words()
    assert "\n" not in done.words()
    assert done.as_json()["pages"] == 2
    with reading(stored) as connection:
        assert archive.place_of(connection, URL) is None
    files = PageFiles(config.home / "pages")
    assert list(files.find(done.state.pages, on_broken=pytest.fail)) == []
    assert documents(stored) == 0
    account = account_of(stored, URL, config.home / "pages")
    assert any(step.startswith("was removed, and is not fetched again") for step in account.steps)


def test_a_page_on_another_machine_is_named_and_no_replay_brings_it_back(
    config: Config, stored: Engine
) -> None:
    entry = an_entry("chip-plant", source_id="news-example", url=URL)
    there = Location(file="2026-11-23-ant.7abc.warc.gz", place=0)
    with begin(stored) as connection:
        archive.note(connection, entry, there, now=NOW)

    done = removing.remove(config, stored, URL, now=NOW)

    assert done is not None
    assert done.elsewhere == ("on the machine ant",)
    assert "a page lies on the machine ant: run this there" in done.words()
    files = PageFiles(config.home / "pages")
    place = files.write(Page(url=URL, body=page_html().encode(), fetched_at=NOW, encoding="utf-8"))
    files.close()  # as if the folder was shared at last
    with begin(stored) as connection:
        archive.note(connection, entry, place, now=NOW)
    report = replay(config, stored, load_sources(), apply=True)
    assert (report.added, report.changed, documents(stored)) == (0, 0, 0)

    again = removing.remove(config, stored, URL, now=NOW)
    assert again is not None
    assert (again.pages, again.elsewhere) == (1, ())


def test_a_page_whose_file_expired_is_no_page_elsewhere(config: Config, stored: Engine) -> None:
    for path in (config.home / "pages").iterdir():
        path.unlink()

    done = removing.remove(config, stored, URL, now=NOW)

    assert done is not None
    assert (done.pages, done.elsewhere) == (0, ())


def test_neither_a_bulk_file_nor_another_address_of_it_brings_it_back(
    config: Config, stored: Engine, tmp_path: Path
) -> None:
    removing.remove(config, stored, URL, now=NOW)
    saved = tmp_path / "saved"
    (saved / "again.html").write_text(f"<!-- saved from url=(0030){OLD_ADDRESS} -->{page_html()}")

    done = ingest(stored, load_sources(), saved, workers=1)

    assert (done.known, done.stored, documents(stored)) == (1, 0, 0)


def test_an_undone_removal_lets_a_bulk_file_bring_it_back(
    config: Config, stored: Engine, tmp_path: Path
) -> None:
    removing.remove(config, stored, URL, now=NOW)

    assert removing.undo(stored, URL) == 1
    assert ingest(stored, load_sources(), tmp_path / "saved", workers=1).stored == 1


def test_what_nobody_knows_is_told_in_one_line(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    techwire = command_line(monkeypatch, capsys)
    for words in (["https://nowhere.example/x"], ["no-such-id"], ["--undo", URL], ["x", "--json"]):
        code, out, _ = techwire("remove", *words)
        assert code == 1
        assert len(out.splitlines()) == 1
        assert "unknown here" in out or "was not removed" in out


def test_a_document_is_removed_by_its_id_and_told_as_json(
    config: Config,
    stored: Engine,
    own_settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reading(stored) as connection:
        (record,) = ledger.records(connection)
    monkeypatch.setenv("TECHWIRE_HOME", str(config.home))
    assert config.meili_url is not None
    monkeypatch.setenv("MEILI_URL", config.meili_url.reveal())

    code, out, _ = command_line(monkeypatch, capsys)("remove", record["id"], "--json")

    told = json.loads(out)
    assert code == 1, "the index waits for it"
    assert (told["url"], told["title"], told["pages"]) == (URL, record["title"], 2)
    assert documents(stored) == 0
