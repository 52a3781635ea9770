"""No score of the extraction falls unnoticed."""

import json

import pytest

from bench.extraction_gate import TABLE, fallen, measured
from bench.extraction_rules import RULES, place_of
from bench.page_sets import are_absent


@pytest.mark.shared
def test_no_set_of_saved_pages_falls_below_the_table_that_was_kept() -> None:
    if words := are_absent():
        pytest.skip(words)

    assert fallen(json.loads(TABLE.read_text("utf-8")), measured()) == []


def test_a_fall_is_told_with_its_set_and_both_values() -> None:
    before = {"aeb": {"body": 0.95, "day": 0.9}, "wcxb A": {"title": 0.8}}
    now = {"aeb": {"body": 0.9469, "day": 0.8975}}

    assert fallen(before, now) == [
        "aeb, body: 0.95 before, 0.9469 now",
        "wcxb A, title: 0.8 before, None now",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_that_can_be_switched_off_stands_where_the_bench_says(rule) -> None:
    assert isinstance(place_of(rule), type(rule.off)) or callable(place_of(rule))
