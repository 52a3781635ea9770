"""What a word is worth: names, words of two meanings, sponsors' names, the title."""

import pytest

from crawler.enrichment.topics.evidence import scores_of
from crawler.enrichment.topics.topics import judge


@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        ("en", "Apple is my favourite fruit", "Apple is cheap in autumn."),
        ("en", "Amazon burns again", "Deforestation in the rainforest rose."),
        ("en", "Oracle at Delphi reopens", "The temple and its ancient tomb draw tourists."),
        ("en", "Boy swallows a python", "The zoo said the snake and the boy are well."),
        ("zh-Hans", "小米产量创新高", "农民丰收, 粮食增产。"),
    ],
)
def test_a_name_that_is_a_plain_word_makes_no_tech_news_alone(language, title, body):
    assert not judge(title, body, language).tech_relevant


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Apple delivers a perfect quarter", "The shares rose by 4%."),
        ("Amazon to axe 14,000 corporate posts", "The retailer's executives told staff."),
        ("Meta sues a rival", "The company says its patent was used."),
    ],
)
def test_it_counts_beside_what_companies_do(title, body):
    assert judge(title, body, "en").tech_relevant


@pytest.mark.parametrize(
    "title",
    [
        "SAP Arena: the Lions win at home",
        "Intuit Dome opens its doors",
        "Oracle Red Bull Racing wins in Monaco",
        "PayPayドーム、観客で満員",
    ],
)
def test_a_sponsors_name_says_nothing_of_the_sponsor(title):
    assert not judge(title, "", "en").tech_relevant


def test_a_score_knows_what_the_title_and_what_names_gave_it():
    scores = scores_of("Nvidia wins", "The chipmaker grew.", "en")
    chips = scores["semiconductors"]

    assert chips.titled == chips.named == 7.5
    assert chips.value == 11.5


def test_words_beside_companies_speak_for_no_topic():
    assert "sign" not in scores_of("The CEO told users", "The company launches a product.", "en")
