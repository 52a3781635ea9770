"""Listed companies whose names are words or towns are marked, or somebody has looked at them."""

import math
from functools import cache
from pathlib import Path

import pytest
from wordfreq import get_frequency_dict

from crawler.enrichment.gazetteer import cities_called
from indexer.vocabulary.companies import companies

LOOKED_AT = Path(__file__).with_name("companies_looked_at.txt")
LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl", "sv", "id", "tr", "pl")
OFTEN = 3.2  # Zipf: a word of every 600,000


@cache
def looked_at() -> frozenset[str]:
    lines = LOOKED_AT.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split(" "))


def is_plain(alias: str) -> bool:
    return " " not in alias and alias.isascii() and alias.isalpha()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_a_language_writes_often_is_marked_or_was_looked_at(language: str) -> None:
    least = 10 ** (OFTEN - 9)
    frequent = get_frequency_dict(language)
    doubted = [
        f"{company.name}: {alias} (Zipf {math.log10(frequent[alias.lower()] * 1e9):.1f})"
        for company in companies()
        for alias in company.aliases
        if is_plain(alias) and alias not in company.doubtful and alias not in looked_at()
        if frequent.get(alias.lower(), 0.0) >= least
    ]

    assert doubted == [], "put ? before it in companies.tsv, or its name into companies_looked_at"


def test_a_name_that_a_town_bears_is_marked_or_was_looked_at() -> None:
    doubted = [
        alias
        for company in companies()
        for alias in company.aliases
        if is_plain(alias) and alias not in company.doubtful and alias not in looked_at()
        if cities_called(alias)
    ]

    assert doubted == []
