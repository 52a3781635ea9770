"""Rounds of funding, told from everything else that has a sum in it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.article import Funding
from crawler.enrichment.funding.rounds import STAGES, find_funding
from indexer.vocabulary.names import resolve

SENTENCES = Path(__file__).with_name("funding_sentences.psv")


@dataclass(frozen=True)
class Sentence:
    part: str
    language: str
    company: str
    amount: str
    currency: str
    stage: str
    lead: str
    text: str

    @property
    def found(self) -> Funding | None:
        title, _, body = self.text.partition(" // ")
        return find_funding(title, body, self.language)


def sentences() -> Iterator[Sentence]:
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield Sentence(*line.split("|"))


def scores(part: list[Sentence]) -> tuple[float, float, float]:
    """Precision of amounts, precision of companies, recall of rounds."""
    found = [(sentence, got) for sentence in part if (got := sentence.found) is not None]
    right = sum(
        sentence.amount != "-"
        and (got.amount, got.currency) == (float(sentence.amount), sentence.currency)
        for sentence, got in found
    )
    named = [(sentence, got) for sentence, got in found if got.company]
    company = sum(got.company == sentence.company for sentence, got in named)
    wanted = sum(sentence.company != "-" for sentence in part)
    hit = sum(sentence.company != "-" for sentence, _ in found)
    return right / len(found), company / len(named), hit / wanted


def test_the_sample_is_large_enough() -> None:
    english = [sentence for sentence in sentences() if sentence.language == "en"]

    assert len(english) >= 120
    assert len(list(sentences())) - len(english) >= 80


@pytest.mark.parametrize("part", ["held", "open"])
@pytest.mark.parametrize(
    ("english", "least"), [(True, (0.95, 0.93, 0.85)), (False, (0.9, 0.9, 0.85))]
)
def test_rounds_are_found_with_their_sums_and_companies(
    part: str, english: bool, least: tuple[float, float, float]
) -> None:
    sample = [s for s in sentences() if s.part == part and (s.language == "en") == english]

    assert all(got >= floor for got, floor in zip(scores(sample), least, strict=True))


def test_a_valuation_is_no_amount() -> None:
    found = find_funding("Lumen raises $20 million at a $300 million valuation", "", "en")

    assert found is not None
    assert found.amount == 20_000_000


def test_a_total_is_no_amount() -> None:
    found = find_funding("Lumen raises $20 million, bringing its total to $90 million", "", "en")

    assert found is not None
    assert found.amount == 20_000_000


@pytest.mark.parametrize(
    "title",
    [
        "Lumen in talks to raise $200 million",
        "State announces $2 billion investment in chip plants",
        "Lumen is valued at $1 billion",
        "Startups in Kenya raised $400 million last year",
        "Lumen has raised $90 million to date",
    ],
)
def test_rumours_plans_and_totals_are_no_rounds(title: str) -> None:
    assert find_funding(title, "", "en") is None


def test_investors_are_not_the_company() -> None:
    found = find_funding(
        "Quay Capital leads $5 million Series A round in Baobab Cloud",
        "The round was joined by Delta Ventures and Lotus Partners.",
        "en",
    )

    assert found is not None
    assert found.company == "Baobab Cloud"
    assert found.lead == "Quay Capital"
    assert "Baobab Cloud" not in found.investors


def test_a_place_is_no_investor_and_no_company() -> None:
    found = find_funding(
        "KilimoPay of Kenya raises $6m seed round",
        "The round was led by Singapore's Quay Capital. Backers include Delta Ventures and London.",
        "en",
    )

    assert found is not None
    assert found.company == "KilimoPay"
    assert found.lead == "Quay Capital"
    assert "London" not in found.investors


def test_a_description_is_no_name_when_none_is_told() -> None:
    found = find_funding("Warszawski startup pozyskał 20 mln euro", "", "pl")

    assert found is not None
    assert found.company is None


def test_hostile_sentences_do_not_take_long() -> None:
    started = time.perf_counter()
    for text in (
        "Led " * 2_000,
        "A " * 4_000 + "raises $5 million",
        "Kernwerk and " * 600 + "led the round",
        "$" * 5_000,
        "1,000," * 1_000 + " million raised",
        "融资" * 2_000,
        "已" * 3_000 + "5亿元",
    ):
        find_funding(text[:2_000], text, "en")
        find_funding(text[:2_000], text, "zh-Hans")

    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("title", "language", "stage"),
    [
        ("Acme raises $5 million in a pre-Series A round", "en", "pre-series-a"),
        ("アクメ、プレシリーズAで5億円を調達", "ja", "pre-series-a"),
        ("阿克梅完成5000万元Pre-B轮融资", "zh-Hans", "pre-series-b"),
        ("Acme raises $5 million in a Series B round", "en", "series-b"),
        ("阿克梅完成5000万元C轮融资", "zh-Hans", "series-c"),
    ],
)
def test_a_stage_is_one_that_can_be_searched_for(title: str, language: str, stage: str) -> None:
    found = find_funding(title, title, language)

    assert found is not None
    assert found.stage == stage
    assert resolve("stage", stage).values == (("funding_stage", stage),)


def test_every_stage_that_is_found_can_be_searched_for() -> None:
    for stage, words in STAGES:
        for letter in letters_in(words.pattern) if stage.endswith("-") else [""]:
            assert resolve("stage", f"{stage}{letter}").values


def letters_in(pattern: str) -> str:
    """The letters of rounds that a pattern finds: [a-d] or [A-K]."""
    last = re.search(r"\[[aA]-([a-zA-Z])\]", pattern)
    assert last is not None
    return "abcdefghijklmnopqrstuvwxyz"[: ord(last[1].lower()) - ord("a") + 1]
