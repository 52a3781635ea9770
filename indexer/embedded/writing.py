"""Documents become tantivy documents: text into text slots, values into columns."""

import hashlib
from collections.abc import Mapping
from typing import Any

import tantivy

from indexer.embedded.flatten import Flat, flatten
from indexer.embedded.layout import Layout, searchable_name
from indexer.embedded.patterns import filterable_features
from indexer.embedded.words import Words, has_cjk, normalise

MAX_VALUE = 468  # characters of a filterable string that count, as in Meilisearch


class DocumentWriter:
    """Turns documents into tantivy documents after one layout; collects facet spellings."""

    def __init__(self, settings: Mapping[str, Any], layout: Layout, words: Words) -> None:
        self._settings = settings
        self._layout = layout
        self._words = words
        self._distinct = settings["distinctAttribute"]
        self._plans: dict[str, tuple[str | None, int | None]] = {}
        self._seen: set[tuple[str, str]] = set()
        self.spellings: list[tuple[str, str, str]] = []

    def build(self, n: int, document: Mapping[str, Any]) -> tantivy.Document:
        flat = flatten(document)
        built = tantivy.Document()
        built.add_unsigned("_n", n)
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

    def _plan(self, path: str) -> tuple[str | None, int | None]:
        found = self._plans.get(path)
        if found is None:
            slot = self._layout.text.get(searchable_name(self._settings, path) or "")
            text = None if slot is None or slot >= self._layout.text_slots else f"t{slot}"
            found = (text, self._layout.columns.get(path))
            self._plans[path] = found
        return found

    def _add_text(self, built: tantivy.Document, name: str, value: object) -> None:
        if isinstance(value, bool):
            built.add_text(name, "true" if value else "false")
            return
        text = value if isinstance(value, str) else str(value)
        if has_cjk(text):
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
        for kind, paths in (("e", flat.present), ("n", flat.null), ("m", flat.empty)):
            for path in paths:
                if self._marked(path):
                    built.add_text("_marks", f"{kind}:{path}")

    def _marked(self, path: str) -> bool:
        """Existence is kept for columns, and for the objects that hold columns."""
        columns = self._layout.columns
        if path in columns:
            return True
        key = f"\x00{path}"
        found = self._plans.get(key)
        if found is None:
            holds = _filterable_object(self._settings, self._layout, path)
            found = (None, 1 if holds else None)
            self._plans[key] = found
        return found[1] is not None


def _filterable_object(settings: Mapping[str, Any], layout: Layout, path: str) -> bool:
    inner = path + "."
    return filterable_features(settings, path) is not None or any(
        column.startswith(inner) for column in layout.columns
    )


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
