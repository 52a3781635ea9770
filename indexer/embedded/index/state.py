"""One index at one moment: its settings, its layout, and an open reader on its tantivy folder.

A state never changes; every finished task publishes a new one. Searches hold on to theirs.
"""

import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tantivy

from indexer.embedded.index.layout import Layout, from_json
from indexer.embedded.index.machine import one_line, trouble
from indexer.embedded.index.store import Documents, Store
from indexer.embedded.index.vocabulary import Vocabulary, count_matches
from indexer.embedded.index.words import Words, fold

LOG = logging.getLogger("indexer.embedded")
MOST_HASHED = 20_000  # facet values of an attribute remembered until the next commit


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """number: the index's own number, which renaming and swapping do not change.

    folder: name of its tantivy folder. fields: how many documents have each attribute.
    """

    number: int
    uid: str
    primary_key: str | None
    created_at: str
    updated_at: str
    settings: Mapping[str, Any]
    layout: Layout
    folder: str
    fields: Mapping[str, int]
    documents: Documents
    index: tantivy.Index
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    words: Words
    vocabulary: Vocabulary
    cache: dict[str, Any] = field(default_factory=dict)

    def spellings(self, path: str) -> dict[str, str]:
        """Facet values of an attribute as they were written."""
        key = f"spellings:{path}"
        found: dict[str, str] | None = self.cache.get(key)
        if found is None:
            found = self.documents.facets(path)
            self.cache[key] = found
        return found

    def stop_words(self) -> frozenset[str]:
        found: frozenset[str] | None = self.cache.get("stop_words")
        if found is None:
            found = frozenset(fold(word) for word in self.settings["stopWords"])
            self.cache["stop_words"] = found
        return found

    def count(self, query: tantivy.Query) -> int:
        return count_matches(self.searcher, query)

    def hashed_values(self, path: str, hashes: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Hash → (normal value, as written), of these facet values and more."""
        known: dict[int, tuple[str, str]] = self.cache.setdefault(f"hashed:{path}", {})
        if len(known) > MOST_HASHED:
            known.clear()
        missing = [one for one in hashes if one not in known]
        if missing:
            known.update(self.documents.hashed_facets(path, missing))
        return known

    def has_many(self, path: str, many: int) -> bool:
        """Has an attribute more facet values than so many?"""
        key = f"many:{path}"
        found: bool | None = self.cache.get(key)
        if found is None:
            found = self.documents.has_many_facets(path, many)
            self.cache[key] = found
        return found

    def has_values(self, column: str) -> bool:
        """Does any document have something in this column?"""
        key = f"has:{column}"
        found: bool | None = self.cache.get(key)
        if found is None:
            query = tantivy.Query.exists_query(column)
            found = bool(self.searcher.search(query, 1, count=False).hits)
            self.cache[key] = found
        return found

    def warm(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Read ahead what the first searches after a commit would have to wait for."""
        if self.settings["typoTolerance"]["enabled"]:
            self.vocabulary.load(stop)

    def renewed(self, **changes: Any) -> "IndexState":
        """This index after a change, read afresh."""
        changed = replace(self, **changes, cache={})
        changed.index.reload()
        searcher = changed.index.searcher()
        vocabulary = Vocabulary(searcher, changed.schema, changed.layout.text.values())
        return replace(changed, searcher=searcher, vocabulary=vocabulary)

    def as_json(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "primaryKey": self.primary_key,
        }


def words_of(settings: Mapping[str, Any]) -> Words:
    return Words(settings["separatorTokens"], settings["nonSeparatorTokens"])


def open_index(
    path: Path,
    layout: Layout,
    words: Words,
    *,
    read_only: bool = False,
    empty: Callable[[], None] = lambda: None,
) -> tantivy.Index:
    """Open or make a tantivy folder. One that cannot be read is made anew, empty.

    read_only: open what is there. empty: called before an empty one is made. Raises: OSError,
    ValueError; without read_only what the machine is to blame for.
    """
    if read_only:
        index = tantivy.Index.open(str(path))
    else:
        index = _open_or_make(path, layout.schema(), empty)
    index.register_tokenizer("words", words.analyzer)
    index.config_reader("manual")
    return index


def _open_or_make(path: Path, schema: tantivy.Schema, empty: Callable[[], None]) -> tantivy.Index:
    if not (path / "meta.json").exists():
        empty()
    path.mkdir(parents=True, exist_ok=True)
    try:
        return tantivy.Index(schema, path=str(path))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # tantivy panics at some damaged files
        lack = trouble(error)
        if lack is not None and lack.everywhere:
            raise  # nothing is wrong with the folder
        words = "the index folder %s cannot be read and starts empty: %s"
        LOG.warning(words, path, one_line(error))
        empty()
        shutil.rmtree(path)
        path.mkdir(parents=True)
        return tantivy.Index(schema, path=str(path))


def load(
    store: Store,
    root: Path,
    row: Mapping[str, Any],
    *,
    read_only: bool = False,
    empty: Callable[[], None] = lambda: None,
) -> IndexState:
    """Open an index as the store describes it. Raises, if read_only: OSError, ValueError.

    empty: called before an empty folder takes the place of one that cannot be read.
    """
    settings = json.loads(row["settings"])
    layout = from_json(json.loads(row["layout"]))
    words = words_of(settings)
    index = open_index(root / row["folder"], layout, words, read_only=read_only, empty=empty)
    index.reload()
    searcher = index.searcher()
    return IndexState(
        number=row["number"],
        uid=row["uid"],
        primary_key=row["primary_key"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        settings=settings,
        layout=layout,
        folder=row["folder"],
        fields=json.loads(row["fields"]),
        documents=Documents(store, row["number"]),
        index=index,
        schema=index.schema,
        searcher=searcher,
        words=words,
        vocabulary=Vocabulary(searcher, index.schema, layout.text.values()),
    )
