"""Bad input costs one line and an exit code; nothing is lost and the rest goes on."""

import socket
import sqlite3
from pathlib import Path

import pytest

from crawler.demo import Newsroom
from tests.journeys.program import Program, sources_toml


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    return lines[0]


def test_an_unknown_source_is_named_with_near_ones(program: Program) -> None:
    done = program.run("crawl", "techcrunsh")

    assert done.returncode == 2
    assert "techcrunsh" in one_line(done.stderr)
    assert "techcrunch" in done.stderr


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("MEILI_URL=localhost:7700", "http://"),
        ("TECHWIRE_WORKERS=many", "number"),
        ("MEILI_INDEX=my news", "letters"),
        ("TECHWIRE_DATABASE_URL=mysql://db/x", "sqlite:///"),
        ("MEILI_URL", "NAME=value"),
    ],
)
def test_an_unreadable_setting_stops_the_start_and_says_what_to_write(
    program: Program, line: str, advice: str
) -> None:
    program.home.mkdir()
    (program.home / ".env").write_text(line + "\n")

    done = program.run("crawl", "techcrunch")

    assert done.returncode == 2
    assert advice in one_line(done.stderr)


def test_a_locked_database_is_told_in_one_line(program: Program) -> None:
    assert program.run("index").returncode == 0
    path = program.home / "techwire.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        done = Program(
            program.home,
            {**program.settings, "TECHWIRE_DATABASE_URL": f"sqlite:///{path}?timeout=1"},
        ).run("index")
    finally:
        holder.close()

    assert done.returncode == 2
    assert "locked" in one_line(done.stderr)


def test_a_database_of_a_newer_version_is_told_in_one_line(program: Program) -> None:
    assert program.run("index").returncode == 0
    with sqlite3.connect(program.home / "techwire.db") as database:
        database.execute("UPDATE techwire_meta SET value = 999")
    database.close()

    done = program.run("crawl", "techcrunch")

    assert done.returncode == 2
    assert "newer techwire" in one_line(done.stderr)


def test_a_search_server_that_is_down_keeps_the_documents_waiting(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    sources = tmp_path / "one.toml"
    sources.write_text(sources_toml(newsroom, newsroom.sites[0].id))
    down = Program(program.home, {**program.settings, "MEILI_URL": address})

    report = down.json("crawl", "--sources", str(sources))
    assert report["stored"] > 0
    assert report["waiting"] == report["stored"]
    assert "does not answer" in report["index_error"]
    assert down.run("crawl", "--sources", str(sources)).returncode == 1
    searched = down.run("search", "chip")
    assert searched.returncode == 1
    assert "does not answer" in one_line(searched.stderr)

    assert program.run("index").returncode == 0
    assert len(program.documents()) == report["stored"]


def test_a_feed_that_is_no_feed_is_told_and_the_other_sources_go_on(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    site = newsroom.sites[0]
    sources = tmp_path / "two.toml"
    broken = (
        f'[[source]]\nid = "broken"\nname = "Broken"\nhomepage = "{site.homepage}"\n'
        f'feeds = ["{site.homepage}"]\ndelay_s = 0\n\n'
    )
    sources.write_text(broken + sources_toml(newsroom, site.id))

    done = program.run("crawl", "--sources", str(sources))

    assert done.returncode == 3
    assert "problem: " in done.stdout
    assert "broken" in done.stdout
    assert len(program.documents()) > 0
