"""The layout: which attribute of the documents lives in which column of the tantivy index.

A tantivy schema cannot grow, so it is made with spare slots; attributes take one when they are
first seen. When the slots run out the index is built anew with more. `t` slots hold searchable
text; a filterable or sortable attribute has `k` (normalised strings) and `n` (numbers), a
facet also `h` (hashes of the strings: many different ones are counted faster so).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tantivy

from indexer.embedded.index import patterns
from indexer.embedded.index.settings import STRUCTURAL
from indexer.embedded.index.words import CUTTING

SPARE = 6
WIDE = 16  # attributes expected behind a `*`
MAX_SLOTS = 1_000  # attributes beyond are stored, but neither searched nor filtered


@dataclass(slots=True)
class Layout:
    """paths: every leaf path seen, in order of arrival. text, columns: attribute → slot.

    hashed: are there `h` slots? Older engines made none. cutting: by which rules texts were cut.
    """

    text_slots: int = 8
    column_slots: int = 4
    paths: list[str] = field(default_factory=list)
    text: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    hashed: bool = False
    cutting: int = 1

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def copy(self) -> "Layout":
        return Layout(
            self.text_slots,
            self.column_slots,
            list(self.paths),
            dict(self.text),
            dict(self.columns),
            self.hashed,
            self.cutting,
        )

    def learn(self, settings: Mapping[str, Any], paths: Iterable[str]) -> bool:
        """Give newly seen paths their slots. Returns: False when a slot is missing."""
        known = set(self.paths)
        for path in paths:
            if path not in known:
                known.add(path)
                self.paths.append(path)
                self._place(settings, path)
        return len(self.text) <= self.text_slots and len(self.columns) <= self.column_slots

    def _place(self, settings: Mapping[str, Any], path: str) -> None:
        name = searchable_name(settings, path)
        if name is not None and name not in self.text and len(self.text) < MAX_SLOTS:
            self.text[name] = len(self.text)
        if needs_column(settings, path) and len(self.columns) < MAX_SLOTS:
            self.columns[path] = len(self.columns)

    def searchable(self, settings: Mapping[str, Any]) -> list[tuple[str, int]]:
        """Searchable attributes with their text slots, the most important first."""
        if "*" in settings["searchableAttributes"]:
            return sorted(self.text.items(), key=lambda item: item[1])
        ordered = dict.fromkeys(settings["searchableAttributes"])
        return [(name, self.text[name]) for name in ordered if name in self.text]

    def schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        # an integer: deletions by term of an unsigned field find nothing in tantivy 0.27
        builder.add_integer_field("_n", indexed=True, fast=True)
        builder.add_text_field("_marks", tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("_distinct", indexed=True, fast=True)
        for slot in range(self.text_slots):
            builder.add_text_field(f"t{slot}", tokenizer_name="words", index_option="position")
        for slot in range(self.column_slots):
            builder.add_text_field(
                f"k{slot}", tokenizer_name="raw", fast=True, index_option="basic"
            )
            builder.add_float_field(f"n{slot}", indexed=True, fast=True)
            if self.hashed:
                builder.add_integer_field(f"h{slot}", fast=True)
        return builder.build()


def plan(settings: Mapping[str, Any], paths: Iterable[str]) -> Layout:
    """A fresh layout for an index with these settings and the paths seen so far.

    Attributes named by the settings get room before they are seen, patterns room for several.
    """
    layout = Layout(hashed=True, cutting=CUTTING)
    layout.learn(settings, paths)
    searchable = settings["searchableAttributes"]
    named = [
        *patterns.filterable_patterns(settings),
        *settings["sortableAttributes"],
        *patterns.custom_rules(settings),
    ]
    wide = sum("*" in name for name in named)
    expected_text = WIDE if "*" in searchable else len(searchable)
    expected_columns = len(set(named)) + WIDE * min(wide, 2) // 2
    layout.text_slots = max(len(layout.text), expected_text) + SPARE
    layout.column_slots = max(len(layout.columns), expected_columns) + SPARE
    return layout


def from_json(found: Mapping[str, Any]) -> Layout:
    return Layout(**found)


def searchable_name(settings: Mapping[str, Any], path: str) -> str | None:
    """The searchable attribute that covers this path; with `*` every path is one of its own."""
    names = settings["searchableAttributes"]
    if "*" in names:
        return path
    for name in names:
        if patterns.matches(name, path):
            return str(name)
    return None


def needs_column(settings: Mapping[str, Any], path: str) -> bool:
    return (
        is_filterable(settings, path)
        or patterns.any_matches(settings["sortableAttributes"], path)
        or path == settings["distinctAttribute"]
        or path in patterns.custom_rules(settings)
    )


def is_filterable(settings: Mapping[str, Any], path: str) -> bool:
    return patterns.filterable_features(settings, path) is not None


def is_facet(settings: Mapping[str, Any], path: str) -> bool:
    """Are its values listed and searched for, and so to be told apart by hashes?"""
    features = patterns.filterable_features(settings, path)
    return features is not None and features.facet_search


def same_structure(one: Mapping[str, Any], other: Mapping[str, Any], paths: list[str]) -> bool:
    """Can an index made for `one` serve `other` as it is?"""
    if all(one[name] == other[name] for name in STRUCTURAL):
        return True
    for name in ("distinctAttribute", "nonSeparatorTokens", "separatorTokens"):
        if one[name] != other[name]:
            return False
    return all(
        searchable_name(one, path) == searchable_name(other, path)
        and needs_column(one, path) == needs_column(other, path)
        and is_filterable(one, path) == is_filterable(other, path)
        and is_facet(one, path) == is_facet(other, path)
        for path in paths
    )
