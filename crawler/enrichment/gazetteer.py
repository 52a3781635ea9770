"""The gazetteer: every word that speaks for a place, and what it stands for.

Reads once the vocabulary's names of places, and `place_words.tsv` and `places.yaml` beside it.
Which of the names a story is about is decided in `places`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from crawler.enrichment.matching import Phrases, Text
from indexer.vocabulary.own import own_vocabulary
from indexer.vocabulary.place_table import OWN_PEOPLE
from indexer.vocabulary.places import (
    CITIES,
    COUNTIES,
    COUNTRIES,
    NAMESAKES,
    PARTS,
    PLACE_NAMES,
    TOWNS,
    City,
    city_of,
    country_names,
    regions,
)
from indexer.vocabulary.tables import lines, listed, load_yaml, rows

HERE = Path(__file__).parent
PLACE_WORDS = HERE / "place_words.tsv"
COMMON_NAMES = HERE / "common_names.tsv"
HAN_WORDS = HERE / "han_words.tsv"
# Votes of one mention, from measurements in the enrichment notes.
WEIGHTS = {
    "country": 1.0,
    "demonym": 0.7,
    "area": 1.0,
    "hub": 1.2,
    "city": 1.0,
    "metonym": 1.0,
    "institution": 0.7,
    "local": 0.7,
    "weak": 0.35,
    "region": 0.7,
    "pair": 1.0,
    "mask": 0.0,
}
_ANY = "any"
_PLACES = frozenset(["country", "demonym", "area", "city", "region", "metonym"])


class Name(NamedTuple):
    """What one spelling stands for.

    kind: a key of `WEIGHTS`; "local" is what local papers of the country write.
    countries: codes, several for "pair". cities: candidates. areas: those of the country it is.
    languages: of the texts in which it counts; None is all.
    """

    kind: str
    spelling: str
    countries: tuple[str, ...]
    cities: tuple[City, ...] = ()
    languages: frozenset[str] | None = None
    risky: bool = False
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gazetteer:
    """names[key] is what the phrase with that key stands for; cities by lower-case spelling."""

    names: tuple[Name, ...]
    phrases: Phrases
    cities_by_spelling: dict[str, list[City]]


@cache
def place_rules() -> dict[str, Any]:
    """places.yaml as it stands."""
    return load_yaml(HERE / "places.yaml")


@cache
def gazetteer() -> Gazetteer:
    """Everything, read once a process."""
    cities = _Cities()
    names = [*_country_names(), *_part_names(), *_listed_names(cities), *cities.names()]
    never = {word: frozenset(langs) for word, langs in _never().items()}
    kept = tuple(name for name in names if not _refused(name, never))
    return Gazetteer(
        names=kept,
        phrases=Phrases(((name.spelling, key) for key, name in enumerate(kept)), names=True),
        cities_by_spelling=cities.by_spelling,
    )


def _never() -> dict[str, list[str]]:
    """Spelling -> languages in whose script it is a plain word; "any" for Latin ones."""
    found: dict[str, list[str]] = {}
    for language, spellings in place_rules()["never"].items():
        for spelling in spellings:
            found.setdefault(spelling, []).append(language)
    return found


def _refused(name: Name, never: dict[str, frozenset[str]]) -> bool:
    languages = never.get(name.spelling)
    if languages is None or name.kind not in ("city", "country"):
        return False
    return name.kind == "city" or _ANY not in languages


def is_tech_town(city: City) -> bool:
    return city.name in place_rules()["tech_towns"].get(city.country, ())


@cache
def _risky() -> frozenset[str]:
    return frozenset(listed(place_rules()["risky"]))


@cache
def common_names(language: str) -> frozenset[str]:
    """Spellings that are common words of the language, and places only with a second sign."""
    primary = language.split("-")[0]
    return frozenset(
        name for tag, names in rows(COMMON_NAMES) if tag == primary for name in listed(names)
    )


def _country_names() -> Iterator[Name]:
    for code, _, spelt in rows(COUNTRIES):
        if code not in regions():
            continue
        plain = country_names()[code]
        if "(" not in plain and " - " not in plain:
            yield Name("country", plain, (code,), risky=plain in _risky())
        for pair in spelt.split("|"):
            language, _, name = pair.partition("=")
            shortest = 2 if language in ("ja", "zh", "ko") else 3
            if language == "en" or len(name) < shortest or "(" in name or " - " in name:
                continue
            yield Name("country", name, (code,), languages=frozenset({language}))


def _part_names() -> Iterator[Name]:
    """Names of parts, and of counties, which only the local press names."""
    for country, area, names, _ in rows(PARTS):
        for name in listed(names):
            yield Name("area", name, (country,), areas=(area,), risky=name in _risky())
    for name, country, areas in rows(COUNTIES):
        yield Name("local", name, (country,), areas=tuple(areas.split()))


def _listed_names(cities: "_Cities") -> Iterator[Name]:
    """What both lists of names and words have, then the spans in which no place is meant."""
    listed_rows = chain(rows(PLACE_NAMES), rows(PLACE_WORDS))
    for kind, language, codes, city, spellings in listed_rows:
        spoken = None if language == _ANY else frozenset(language.split(","))
        countries = tuple(codes.split())
        meant = cities.called(city, countries[0]) if city and kind == "hub" else ()
        for name in listed(spellings):
            if kind == "city":
                cities.add_exonym(name, spoken, cities.called(city, codes))
            else:
                yield Name(kind, name, countries, meant, spoken, name in _risky())
    for name in place_rules()["masks"]:
        yield Name("mask", name, ())


class _Cities:
    """The city table with its exonyms, gathered by spelling."""

    def __init__(self) -> None:
        self.by_spelling: dict[str, list[City]] = {}
        self._by_name: dict[tuple[str, str], list[City]] = {}
        self._spelt: dict[tuple[frozenset[str] | None, str], list[City]] = {}
        for row in rows(CITIES):
            city = city_of(row)
            self._by_name.setdefault((city.name, city.country), []).append(city)
            self._add(None, city.name, city)
            if city.name.startswith("Saint "):
                self._add(None, city.name.replace("Saint ", "St. ", 1), city)
            for spelt in row[6].split("|") if row[6] else ():
                language, parted, name = spelt.partition("=")
                self._add(_one(language) if parted else None, name or spelt, city)
        for country, names in place_rules()["tech_towns"].items():
            for name in names:
                if not self.called(name, country):
                    self._add_town(name, country)

        self._add_own()

    def _add_own(self) -> None:
        """The user's own places, or more names for one of the table."""
        for place in own_vocabulary().places:
            new = City(place.name, place.country, "", place.latitude, place.longitude, OWN_PEOPLE)
            city = next(iter(self.called(place.name, place.country)), new)
            self._by_name.setdefault((city.name, city.country), [city])
            for name in (place.name, *place.aliases):
                self._add(None, name, city)

    def _add_town(self, name: str, country: str) -> None:
        for line in _towns().get(name.lower(), ()):
            town = city_of(line.split("\t"))
            if (town.name, town.country) == (name, country):
                self._by_name.setdefault((name, country), []).append(town)
                self._add(None, name, town)

    def _add(self, spoken: frozenset[str] | None, spelling: str, city: City) -> None:
        known = self._spelt.setdefault((spoken, spelling), [])
        if city not in known:
            known.append(city)
        self.by_spelling.setdefault(spelling.lower(), []).append(city)

    def add_exonym(
        self, spelling: str, spoken: frozenset[str] | None, cities: tuple[City, ...]
    ) -> None:
        for city in cities[:1]:
            self._add(spoken, spelling, city)

    def called(self, name: str, country: str) -> tuple[City, ...]:
        """The cities of that very name in the country, largest first."""
        found = self._by_name.get((name, country), [])
        return tuple(sorted(found, key=lambda city: -city.people))

    def names(self) -> Iterator[Name]:
        risky = _risky()
        for (spoken, spelling), found in self._spelt.items():
            countries = tuple(dict.fromkeys([city.country for city in found]))
            yield Name("city", spelling, countries, tuple(found), spoken, spelling in risky)


