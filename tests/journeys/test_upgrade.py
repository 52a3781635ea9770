"""A deployment of version 0.1 becomes one of today by the command that docs/how-to/state.md names.

`home_of_0_1.tar.xz` was written by the code of 0.1 (state version 1): three invented articles of
one publisher, crawled from loopback and indexed by the embedded engine, and one alert.
"""

import sqlite3
import tarfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from tests.journeys.program import Program

OLD = Path(__file__).with_name("home_of_0_1.tar.xz")
SITE = "http://127.0.0.1:18777/2026/11"


def as_postgres_writes_it(statement: str) -> str:
    """A statement of SQLite's dump in PostgreSQL's words."""
    return (
        statement.replace("X'", "'\\x").replace(" BLOB", " BYTEA").replace(") WITHOUT ROWID", ")")
    )


def move(database: Path, url: str) -> None:
    old = sqlite3.connect(database)
    statements = [line for line in old.iterdump() if line.startswith(("CREATE", "INSERT"))]
    old.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(as_postgres_writes_it(statement).replace("%", "%%"))
    engine.dispose()
    database.unlink()


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Program:
    home = tmp_path / "home"
    with tarfile.open(OLD) as archive:
        archive.extractall(home, filter="data")
    settings = {}
    if database_url.startswith("postgresql"):
        move(home / "techwire.db", database_url)
        settings["TECHWIRE_DATABASE_URL"] = database_url
    return Program(home, settings)


def by_page(deployment: Program) -> dict[str, dict[str, Any]]:
    return {url.removeprefix(SITE): one for url, one in deployment.documents().items()}


def test_a_home_of_0_1_goes_on_as_it_is_and_one_command_fills_what_is_new(
    deployment: Program,
) -> None:
    before = by_page(deployment)
    assert "quality" not in before["/20/orbisil-buys-lumen"]

    done = deployment.run("replay", "--apply")

    assert done.returncode == 0
    assert "bringing the state database from version 1 to" in done.stderr
    assert "3 of 3 documents in the new index" in done.stderr
    after = by_page(deployment)
    assert after.keys() == before.keys()
    bought, robots, loan = (after[page] for page in sorted(after))
    assert (bought["source"], bought["publisher"]) == ("kelp", "Tide Media")
    assert (bought["funding"]["kind"], bought["funding"]["company"]) == ("acquisition", "Lumen")
    assert (loan["funding"]["kind"], loan["funding"]["usd"]) == ("debt", 30_000_000)
    assert unicodedata.is_normalized("NFC", robots["title"] + robots["text"])
    for document in after.values():
        assert document["quality"] > 0.5
        assert document["text_from"] == "page"
        assert document["crawled_at"] == before[document["url"].removeprefix(SITE)]["crawled_at"]
    audit = deployment.run("audit")
    assert (audit.returncode, audit.stdout) == (0, "3 documents, 0 lost\n")
    assert "chips: “memory”" in deployment.run("alerts", "list").stdout

    again = deployment.run("replay")

    assert again.returncode == 0
    assert "3 pages" in again.stdout
