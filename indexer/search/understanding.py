"""What a text of the query language asks for: words and filters for the search server, and notes.

Values are names, understood by the one resolver; one that nothing or too much is called is left
out and told, and who keeps a search (an alert) refuses it. Terms joined by OR that are filters
alone make one filter; with words among them they make alternatives, each a search of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from indexer.foundation.errors import AmbiguousName, ConfigError, UnknownName
from indexer.foundation.times import moment_s
from indexer.search.contract import TIME
from indexer.search.language import TIMES, Kind, Note, QueryTerm, QueryText, read
from indexer.search.query import Alternative, Conditions, Names, quoted
from indexer.vocabulary.meaning import Meaning, Value

MOST_ALTERNATIVES = 12  # searches that one text may make
_FAULTS = (Kind.UNKNOWN, Kind.AMBIGUOUS, Kind.TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One term as it was understood.

    field: as in `language.FIELDS`, "" for words. shown: words, facet values or a moment in UNIX
    seconds. joined: OR stands before it. without: the text when it is given up.
    """

    field: str
    shown: tuple[str, ...]
    excluded: bool
    joined: bool
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A text understood. alternatives: at least one; a hit need satisfy any of them."""

    alternatives: tuple[Alternative, ...] = (Alternative(),)
    meanings: tuple[Meaning, ...] = ()
    chips: tuple[Chip, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def faults(self) -> tuple[Note, ...]:
        """Notes of conditions that were left out since nothing is called so."""
        return tuple(note for note in self.notes if note.kind in _FAULTS)

    @property
    def told(self) -> dict[str, Any]:
        """Chips and notes as JSON, for the page."""
        chips = [{name: getattr(chip, name) for name in chip.__slots__} for chip in self.chips]
        notes = [{name: getattr(note, name) for name in note.__slots__} for note in self.notes]
        return {"chips": chips, "notes": notes}


def understand(text: str, names: Names, *, now: datetime, patient: bool = False) -> Understood:
    """Understand any text.

    now: what spans count back from. patient: as for `Names.meaning`.
    Raises: what `names` raises when it asks the index.
    """
    reading = read(text)
    if reading.plain:
        chips = (
            tuple(_chips(reading, {})) if any(t.phrase or t.excluded for t in reading.terms) else ()
        )
        as_it_stands = (Alternative(words=reading.text),)
        return Understood(alternatives=as_it_stands, chips=chips, notes=reading.notes)
    told = _Values(names, now, patient)
    values = {term: value for term in reading.terms if (value := told.of(term)) is not None}
    alternatives = _alternatives(reading, values, told.notes)
    return Understood(
        alternatives=alternatives,
        meanings=tuple(told.meanings),
        chips=tuple(_chips(reading, values)),
        notes=(*reading.notes, *told.notes),
    )


class _Values:
    """Understands the values of terms, and notes what it cannot."""

    def __init__(self, names: Names, now: datetime, patient: bool) -> None:
        self.notes: list[Note] = []
        self.meanings: list[Meaning] = []
        self._names, self._now, self._patient = names, now, patient

    def of(self, term: QueryTerm) -> tuple[Value, ...] | None:
        """Attribute and value of each that is meant; () for words; None where it is left out."""
        if not term.field:
            return ()
        written = f"{term.field}:{term.value}"
        if term.field in TIMES:
            try:
                when = moment_s(term.value, now=self._now, option=f"{term.field}:")
            except (ConfigError, OverflowError):
                said = f"{written} was left out: write a span or a date, as in 7d or 2026-11-30"
                self.notes.append(Note(kind=Kind.TIME, said=said, term=written))
                return None
            return ((TIME, str(when)),)
        try:
            meaning = self._names.meaning(term.field, term.value, patient=self._patient)
        except UnknownName as unknown:
            many = isinstance(unknown, AmbiguousName)
            kind = Kind.AMBIGUOUS if many else Kind.UNKNOWN
            near = getattr(unknown, "near", ())
            said = f"{written} was left out: {unknown}"
            self.notes.append(Note(kind=kind, said=said, term=written, near=tuple(near)))
            return None
        self.meanings.append(meaning)
        return meaning.values


Values = Mapping[QueryTerm, tuple[Value, ...]]


def _alternatives(reading: QueryText, values: Values, notes: list[Note]) -> tuple[Alternative, ...]:
    groups = [[term for term in group if term in values] for group in reading.groups]
    fixed: list[QueryTerm] = []
    any_of: dict[str, list[str]] = {}
    always: list[str | list[str]] = []
    choices: list[Sequence[QueryTerm]] = []
    for group in filter(None, groups):
        if all(term.field for term in group):
            _add_filter(group, values, any_of, always)
        elif len(group) == 1:
            fixed.append(group[0])
        else:
            choices.append(group)
    conditions: Conditions = [*any_of.values(), *always]
    made = []
    for number, chosen in enumerate(product(*choices)):
        if number == MOST_ALTERNATIVES:
            said = f"OR makes too many searches: only the first {MOST_ALTERNATIVES} were asked"
            notes.append(Note(kind=Kind.CUT, said=said))
            break
        words = sorted((t for t in (*fixed, *chosen) if not t.field), key=lambda t: t.begin)
        own = [list(_equal(term, values)) for term in chosen if term.field and not term.excluded]
        out = [line for t in chosen if t.field and t.excluded for line in _unlike(t, values)]
        asked = " ".join(term.as_words for term in words)
        made.append(Alternative(words=asked, conditions=(*conditions, *own, *out)))
    if len(made) > 1:
        said = "totals and counts of a search with OR are at most right: hits of several count each"
        notes.append(Note(kind=Kind.ESTIMATE, said=said))
    return tuple(made)


def _add_filter(
    group: Sequence[QueryTerm],
    values: Values,
    any_of: dict[str, list[str]],
    always: list[str | list[str]],
) -> None:
    """One group of filters: values of one field join those of its other groups."""
    if len(group) == 1 and group[0].excluded:
        always += _unlike(group[0], values)
        return
    lines = [line for term in group for line in _one_line(term, values)]
    fields = {term.field for term in group}
    if len(fields) == 1 and not any(term.excluded for term in group) and not fields & {*TIMES}:
        any_of.setdefault(group[0].field, []).extend(lines)
    else:
        always.append(lines)


def _one_line(term: QueryTerm, values: Values) -> Iterable[str]:
    """What may stand in one OR."""
    if not term.excluded:
        return _equal(term, values)
    return [" AND ".join(_unlike(term, values))]


def _equal(term: QueryTerm, values: Values) -> Iterable[str]:
    if term.field in TIMES:
        sign = "<" if term.field == "before" else ">="
        return [f"{attribute} {sign} {value}" for attribute, value in values[term]]
    return [f"{attribute} = {quoted(value)}" for attribute, value in values[term]]


def _unlike(term: QueryTerm, values: Values) -> list[str]:
    if term.field in TIMES:
        sign = ">=" if term.field == "before" else "<"
        return [f"{attribute} {sign} {value}" for attribute, value in values[term]]
    return [f"{attribute} != {quoted(value)}" for attribute, value in values[term]]


def _chips(reading: QueryText, values: Values) -> Iterable[Chip]:
    for group in reading.groups:
        shown_of_group = 0
        for term in group:
            if term.field and term not in values:
                continue
            if not term.field and len(group) == 1 and not (term.phrase or term.excluded):
                continue  # a word says itself
            shown = tuple(value for _, value in values.get(term, ())) or (term.value,)
            yield Chip(
                field=term.field,
                shown=shown,
                excluded=term.excluded,
                joined=shown_of_group > 0,
                without=reading.without(term),
            )
            shown_of_group += 1
