"""Older state databases come to today's form with their data, wholly or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Connection, Engine, String, create_engine, inspect, text

from crawler.state import stories
from crawler.state.stories import StoryMember
from indexer.foundation.database import METADATA, STATE_VERSION, begin, connect
from indexer.foundation.upgrades import UPGRADES, add_column, add_index
from tests.together import all_at_once

VERSION_1 = Path(__file__).with_name("state_version_1.sql")
SEEN = [("u1", "https://example.org/a", "stored")]


def hosts(connection: Connection) -> None:
    add_column(connection, "seen", Column("host", String(64), index=True))


def tries(connection: Connection) -> None:
    add_column(connection, "seen", Column("tries", BigInteger, nullable=False, server_default="1"))
    add_index(connection, "seen", "seen_by_tries", "tries", "found_at")


def breaks(connection: Connection) -> None:
    connection.execute(text("DELETE FROM seen"))
    raise KeyError("a crash in the middle")


@pytest.fixture
def old(database_url: str) -> str:
    """The address of a state database as version 1 left it."""
    words = VERSION_1.read_text()
    engine = create_engine(database_url)
    if engine.dialect.name == "sqlite":
        words = words.replace("BYTEA", "BLOB")
    with engine.begin() as connection:
        for statement in words.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    return database_url


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def shape(engine: Engine) -> dict[str, tuple[set[str], set[str]]]:
    """Every table's columns and indexes."""
    seen = inspect(engine)
    return {
        table: (
            {column["name"] for column in seen.get_columns(table)},
            {str(index["name"]) for index in seen.get_indexes(table)},
        )
        for table in METADATA.tables
    }


def test_a_database_of_version_1_comes_to_todays_form_with_its_data(
    old: str, tmp_path: Path
) -> None:
    upgraded, fresh = connect(old), connect(f"sqlite:///{tmp_path}/fresh.db")
    shapes = shape(upgraded), shape(fresh)
    upgraded.dispose()
    fresh.dispose()

    # a table has changed: write a step as foundation/upgrades.py says, and leave version 1
    assert shapes[0] == shapes[1]
    assert rows(old, "SELECT value FROM techwire_meta") == [(STATE_VERSION,)]
    assert rows(old, "SELECT url_id, url, outcome FROM seen") == SEEN
    assert rows(old, "SELECT document_id, error FROM outbox") == [("d1", "杭州 · São Paulo")]
    assert rows(old, "SELECT source_id, epoch FROM schedule") == [("example", 3)]


def test_a_database_of_version_2_finds_a_sources_new_pages_by_their_index(old: str) -> None:
    connect(old, upgrades=UPGRADES[:1]).dispose()
    before = create_engine(old)
    had = shape(before)
    before.dispose()

    upgraded = connect(old)
    has = shape(upgraded)
    upgraded.dispose()

    assert "ix_seen_source_id" in had["seen"][1]
    assert "seen_waiting" not in had["seen"][1]
    assert {"seen_waiting", "seen_stored", "seen_refused", "seen_anothers"} <= has["seen"][1]
    assert "ix_seen_source_id" not in has["seen"][1]
    assert has["outbox"][1] == {"outbox_by_turn"}
    assert rows(old, "SELECT value FROM techwire_meta") == [(STATE_VERSION,)]
    assert rows(old, "SELECT url_id, url, outcome FROM seen") == SEEN


