"""Which places a story is about: region, country and city, with the words that say so.

Every mention votes for a country, more in the title than at the end; cities of one name are told
apart by their neighbours. Where the publisher sits is not this module's business.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.article import Place
from crawler.enrichment.dateline import find_dateline
from crawler.enrichment.gazetteer import (
    WEIGHTS,
    City,
    Name,
    country_names,
    gazetteer,
    regions,
)
from crawler.enrichment.matching import Match, Text, longest

READ_CHARACTERS = 8_000
_LEAD_CHARACTERS = 600
_TITLE_VOTE = 2.5
_LEAD_VOTE = 1.6
_DATELINE_VOTE = 3.0
_COMPANY_VOTE = 0.35
_DAMPING = 0.75  # each further mention of a country counts this much of the one before
_LEAST_SCORE = 1.0
_SHARE_OF_BEST = 0.34
_MOST_COUNTRIES = 6
_MOST_CITIES = 2

_SUPPORT = re.compile(
    r"(?:^|\W)(?:in|at|from|near|to|of|across|around|outside|for|between|and|en|à|a|em|de|da|do|di"
    r"|nach|aus|bei|vor|i|w|v|na|dans|pour|desde|di|ke|dari)\s+$",
    re.IGNORECASE,
)
_BASED = re.compile(r"\W?(?:-|‑|–)?\s?(?:based|headquartered|area|metro|born)\b|'s\b")
_WORD_BEFORE = re.compile(r"([\w.'&-]+)\s$")
_WORD_AFTER = re.compile(r"\s([\w'&-]+)")
_AFTER_COMMA = re.compile(r",\s?\(?([\w.]+(?:\s[A-Z]\w+)?)")
_US_STATES = frozenset(
    ["AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC"]
)


def region_of(country_code: str) -> str | None:
    """The region of a country (ISO 3166-1 alpha-2, or EU), one of the ten names in places.yaml."""
    return regions().get(country_code.upper())


def country_name(code: str) -> str | None:
    """The English name of a country (ISO 3166-1 alpha-2, or EU)."""
    return country_names().get(code.upper())


@dataclass
class _Votes:
    """What speaks for one country."""

    values: list[float] = field(default_factory=list)
    cities: dict[City, float] = field(default_factory=lambda: defaultdict(float))
    phrases: dict[str, None] = field(default_factory=dict)

    def add(self, value: float, phrase: str, city: City | None = None) -> None:
        self.values.append(value)
        self.phrases[phrase] = None
        if city is not None:
            self.cities[city] += value

    def score(self) -> float:
        best_first = sorted(self.values, reverse=True)
        return sum(value * _DAMPING**rank for rank, value in enumerate(best_first))


def find_places(
    title: str,
    body: str,
    language: str | None = None,
    site_country: str | None = None,
    company_countries: Iterable[tuple[str, str]] = (),
) -> tuple[Place, ...]:
    """The places the story is about, the most important country first.

    language: BCP 47 tag of the text; names that mean something else in it are left out.
    site_country: tells apart cities of one name, and votes for nothing by itself.
    company_countries: (company named, country of its head office), each a small vote.
    """
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    spoken = (language or "en").split("-")[0]
    found = [
        (match, name)
        for match in longest(_spoken_matches(text, spoken))
        if (name := gazetteer().names[match.key]).kind != "mask"
    ]
    votes: dict[str, _Votes] = defaultdict(_Votes)
    reader = _Reader(text, len(title), spoken, site_country, votes)
    reader.dateline(body)
    reader.sure(found)
    reader.cities(found)
    for company, code in company_countries:
        votes[code].add(_COMPANY_VOTE, company)
    return _primary(votes)


def _spoken_matches(text: Text, spoken: str) -> Iterable[Match]:
    names = gazetteer().names
    for match in gazetteer().phrases.find(text):
        languages = names[match.key].languages
        if languages is None or spoken in languages:
            yield match


@dataclass
class _Reader:
    """One text being read: turns mentions into votes."""

    text: Text
    title_length: int
    spoken: str
    site_country: str | None
    votes: dict[str, _Votes]

    def dateline(self, body: str) -> None:
        city = find_dateline(body, self.site_country)
        if city is not None:
            self.votes[city.country].add(_DATELINE_VOTE, f"dateline {city.name}", city)

    def sure(self, found: list[tuple[Match, Name]]) -> None:
        for match, name in found:
            if name.kind == "city":
                continue
            if name.risky and not self._supported(match, name):
                continue
            for code in name.countries:
                city = name.cities[0] if name.cities else None
                self.votes[code].add(self._weight(match, name), self._words(match), city)

    def cities(self, found: list[tuple[Match, Name]]) -> None:
        sure = frozenset(code for code, votes in self.votes.items() if votes.score() >= 0.7)
        for match, name in found:
            if name.kind != "city":
                continue
            city = self._choose(match, name, sure)
            if city is None:
                continue
            self.votes[city.country].add(self._weight(match, name), self._words(match), city)

    def _choose(self, match: Match, name: Name, sure: frozenset[str]) -> City | None:
        said = self._said_after(match)
        best = max(name.cities, key=lambda city: self._likely(city, sure, said))
        if said and best.country in said:
            return best
        latin = self.text.shaped[match.start : match.end].isascii()
        if latin and self._common_word(match):
            return None
        supported = self._supported(match, name)
        if (name.risky or best.people < 200) and not supported and best.country not in sure:
            return None
        if latin and not supported and self._in_a_name(match) and best.people < 3_000:
            return None
        return best

    def _likely(self, city: City, sure: frozenset[str], said: frozenset[str]) -> float:
        likely = city.people**0.25  # 100 thousand: 3.2, ten million: 10
        if city.country in said:
            likely += 20
        if city.country in sure:
            likely += 3
        if city.country == self.site_country:
            likely += 2
        return likely

    def _said_after(self, match: Match) -> frozenset[str]:
        """Countries named right behind: "Cambridge, Massachusetts", "London, Ontario"."""
        after = _AFTER_COMMA.match(self.text.shaped, match.end)
        if after is None:
            return frozenset()
        if after[1].strip(".") in _US_STATES:
            return frozenset({"US"})
        first = after[1].split()[0]
        return _countries_called(after[1]) | _countries_called(first)

    def _supported(self, match: Match, name: Name) -> bool:
        shaped = self.text.shaped
        before = shaped[max(0, match.start - 12) : match.start]
        if not shaped[match.start].isascii():
            return True
        if _BASED.match(shaped, match.end) or self._said_after(match):
            return not self._common_word(match)
        if _SUPPORT.search(before):
            after = _WORD_AFTER.match(shaped, match.end)
            return not (name.risky and after and after[1][0].isupper() and match.start > 80)
        return False

    def _common_word(self, match: Match) -> bool:
        """Whether the same text writes the name in lower case, as a plain word."""
        word = self.text.shaped[match.start : match.end].lower()
        return " " not in word and f" {word} " in self.text.cased

    def _in_a_name(self, match: Match) -> bool:
        """Whether a capitalised neighbour makes it part of a person's or a firm's name."""
        if match.start < self.title_length:
            return False  # headlines capitalise everything
        shaped = self.text.shaped
        after = _WORD_AFTER.match(shaped, match.end)
        if after and after[1][0].isupper():
            return True
        before = _WORD_BEFORE.search(shaped[max(0, match.start - 20) : match.start])
        sentence_start = shaped[max(0, match.start - 2) : match.start] in (". ", "\n", "")
        return bool(before and before[1][0].isupper() and not sentence_start)

    def _weight(self, match: Match, name: Name) -> float:
        if match.start < self.title_length:
            return WEIGHTS[name.kind] * _TITLE_VOTE
        if match.start < self.title_length + _LEAD_CHARACTERS:
            return WEIGHTS[name.kind] * _LEAD_VOTE
        return WEIGHTS[name.kind]

    def _words(self, match: Match) -> str:
        return self.text.shaped[match.start : match.end].strip()


def _countries_called(words: str) -> frozenset[str]:
    names = _english_names()
    return names.get(words.strip("."), frozenset())


def _english_names() -> dict[str, frozenset[str]]:
    if not _ENGLISH:
        for name in gazetteer().names:
            if name.kind in ("country", "area"):
                known = _ENGLISH.get(name.spelling, frozenset())
                _ENGLISH[name.spelling] = known | frozenset(name.countries)
    return _ENGLISH


_ENGLISH: dict[str, frozenset[str]] = {}


def _primary(votes: dict[str, _Votes]) -> tuple[Place, ...]:
    scores = {code: votes[code].score() for code in votes if code in regions()}
    best = max(scores.values(), default=0.0)
    floor = max(_LEAST_SCORE, _SHARE_OF_BEST * best)
    chosen = sorted((code for code in scores if scores[code] >= floor), key=lambda c: -scores[c])
    places: list[Place] = []
    for code in chosen[:_MOST_COUNTRIES]:
        places.extend(_places_of(code, scores[code], votes[code]))
    return tuple(places)


def _places_of(code: str, score: float, votes: _Votes) -> list[Place]:
    cities = sorted(votes.cities, key=lambda city: -votes.cities[city])[:_MOST_CITIES]
    most = votes.cities[cities[0]] if cities else 0.0
    kept = [city for city in cities if votes.cities[city] >= max(0.9, 0.5 * most)]
    phrases = tuple(votes.phrases)[:8]
    return [
        Place(
            region=regions()[code],
            country=country_names()[code],
            country_code=code,
            score=round(score, 2),
            city=city.name if city else None,
            latitude=city.latitude if city else None,
            longitude=city.longitude if city else None,
            phrases=phrases,
        )
        for city in (kept or [None])
    ]
