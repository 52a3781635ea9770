"""Writing to one index: the tantivy folder and the store change together, or not at all.

The order of writing keeps a crash harmless: what is about to change is noted in the store
(`intents`), then tantivy commits, then one transaction holds documents and finished tasks. A note
found at the start means the index may be ahead of the store: those documents are put back.
"""

import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from indexer.embedded.index import clock
from indexer.embedded.index.changes import Change, Changes, count_fields
from indexer.embedded.index.flatten import flatten
from indexer.embedded.index.json_text import dump
from indexer.embedded.index.layout import Layout, plan
from indexer.embedded.index.leftovers import remove_leftovers
from indexer.embedded.index.machine import one_line
from indexer.embedded.index.memory import give_back
from indexer.embedded.index.state import IndexState, open_index, words_of
from indexer.embedded.index.store import Documents, Store
from indexer.embedded.index.writing import DocumentWriter

LOG = logging.getLogger("indexer.embedded")
HEAP_BYTES = 64_000_000
THREADS = 1  # a second one is never busy, but leaves twice the segments to merge
SPELLINGS = 20_000  # facet values in memory before they go to the store
REBUILD_PART = 500  # documents read from the store at once


class IndexWriter:
    """Writes changes into the tantivy folders and the store. One thread only.

    alive: called now and then in what may last long.
    """

    def __init__(self, store: Store, root: Path, alive: Callable[[], None]) -> None:
        self._store = store
        self._root = root
        self._alive = alive
        self._open: tuple[str, tantivy.IndexWriter] | None = None

    def write(self, changes: Changes, finish: Callable[[Any], None]) -> IndexState:
        """Write a batch; `finish` marks its tasks inside the same transaction."""
        state, real = changes.state, changes.real
        layout = state.layout.copy()
        builder = DocumentWriter(state.settings, layout, state.words)
        if real:
            self._note(state.number, real.values())
            if not self._to_tantivy(state, real.values(), builder):
                return self.rebuild(state, state.settings, finish, changes)
        with self._store.write() as transaction:
            self._to_store(transaction, changes, layout, builder.spellings, state.folder)
            transaction.execute("DELETE FROM intents WHERE number=?", (state.number,))
            finish(transaction)
        return self._published(changes, layout)

    def _note(self, number: int, changes: Iterable[Change]) -> None:
        with self._store.write() as transaction:
            transaction.execute(
                "INSERT INTO intents VALUES (?, ?)",
                (number, json.dumps([change.n for change in changes])),
            )

    def _to_tantivy(
        self, state: IndexState, changes: Iterable[Change], builder: DocumentWriter
    ) -> bool:
        """Returns: False, with nothing written, when the layout has too few slots."""
        writer = self.writer(state)
        with _causes(writer):
            for change in changes:
                if change.before is not None:
                    writer.delete_documents_by_term("_n", change.n)
                if change.after is not None:
                    writer.add_document(builder.build(change.n, change.after))
                if not builder.fits:
                    writer.rollback()
                    return False
            writer.commit()
            return True

    def _to_store(
        self,
        transaction: Any,
        changes: Changes,
        layout: Layout,
        spellings: Sequence[tuple[str, str, str, int | None]],
        folder: str,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        state, real = changes.state, changes.real
        gone = [one.n for one in real.values() if one.after is None and one.before is not None]
        state.documents.delete(transaction, gone)
        state.documents.put(
            transaction,
            (
                (one.n, document_id, one.text or dump(one.after))
                for document_id, one in real.items()
                if one.after is not None
            ),
        )
        state.documents.put_facets(transaction, spellings)
        transaction.execute(
            "UPDATE indexes SET primary_key=?, layout=?, fields=?, folder=?, settings=?, "
            "updated_at=? WHERE number=?",
            (
                changes.primary_key,
                json.dumps(layout.as_json()),
                json.dumps(count_fields(state.fields, real.values())),
                folder,
                json.dumps(settings if settings is not None else state.settings),
                clock.now(),
                state.number,
            ),
        )

    def _published(self, changes: Changes, layout: Layout, **more: Any) -> IndexState:
        return changes.state.renewed(
            layout=layout,
            primary_key=changes.primary_key,
            fields=count_fields(changes.state.fields, changes.real.values()),
            updated_at=clock.now(),
            **more,
        )

    def rebuild(
        self,
        state: IndexState,
        settings: Mapping[str, Any],
        finish: Callable[[Any], None],
        changes: Changes | None = None,
        told: Callable[[int], None] = lambda done: None,
    ) -> IndexState:
        """Fill a new tantivy folder from the documents, then switch; searches go on meanwhile.

        told: called now and then with how many documents are in it.
        """
        changes = changes or Changes(state)
        real = changes.real
        paths = dict.fromkeys(state.layout.paths)
        for change in real.values():
            if change.after is not None:
                paths.update(flatten(change.after).present)
        layout = plan(settings, paths)
        words = words_of(settings)
        folder = _folder_name(state)
        builder = DocumentWriter(settings, layout, words)
        self.close()
        with self._whole_or_gone(folder):
            index = open_index(self._root / folder, layout, words)
            overlay = {change.n: change for change in real.values()}
            self._fill(folder, index, self._all(state, overlay, told), builder, state.documents)
            with self._store.write() as transaction:
                self._to_store(transaction, changes, layout, builder.spellings, folder, settings)
                transaction.execute("DELETE FROM intents WHERE number=?", (state.number,))
                finish(transaction)
        return self._published(
            changes,
            layout,
            index=index,
            schema=index.schema,
            words=words,
            folder=folder,
            settings=settings,
        )

    def _fill(
        self,
        folder: str,
        index: tantivy.Index,
        documents: Iterable[tuple[int, dict[str, Any]]],
        builder: DocumentWriter,
        kept: Documents,
    ) -> None:
        writer = index.writer(HEAP_BYTES, THREADS)
        self._open = (folder, writer)
        with _causes(writer):
            for n, document in documents:
                writer.add_document(builder.build(n, document))
                if len(builder.spellings) > SPELLINGS:
                    with self._store.write() as transaction:
                        kept.put_facets(transaction, builder.spellings)
                    builder.forget_spellings()
            writer.commit()
        self.close()

    @contextmanager
    def _whole_or_gone(self, folder: str) -> Iterator[None]:
        """Remove the folder again when filling it breaks off: half an index only takes up disk."""
        try:
            yield
        except BaseException:
            self.discard()
            shutil.rmtree(self._root / folder, ignore_errors=True)
            raise

    def keep(
        self, state: IndexState, settings: Mapping[str, Any], finish: Callable[[Any], None]
    ) -> IndexState:
        """New settings for an index that need no new folder."""
        layout = state.layout.copy()
        with self._store.write() as transaction:
            self._to_store(transaction, Changes(state), layout, (), state.folder, settings)
            finish(transaction)
        return self._published(Changes(state), layout, settings=settings)

    def empty(self, state: IndexState, finish: Callable[[Any], None]) -> IndexState:
        """An index without documents, in a new folder; `finish` empties the store."""
        layout = state.layout.copy()
        folder = _folder_name(state)
        self.close()
        with self._whole_or_gone(folder):
            index = open_index(self._root / folder, layout, state.words)
            with self._store.write() as transaction:
                self._to_store(transaction, Changes(state), layout, (), folder)
                finish(transaction)
        renewed = self._published(
            Changes(state), layout, index=index, schema=index.schema, folder=folder
        )
        return renewed.renewed(fields={})

    def _all(
        self, state: IndexState, overlay: Mapping[int, Change], told: Callable[[int], None]
    ) -> Iterable[tuple[int, dict[str, Any]]]:
        last = done = 0
        while part := state.documents.after(last, REBUILD_PART):
            self._alive()
            told(done)
            done += len(part)
            for n, body in part:
                if n not in overlay:
                    yield n, body
            last = part[-1][0]
        for n, change in overlay.items():
            if change.after is not None:
                yield n, change.after

    def writer(self, state: IndexState) -> tantivy.IndexWriter:
        """The tantivy writer of an index; only one is open at a time, for memory's sake."""
        if self._open is not None and self._open[0] == state.folder:
            return self._open[1]
        self.close()
        remove_leftovers(self._root / state.folder)
        opened = state.index.writer(HEAP_BYTES, THREADS)
        self._open = (state.folder, opened)
        return opened

    def close(self) -> None:
        """Let merges end and give the writer's memory back."""
        if self._open is not None:
            _, opened = self._open
            self._open = None
            opened.wait_merging_threads()
            del opened
            give_back()

    def discard(self) -> None:
        """Let go of a writer after something broke off, whatever it has to say about that."""
        try:
            self.close()
        except BaseException as error:  # noqa: BLE001 -- a panic inside tantivy is no Exception
            LOG.warning("a writer of an index ended badly: %s", one_line(error))


@contextmanager
def _causes(writer: tantivy.IndexWriter) -> Iterator[None]:
    """Where a thread of the writer was killed, raise what killed it."""
    try:
        yield
    except ValueError as error:
        if "writer was killed" in str(error):
            writer.commit()  # raises what the thread met, and writes nothing
        raise


def _folder_name(state: IndexState) -> str:
    return f"{state.number}-{clock.now().replace(':', '').replace('.', '')}"
