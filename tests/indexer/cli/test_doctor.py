"""The doctor looks at everything once, and says what to do where something is not well."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from indexer.cli import doctor
from indexer.cli.doctor import Finding, examine
from indexer.delivery.outbox import Outbox, put
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect, state_database
from indexer.foundation.times import now_utc
from indexer.search.index_settings import index_settings
from indexer.vocabulary import own
from tests.factories import NOW, a_document
from tests.loopback import closed_port, serving
from tests.search_fake import FakeSearch, open_search


@pytest.fixture
def search() -> Iterator[FakeSearch]:
    with open_search(FakeSearch(settings=index_settings())) as opened:
        yield opened


@pytest.fixture
def remote(config: Config, search: FakeSearch) -> Config:
    return replace(config, meili_url=search.url, contact="news@example.org")


def looked(config: Config) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(config)}


def test_words_of_ones_own_are_counted_or_their_faults_told(remote: Config) -> None:
    remote.make_home()
    file = remote.home / "vocabulary.toml"
    file.write_text('[[company]]\nname = "Kelp Robotics"\n')
    assert looked(remote)["vocabulary"].words == f"topics 0, places 0, companies 1, from {file}"

    file.write_text('[[company]]\nname = "Kelp Robotics"\naliases = "Kelpbot"\n')
    own.use(None)
    found = looked(remote)["vocabulary"]
    assert not found.well
    assert found.words == (
        f"{file}: company 'Kelp Robotics': aliases is 'Kelpbot': "
        'write a list, such as ["one", "two"]'
    )
    own.use(None)


def test_a_healthy_deployment_is_well_in_every_check(remote: Config) -> None:
    findings = looked(remote)

    assert [name for name, finding in findings.items() if not finding.well] == []
    assert list(findings) == [
        "python",
        "data folder",
        "disk",
        "database",
        "search server",
        "search key",
        "tasks",
        "clock",
        "contact",
    ]
    assert "Meilisearch 1.22.0" in findings["search server"].words
    assert "sqlite, 0 documents, 0 waiting" in findings["database"].words


@pytest.mark.postgres
def test_postgresql_is_named_with_its_version_and_its_machine(
    remote: Config, postgres_url: str
) -> None:
    finding = looked(replace(remote, database_url=postgres_url))["database"]

    assert finding.well
    assert re.match(r"PostgreSQL \d+(\.\d+)+ at 127\.0\.0\.1, 0 documents", finding.words)


@pytest.mark.postgres
def test_a_postgresql_that_is_too_old_is_told(
    remote: Config, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LEAST_POSTGRES", 99)

    finding = looked(replace(remote, database_url=postgres_url))["database"]

    assert not finding.well
    assert "update it to 99 or newer" in finding.advice


@pytest.mark.postgres
def test_a_postgresql_that_refuses_says_why_without_the_password(
    remote: Config, postgres_server: str
) -> None:
    address = postgres_server.replace("techwire@", "stranger:geheim@")

    finding = looked(replace(remote, database_url=address))["database"]

    assert not finding.well
    assert 'role "stranger" does not exist' in finding.words
    assert "geheim" not in finding.words


def test_every_trouble_comes_with_advice_or_says_it_itself(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    broken = replace(
        config,
        home=tmp_path / "file" / "home",
        database_url=f"sqlite:///{tmp_path}/file/home/techwire.db",
        meili_url=f"http://127.0.0.1:{closed_port()}",
    )
    findings = looked(broken)

    ill = {name for name, finding in findings.items() if not finding.well}
    assert ill == {"data folder", "database", "search server", "contact"}
    assert "TECHWIRE_HOME" in findings["data folder"].advice
    assert "check TECHWIRE_HOME" in findings["database"].words
    assert "start it, or correct MEILI_URL" in findings["search server"].words
    assert "TECHWIRE_CONTACT" in findings["contact"].advice


def test_a_data_folder_that_cannot_be_made_does_not_stop_the_embedded_check(
    config: Config, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    findings = looked(replace(config, home=tmp_path / "file" / "home"))

    assert not findings["search server"].well
    assert "TECHWIRE_HOME" in findings["search server"].words


def test_a_locked_database_is_found(remote: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(remote.database_url).dispose()
    other = sqlite3.connect(remote.home / "techwire.db")
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(
        "indexer.cli.doctor.state_database",
        lambda url, busy_timeout_s: state_database(url, busy_timeout_s=0.05),
    )

    finding = looked(remote)["database"]

    assert not finding.well
    assert "locked by another process" in finding.words
    other.close()


def test_refused_documents_are_found(remote: Config) -> None:
    engine = connect(remote.database_url)
    with begin(engine) as connection:
        put(connection, a_document("one"), now=NOW)
    outbox = Outbox(engine)
    outbox.quarantine(outbox.waiting(limit=1, max_bytes=1)[0], "odd")
    engine.dispose()

    finding = looked(remote)["database"]

    assert not finding.well
    assert "1 refused" in finding.words
    assert "--quarantine list" in finding.advice


def test_documents_of_a_clock_that_was_ahead_are_noted(remote: Config) -> None:
    engine = connect(remote.database_url)
    with begin(engine) as connection:
        ahead = int((now_utc() + timedelta(days=45)).timestamp())
        put(connection, a_document("one", crawled_at=ahead), now=NOW)
    engine.dispose()

    finding = looked(remote)["stored times"]

    assert (finding.well, finding.needed) == (False, False)
    assert finding.words == "documents were crawled up to 45 days from now"


def test_a_refused_key_is_found(remote: Config, search: FakeSearch) -> None:
    search.key = "another"

    finding = looked(remote)["search server"]

    assert not finding.well
    assert "MEILI_MASTER_KEY" in finding.words


def test_settings_that_differ_are_named(remote: Config, search: FakeSearch) -> None:
    search.settings = {**index_settings(), "rankingRules": ["words"]}

    finding = looked(remote)["search key"]

    assert not finding.well
    assert "rankingRules" in finding.words
    assert "techwire index" in finding.advice


def test_tasks_that_do_not_move_are_found(remote: Config, search: FakeSearch) -> None:
    search.clock = lambda: datetime.now(UTC) - timedelta(hours=3)
    search.held.set()
    requests.post(f"{search.url}/indexes", json={}, timeout=5)

    finding = looked(remote)["tasks"]

    assert not finding.well
    assert "1 waiting, the oldest for 3 h" in finding.words
    assert "go on by themselves" in finding.advice


def test_an_index_that_is_not_there_yet_is_no_trouble(remote: Config, search: FakeSearch) -> None:
    search.settings = None

    assert looked(remote)["search key"].well


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_a_clock_that_is_wrong_is_found(remote: Config, search: FakeSearch, zone: str) -> None:
    stamp = f"Mon, 23 Nov 2020 12:00:00 {zone}"

    with serving(search.answer, date=stamp) as site:
        finding = looked(replace(remote, meili_url=site.url))["clock"]

    assert not finding.well
    assert "set this machine's time" in finding.advice
