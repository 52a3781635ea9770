"""Facet counts of attributes with few and with many values, and of older folders."""

import json
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.embedded.index import index_writer
from indexer.embedded.index.layout import Layout, plan
from indexer.embedded.search.facets import MANY
from indexer.embedded.tasks import engine
from tests.indexer.embedded.engines import Document, Index, Shelf

VALUES = MANY + 200
BY_COUNT = {
    "filterableAttributes": ["company", "free"],
    "faceting": {"sortFacetValuesBy": {"*": "count"}, "maxValuesPerFacet": 20},
}


def companies(first: int, last: int) -> list[Document]:
    """Company n is named by documents n and, of every hundredth company, by n + 10,000 too."""
    once = [{"id": n, "company": f"Company {n}", "free": n % 2 == 0} for n in range(first, last)]
    twice = [{"id": n + 10_000, "company": [f"Company {n}"]} for n in range(first, last, 100)]
    return once + twice


def counted(index: Index, attribute: str = "company", **asked: Any) -> dict[str, int]:
    found = index.search(facets=[attribute], **asked)["facetDistribution"][attribute]
    assert isinstance(found, dict)
    return found


def test_many_values_are_counted_and_named_as_they_were_written(shelf: Shelf) -> None:
    index = shelf.index(companies(0, VALUES), BY_COUNT)

    found = counted(index)

    assert len(found) == 20
    assert Counter(found.values()) == {2: VALUES // 100, 1: 20 - VALUES // 100}
    assert list(found)[:3] == ["Company 0", "Company 100", "Company 1000"]
    assert counted(index, "free") == {"false": VALUES // 2, "true": VALUES // 2}


def test_many_values_are_counted_within_what_matches(shelf: Shelf) -> None:
    index = shelf.index(companies(0, VALUES), BY_COUNT)

    assert counted(index, filter='company IN ["company 7", "COMPANY 100"]') == {
        "Company 100": 2,
        "Company 7": 1,
    }


def test_counts_of_many_values_follow_changes(shelf: Shelf) -> None:
    index = shelf.index(companies(0, VALUES), BY_COUNT)

    index.add([{"id": n, "company": "Brand New"} for n in range(50)])

    assert next(iter(counted(index).items())) == ("Brand New", 50)
    assert counted(index, filter="company = 'company 1'") == {}


def test_many_values_come_in_the_order_of_their_names_where_that_is_asked(shelf: Shelf) -> None:
    by_name = {**BY_COUNT, "faceting": {"sortFacetValuesBy": {"*": "alpha"}}}
    index = shelf.index(companies(0, VALUES), by_name)

    assert list(counted(index))[:3] == ["Company 0", "Company 1", "Company 10"]


def test_an_attribute_that_was_sortable_is_filtered_and_counted_in_full(shelf: Shelf) -> None:
    settings = {"sortableAttributes": ["company"], "faceting": BY_COUNT["faceting"]}
    index = shelf.index([*companies(0, VALUES), {"id": 99_999, "company": None}], settings)

    index.set({"filterableAttributes": ["company"]})

    assert index.ids(filter="company IS NULL") == [99_999]
    assert counted(index)["Company 100"] == 2


def test_a_folder_of_the_first_format_goes_on_and_counts_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(*asked: Any) -> Layout:
        return replace(plan(*asked), hashed=False)

    with monkeypatch.context() as patched:
        patched.setattr(engine, "plan", older)
        patched.setattr(index_writer, "plan", older)
        shelf = Shelf(tmp_path)
        uid = shelf.index(companies(0, VALUES), BY_COUNT).uid
        before = counted(Index(shelf.engine, uid))
        shelf.close()
    into_first_format(tmp_path / "engine.db")

    shelf = Shelf(tmp_path)
    try:
        index = Index(shelf.engine, uid)
        assert not shelf.engine.get(uid).layout.hashed
        assert Counter(counted(index).values()) == Counter(before.values())

        index.add(companies(VALUES, VALUES + 300))
        assert Counter(counted(index).values()) == {2: 15, 1: 5}

        index.set({"sortableAttributes": ["free"], "filterableAttributes": ["company", "url"]})
        assert shelf.engine.get(uid).layout.hashed
        assert Counter(counted(index).values()) == {2: 15, 1: 5}
        assert "Company 1400" in counted(index)
    finally:
        shelf.close()


def into_first_format(database: Path) -> None:
    connection = sqlite3.connect(database)
    with connection:
        for number, layout in connection.execute("SELECT number, layout FROM indexes").fetchall():
            later = ("hashed", "cutting")
            older = {name: value for name, value in json.loads(layout).items() if name not in later}
            connection.execute("UPDATE indexes SET layout=?", (json.dumps(older),))
            connection.execute(f"DROP INDEX facets_{number}_hash")
            connection.execute(f"ALTER TABLE facets_{number} DROP COLUMN hash")
            connection.execute(f"DELETE FROM facets_{number} WHERE value=shown")
        connection.execute("UPDATE meta SET value='1' WHERE name='format'")
    connection.close()
