"""Companies that stand in no list, by what a text says of them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.article import Article
from crawler.enrichment import enrich
from crawler.enrichment.companies import find_companies
from indexer.vocabulary.companies import companies

TEXTS = Path(__file__).with_name("named_in_text.psv")


def texts() -> Iterator[tuple[frozenset[str], str, str]]:
    """(companies named, headline, lead) of every text of the sample."""
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            _, names, told = line.split("|", 2)
            title, _, lead = told.partition(" // ")
            yield frozenset(() if names == "-" else names.split(";")), title, lead


def named(title: str, body: str = "") -> list[str]:
    return [company.name for company in find_companies(title, body)]


def test_companies_nobody_listed_are_found_and_nothing_else_is() -> None:
    listed = {alias: company.name for company in companies() for alias in company.aliases}
    right = found = wanted = 0
    for names, title, lead in texts():
        got = set(enrich(Article(url="https://news.example/", title=title, text=lead)).companies)
        gold = {listed.get(name, name.removesuffix(" AG")) for name in names}
        right += len(got & gold)
        found += len(got)
        wanted += len(gold)

    assert right / found >= 0.97
    assert right / wanted >= 0.90


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rokid, a Hangzhou start-up, sells glasses.", "Rokid"),
        ("He left to run his company, Zeabur, from a flat.", "Zeabur"),
        ("Robotics firm Kernwerk opened a plant.", "Kernwerk"),
        ("It undercuts rivals such as Wavecrest by half.", "Wavecrest"),
        ("A memo by the chief executive of Moyo Pay leaked.", "Moyo Pay"),
        ("Kestrel's co-founder left.", "Kestrel"),
        ("The filing names Hexapod Inc. as the buyer.", "Hexapod"),
        ("Das Jenaer Start-up Quantelo baut Rechner.", "Quantelo"),
        ("Sie ist Gründerin von Ackerblick.", "Ackerblick"),
        ("La société rennaise Cybrelle recrute.", "Cybrelle"),
        ("La empresa de ciberseguridad Lumbre crece.", "Lumbre"),
        ("A startup Agrovia cresceu.", "Agrovia"),
        ("Lojistik girişimi Kargola büyüyor.", "Kargola"),
        ("Стартап Лентика открыл офис.", "Лентика"),
        ("初创公司云深科技宣布裁员。", "云深科技"),
        ("宇宙スタートアップのオルビスは来春に打ち上げる。", "オルビス"),
        ("株式会社ソラノートが発表した。", "ソラノート"),
        ("로봇 스타트업 링크온은 공장을 연다.", "링크온"),
        ("स्टार्टअप खेतीगुरु ने ऐप लॉन्च किया।", "खेतीगुरु"),
    ],
)
def test_what_a_text_calls_a_company_is_one(text: str, name: str) -> None:
    assert named("", text) == [name]


def test_what_says_so_is_kept_as_evidence() -> None:
    article = Article(
        url="https://news.example/", title="Glasses", text="Kernwerk, a Hangzhou start-up, grows."
    )

    assert enrich(article).evidence["companies"] == "Kernwerk (Kernwerk, a Hangzhou start-up)"


@pytest.mark.parametrize(
    "text",
    [
        "Marlin and Tortuga went on sale on Monday.",  # capitals say nothing
        "Startup founders met in Lisbon with minister Clara Voss.",
        "The University of Oslo, founded in 1811, opened a lab.",
        "Anna Lind, a startup veteran, wrote the book.",
        "A San Francisco-based startup raised money in a Series D round.",
        "Das Unternehmen Kunden nahebringen will er nicht.",
        "The firm, Monday said, will hire.",
        "Northmoor Ventures and Blue Heron Capital backed the fund.",
        "香港金融科技新創獲資金。",
        "清华大学团队研发新型材料。",
        "小林裕明社長は引責辞任した。",
    ],
)
def test_what_is_no_company_is_not_called_one(text: str) -> None:
    assert named("", text) == []


def test_a_headline_in_capitals_says_nothing_by_itself() -> None:
    assert named("Robotics Firm Sells Four Hundred Machines To Retailers") == []


def test_hostile_texts_do_not_take_long() -> None:
    started = time.process_time()
    for piece in (
        "startup A",
        "A, a firm ",
        "X & ",
        "CEO of ",
        "公司甲",
        "のア",
        "शर्मा ने ",
        "شركة ",
    ):
        named(piece * 30, piece * 2_000)

    assert time.process_time() - started < 5
