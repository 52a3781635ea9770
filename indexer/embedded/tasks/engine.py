"""The engine: the store, the open indexes, the task queue and the API keys, tied together.

Routes ask the engine; only the worker changes indexes.
"""

import fcntl
import json
import shutil
import threading
import uuid
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.embedded.index import clock, settings, state
from indexer.embedded.index.errors import ApiError, FolderInUse, index_not_found
from indexer.embedded.index.index_writer import IndexWriter
from indexer.embedded.index.layout import plan
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.store import Documents, Store
from indexer.embedded.tasks.condition import EngineCondition
from indexer.embedded.tasks.keys import Keys
from indexer.embedded.tasks.queue import Tasks

VERSION = "1.50.0"  # of the API whose behaviour is copied
FEATURES = (
    "metrics",
    "logsRoute",
    "editDocumentsByFunction",
    "containsFilter",
    "network",
    "getTaskDocumentsRoute",
    "compositeEmbedders",
    "chatCompletions",
    "multimodal",
    "vectorStoreSetting",
    "foreignKeys",
    "renderRoute",
    "dynamicSearchRules",
)


class Engine:
    """Everything of one data folder."""

    def __init__(self, folder: Path, master_key: str | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.master_key = master_key or None
        with ExitStack() as undo:
            self._lock = undo.enter_context(_lock_folder(folder))
            self.store = undo.enter_context(closing(Store(folder / "engine.db")))
            self.root = folder / "indexes"
            self.root.mkdir(exist_ok=True)
            self.tasks = Tasks(self.store)
            self.keys = Keys(self.store, self.master_key)
            self.condition = EngineCondition()
            self.writer = IndexWriter(self.store, self.root, self.condition.alive)
            self.wake = threading.Event()
            self.doubted = threading.Event()
            self.searchable = Searchable(self)
            self._states: dict[str, IndexState] = {}
            self._versions: dict[str, int] = {}
            self._moment = 0
            self._rebuilt: dict[int, tuple[int, int]] = {}
            self._guard = threading.Lock()
            self._open_all()
            undo.pop_all()

    def _open_all(self) -> None:
        kept = set()
        for row in self._rows():
            kept.add(row["folder"])
            self._states[row["uid"]] = self._loaded(row)
            self._versions[row["uid"]] = 0
        for path in self.root.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _loaded(self, row: Any) -> IndexState:
        """An index as the store has it; where its folder cannot be read, it is to be rebuilt."""
        number = row["number"]

        def empty() -> None:
            if wanted := Documents(self.store, number).count():
                self.rebuilding(number, 0, wanted)

        return state.load(self.store, self.root, row, empty=empty)

    def _rows(self) -> list[Any]:
        return self.store.connection().execute("SELECT * FROM indexes").fetchall()

    def refresh(self) -> None:
        """Take every index as the store has it: what broke off may have got only so far."""
        rows = self._rows()
        gone = tuple(self.states().keys() - {row["uid"] for row in rows})
        self.publish(*(self._loaded(row) for row in rows), gone=gone)

    def close(self) -> None:
        self.writer.discard()
        self.store.close()
        self._lock.close()

    def states(self) -> dict[str, IndexState]:
        with self._guard:
            return dict(self._states)

    def find(self, uid: str) -> IndexState | None:
        with self._guard:
            return self._states.get(uid)

    def get(self, uid: str) -> IndexState:
        """The index of this name. Raises: ApiError index_not_found."""
        found = self.find(uid)
        if found is None:
            raise index_not_found(uid)
        return found

    def doubt(self) -> None:
        """Something broke that no request is to blame for: have the worker look at the folders."""
        self.doubted.set()
        self.wake.set()

    def rebuilding(self, number: int, done: int, wanted: int) -> None:
        """An index's folder does not hold its documents: searches would miss them, and are refused.

        To be called before anything of what it holds is taken away.
        """
        with self._guard:
            self._rebuilt[number] = done, wanted
            self._moment += 1

    def rebuilt(self, state: IndexState) -> None:
        with self._guard:
            if self._rebuilt.pop(state.number, None) is not None:
                self._moment += 1

    def unready(self, state: IndexState) -> str | None:
        """Why an index cannot be searched now."""
        progress = self._rebuilt.get(state.number)
        if progress is None:
            return None
        done, wanted = progress
        return (
            f"Index `{state.uid}` is being rebuilt from its documents, {done} of {wanted}: "
            "search again in a while."
        )

    def published(self) -> tuple[int, "News"]:
        """How often something was published, and how the indexes are."""
        with self._guard:
            unready = {}
            for uid, state in self._states.items() if self._rebuilt else ():
                if words := self.unready(state):
                    unready[uid] = words
            return self._moment, News(dict(self._versions), unready)

    def publish(self, *states: IndexState, gone: tuple[str, ...] = ()) -> None:
        """Let searches see new states; names in `gone` vanish first, all in one step."""
        with self._guard:
            old = dict(self._states)
            self._moment += 1
            for uid in gone:
                self._states.pop(uid, None)
                self._versions.pop(uid, None)
            for one in states:
                self._states[one.uid] = one
                self._versions[one.uid] = self._moment
            live = {one.folder for one in self._states.values()}
        for one in old.values():
            if one.folder not in live:
                shutil.rmtree(self.root / one.folder, ignore_errors=True)

    def create(self, transaction: Any, uid: str, primary_key: str | None) -> None:
        """Write a new, empty index down; `open_new` opens it once the transaction stands."""
        moment = clock.now()
        first = settings.defaults()
        number = transaction.execute(
            "INSERT INTO indexes (uid, primary_key, created_at, updated_at, settings, layout, "
            "folder) VALUES (?, ?, ?, ?, ?, ?, '')",
            (
                uid,
                primary_key,
                moment,
                moment,
                json.dumps(first),
                json.dumps(plan(first, ()).as_json()),
            ),
        ).lastrowid
        transaction.execute("UPDATE indexes SET folder=? WHERE number=?", (f"{number}-0", number))
        Documents(self.store, number).create(transaction)

    def open_new(self, uid: str) -> IndexState:
        row = (
            self.store.connection().execute("SELECT * FROM indexes WHERE uid=?", (uid,)).fetchone()
        )
        opened = state.load(self.store, self.root, row)
        self.publish(opened)
        return opened

    def features(self) -> dict[str, bool]:
        saved = json.loads(self.store.meta("features") or "{}")
        return {name: bool(saved.get(name, False)) for name in FEATURES}

    def set_features(self, changed: dict[str, bool]) -> dict[str, bool]:
        features = {**self.features(), **changed}
        self.store.set_meta("features", json.dumps(features))
        return features

    def instance(self) -> str:
        found = self.store.meta("instance")
        if found is None:
            found = str(uuid.uuid4())
            self.store.set_meta("instance", found)
        return found

    def size_bytes(self) -> int:
        return self.store.size_bytes() + folder_bytes(self.root)


@dataclass(frozen=True, slots=True)
class News:
    """What readers know of the indexes. versions: when each was last published.

    unready: those that cannot be searched now, with the reason.
    """

    versions: Mapping[str, int]
    unready: Mapping[str, str]

    def check(self, uid: str) -> None:
        """Raises: ApiError where this index is not to be searched."""
        if uid in self.unready:
            raise ApiError("index_rebuilding", self.unready[uid])


class Searchable:
    """The indexes as searches see them."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def get(self, uid: str) -> IndexState:
        """Raises: ApiError, also while the index cannot be searched."""
        found = self._engine.get(uid)
        words = self._engine.unready(found)
        if words is not None:
            raise ApiError("index_rebuilding", words)
        return found


def folder_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # merged away meanwhile
            continue
    return total


def size_text(size_bytes: int) -> str:
    """A size as people read it, such as `1.5 MiB`."""
    size, units = float(size_bytes), iter(("B", "KiB", "MiB", "GiB"))
    unit = next(units)
    for bigger in units:
        if size < 1024:
            break
        size, unit = size / 1024, bigger
    return f"{size:.1f} {unit}"


def _lock_folder(folder: Path) -> Any:
    """Hold the folder; the system lets go when this process ends, however it ends."""
    lock = (folder / "engine.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise FolderInUse(
            f"another search engine already works in {folder}: use that one, stop it, "
            "or choose another folder"
        ) from None
    return lock
