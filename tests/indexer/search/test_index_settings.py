"""The index's settings speak of fields that the document has, and know when a server differs."""

import copy
from dataclasses import fields

import pytest

from indexer.document import Document
from indexer.search.index_settings import (
    FACETS,
    IDENTITIES,
    RANGES,
    RANKING_RULES,
    SEARCHABLE,
    SORTABLE,
    differing,
    index_settings,
)
from tests.factories import a_document

FIELDS = {field.name for field in fields(Document)}
NUMBERS = ("int", "float", "int | None", "float | None")


@pytest.mark.parametrize("name", sorted({*SEARCHABLE, *FACETS, *RANGES, *IDENTITIES, *SORTABLE}))
def test_every_named_field_is_one_of_the_documents(name: str) -> None:
    assert name.partition(".")[0] in FIELDS


def test_every_ranked_field_is_one_of_the_documents_and_a_number() -> None:
    ranked = {rule.partition(":")[0] for rule in RANKING_RULES if ":" in rule}

    assert ranked == {"published_day", "published_at"}
    assert ranked <= FIELDS


def test_what_is_compared_or_sorted_is_a_number() -> None:
    types = {
        field.name: str(getattr(field.type, "__name__", field.type)) for field in fields(Document)
    }

    assert [n for n in (*RANGES, *SORTABLE) if types[n] not in NUMBERS] == []


def test_no_field_has_two_ways_of_being_filtered() -> None:
    named = [*FACETS, *RANGES, *IDENTITIES]

    assert len(named) == len(set(named))


def test_the_record_of_a_document_holds_what_the_settings_name() -> None:
    record = a_document("one", geo={"lat": 1.0, "lng": 2.0}, published={"precision": "day"})
    sent = record.as_record()

    assert "_geo" in sent
    assert "geo" not in sent
    assert set(sent["topics"]) == {"lvl0", "lvl1"}
    assert set(sent["regions"]) == {"lvl0", "lvl1", "lvl2"}
    assert "_geo" not in a_document("two").as_record()


def test_a_document_begins_with_what_people_read_first_and_ends_with_its_text() -> None:
    names = list(a_document("one").as_record())

    assert names[:6] == ["id", "title", "summary", "image", "source_name", "published"]
    assert names[-1] == "text"


def test_a_server_with_our_settings_does_not_differ() -> None:
    assert differing(index_settings(), copy.deepcopy(index_settings())) == []


def test_what_a_server_adds_or_sorts_otherwise_does_not_count() -> None:
    found = copy.deepcopy(index_settings())
    found["stopWords"] = []
    found["typoTolerance"]["minWordSizeForTypos"] = {"oneTypo": 5, "twoTypos": 9}
    found["sortableAttributes"].sort()

    assert differing(index_settings(), found) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rankingRules", ["words", "typo"]),
        ("searchableAttributes", list(reversed(SEARCHABLE))),
        ("filterableAttributes", []),
        ("sortableAttributes", ["published_at"]),
        ("pagination", {"maxTotalHits": 1000}),
        ("faceting", None),
    ],
)
def test_a_setting_that_differs_is_named(name: str, value: object) -> None:
    assert differing(index_settings(), {**index_settings(), name: value}) == [name]


def test_a_new_index_differs_in_everything() -> None:
    assert differing(index_settings(), {}) == list(index_settings())
