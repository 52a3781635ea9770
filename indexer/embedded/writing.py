"""Documents become tantivy documents: text into text slots, values into columns."""

import hashlib
from collections.abc import Mapping
from typing import Any

import tantivy

from indexer.embedded.flatten import Flat, flatten
from indexer.embedded.layout import Layout, searchable_name
from indexer.embedded.patterns import filterable_features
from indexer.embedded.words import Words, needs_cutting, normalise

MAX_VALUE = 468  # characters of a filterable string that count, as in Meilisearch


class DocumentWriter:
    """Turns documents into tantivy documents; the layout learns their attributes on the way.

    spellings: (attribute, normal value, as written) of facet values met.
    fits: False once an attribute found no free slot: the index must be built anew.
    """

    def __init__(self, settings: Mapping[str, Any], layout: Layout, words: Words) -> None:
        self._settings = settings
        self._layout = layout
        self._words = words
        self._distinct = settings["distinctAttribute"]
        self._plans: dict[str, tuple[str | None, int | None]] = {}
        self._marks: dict[str, bool] = {}
        self._known = set(layout.paths)
        self.fits = True
        self._seen: set[tuple[str, str]] = set()
        self.spellings: list[tuple[str, str, str]] = []

    def build(self, n: int, document: Mapping[str, Any]) -> tantivy.Document:
        flat = flatten(document)
        built = tantivy.Document()
        built.add_integer("_n", n)
        if not self._known.issuperset(flat.present):
            self._learn(flat)
        if flat.null or flat.empty:
            self._add_marks(built, flat)
        for path, values in flat.values.items():
            text, column = self._plan(path)
            if text is not None:
                for value in values:
                    self._add_text(built, text, value)
            if column is not None:
                self._add_values(built, path, column, values)
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

    def _plan(self, path: str) -> tuple[str | None, int | None]:
        found = self._plans.get(path)
        if found is None:
            slot = self._layout.text.get(searchable_name(self._settings, path) or "")
            text = None if slot is None or slot >= self._layout.text_slots else f"t{slot}"
            column = self._layout.columns.get(path)
            fits = column is not None and column < self._layout.column_slots
            found = (text, column if fits else None)
            self._plans[path] = found
        return found

    def _add_text(self, built: tantivy.Document, name: str, value: object) -> None:
        if isinstance(value, bool):
            built.add_text(name, "true" if value else "false")
            return
        text = value if isinstance(value, str) else str(value)
        if needs_cutting(text):
            built.add_pre_tokenized_text(name, self._words.tokens(text))
        else:
            built.add_text(name, self._words.prepare(text))

    def _add_values(
        self, built: tantivy.Document, path: str, column: int, values: list[Any]
    ) -> None:
        for value in values:
            if isinstance(value, str):
                normal = normalise(value)[:MAX_VALUE]
                built.add_text(f"k{column}", normal)
                if normal != value and (path, normal) not in self._seen:
                    self._seen.add((path, normal))
                    self.spellings.append((path, normal, value))
            elif isinstance(value, bool):
                built.add_text(f"k{column}", "true" if value else "false")
            else:
                built.add_float(f"n{column}", _finite(value))

    def _add_marks(self, built: tantivy.Document, flat: Flat) -> None:
        """What leaves no value behind: nulls and empty texts, lists and objects."""
        for path in flat.null:
            if self._marked(path):
                built.add_text("_marks", f"n:{path}")
        for path in flat.empty:
            if self._marked(path):
                built.add_text("_marks", f"m:{path}")

    def _marked(self, path: str) -> bool:
        found = self._marks.get(path)
        if found is None:
            found = filterable_features(self._settings, path) is not None
            self._marks[path] = found
        return found


def distinct_key(value: object) -> int:
    """A value of the distinct attribute as a signed 64-bit number."""
    text = normalise(value) if isinstance(value, str) else repr(value)
    return int.from_bytes(
        hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True
    )


def _finite(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return 1.7e308 if value > 0 else -1.7e308