def test_copies_stored_by_version_1_are_still_found(old: str) -> None:
    text_runs = [4 * number for number in range(1, 31)]
    engine = create_engine(old)
    with begin(engine) as connection:
        for document_id, story_id, at in (("late", "early", 9), ("early", "early", 5)):
            connection.execute(
                text("INSERT INTO story_members VALUES (:id, :story, 's', 'GB', 1, :at, 300, 0)"),
                {"id": document_id, "story": story_id, "at": at},
            )
            for place, run in enumerate(text_runs):
                connection.execute(
                    text("INSERT INTO story_shingles VALUES (:run, :id, :story, :tenth)"),
                    {"run": run, "id": document_id, "story": story_id, "tenth": place // 3},
                )
    engine.dispose()

    upgraded = connect(old)
    member = StoryMember(
        document_id="new",
        source_id="another",
        country=None,
        published_at=2,
        crawled_at=10,
        words=300,
        teaser=False,
    )
    with begin(upgraded) as connection:
        story, _ = stories.join(connection, member, text_runs)
    upgraded.dispose()

    assert (story.id, story.members) == ("early", ("early", "late", "new"))
    assert len(rows(old, "SELECT * FROM story_runs")) == 3 * len(text_runs)


def test_each_step_runs_once_in_order_and_later_starts_find_it_done(old: str) -> None:
    later = (*UPGRADES, hosts)
    connect(old, upgrades=later).dispose()
    connect(old, upgrades=(*later, tries)).dispose()
    engine = connect(old, upgrades=(*later, tries))
    columns, indexes = shape(engine)["seen"]
    engine.dispose()

    assert rows(old, "SELECT value FROM techwire_meta") == [(STATE_VERSION + 2,)]
    assert rows(old, "SELECT url_id, url, outcome FROM seen") == SEEN
    assert rows(old, "SELECT host, tries FROM seen") == [(None, 1)]
    assert {"host", "tries"} <= columns
    assert {"ix_seen_host", "seen_by_tries"} <= indexes


def test_a_crash_in_the_middle_leaves_the_database_as_it_was(old: str) -> None:
    connect(old).dispose()
    before = rows(old, "SELECT * FROM seen")

    with pytest.raises(KeyError):
        connect(old, upgrades=(*UPGRADES, hosts, breaks))

    assert rows(old, "SELECT value FROM techwire_meta") == [(STATE_VERSION,)]
    assert rows(old, "SELECT * FROM seen") == before


def test_an_upgrade_says_that_it_is_at_work(old: str, caplog: pytest.LogCaptureFixture) -> None:
    connect(old).dispose()
    connect(old).dispose()

    assert [record.getMessage() for record in caplog.records] == [
        f"bringing the state database from version 1 to {STATE_VERSION}: a minute where it is large"
    ]


def test_processes_that_start_at_once_upgrade_once(old: str) -> None:
    ends = all_at_once(lambda: connect(old, upgrades=(*UPGRADES, hosts)).dispose())

    assert ends == ["well"] * 4
    assert rows(old, "SELECT host FROM seen") == [(None,)]


def test_a_table_that_is_missing_is_made_in_todays_form(old: str) -> None:
    engine = create_engine(old)
    with begin(engine) as connection:
        connection.execute(text("DROP TABLE walked"))
    engine.dispose()

    def older(connection: Connection) -> None:
        add_column(connection, "walked", Column("walked_at", BigInteger))
        add_index(connection, "walked", "walked_by_when", "walked_at")

    connect(old, upgrades=(*UPGRADES, older)).dispose()

    assert rows(old, "SELECT walked_at FROM walked") == []


def test_a_database_of_version_3_says_what_its_listings_leave_out_from_now_on(old: str) -> None:
    connect(old, upgrades=UPGRADES[:2]).dispose()
    before = create_engine(old)
    had = shape(before)
    with begin(before) as connection:
        connection.execute(
            text(
                "INSERT INTO listings (url, source_id, kind, checked_at, entries, new_entries, "
                "failures) VALUES ('https://example.org/feed', 'example', 'feed', 1, 2, 0, 0)"
            )
        )
    before.dispose()

    connect(old).dispose()

    assert "left_out" not in had["listings"][0]
    assert rows(old, "SELECT url, entries, left_out FROM listings") == [
        ("https://example.org/feed", 2, None)
    ]


def test_a_database_of_version_4_learns_headlines_from_the_next_answers(old: str) -> None:
    connect(old, upgrades=UPGRADES[:3]).dispose()
    before = create_engine(old)
    had = shape(before)
    before.dispose()

    connect(old).dispose()

    assert not {"title_mark", "identity", "changes"} & had["seen"][0]
    query = "SELECT url_id, url, outcome, title_mark, identity, changes FROM seen"
    assert rows(old, query) == [(*SEEN[0], None, None, None)]


def test_a_database_of_version_5_keeps_its_days_and_counts_quality_from_now_on(old: str) -> None:
    connect(old, upgrades=UPGRADES[:4]).dispose()
    before = create_engine(old)
    with begin(before) as connection:
        connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS source_days (source_id VARCHAR(128), day INTEGER, "
                "pages INTEGER, articles INTEGER, characters INTEGER, dated INTEGER, "
                "teasers INTEGER, PRIMARY KEY (source_id, day))"
            )
        )
        connection.execute(
            text(
                "INSERT INTO source_days (source_id, day, pages, articles, characters, dated, "
                "teasers) VALUES ('example', 20000, 9, 8, 7000, 8, 0)"
            )
        )
    before.dispose()

    connect(old).dispose()

    assert rows(old, "SELECT pages, articles, judged, quality_percent FROM source_days") == [
        (9, 8, 0, 0)
    ]


def test_a_database_of_the_version_before_gets_room_for_subscriptions(old: str) -> None:
    engine = connect(old)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE subscriptions"))  # the version before had none
    engine.dispose()

    upgraded = connect(old)
    has = shape(upgraded)["subscriptions"]
    upgraded.dispose()

    assert {"url", "hub", "topic", "secret", "lease_until", "pinged_at"} <= has[0]
    assert rows(old, "SELECT source_id, epoch FROM schedule") == [("example", 3)]
