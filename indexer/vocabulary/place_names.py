"""Which region, country or city a name stands for, where several are called so.

A qualified name says it itself: "Europe > Georgia", "UK > Birmingham", "Birmingham, UK". Else towns
give way to what is larger, and what other languages call a place to what is called so itself (Cuba
is no Juba). A search takes the spelling that was typed before one of other accents, a place's own
name before what others call one (Granada before Grenada), the country before the city and the city
ten times as large, and says so. Where rights depend on the name, one thing alone may be called so.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from indexer.foundation.errors import AmbiguousName, UnknownName
from indexer.vocabulary import place_table
from indexer.vocabulary.folding import folded, is_latin
from indexer.vocabulary.meaning import MOST_NEAR, STEP, Meaning, near, path_values, shortened
from indexer.vocabulary.place_table import CITY, Called, country_path, parts, region_list
from indexer.vocabulary.places import region_rules, regions

MUCH_LARGER = 10  # times as many people: London has 23 times those of its twin, Birmingham 5 times
MOST_SHOWN = 4


def place_called(text: str, *, exactly: bool = False) -> Meaning | None:
    """The place of that name, or None.

    exactly: rights depend on it, so nothing larger or likelier is taken for what is meant.
    Raises: AmbiguousName.
    """
    steps = _steps(text)
    name, around = steps[-1], steps[:-1]
    itself = STEP.join(steps)
    if around and _is_path(itself, name):
        return Meaning(typed=text, values=path_values("regions", [itself]))
    found = _called(name, around, whole=exactly)
    if not found:
        return None
    meant = sorted(_distinct(found, name), key=lambda place: place.prominence)
    also = [] if around else _also_called(name, meant)
    others: list[Called] = []
    if not exactly:
        meant, others = _clearest(meant, name)
    if len(meant) > 1 or (exactly and also):
        raise _ambiguous(text, [*(" or ".join(place.paths) for place in meant), *also])
    aside = dict.fromkeys((*also, *(path for place in others for path in place.paths)))
    values = path_values("regions", meant[0].paths)
    return Meaning(typed=text, values=values, aside=tuple(aside)[:MOST_SHOWN])


def _steps(text: str) -> list[str]:
    """The name, behind the names of what it lies in."""
    steps = [step.strip() for step in text.split(STEP.strip())]
    if len(steps) == 1 and "," in text and not _called(text):
        return [step.strip() for step in reversed(text.split(","))]
    return steps


def _called(name: str, around: Sequence[str] = (), *, whole: bool = True) -> list[Called]:
    """What is called so in all that is named around it; towns only where nothing larger is.

    whole: cities too where a region or country is called so itself.
    """
    for tier in _tiers(folded(name), whole=whole):
        narrowed = (_narrowed(called, around) for called in tier)
        found = [called for called in narrowed if called.paths]
        if found:
            return found
    return []


def _is_path(path: str, name: str) -> bool:
    """Whether that is a facet value, a town's too, letter by letter."""
    tiers = _tiers(folded(name), whole=True)
    return any(path in called.paths for tier in tiers for called in tier)


def _tiers(key: str, *, whole: bool) -> Iterator[Sequence[Called]]:
    wide = place_table.wide(is_latin(key)).get(key, ())
    if not whole and any(called.own for called in wide):
        yield wide
    yield (*wide, *place_table.cities(is_latin(key)).get(key, ()))
    yield place_table.towns().get(key, ())


def _narrowed(called: Called, around: Sequence[str]) -> Called:
    """The place with only those of its paths that lie in everything named around it."""
    paths = [path for path in called.paths if all(_lies_in(path, step) for step in around)]
    return called._replace(paths=tuple(paths))


def _lies_in(path: str, step: str) -> bool:
    outer = {one for called in _called(step) for one in called.paths}
    beyond = (f"{one}{STEP}" for one in (*outer, *parts().get(folded(step), ())))
    return path in outer or path.startswith(tuple(beyond))  # "Washington, D.C." names it twice


def _distinct(found: Sequence[Called], name: str) -> list[Called]:
    """Each place once, as it is best called, without what others make superfluous."""
    best: dict[tuple[str, ...], Called] = {}
    for called in sorted(found, key=lambda one: (*_rank(one, name), -one.people)):
        best.setdefault(called.paths, called)  # cities of one name and country share a value
    outermost = [one for one in best.values() if not any(one.lies_in(o.paths) for o in found)]
    own = min((called.level for called in outermost if called.own), default=None)
    return [one for one in outermost if one.own or own is None or one.level < own]


def _rank(called: Called, name: str) -> tuple[bool, bool, bool]:
    """Sorts first what a name says most plainly."""
    return called.spelt.casefold() != name.casefold(), not called.own, called.level >= CITY


def _also_called(name: str, meant: Sequence[Called]) -> list[str]:
    """What has no facet of its own and is called so too."""
    also = _also().get(folded(name))
    if also is not None:
        return [also]
    if meant[0].level < CITY:
        return []
    part_of = parts().get(folded(name), ())
    return [f"the part of {country}" for country in part_of if not meant[0].lies_in([country])]


def _clearest(meant: list[Called], name: str) -> tuple[list[Called], list[Called]]:
    """The one that is clearly meant and the others, or all of them and none.

    meant: the most prominent first.
    """
    ordered = sorted(meant, key=lambda one: _rank(one, name))
    first, others = ordered[0], ordered[1:]
    alike = [one for one in others if _rank(one, name) == _rank(first, name)]
    larger = first.level >= CITY and all(first.people >= MUCH_LARGER * o.people for o in alike)
    return (meant, []) if alike and not larger else ([first], others)


def _ambiguous(text: str, shown: Sequence[str]) -> AmbiguousName:
    listed = list(dict.fromkeys(shown))
    more = f"; or {len(listed) - MOST_SHOWN} more" if len(listed) > MOST_SHOWN else ""
    candidates = "; or ".join(listed[:MOST_SHOWN])
    return AmbiguousName(
        f"region {shortened(text)} may be {candidates}{more}: write the one you mean with its steps"
    )


def unknown_place(text: str) -> UnknownName:
    """The complaint that nothing is called so, with what is near or what to write."""
    words = f"no region like {shortened(text)}"
    name = _steps(text)[-1]
    part_of = parts().get(folded(name))
    if part_of:
        inside = " and of ".join(part_of)
        return UnknownName(words, (), f"it is a part of {inside}, and no facet of its own")
    code = name.strip().upper()
    of_code = [country_path(code)] if code in regions() else []
    elsewhere = [path for called in _called(name) for path in called.paths]
    likely = dict.fromkeys((*of_code, *elsewhere, *near(name, place_table.shown())))
    advice = f"write {', '.join(region_list())}, a country or a city"
    return UnknownName(words, list(likely)[:MOST_NEAR], advice)


@cache
def _also() -> dict[str, str]:
    """Folded name -> what people also call so."""
    return {folded(name): other for name, other in region_rules()["also"].items()}
