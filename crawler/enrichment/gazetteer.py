"""The gazetteer: every name of a place we know, and what it stands for.

Reads the tables beside it once (cities, countries and `places.yaml`). Which of the names a
story is about is decided in `places`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from crawler.enrichment.matching import Phrases

HERE = Path(__file__).parent
# Votes of one mention, from measurements in the enrichment notes.
WEIGHTS = {
    "country": 1.0,
    "demonym": 0.7,
    "area": 1.0,
    "hub": 1.2,
    "city": 1.0,
    "institution": 0.7,
    "weak": 0.35,
    "region": 0.7,
    "pair": 1.0,
    "mask": 0.0,
}
_ANY = "any"


class City(NamedTuple):
    """A city: area is GeoNames' admin1 code; people in thousands; degrees."""

    name: str
    country: str
    area: str
    latitude: float
    longitude: float
    people: int


class Name(NamedTuple):
    """What one spelling stands for.

    kind: a key of `WEIGHTS`. places: country codes, several for "pair". cities: candidates.
    languages: of the texts in which it counts; None is all.
    """

    kind: str
    spelling: str
    countries: tuple[str, ...]
    cities: tuple[City, ...] = ()
    languages: frozenset[str] | None = None
    risky: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """names[key] is what the phrase with that key stands for; the other tables serve lookups."""

    names: tuple[Name, ...]
    phrases: Phrases
    cities_by_spelling: dict[str, tuple[City, ...]]
    regions: dict[str, str]
    country_names: dict[str, str]


