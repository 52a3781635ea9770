"""Every name of a region, country, city or town, gathered from the tables when first looked up.

Which of several places is meant is `place_names`' to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from indexer.vocabulary.folding import folded, is_latin
from indexer.vocabulary.meaning import STEP
from indexer.vocabulary.own import own_vocabulary
from indexer.vocabulary.places import (
    CITIES,
    COUNTRIES,
    PARTS,
    PLACE_NAMES,
    REGION_NAMES,
    TOWNS,
    country_names,
    region_rules,
    regions,
)
from indexer.vocabulary.tables import listed, rows

REGION, COUNTRY, CITY, TOWN = range(4)
OWN_PEOPLE = 1_000  # thousands: whoever adds a place means it before most others of its name


class Called(NamedTuple):
    """A place by one of its names.

    paths: facet values. people: thousands, of cities and towns. spelt: the name, in its accents.
    own: whether it is the place's own or English name; else what another language calls it.
    """

    paths: tuple[str, ...]
    level: int
    people: int
    spelt: str
    own: bool

    @property
    def prominence(self) -> tuple[int, int]:
        """Sorts the most prominent place first."""
        return self.level, -self.people

    def lies_in(self, outer: Iterable[str]) -> bool:
        """Whether one of the outer paths leads to all of it."""
        return any(all(path.startswith(f"{one}{STEP}") for path in self.paths) for one in outer)


Table = Mapping[str, Sequence[Called]]  # by folded name


@cache
def wide(latin: bool) -> Table:
    """Regions and countries; latin: by their names in Latin letters, else in others."""
    return _gathered(chain(region_names(), country_and_other_names()), latin)


@cache
def cities(latin: bool) -> Table:
    """Cities, in the same way."""
    return _gathered(city_names(), latin)


@cache
def towns() -> Table:
    """Towns; few have a name but their own."""
    return _gathered(town_names(), None)


@cache
def shown() -> dict[str, list[str]]:
    """Folded name -> facet values, the most prominent places first; without towns."""
    tables = [table(latin) for table in (wide, cities) for latin in (True, False)]
    every = ((called, name) for table in tables for name, all_ in table.items() for called in all_)
    found: dict[str, list[str]] = defaultdict(list)
    for called, name in sorted(every, key=lambda pair: pair[0].prominence):
        found[name].extend(called.paths)
    return found


@cache
def parts() -> dict[str, list[str]]:
    """Folded name of a part of a country -> the countries with such a part."""
    named = [(row[2], row[4]) for row in rows(PLACE_NAMES) if row[0] == "area"]
    named += [(row[0], row[2]) for row in rows(PARTS)]
    found: dict[str, list[str]] = defaultdict(list)
    for code, names in (*named, *region_rules()["parts"].items()):
        for name in listed(names):
            found[folded(name)].append(country_path(code))
    return found


def region_list() -> list[str]:
    """The regions that there are."""
    return list(dict.fromkeys(regions().values()))


def country_path(code: str) -> str:
    """The facet value of a country."""
    return f"{regions()[code]}{STEP}{country_names()[code]}"


def _gathered(named: Iterable[Called], latin: bool | None) -> Table:
    found: dict[str, tuple[Called, ...]] = {}
    for called in named:
        if latin is None or is_latin(called.spelt) == latin:
            key = folded(called.spelt)
            known = found.get(key, ())
            if called not in known:
                found[key] = (*known, called)
    found.pop("", None)
    return found


def region_names() -> Iterator[Called]:
    groups = region_rules()["groups"]
    paths = {name: (name,) for name in region_list()}
    paths |= {name: tuple(members) for name, members in groups.items()}
    return _names_of(REGION, paths, {name: name for name in paths}, REGION_NAMES)


def country_and_other_names() -> Iterator[Called]:
    paths = {code: (country_path(code),) for code in regions()}
    yield from _names_of(COUNTRY, paths, country_names(), COUNTRIES)
    for kind, language, code, _, names in rows(PLACE_NAMES):
        for name in listed(names) if kind == "country" else ():
            yield Called(paths[code], COUNTRY, 0, name, language in ("any", "en"))


def _names_of(
    level: int, paths: Mapping[str, tuple[str, ...]], own: Mapping[str, str], table: Path
) -> Iterator[Called]:
    """The own names, the aliases, and what the CLDR's table calls them in other languages."""
    for key, found in paths.items():
        yield Called(found, level, 0, own[key], True)
    for key, names in region_rules()["aliases"].items():
        for name in listed(names) if key in paths else ():
            yield Called(paths[key], level, 0, name, True)
    for key, english, spelt in rows(table):
        if key in paths:
            yield Called(paths[key], level, 0, english, True)
            names = (pair.partition("=")[2] for pair in spelt.split("|"))
            for name in dict.fromkeys(names):  # many languages share one
                if name != english and name != own[key]:
                    yield Called(paths[key], level, 0, name, False)


def city_names() -> Iterator[Called]:
    known: dict[tuple[str, str], list[Called]] = defaultdict(list)
    for row, city in _cities(CITIES, CITY):
        known[row[0], row[1]].append(city)
        yield city
        for pair in row[6].split("|") if row[6] else ():
            yield city._replace(spelt=pair.rpartition("=")[2], own=False)
    yield from _listed_names(known)
    for place in own_vocabulary().places:
        path = f"{country_path(place.country)}{STEP}{place.name}"
        for name in (place.name, *place.aliases):
            yield Called((path,), CITY, OWN_PEOPLE, name, True)


def town_names() -> Iterator[Called]:
    known: dict[tuple[str, str], list[Called]] = defaultdict(list)
    for row, town in _cities(TOWNS, TOWN):
        known[row[0], row[1]].append(town)
        yield town
    yield from _listed_names(known)


def _cities(table: Path, level: int) -> Iterator[tuple[list[str], Called]]:
    countries = {code: country_path(code) for code in regions()}
    twice = region_rules()["twice"]
    for row in rows(table):
        path = f"{countries[row[1]]}{STEP}{row[0]}"
        paths = (path, twice[path]) if path in twice else (path,)
        yield row, Called(paths, level, int(row[5]), row[0], True)


def _listed_names(known: Mapping[tuple[str, str], list[Called]]) -> Iterator[Called]:
    """Further names of cities. known: by name and country."""
    for kind, language, code, city, names in rows(PLACE_NAMES):
        for name in listed(names) if kind == "city" and (city, code) in known else ():
            own = language in ("any", "en")
            yield from (one._replace(spelt=name, own=own) for one in known[city, code])
