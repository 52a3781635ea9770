"""Phrases are found as they are written in each script, and nowhere else."""

import pytest

from crawler.enrichment.matching import Phrases, Text


def found(phrase: str, text: str, *, names: bool = False) -> list[str]:
    matches = Phrases([(phrase, 0)], names=names).find(Text.of(text))
    return [text[match.start : match.end] for match in matches]


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("chip", "A Chip, they said", ["Chip"]),
        ("chip", "chipmunk", []),
        ("AI", "said ai", []),
        ("AI", "all-AI team", ["AI"]),
        ("OpenAI", "OPENAI SUED", ["OPENAI"]),
        ("robot~", "robotics", ["robot"]),
        ("~roboter", "ein Industrieroboter kam", ["roboter"]),
        ("~roboter", "Roboterhund", []),
        ("sztuczn~ inteligencj~", "o sztucznej inteligencji w", ["sztucznej inteligencji"]),
        ("fuga~ de datos", "fugas de datos", ["fugas de datos"]),
        ("cut~ jobs", "cuts 1,200 office jobs", ["cuts 1,200 office jobs"]),
        ("cut~ jobs", "cutting jobs", ["cutting jobs"]),
        ("cut~ jobs", "cuts taxes to create jobs", []),
        ("ai-~", "ett ai-bolag", ["ai-"]),
        ("ai-~", "airline", []),
        ("disney+", "Disney+ grows", ["Disney+"]),
        ("disney+", "Disney World", []),
        ("US", "US$5 billion", []),
        ("芯片", "国产芯片企业", ["芯片"]),
        ("チップ", "新型チップの", ["チップ"]),
        ("الرقائق", "والرقائق الجديدة", ["الرقائق"]),
        ("ai", "lai", []),
        ("d'ia", "d’ia", ["d’ia"]),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase, text, there):
    assert found(phrase, text) == there


def test_a_place_in_katakana_is_no_piece_of_a_longer_word():
    assert found("パリ", "パリで", names=True) == ["パリ"]
    assert found("パリ", "パリティ", names=True) == []


def test_many_endings_cost_no_time_on_hostile_text():
    assert found("a~ b~ c", "a" * 50_000 + " b" * 50_000) == []