def load_yaml(name: str) -> dict[str, Any]:
    """A data file of this folder, with the fast reader where libyaml is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (HERE / name).open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.load(file, Loader=loader)
    return data


def rows(table: str) -> Iterator[list[str]]:
    """The rows of a table of this folder, without its note."""
    with (HERE / table).open(encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def listed(value: str | None) -> list[str]:
    return [part.strip() for part in (value or "").split(",") if part.strip()]


@cache
def place_rules() -> dict[str, Any]:
    """places.yaml as it stands."""
    return load_yaml("places.yaml")


@cache
def regions() -> dict[str, str]:
    """Country code -> name of its region."""
    return {
        code: region for region, codes in place_rules()["regions"].items() for code in codes.split()
    }


@cache
def country_names() -> dict[str, str]:
    """Country code -> English name."""
    names = {row[0]: row[1] for row in rows("countries.tsv")}
    names.update(place_rules()["country_names"])
    return names


@cache
def gazetteer() -> Gazetteer:
    """Everything, read once a process (about half a second)."""
    rules = place_rules()
    refused = {
        (language, spelling)
        for language, spellings in rules["never"].items()
        for spelling in spellings
    }
    cities = _Cities(rules)
    names = [
        name
        for name in (*_country_names(rules), *_rule_names(rules, cities), *cities.names())
        if not _refused(name, refused)
    ]
    phrases = Phrases(((name.spelling, key) for key, name in enumerate(names)), names=True)
    return Gazetteer(
        names=tuple(names),
        phrases=phrases,
        cities_by_spelling=cities.by_lower_spelling(),
        regions=regions(),
        country_names=country_names(),
    )


def _refused(name: Name, refused: set[tuple[str, str]]) -> bool:
    if name.kind == "mask":
        return False
    if (_ANY, name.spelling) in refused and name.kind == "city":
        return True
    return name.kind in ("city", "country") and any(
        (language, name.spelling) in refused for language in ("zh", "ja", "ko")
    )


def _country_names(rules: dict[str, Any]) -> Iterator[Name]:
    for code, english, spelt in rows("countries.tsv"):
        if code not in regions():
            continue
        plain = rules["country_names"].get(code, english)
        if "(" not in plain and " - " not in plain:
            yield Name("country", plain, (code,), risky=plain in _risky())
        for pair in spelt.split("|"):
            language, _, name = pair.partition("=")
            if (language != "en" and "(" not in name and " - " not in name and len(name) > 2) or (language in ("ja", "zh", "ko") and len(name) == 2):
                yield Name("country", name, (code,), languages=frozenset({language}))
    for kind, table in (("country", "more_names"), ("demonym", "demonyms"), ("area", "areas")):
        for language, by_code in rules[table].items():
            spoken = None if language == _ANY else frozenset({language})
            for code, spellings in by_code.items():
                for name in listed(spellings):
                    yield Name(kind, name, (code,), languages=spoken, risky=name in _risky())


@cache
def _risky() -> frozenset[str]:
    return frozenset(listed(place_rules()["risky"]))


def _rule_names(rules: dict[str, Any], cities: "_Cities") -> Iterator[Name]:
    for language, pairs in rules["pairs"].items():
        for name, codes in pairs.items():
            yield Name("pair", name, tuple(codes.split()), languages=frozenset({language}))
    for name, (code, city) in rules["hubs"].items():
        yield Name("hub", name, (code,), cities=cities.called(city, code))
    weak = frozenset(listed(rules["weak_institutions"]))
    for code, spellings in rules["institutions"].items():
        for name in listed(spellings):
            yield Name("weak" if name in weak else "institution", name, (code,))
    for name in rules["masks"]:
        yield Name("mask", name, ())
    for name, code in rules["region_names"].items():
        yield Name("region", name, (code,))


class _Cities:
    """The city table with its exonyms, gathered by spelling."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._by_name: dict[tuple[str, str], list[City]] = {}
        self._spellings: dict[tuple[str, str], list[City]] = {}  # (language or any, spelling)
        for row in rows("cities.tsv"):
            city = _city(row)
            self._by_name.setdefault((city.name, city.country), []).append(city)
            self._add(_ANY, city.name, city)
            for spelt in row[6].split("|") if row[6] else ():
                language, parted, name = spelt.partition("=")
                self._add(language if parted else _ANY, name if parted else spelt, city)
        for language, exonyms in rules["exonyms"].items():
            for name, (code, spellings) in exonyms.items():
                for spelling in listed(spellings):
                    for city in self.called(name, code)[:1]:
                        self._add(language, spelling, city)

    def _add(self, language: str, spelling: str, city: City) -> None:
        known = self._spellings.setdefault((language, spelling), [])
        if city not in known:
            known.append(city)

    def called(self, name: str, country: str) -> tuple[City, ...]:
        """The cities of that very name in the country, largest first."""
        found = self._by_name.get((name, country), [])
        return tuple(sorted(found, key=lambda city: -city.people))

    def names(self) -> Iterator[Name]:
        for (language, spelling), found in self._spellings.items():
            spoken = None if language == _ANY else frozenset({language})
            yield Name(
                "city",
                spelling,
                tuple(dict.fromkeys(city.country for city in found)),
                tuple(found),
                spoken,
                spelling in _risky(),
            )

    def by_lower_spelling(self) -> dict[str, tuple[City, ...]]:
        gathered: dict[str, list[City]] = {}
        for (_, spelling), found in self._spellings.items():
            gathered.setdefault(spelling.lower(), []).extend(found)
        return {spelling: tuple(dict.fromkeys(found)) for spelling, found in gathered.items()}


@cache
def towns() -> dict[str, tuple[City, ...]]:
    """Smaller towns by their lower-case names; only a dateline is believed about them."""
    gathered: dict[str, list[City]] = {}
    for row in rows("towns.tsv"):
        gathered.setdefault(row[0].lower(), []).append(_city(row))
    return {name: tuple(found) for name, found in gathered.items()}


def _city(row: list[str]) -> City:
    name, country, area, latitude, longitude, people = row[:6]
    return City(name, country, area, float(latitude), float(longitude), int(people))


def cities_called(spelling: str, more: Iterable[City] = ()) -> tuple[City, ...]:
    """Every city and town of that spelling, whatever its case."""
    lower = spelling.lower()
    return (*gazetteer().cities_by_spelling.get(lower, ()), *towns().get(lower, ()), *more)
