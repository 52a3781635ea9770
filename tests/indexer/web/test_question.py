"""An address becomes the search server's filters, and the page's own address."""

from collections.abc import Mapping
from typing import Any

import pytest

from indexer.search.query import Names, conditions_of, searches_of
from indexer.vocabulary.sources import KnownSource
from indexer.web.question import Unclear, query_of, with_values

NOW = 1_790_000_030.0
SOURCES = (KnownSource("heise-online", "heise online"), KnownSource("techcrunch", "TechCrunch"))
AI = "Artificial intelligence"
UK = "Europe > United Kingdom"


class Index:
    """An index in which each of these values stands, whatever the attribute; it notes questions."""

    def __init__(self, *values: str) -> None:
        self.values = values
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, action: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append((action, body))
        if action == "facet-search":
            return {"facetHits": []}
        held = [value for value in self.values if body["filter"].endswith(f'= "{value}"')]
        (name,) = body["attributesToRetrieve"]
        levels = {f"lvl{level}": held for level in range(3)}
        return {"hits": [{name: levels if name in ("topics", "regions") else held}] if held else []}


def names(*values: str) -> Names:
    return Names(sources=lambda: SOURCES, ask=Index(*values))


def filters(*parameters: tuple[str, str], held: tuple[str, ...] = ()) -> list[str | list[str]]:
    found: list[str | list[str]] = conditions_of(query_of(parameters, names(*held), NOW))
    return found


def test_values_of_one_facet_join_by_or_and_facets_by_and() -> None:
    assert filters(("topic", "AI"), ("language", "en"), ("topic", "policy")) == [
        [f'topics.lvl0 = "{AI}"', 'topics.lvl0 = "Policy, regulation & law"'],
        ['language = "en"'],
    ]


def test_a_place_tells_its_level_by_its_steps() -> None:
    found = filters(("region", "China"), ("region", "East Asia > China > Hangzhou"))

    assert found == [
        ['regions.lvl1 = "East Asia > China"', 'regions.lvl2 = "East Asia > China > Hangzhou"']
    ]


def test_a_value_that_the_index_alone_has_is_asked_of_it() -> None:
    assert filters(("region", "Asia > Cathay"), held=("Asia > Cathay",)) == [
        ['regions.lvl1 = "Asia > Cathay"']
    ]
    assert filters(("source", "mine"), held=("mine",)) == [
        ['source = "mine"', 'source_name = "mine"']
    ]


def test_a_facets_own_value_means_itself_alone() -> None:
    assert filters(("language", "zh")) == [['language = "zh"']]
    assert len(filters(("language", "Chinese"))[0]) == 3


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ('" OR id EXISTS OR source_name = "', '"\\" OR id EXISTS OR source_name = \\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("A > B", '"A > B"'),
    ],
)
def test_a_value_never_becomes_a_filter_of_its_own(value: str, quoted: str) -> None:
    known = names()

    found = conditions_of(query_of([("company", value)], known, NOW))

    assert found == [[f"companies = {quoted}"]]
    assert isinstance(known.ask, Index)
    assert known.ask.asked[0][1]["filter"] == f"companies = {quoted}"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("region", "Ukrane", "did you mean Europe > Ukraine?"),
        ("region", "Birmingham", "region 'Birmingham' may be Europe > United Kingdom > Birmingham"),
        ("topic", "A > B > C > D", "no topic like 'A > B > C > D'"),
        ("source", "heise", "did you mean heise-online?"),
        ("stage", "", "no stage like ''"),
    ],
)
def test_a_name_nobody_knows_is_refused_with_what_is_near(kind: str, value: str, told: str) -> None:
    with pytest.raises(Unclear) as refused:
        filters((kind, value))
    assert told in str(refused.value)


def test_a_company_may_be_followed_before_anybody_names_it() -> None:
    assert filters(("company", "Nvdia")) == [['companies = "Nvdia"']]


def test_the_page_gets_the_values_that_names_mean() -> None:
    given = [("q", "UK"), ("region", "UK"), ("source", "heise-online"), ("topic", "ai"), ("x", "1")]

    told = with_values(given, Names(sources=lambda: SOURCES))

    assert told == [
        ("q", "UK"),
        ("region", UK),
        ("source", "heise online"),
        ("topic", AI),
        ("x", "1"),
    ]
    assert with_values(told, Names(sources=lambda: SOURCES)) == told


def test_the_page_keeps_what_is_no_name() -> None:
    given = [
        ("region", "Atlantica"),
        ("region", "Birmingham"),
        ("company", "Zyx"),
        ("language", "zh"),
    ]

    assert with_values(given, Names()) == given


@pytest.mark.parametrize(("since", "seconds"), [("12h", 43_200), ("7d", 604_800)])
def test_a_span_counts_back_from_the_minute(since: str, seconds: int) -> None:
    assert filters(("since", since)) == [f"published_at >= {1_789_999_980 - seconds}"]


def test_days_are_whole_and_of_utc() -> None:
    assert filters(("from", "2026-11-01"), ("to", "2026-11-02")) == [
        "published_at >= 1793491200",
        "published_at <= 1793663999",
    ]


def test_amounts_may_be_open_at_one_end() -> None:
    assert filters(("usd", "1000000:")) == ["funding_usd >= 1000000"]
    assert filters(("usd", "1:5")) == ["funding_usd >= 1", "funding_usd <= 5"]


def test_one_hit_a_story_unless_all_copies_are_asked_for() -> None:
    assert searches_of(query_of([], names(), NOW))[0]["distinct"] == "story_id"
    assert "distinct" not in searches_of(query_of([("copies", "all")], names(), NOW))[0]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("since", "yesterday", "7d"),
        ("since", "99999999999999d", "7d"),
        ("since", "٧d", "7d"),
        ("from", "2026-02-30", "2026-11-30"),
        ("to", "x' OR 1", "2026-11-30"),
        ("usd", ":", "least:most"),
        ("usd", "1e9:", "least:most"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(
    name: str, value: str, told: str
) -> None:
    with pytest.raises(Unclear, match=told) as refused:
        query_of([(name, value)], names(), NOW)
    assert name in str(refused.value)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(Unclear, match="at most 100"):
        query_of([("source", "x")] * 101, names(), NOW)
