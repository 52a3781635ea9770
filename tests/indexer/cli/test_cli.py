"""`techwire`: every command has help, and every bad input is one line with its exit code."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from crawler.cli import main as cli
from crawler.runs import logs
from indexer.delivery.outbox import Outbox, put
from indexer.foundation.database import begin, connect, state_database
from tests.command_line import Run, command_line
from tests.factories import NOW, a_document
from tests.loopback import closed_port
from tests.search_fake import FakeSearch, open_search

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def techwire(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command line. Returns: exit code, stdout, stderr."""
    monkeypatch.setattr(logs, "set_up_logs", lambda _console: None)

    return command_line(monkeypatch, capsys)


def commands() -> Iterator[tuple[str, ...]]:
    """Every command's words, those of groups too."""

    def below(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        for name, child in getattr(command, "commands", {}).items():
            yield from below(child, (*words, name))

    yield from below(typer.main.get_command(cli.app), ())


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    command: object = typer.main.get_command(cli.app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]

    assert str(command.help).strip()  # type: ignore[attr-defined]
    assert CliRunner().invoke(cli.app, [*words, "--help"]).exit_code == 0


def test_the_commands_people_were_promised_are_there() -> None:
    names = {words[0] for words in commands() if words}

    assert names >= {"crawl", "demo", "extract", "enrich", "index", "search", "serve", "doctor"}


BAD_INPUTS: dict[str, tuple[dict[str, str], str, int, str]] = {
    "unknown source": ({}, "crawl no-such-source", 2, "no-such-source"),
    "unknown sources file": ({}, "crawl --sources nowhere.toml", 2, "nowhere.toml"),
    "odd span": ({}, "crawl --since soon", 2, "--since is 'soon'"),
    "odd search server": ({"MEILI_URL": "ftp://x"}, "search chips", 2, "MEILI_URL is 'ftp://x'"),
    "odd workers": ({"TECHWIRE_WORKERS": "many"}, "doctor", 2, "TECHWIRE_WORKERS is 'many'"),
    "odd database": ({"TECHWIRE_DATABASE_URL": "oracle://x"}, "index", 2, "TECHWIRE_DATABASE_URL"),
    "odd source of a move": (
        {},
        "migrate mysql://u:geheim@h/x sqlite:///b.db",
        2,
        "SOURCE is 'mysql://u:***@h/x': write sqlite:///FILE",
    ),
    "odd target of a move": ({}, "migrate sqlite:///a.db b.db", 2, "TARGET is 'b.db'"),
    "nothing to move": ({}, "migrate sqlite:///a.db sqlite:///b.db", 2, "no state database at"),
    "odd span to prune": ({}, "prune --pages old", 2, "--pages is 'old'"),
    "home is a file": ({"TECHWIRE_HOME": "file"}, "index", 2, "TECHWIRE_HOME"),
    "home is a file, searched": ({"TECHWIRE_HOME": "file"}, "search x", 2, "TECHWIRE_HOME"),
    "server down": ({"MEILI_URL": "{down}"}, "search chips", 1, "does not answer: start it"),
    "server down, served": ({"MEILI_URL": "{down}"}, "serve --port 0", 1, "does not answer"),
    "server down, audited": ({"MEILI_URL": "{down}"}, "audit", 1, "does not answer"),
    "key refused": (
        {"MEILI_URL": "{locked}", "MEILI_API_KEY": "wrong"},
        "search x",
        1,
        "refuses the key",
    ),
    "server too old": ({"MEILI_URL": "{old}"}, "search x", 1, "needs 1.14 or newer"),
    "odd date in search": ({}, "search x --since someday", 2, "--since is 'someday'"),
    "no such page": ({}, "extract nowhere.html", 2, "nowhere.html"),
    "private address": ({}, "extract http://127.0.0.1:1/x", 2, "TECHWIRE_ALLOW_HOSTS"),
    "no such lines": ({}, "extract --jsonl nowhere.jsonl out.jsonl", 2, "nowhere.jsonl"),
    "no such texts": ({}, "enrich --jsonl nowhere.jsonl out.jsonl", 2, "nowhere.jsonl"),
    "no place for lines": ({}, "enrich --jsonl file nowhere/out.jsonl", 2, "nowhere/out.jsonl"),
}


@pytest.mark.parametrize("case", BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_a_bad_input_is_one_line_and_an_exit_code(
    techwire: Run,
    own_settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[dict[str, str], str, int, str],
) -> None:
    settings, words, code, said = case
    (own_settings / "file").write_text("")
    with (
        open_search(FakeSearch(key="right")) as locked,
        open_search(FakeSearch(version="0.9")) as old,
    ):
        down = f"http://127.0.0.1:{closed_port()}"
        for name, value in settings.items():
            monkeypatch.setenv(name, value.format(down=down, locked=locked.url, old=old.url))

        ended, out, err = techwire(*words.split())

    assert (ended, out) == (code, "")
    assert err.startswith("techwire: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "no-such-command",
        "search --limit 0",
        "crawl --limit none",
        "extract",
        "index --quarantine eat",
    ],
)
def test_words_that_fit_no_command_are_usage_errors(techwire: Run, words: str) -> None:
    code, out, err = techwire(*words.split())

    assert code == 2
    assert "Usage" in out + err
    assert "Traceback" not in err


def test_a_bad_line_in_the_env_file_is_one_line(techwire: Run, own_settings: Path) -> None:
    (own_settings / ".env").write_text("MEILI_URL\n")

    code, _, err = techwire("doctor")

    assert code == 2
    assert err == "techwire: " + err.removeprefix("techwire: ").strip() + "\n"
    assert ".env has a line 'MEILI_URL'" in err


def test_a_database_that_is_locked_or_too_new_is_one_line(
    techwire: Run, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_settings / "home").mkdir()
    file = own_settings / "home" / "techwire.db"
    engine = connect(f"sqlite:///{file}")
    hasty = partial(state_database, busy_timeout_s=0.05)
    monkeypatch.setattr("indexer.cli.main.state_database", hasty)
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")

    code, _, err = techwire("index")
    other.rollback()
    assert (code, err.count("\n")) == (2, 1)
    assert "locked by another process" in err

    with begin(engine) as connection:
        connection.execute(text("UPDATE techwire_meta SET value = 99"))
    code, _, err = techwire("index")
    assert (code, err.count("\n")) == (2, 1)
    assert "written by a newer techwire" in err
    other.close()
    engine.dispose()


@pytest.fixture
def outbox(own_settings: Path) -> Iterator[Outbox]:
    """Three documents wait."""
    (own_settings / "home").mkdir()
    engine = connect(f"sqlite:///{own_settings / 'home' / 'techwire.db'}")
    with begin(engine) as connection:
        for name in ("one", "two", "three"):
            put(connection, a_document(name, title=f"Chip {name}"), now=NOW)
    yield Outbox(engine)
    engine.dispose()
    try:
        engine_file = own_settings / "home" / "engine" / "server.json"
        os.kill(json.loads(engine_file.read_text())["pid"], signal.SIGTERM)
    except OSError:
        return


def test_index_with_the_server_down_keeps_everything_and_says_so(
    techwire: Run, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEILI_URL", f"http://127.0.0.1:{closed_port()}")

    code, out, _ = techwire("index")

    assert code == 1
    assert out.startswith("0 documents indexed, 3 waiting: the search server")
    assert len(outbox) == 3


def test_index_then_search_finds_the_documents_in_the_embedded_engine(
    techwire: Run, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # the engine starts in another folder

    assert techwire("index")[:2] == (0, "3 documents indexed\n")
    assert len(outbox) == 0

    code, out, _ = techwire("search", "chip two", "--json")
    assert code == 0
    assert json.loads(out)["hits"][0]["title"] == "Chip two"

    code, out, _ = techwire("search", "chip", "--facets", "--source", "example news")
    assert code == 0
    assert " 1. Chip " in out
    assert "3 found" in out
    assert "language: en 3" in out

    code, _, err = techwire("search", "--region", "Ukrane")
    assert (code, err.count("\n")) == (2, 1)
    assert "no region like 'Ukrane': did you mean Europe > Ukraine?" in err

    code, _, err = techwire("search", "--source", "heise")
    assert (code, err.count("\n")) == (2, 1)
    assert "did you mean heise-online?" in err

    code, out, err = techwire("search", "--region", "uk", "--language", "en", "--json")
    assert (code, err) == (0, "understood uk as Europe > United Kingdom\n")
    assert json.loads(out)["hits"] == []


def test_quarantine_is_listed_retried_and_dropped(
    techwire: Run, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_search(FakeSearch()) as search:
        monkeypatch.setenv("MEILI_URL", search.url)
        refuse = {"type": "invalid_request", "code": "invalid_document_id", "message": "odd id"}
        search.fault = lambda _: refuse
        code, out, _ = techwire("index")
        assert (code, out.split(" (")[0]) == (1, "0 documents indexed, 3 refused")

        code, out, _ = techwire("index", "--quarantine", "list")
        assert code == 0
        assert out.count("odd id") == 3
        assert "https://news.example/one" in out

        search.fault = lambda _: None
        code, out, _ = techwire("index", "--quarantine", "retry")
        assert (code, len(search.documents)) == (0, 3)
        assert "3 documents go back" in out
        assert techwire("index", "--quarantine", "drop")[1] == "0 documents forgotten\n"


def test_doctor_says_what_is_well_and_exits_by_it(
    techwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_search(FakeSearch()) as search:
        monkeypatch.setenv("MEILI_URL", search.url)
        code, out, _ = techwire("doctor", "--json")
        assert code == 0
        assert all(f["well"] for f in json.loads(out) if f["check"] != "contact")

    code, out, _ = techwire("doctor")
    assert code == 1
    assert "FAIL search server: the search server" in out
