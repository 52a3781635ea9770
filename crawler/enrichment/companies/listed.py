"""Companies a text names, by the names and aliases of the vocabulary."""

import re
from collections.abc import Iterator
from functools import cache

from crawler.enrichment.companies.words import words
from crawler.enrichment.gazetteer import cities_called
from crawler.enrichment.matching import Phrases, Text, longest
from indexer.vocabulary.companies import Company, companies

# Signs that a plain word is a company here.
_SIGN_AFTER = re.compile(
    r"(?:'s\b|\s(?:Inc|Corp|Ltd|Limited|Group|Holdings|AI|CEO|CTO|CFO|shares|stock|co-founder|founder"
    r"|said|says|raises|raised|launches|announced|app|users)\b)"
)
_SIGN_BEFORE = re.compile(
    r"(?:startup|company|firm|fintech|platform|giant|maker|unicorn|app|operator|rival|by)\s$"
)

# The name goes on and is another's: "SMBCベンチャーキャピタル", "Intuit Dome", "SAP Arena".
_NOT_AFTER = re.compile(
    r" (?:Ventures|Capital|Foundation|Stadium|Arena|Dome|Cup|Centre|Center|Park"
    r"|Theatre|Theater|University|Red Bull)\b"
    r"|ベンチャーキャピタル|ベンチャーズ|キャピタル|イーグルス|ホークス|创投|創投|资本|球场"
)
_EXACT = re.compile(r"[&+!*@/.]|^[A-Za-z]{1,2}$")  # names that are nothing without sign and case

# "in Santander", but "a stake in Toyota".
_IN_TOWN = re.compile(
    r"(?<!stake)(?<!stakes)(?<!share)(?<!shares)(?<!invest)(?<!invests)(?<!invested)(?<!investment)"
    r"(?<!participación)(?<!inversión)(?<!acciones) (?:in|near|en|em|nach) $"
)
_BEFORE = 20  # characters in front of a name that say whose it is

_MASK = -1


@cache
def _index() -> tuple[Phrases, tuple[tuple[int, str], ...]]:
    spelt = tuple(
        (at, alias) for at, company in enumerate(companies()) for alias in company.aliases
    )
    phrases = [(alias, key) for key, (_, alias) in enumerate(spelt)]
    return Phrases([*phrases, *((mask, _MASK) for mask in words()["mask"])]), spelt


def listed_companies(text: Text) -> Iterator[tuple[Company, int, int]]:
    """Every mention of a company of the vocabulary, with its offsets."""
    phrases, spelt = _index()
    for match in longest(phrases.find(text)):
        if match.key == _MASK:
            continue
        at, alias = spelt[match.key]
        if _EXACT.search(alias) and not _is_exact(text.shaped, match.start, alias):
            continue
        if _is_town_here(text.shaped, match.start, alias) or _is_person(text.shaped, alias):
            continue
        if alias in companies()[at].doubtful and not _signed(text.shaped, match.start, match.end):
            continue
        if not _NOT_AFTER.match(text.shaped, match.end) and not _plays(companies()[at].name, text):
            yield companies()[at], match.start, match.end


@cache
def by_alias() -> dict[str, Company]:
    """The companies of the vocabulary by every name they have."""
    return {alias: company for company in companies() for alias in company.aliases}


def _is_town_here(shaped: str, start: int, alias: str) -> bool:
    before = shaped[max(0, start - _BEFORE) : start]
    return _is_town(alias) and _IN_TOWN.search(before) is not None


def _is_person(shaped: str, alias: str) -> bool:
    """Whether the text first names somebody of that name, who goes without a first name later."""
    if alias not in _surnames():
        return False
    at = shaped.find(alias)
    return shaped[max(0, at - _BEFORE) : at].rstrip(" ").rpartition(" ")[2] in _first_names()


@cache
def _is_town(alias: str) -> bool:
    return bool(cities_called(alias))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(words()["surname"])


@cache
def _first_names() -> frozenset[str]:
    return frozenset(words()["first_name"])


def _plays(name: str, text: Text) -> bool:
    """Whether the club of that name is meant, in the report of a game."""
    return name in words()["club"] and any(word in text.shaped for word in words()["game"])


def _is_exact(shaped: str, start: int, alias: str) -> bool:
    """Whether the text writes the alias with its signs: "e&" is no "e", "AT&T" no "AT T"."""
    before, after = shaped[start - 1 : start], shaped[start + len(alias) : start + len(alias) + 1]
    written = shaped[start : start + len(alias)]
    return written == alias and not (before[-1:].isalnum() or after.isalnum())


def _signed(shaped: str, start: int, end: int) -> bool:
    if _SIGN_AFTER.match(shaped, end):
        return True
    return bool(_SIGN_BEFORE.search(shaped[max(0, start - 14) : start]))
