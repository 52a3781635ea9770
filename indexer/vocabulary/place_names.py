"""Which region, country or city a name stands for, where several are called so.

A qualified name says it itself: "Europe > Georgia", "UK > Birmingham", "Birmingham, UK". Else towns
give way to what is larger; a search takes the country over the city and the city ten times as
large, and says so; where rights depend on the name, only one thing may be called so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from indexer.foundation.errors import AmbiguousName, UnknownName
from indexer.vocabulary.folding import folded
from indexer.vocabulary.meaning import MOST_NEAR, STEP, Meaning, near, path_values, shortened
from indexer.vocabulary.places import (
    CITIES,
    COUNTRIES,
    PLACE_NAMES,
    REGION_NAMES,
    TOWNS,
    country_names,
    region_rules,
    regions,
)
from indexer.vocabulary.tables import listed, rows

REGION, COUNTRY, CITY, TOWN = range(4)
MUCH_LARGER = 10  # times as many people: London has 23 times those of its twin, Birmingham 5 times
MOST_SHOWN = 4


class NamedPlace(NamedTuple):
    """What a name may stand for. paths: facet values. people: thousands, of cities and towns."""

    paths: tuple[str, ...]
    level: int
    people: int = 0

    @property
    def prominence(self) -> tuple[int, int]:
        """Sorts the most prominent place first."""
        return self.level, -self.people

    def lies_in(self, outer: Iterable[str]) -> bool:
        """Whether one of the outer paths leads to all of it."""
        return any(all(path.startswith(f"{one}{STEP}") for path in self.paths) for one in outer)


def place_called(text: str, *, exactly: bool = False) -> Meaning | None:
    """The place of that name, or None.

    exactly: rights depend on it, so nothing larger or likelier is taken for what is meant.
    Raises: AmbiguousName.
    """
    steps = _steps(text)
    name, around = steps[-1], steps[:-1]
    found = [_narrowed(place, around) for place in _called(name)]
    found = [place for place in found if place.paths]
    if not found:
        return None
    itself = STEP.join(steps)
    if around and any(itself in place.paths for place in found):
        return Meaning(typed=text, values=path_values("regions", [itself]))
    meant = sorted(_outermost(found), key=lambda place: place.prominence)
    also = [] if around else _also_called(name, meant)
    others: list[NamedPlace] = []
    if not exactly:
        meant, others = _clearest(meant)
    if len(meant) > 1 or (exactly and also):
        raise _ambiguous(text, [*(" or ".join(place.paths) for place in meant), *also])
    aside = (*also, *(path for place in others for path in place.paths))
    values = path_values("regions", meant[0].paths)
    return Meaning(typed=text, values=values, aside=aside[:MOST_SHOWN])


def _steps(text: str) -> list[str]:
    """The name, behind the names of what it lies in."""
    steps = [step.strip() for step in text.split(STEP.strip())]
    if len(steps) == 1 and "," in text and not _called(text):
        return [step.strip() for step in reversed(text.split(","))]
    return steps


def _called(name: str) -> Sequence[NamedPlace]:
    """What is called so; towns only where nothing larger is."""
    return _places().get(folded(name)) or _towns().get(folded(name), ())


def _narrowed(place: NamedPlace, around: Sequence[str]) -> NamedPlace:
    """The place with only those of its paths that lie in everything named around it."""
    paths = [path for path in place.paths if all(_lies_in(path, step) for step in around)]
    return place._replace(paths=tuple(paths))


def _lies_in(path: str, step: str) -> bool:
    outer = {one for place in _called(step) for one in place.paths}
    beyond = (f"{one}{STEP}" for one in (*outer, *_parts().get(folded(step), ())))
    return path in outer or path.startswith(tuple(beyond))  # "Washington, D.C." names it twice


def _outermost(found: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Without what lies in another of them: Singapore's city in Singapore."""
    return [place for place in found if not any(place.lies_in(other.paths) for other in found)]


def _also_called(name: str, meant: Sequence[NamedPlace]) -> list[str]:
    """What has no facet of its own and is called so too."""
    also = _also().get(folded(name))
    if also is not None:
        return [also]
    if meant[0].level < CITY:
        return []
    part_of = _parts().get(folded(name), ())
    return [f"the part of {country}" for country in part_of if not meant[0].lies_in([country])]


def _clearest(meant: list[NamedPlace]) -> tuple[list[NamedPlace], list[NamedPlace]]:
    """The one that is clearly meant and the others, or all of them and none.

    meant: the most prominent first.
    """
    if len(meant) == 1:
        return meant, []
    first, second = meant[:2]
    country_over_city = first.level < second.level and first.level < CITY
    much_larger = first.level >= CITY and first.people >= MUCH_LARGER * second.people
    return ([first], meant[1:]) if country_over_city or much_larger else (meant, [])


def _ambiguous(text: str, shown: Sequence[str]) -> AmbiguousName:
    more = f"; or {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    candidates = "; or ".join(shown[:MOST_SHOWN])
    return AmbiguousName(
        f"region {shortened(text)} may be {candidates}{more}: write the one you mean with its steps"
    )


