"""Documents become tantivy documents: text into text slots, values into columns."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import tantivy

from indexer.embedded.index.flatten import Flat, flatten
from indexer.embedded.index.layout import Layout, is_facet, is_filterable, searchable_name
from indexer.embedded.index.words import Words, normalise

MAX_VALUE = 468  # characters of a filterable string that count, as in Meilisearch


class _ColumnPlan(NamedTuple):
    """Where the values of one attribute go: the names of its columns, none where it has none.

    known: value → (its normal form, hash), of those met; kept where there is a column of hashes.
    """

    path: str
    text: str | None
    strings: str
    numbers: str
    hashes: str
    known: dict[str, tuple[str, int]]


class DocumentWriter:
    """Turns documents into tantivy documents; the layout learns their attributes on the way.

    spellings: (attribute, normal value, as written, hash) of facet values met.
    fits: False once an attribute found no free slot: the index must be built anew.
    """

    def __init__(self, settings: Mapping[str, Any], layout: Layout, words: Words) -> None:
        self._settings = settings
        self._layout = layout
        self._words = words
        self._distinct = settings["distinctAttribute"]
        self._plans: dict[str, _ColumnPlan] = {}
        self._filters: dict[str, bool] = {}
        self._known = set(layout.paths)
        self.fits = True
        self._seen: set[tuple[str, str]] = set()
        self.spellings: list[tuple[str, str, str, int | None]] = []

    def build(self, n: int, document: Mapping[str, Any]) -> tantivy.Document:
        flat = flatten(document)
        built = tantivy.Document()
        built.add_integer("_n", n)
        if not self._known.issuperset(flat.present):
            self._learn(flat)
        if flat.null or flat.empty:
            self._add_marks(built, flat)
        for path, values in flat.values.items():
            plan = self._plans.get(path) or self._planned(path)
            if plan.text is not None:
                for value in values:
                    self._add_text(built, plan.text, value)
            if plan.strings:
                self._add_values(built, plan, values)
        if self._distinct is not None:
            values = flat.values.get(self._distinct, [])
            if values:
                built.add_integer("_distinct", distinct_key(values[0]))
        return built

    def _learn(self, flat: Flat) -> None:
        """Give newly seen attributes their slots; `fits` tells if there were enough."""
        new = [path for path in flat.present if path not in self._known]
        self._known.update(new)
        self.fits = self._layout.learn(self._settings, new) and self.fits

    def _planned(self, path: str) -> _ColumnPlan:
        slot = self._layout.text.get(searchable_name(self._settings, path) or "")
        text = None if slot is None or slot >= self._layout.text_slots else f"t{slot}"
        column = self._layout.columns.get(path)
        if column is None or column >= self._layout.column_slots:
            plan = _ColumnPlan(path, text, "", "", "", {})
        else:
            hashed = self._layout.hashed and is_facet(self._settings, path)
            hashes = f"h{column}" if hashed else ""
            plan = _ColumnPlan(path, text, f"k{column}", f"n{column}", hashes, {})
        self._plans[path] = plan
        return plan

    def _add_text(self, built: tantivy.Document, name: str, value: object) -> None:
        if isinstance(value, bool):
            built.add_text(name, "true" if value else "false")
            return
        text = value if isinstance(value, str) else str(value)
        found = self._words.indexed(text)
        if isinstance(found, str):
            built.add_text(name, found)
        else:
            built.add_pre_tokenized_text(name, found)

    def _add_values(self, built: tantivy.Document, plan: _ColumnPlan, values: list[Any]) -> None:
        for value in values:
            if isinstance(value, bool):
                value = "true" if value else "false"
            elif not isinstance(value, str):
                built.add_float(plan.numbers, _finite(value))
                continue
            if plan.hashes:
                normal, hashed = plan.known.get(value) or self._met(plan, value)
                built.add_integer(plan.hashes, hashed)
            else:
                normal = normalise(value)[:MAX_VALUE]
                if normal != value and (plan.path, normal) not in self._seen:
                    self._seen.add((plan.path, normal))
                    self.spellings.append((plan.path, normal, value, None))
            built.add_text(plan.strings, normal)

    def _met(self, plan: _ColumnPlan, value: str) -> tuple[str, int]:
        normal = normalise(value)[:MAX_VALUE]
        found = normal, hash_of(normal)
        plan.known[value] = found
        self.spellings.append((plan.path, normal, value, found[1]))
        return found

    def forget_spellings(self) -> None:
        """Once they are in the store: those of all documents would not fit into memory."""
        self.spellings.clear()
        self._seen.clear()
        for plan in self._plans.values():
            plan.known.clear()

    def _add_marks(self, built: tantivy.Document, flat: Flat) -> None:
        """What leaves no value behind: nulls and empty texts, lists and objects."""
        for path in flat.null:
            if self._filterable(path):
                built.add_text("_marks", f"n:{path}")
        for path in flat.empty:
            if self._filterable(path):
                built.add_text("_marks", f"m:{path}")

    def _filterable(self, path: str) -> bool:
        found = self._filters.get(path)
        if found is None:
            found = is_filterable(self._settings, path)
            self._filters[path] = found
        return found


def distinct_key(value: object) -> int:
    """A value of the distinct attribute as a signed 64-bit number."""
    return hash_of(normalise(value) if isinstance(value, str) else repr(value))


def hash_of(text: str) -> int:
    """A signed 64-bit number that no other text shares, but for one chance in 10^19 a pair."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _finite(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return 1.7e308 if value > 0 else -1.7e308
