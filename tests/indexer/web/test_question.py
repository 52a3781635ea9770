"""The page's address becomes the search server's filters."""

import pytest

from indexer.web.question import Unclear, query_of

NOW = 1_790_000_030.0


def filters(*parameters: tuple[str, str]) -> list[str | list[str]]:
    found: list[str | list[str]] = query_of(parameters, NOW)["filter"]
    return found


def test_values_of_one_facet_join_by_or_and_facets_by_and() -> None:
    assert filters(("topic", "AI"), ("language", "en"), ("topic", "Policy")) == [
        ['topics.lvl0 = "AI"', 'topics.lvl0 = "Policy"'],
        ['language = "en"'],
    ]


def test_a_place_tells_its_level_by_its_steps() -> None:
    assert filters(("region", "Asia > China"), ("region", "Asia > China > Hangzhou")) == [
        ['regions.lvl1 = "Asia > China"', 'regions.lvl2 = "Asia > China > Hangzhou"']
    ]


def test_steps_beyond_the_last_level_match_nothing_but_break_nothing() -> None:
    assert filters(("topic", "A > B > C > D")) == [['topics.lvl1 = "A > B > C > D"']]


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ('" OR id EXISTS OR source_name = "', '"\\" OR id EXISTS OR source_name = \\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("A > B", '"A > B"'),
    ],
)
def test_a_value_never_becomes_a_filter_of_its_own(value: str, quoted: str) -> None:
    assert filters(("source", value)) == [[f"source_name = {quoted}"]]


@pytest.mark.parametrize(("since", "seconds"), [("12h", 43_200), ("7d", 604_800)])
def test_a_span_counts_back_from_the_minute(since: str, seconds: int) -> None:
    assert filters(("since", since)) == [f"published_at >= {1_789_999_980 - seconds}"]


def test_days_are_whole_and_of_utc() -> None:
    assert filters(("from", "2026-11-01"), ("to", "2026-11-02")) == [
        "published_at >= 1793491200",
        "published_at < 1793664000",
    ]


def test_amounts_may_be_open_at_one_end() -> None:
    assert filters(("usd", "1000000:")) == ["funding_usd >= 1000000"]
    assert filters(("usd", "1:5")) == ["funding_usd >= 1", "funding_usd <= 5"]


def test_one_hit_a_story_unless_all_copies_are_asked_for() -> None:
    assert query_of([], NOW)["distinct"] == "story_id"
    assert "distinct" not in query_of([("copies", "all")], NOW)


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
        query_of([(name, value)], NOW)
    assert name in str(refused.value)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(Unclear, match="at most 100"):
        query_of([("source", "x")] * 101, NOW)
