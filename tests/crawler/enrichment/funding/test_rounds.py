"""Rounds of funding, told from everything else that has a sum in it."""

# ruff: noqa: E501 - a case reads best on one line

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.article import Funding
from crawler.enrichment.funding.kinds import KINDS
from crawler.enrichment.funding.rounds import STAGES, find_funding
from indexer.vocabulary.names import resolve

SENTENCES = Path(__file__).with_name("funding_sentences.psv")
DEALS = SENTENCES.with_name("deals.psv")


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
        """The round found; the sample calls a purchase, a listing and a closed fund none."""
        title, _, body = self.text.partition(" // ")
        got = find_funding(title, body, self.language)
        told = got is not None and (self.company != "-" or got.kind in ("equity", "debt", "grant"))
        return got if told else None


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
    for kind in KINDS[1:]:
        assert resolve("stage", kind).values
    for stage, words in STAGES:
        for letter in letters_in(words.pattern) if stage.endswith("-") else [""]:
            assert resolve("stage", f"{stage}{letter}").values


def letters_in(pattern: str) -> str:
    """The letters of rounds that a pattern finds: [a-d] or [A-K]."""
    last = re.search(r"\[[aA]-([a-zA-Z])\]", pattern)
    assert last is not None
    return "abcdefghijklmnopqrstuvwxyz"[: ord(last[1].lower()) - ord("a") + 1]


@pytest.mark.parametrize(
    ("language", "text", "kind", "company", "amount"),
    [
        ("en", "Fathom Grid signed a $65 million loan facility with two banks.", "debt", "Fathom Grid", 65e6),
        ("en", "Innovate UK awarded £2m to Brickloop for its pilot.", "grant", "Brickloop", 2e6),
        ("en", "Opaline priced its IPO at $14 a share, raising $300 million.", "ipo", "Opaline", 300e6),
        ("en", "Harrow Systems has acquired rival Lintel for $240 million.", "acquisition", "Lintel", 240e6),
        ("en", "Harrow Systems acquired Lintel. Terms were not disclosed.", "acquisition", "Lintel", None),
        ("en", "Tallow Ventures held a final close on its third fund at $90 million.", "fund", "Tallow Ventures", 90e6),
        ("de", "Die EIB gewährt der Firma Kernwerk ein Darlehen: Kernwerk erhält 20 Mio. Euro Kredit.", "debt", "Kernwerk", 20e6),
        ("fr", "Bpifrance accorde une subvention de 750 000 euros à Plumeo.", "grant", "Plumeo", 750e3),
        ("es", "Tucán Pay compra Lumbre por 12 millones de euros.", "acquisition", "Lumbre", 12e6),
        ("sv", "Vattenlinje lånar 1,1 miljarder av Nordiska investeringsbanken.", "debt", "Vattenlinje", 1.1e9),
        ("pt", "A Agrovia foi vendida por 30 milhões de reais.", "acquisition", "Agrovia", 30e6),
        ("tr", "Kargola 90 milyon dolara satıldı.", "acquisition", "Kargola", 90e6),
        ("zh-Hans", "云深科技获银行3000万元贷款。", "debt", "云深科技", 30e6),
        ("ja", "はなまる電力は銀行から4億5000万円の融資を受けた。", "debt", "はなまる電力", 450e6),
        ("ko", "링크온은 산업은행으로부터 200억원 대출을 받는다.", "debt", "링크온", 20e9),
        ("ar", "استحوذت «جاهز» على تطبيق «طلبية» في صفقة لم يُكشف عن قيمتها.", "acquisition", "طلبية", None),
        ("hi", "खेतीगुरु ने बैंक से 80 करोड़ रुपये का कर्ज़ लिया।", "debt", "खेतीगुरु", 800e6),
    ],
)  # fmt: skip
def test_kinds_of_deals_are_told_apart(
    language: str, text: str, kind: str, company: str, amount: float | None
) -> None:
    found = find_funding("", text, language)

    assert found is not None
    assert (found.kind, found.company, found.amount) == (kind, company, amount)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "African startups raised $400 million in the first half across 120 deals."),
        ("en", "Six months after its $50 million Series C, Fernwerk cut a third of its staff."),
        ("en", "Most seed rounds now land between $2 million and $4 million."),
        ("fr", "En septembre, les startups françaises ont levé 2,3 milliards d’euros à travers 48 opérations."),
        ("ja", "2025年上半期の国内スタートアップによる資金調達額は総額3,810億円となった。"),
        ("zh-Hans", "据统计，上半年国内具身智能领域共发生融资187起，总额达到263亿元。"),
        ("hi", "भारतीय स्टार्टअप्स ने पहली छमाही में 500 करोड़ रुपये जुटाए।"),
    ],
)  # fmt: skip
def test_markets_half_years_and_earlier_rounds_are_no_deal(language: str, text: str) -> None:
    assert find_funding("", text, language) is None


def test_a_top_up_is_its_own_sum_and_a_running_total_is_none() -> None:
    top_up = find_funding("", "Lumen adds $90m to its Series B, taking the round to $200m.", "en")
    total = find_funding("", "ミトリバは16億円を調達した。累計調達額は29億円となる。", "ja")

    assert top_up is not None
    assert top_up.amount == 90e6
    assert total is not None
    assert total.amount == 16e8


@pytest.mark.parametrize(
    ("language", "text", "stage"),
    [
        ("sv", "Vattenlinje tar in 40 miljoner kronor i en A-runda.", "series-a"),
        ("tr", "Kargola, B serisi turunda 15 milyon dolar yatırım aldı.", "series-b"),
        ("ko", "링크온이 시리즈B로 300억원 투자를 유치했다.", "series-b"),
        ("hi", "खेतीगुरु को सीरीज़ ए में 60 लाख डॉलर का निवेश मिला है।", "series-a"),
        ("en", "Kernwerk raised $9m two years after its seed round.", None),
        ("en", "Kernwerk raises $5 million in a pre-Series A round, with no debt.", "pre-series-a"),
    ],
)
def test_the_stage_is_that_of_the_sum(language: str, text: str, stage: str | None) -> None:
    found = find_funding("", text, language)

    assert found is not None
    assert (found.kind, found.stage) == ("equity", stage)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Orchid raised half a billion dollars.", 5e8),
        ("Mundo levantó tres millones de dólares en su serie A.", 3e6),
        ("Kernwerk sammelt zwei Millionen Euro ein.", 2e6),
    ],
)
def test_sums_in_letters_are_read(text: str, amount: float) -> None:
    found = find_funding("", text, "en")

    assert found is not None
    assert found.amount == amount


def test_deals_of_every_kind_are_read_in_every_language() -> None:
    right = total = 0
    for line in DEALS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, kind, company, amount, _, text = line.split("|")
        found = find_funding("", text, language)
        got = ("none", "-", None) if found is None else (found.kind, found.company, found.amount)
        right += got == (kind, company, None if amount == "-" else float(amount))
        total += 1

    assert total >= 100
    assert right / total >= 0.95
