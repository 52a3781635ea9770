"""What stands behind a place's name and says which of its namesakes is meant.

"Dublin, Ohio", "BIRMINGHAM, Ala. (AP)", "LONDON, Ont.", "Paris (Texas)", "Reading, England": a
part of a country or a country, in full or abbreviated.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from crawler.enrichment.gazetteer import Name, cities_called, countries_called
from indexer.vocabulary.places import PARTS, City
from indexer.vocabulary.tables import listed, rows

_BEHIND = re.compile(r",\s?\(?|\s?\((?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_][^\W\d_'&.]*(?:\.(?:[^\W\d_][^\W\d_'&.]*))*\.?(?:-[A-Z][^\W\d_]+)*")
_MOST_WORDS = 4
_LIST_GOES_ON = re.compile(r"\s?(?:,|;|\s(?:and|or|und|oder|et|ou|y|e|o)\s|\s?&)\s?(?=[A-Z])")
_TOWN_BEFORE = re.compile(r"((?:[A-Z][\w.'-]+ ?){1,3}), $")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_STATE_WORDS = frozenset("州省県縣")
# States written so that they are nothing else, whatever stands before them.
_INITIALS = r"(?:N\.\s?[CDHJMY]|S\.\s?[CD]|R\.I|W\.\s?Va|D\.C)\."


class Part(NamedTuple):
    """A part of a country, or all of it where area is None.

    spelt: as the text has it. sure: written so that it can be nothing else.
    """

    country: str
    area: str | None
    spelt: str
    sure: bool


class Qualified(NamedTuple):
    """A name with what stands behind it. city: None where the tables have none there."""

    country: str
    area: str | None
    city: City | None


@cache
def _parts() -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Spelling -> (country, area, whether it can be nothing else)."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for country, area, names, behind in rows(PARTS):
        for name in listed(names):
            found.setdefault(name, []).append((country, area, True))
        for name in listed(behind):
            short = name.isupper() and "." not in name
            found.setdefault(name, []).append((country, area, not short and len(name) > 2))
    for name in [name for name in found if len(name) > 3]:
        found.setdefault(name.upper(), found[name])  # a dateline shouts
    return {name: tuple(parts) for name, parts in found.items()}


def qualified(spelling: str, text: str, end: int) -> Qualified | None:
    """What the words behind the name that ends there make of it; None when they say nothing."""
    named = list(_parts_behind(text, end))
    if not named:
        return None
    called = cities_called(spelling)
    for part in named:
        inside = [city for city in called if _lies_in(city, part)]
        if inside:
            city = max(inside, key=lambda city: city.people)
            return Qualified(part.country, part.area, city)
    for part in named:
        if part.sure and part.area is not None:
            return Qualified(part.country, part.area, None)
    return None


def _lies_in(city: City, part: Part) -> bool:
    return city.country == part.country and part.area in (None, city.area)


def _parts_behind(text: str, end: int) -> Iterator[Part]:
    """The longest reading first."""
    opened = _BEHIND.match(text, end)
    if opened is None:
        return
    ends: list[int] = []
    at = opened.end()
    while len(ends) < _MOST_WORDS and (word := _WORD.match(text, at)):
        ends.append(word.end())
        at = word.end() + (text[word.end() : word.end() + 1] == " ")
    for stop in reversed(ends):
        words = text[opened.end() : stop]
        for spelt in dict.fromkeys((words, words.rstrip("."), words.partition("-")[0])):
            listed_on = bool(_LIST_GOES_ON.match(text, stop))
            for country, area, sure in _parts().get(spelt, ()):
                # "London, New York and Tokyo" are three cities.
                if not (listed_on and "." not in spelt and countries_or_cities(spelt)):
                    yield Part(country, area, spelt, sure and not listed_on)
            for country in countries_called(spelt):
                yield Part(country, None, spelt, True)


def countries_or_cities(spelling: str) -> bool:
    """Whether a part's name is a city's or a country's too: New York, Georgia."""
    return bool(cities_called(spelling)) or any(
        area != spelling for area in countries_called(spelling)
    )


def town_before(text: str, start: int, part: str) -> str | None:
    """The country whose part is meant because one of its towns stands before: Decatur, Georgia."""
    found = _TOWN_BEFORE.search(text[max(0, start - 40) : start])
    if found is None:
        return None
    words = found[1].split()
    names = [" ".join(words[at:]) for at in range(len(words))]
    places = {(city.country, city.area) for name in names for city in cities_called(name)}
    for country, area, _ in _parts().get(part, ()):
        if (country, area) in places:
            return country
    return None


def state_before(text: str, start: int, states: Mapping[int, Name]) -> Name | None:
    """The part that Chinese and Japanese write before a town: 俄亥俄州都柏林.

    states: the parts that the text names, by where their names end.
    """
    if not _HAN.match(text, start):
        return None
    behind_word = states.get(start - 1) if text[start - 1 : start] in _STATE_WORDS else None
    return states.get(start) or behind_word


@cache
def _short_forms() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """American and Canadian abbreviations with a full stop: how to find them, and what they are."""
    known = {
        name.replace(" ", ""): (country, area)
        for country, area, _, behind in rows(PARTS)
        if country in ("US", "CA")
        for name in listed(behind)
        if name.endswith(".")
    }
    words = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<=\w, )(?:{words})|\b{_INITIALS}"), known


def short_forms(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(where, as written, country, area) of every abbreviated state: "Fairfield, Conn."."""
    pattern, known = _short_forms()
    for found in pattern.finditer(text):
        country, area = known[found[0].replace(" ", "")]
        yield found.start(), found[0], country, area
