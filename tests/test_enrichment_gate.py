"""No score of enrichment falls unnoticed, and no label of the held halves changes."""

import hashlib
import json

import pytest

from bench.enrichment_gate import TABLE, fallen, gated, measured
from bench.facet_sets import BLIND, ROOT, LabelledSet


def in_repository(labelled: LabelledSet) -> bool:
    return labelled.path.is_relative_to(ROOT)


@pytest.mark.parametrize(
    "labelled", [one for one in gated() if in_repository(one)], ids=lambda one: one.name
)
def test_no_set_of_the_repository_falls_below_the_table_that_was_kept(labelled) -> None:
    assert fallen(json.loads(TABLE.read_text("utf-8")), measured([labelled])) == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "labelled",
    [one for one in gated() if not in_repository(one)],
    ids=lambda one: one.name,
)
def test_no_set_beside_the_checkout_falls_below_the_table_either(labelled) -> None:
    if not labelled.path.exists():
        pytest.skip(f"{labelled.path} is absent: this set stands beside the checkout")

    assert fallen(json.loads(TABLE.read_text("utf-8")), measured([labelled])) == []


def test_a_fall_is_told_with_its_set_and_both_values() -> None:
    before = {"relevance dev": {"topics F1": 0.8, "top-1": 0.9}, "absent": {"top-1": 1.0}}
    now = {"relevance dev": {"topics F1": 0.7949}}

    assert fallen(before, now) == [
        "relevance dev, topics F1: 0.8 before, 0.7949 now",
        "relevance dev, top-1: 0.9 before, None now",
    ]


def test_the_blind_labels_are_the_ones_committed_before_the_first_run() -> None:
    for line in (BLIND / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((BLIND / name).read_bytes()).hexdigest() == digest, name