@cache
def _one(language: str) -> frozenset[str]:
    return frozenset({language})


@cache
def _towns() -> dict[str, list[str]]:
    """Smaller places' lines by their lower-case names; believed only with a second witness."""
    gathered: dict[str, list[str]] = {}
    for line in chain(lines(TOWNS), lines(NAMESAKES)):
        gathered.setdefault(line[: line.index("\t")].lower(), []).append(line)
    return gathered


def cities_called(spelling: str) -> tuple[City, ...]:
    """Every city and town of that spelling, whatever its case."""
    lower = spelling.lower()
    towns = [city_of(line.split("\t")) for line in _towns().get(lower, ())]
    known = gazetteer().cities_by_spelling
    found = known.get(lower) or known.get(f"{lower}市") or _hubs().get(lower) or ()
    return (*dict.fromkeys(found), *towns)


@cache
def _hubs() -> dict[str, tuple[City, ...]]:
    """Cities of the hubs that lie in one: Liangzhu in Hangzhou."""
    return {name.spelling.lower(): name.cities for name in gazetteer().names if name.kind == "hub"}


def countries_called(spelling: str) -> frozenset[str]:
    """Codes of the countries with a part, or a name in any language, of that very spelling."""
    return _by_name().get(spelling.strip("."), frozenset())


@cache
def _by_name() -> dict[str, frozenset[str]]:
    called: dict[str, frozenset[str]] = {}
    for name in gazetteer().names:
        if name.kind in ("country", "area"):
            called[name.spelling] = called.get(name.spelling, frozenset()) | set(name.countries)
    return called


def is_place(words: str) -> bool:
    """Whether the words are a place's name or adjective and nothing more."""
    text = Text.of_words(words)  # the article that is read stays kept
    size = len(text.shaped)
    names = gazetteer().names
    for match in gazetteer().phrases.find(text):
        name = names[match.key]
        ending = 4 if name.spelling.endswith("~") else 0
        if name.kind in _PLACES and match.start <= 0 and match.end >= size - ending:
            return True
    return False
