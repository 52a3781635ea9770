"""The language of a text, with what search needs told apart."""

from pathlib import Path

import pytest

from crawler.article import Access
from crawler.enrichment.language import LANGUAGES, language_of
from indexer.vocabulary.names import resolve


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The company said its chips will ship in May after a long delay.", "en"),
        ("Das Unternehmen liefert die Chips nach langer Verzögerung im Mai aus.", "de"),
        ("La empresa dijo que los chips llegarán en mayo tras un largo retraso.", "es"),
        ("国产芯片企业发布新产品", "zh-Hans"),
        ("晶片廠發布新產品，業績創新高", "zh-Hant"),
        ("半導体メーカーが新製品を発表した", "ja"),
        ("반도체 기업이 신제품을 발표했다", "ko"),
        ("Selskapet sier at brikkene ikke kommer før i mai, og det er hva vi vet.", "nb"),
        ("Selskapet seier at brikkene ikkje kjem før i mai, men eg veit ikkje meir.", "nn"),
    ],
)
def test_a_text_is_known_by_its_letters_and_words(text, language):
    assert language_of(text) == language


HEADLINES = [
    row.split("\t")
    for row in Path(__file__).with_name("bare_headlines.tsv").read_text("utf-8").splitlines()
]


def test_bare_headlines_of_25_languages_are_told_apart():
    assert len(HEADLINES) == 100
    assert len({tag for tag, _ in HEADLINES}) == 25
    wrong = [
        f"{headline}: {language_of(headline)}, not {tag}"
        for tag, headline in HEADLINES
        if language_of(headline) != tag.removesuffix("-Latn")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        ("Pix cresce", "pt", "pt"),
        ("Apple, Tata ink Karnataka camera deal", "en", "en"),
        (
            "Nvidia beats estimates again, shares jump",
            "ca",
            "en",
        ),  # words outweigh a tag
        ("Telekom pušta novu mrežu", "hr", "hr"),  # nothing in it tells these apart
        ("Telekom pušta novu mrežu", "sr-Latn", "sr"),
        ("Lëtzebuerg kritt en neit Datenzenter", "lb", "lb"),  # unknown to the model
        ("iPhone 18 Pro", "zh-Hant", "zh-Hant"),
        (
            "The company said its chips will ship in May after a long delay, and not in March.",
            "de",
            "en",
        ),
    ],
)
def test_what_the_page_says_decides_where_the_words_do_not(text, said, language):
    assert language_of(text, said) == language


def test_a_text_without_letters_has_no_language():
    assert language_of("12:30 — 5") is None


def test_every_language_that_is_found_can_be_searched_for():
    for tag in (*LANGUAGES, "nb", "nn", "zh-Hans", "zh-Hant"):
        assert ("language", tag) in resolve("language", tag).values
    for access in Access:
        assert resolve("access", access).values == (("access", access),)