def unknown_place(text: str) -> UnknownName:
    """The complaint that nothing is called so, with what is near or what to write."""
    words = f"no region like {shortened(text)}"
    name = _steps(text)[-1]
    part_of = _parts().get(folded(name))
    if part_of:
        inside = " and of ".join(part_of)
        return UnknownName(words, (), f"it is a part of {inside}, and no facet of its own")
    code = name.strip().upper()
    of_code = [_country(code)] if code in regions() else []
    elsewhere = [path for place in _called(name) for path in place.paths]
    shown = list(dict.fromkeys((*of_code, *elsewhere, *near(name, _shown()))))[:MOST_NEAR]
    return UnknownName(words, shown, f"write {', '.join(_regions())}, a country or a city")


def _regions() -> list[str]:
    return list(dict.fromkeys(regions().values()))


def _country(code: str) -> str:
    return f"{regions()[code]}{STEP}{country_names()[code]}"


@cache
def _places() -> dict[str, tuple[NamedPlace, ...]]:
    """Folded name -> regions, countries and cities called so, each once."""
    return _gathered((*_region_names(), *_country_names(), *_city_names()))


@cache
def _towns() -> dict[str, tuple[NamedPlace, ...]]:
    """Folded name -> towns called so, each once."""
    return _gathered(_town_names())


def _gathered(named: Iterable[tuple[str, NamedPlace]]) -> dict[str, tuple[NamedPlace, ...]]:
    found: dict[str, dict[tuple[str, ...], NamedPlace]] = defaultdict(dict)
    for name, place in named:
        same = found[folded(name)]
        # cities of one name and country share a facet value: the largest stands for them
        if place.paths not in same or same[place.paths].people < place.people:
            same[place.paths] = place
    return {name: tuple(same.values()) for name, same in found.items() if name}


@cache
def _shown() -> dict[str, list[str]]:
    """Folded name -> facet values, the most prominent places first."""
    named = ((place, name) for name, places in _places().items() for place in places)
    shown: dict[str, list[str]] = defaultdict(list)
    for place, name in sorted(named, key=lambda pair: pair[0].prominence):
        shown[name].extend(place.paths)
    return shown


def _region_names() -> Iterator[tuple[str, NamedPlace]]:
    rules = region_rules()
    places = {name: NamedPlace((name,), REGION) for name in _regions()}
    places |= {name: NamedPlace(tuple(paths), REGION) for name, paths in rules["groups"].items()}
    yield from places.items()
    yield from _spelt(REGION_NAMES, places)
    yield from _aliases(places)


def _country_names() -> Iterator[tuple[str, NamedPlace]]:
    places = {code: NamedPlace((_country(code),), COUNTRY) for code in regions()}
    for code, place in places.items():
        yield country_names()[code], place
    yield from _spelt(COUNTRIES, places)
    yield from _aliases(places)
    for kind, _, code, _, names in rows(PLACE_NAMES):
        for name in listed(names) if kind == "country" else ():
            yield name, places[code]


def _city_names() -> Iterator[tuple[str, NamedPlace]]:
    called: dict[tuple[str, str], list[NamedPlace]] = defaultdict(list)
    for row in rows(CITIES):
        place = _city(row, CITY)
        called[row[0], row[1]].append(place)
        yield row[0], place
        for pair in row[6].split("|") if row[6] else ():
            yield pair.rpartition("=")[2], place
    yield from _listed_names(called)


def _town_names() -> Iterator[tuple[str, NamedPlace]]:
    called: dict[tuple[str, str], list[NamedPlace]] = defaultdict(list)
    for row in rows(TOWNS):
        place = _city(row, TOWN)
        called[row[0], row[1]].append(place)
        yield row[0], place
    yield from _listed_names(called)


def _listed_names(
    called: Mapping[tuple[str, str], list[NamedPlace]],
) -> Iterator[tuple[str, NamedPlace]]:
    """Further names of cities. called: by name and country."""
    for kind, _, code, city, names in rows(PLACE_NAMES):
        for name in listed(names) if kind == "city" and (city, code) in called else ():
            yield from ((name, place) for place in called[city, code])


def _city(row: list[str], level: int) -> NamedPlace:
    path = f"{_country(row[1])}{STEP}{row[0]}"
    second = region_rules()["twice"].get(path)
    return NamedPlace((path, second) if second else (path,), level, int(row[5]))


def _spelt(table: Path, places: Mapping[str, NamedPlace]) -> Iterator[tuple[str, NamedPlace]]:
    """The names that a table of the CLDR gives these places."""
    for key, _, spelt in rows(table):
        for pair in spelt.split("|") if key in places else ():
            yield pair.partition("=")[2], places[key]


def _aliases(places: Mapping[str, NamedPlace]) -> Iterator[tuple[str, NamedPlace]]:
    for key, names in region_rules()["aliases"].items():
        for name in listed(names) if key in places else ():
            yield name, places[key]


@cache
def _also() -> dict[str, str]:
    """Folded name -> what people also call so."""
    return {folded(name): other for name, other in region_rules()["also"].items()}


@cache
def _parts() -> dict[str, list[str]]:
    """Folded name of a part of a country -> the countries with such a part."""
    listed_names = [(row[2], row[4]) for row in rows(PLACE_NAMES) if row[0] == "area"]
    parts: dict[str, list[str]] = defaultdict(list)
    for code, names in (*listed_names, *region_rules()["parts"].items()):
        for name in listed(names):
            parts[folded(name)].append(_country(code))
    return parts
