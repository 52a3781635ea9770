"""Dumps and snapshots: everything of the store in a file beside it."""

import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexer.embedded.index import clock
from indexer.embedded.tasks.engine import VERSION, Engine


def dump(engine: Engine) -> str:
    """Write documents, settings and keys as a dump that Meilisearch's layout describes."""
    uid = f"{clock.moment():%Y%m%d-%H%M%S%f}"[:-3]  # to the millisecond
    folder = engine.folder / "dumps"
    folder.mkdir(exist_ok=True)
    with (
        _whole_or_gone(folder / f"{uid}.dump") as unfinished,
        gzip.open(unfinished, "wb", compresslevel=3) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        head = {"dumpVersion": "V6", "dbVersion": VERSION, "dumpDate": clock.now()}
        _add(tar, "metadata.json", json.dumps(head).encode())
        _add(tar, "instance_uid.uuid", engine.instance().encode())
        _add(tar, "keys.jsonl", _lines(engine.keys.all()))
        for uid_, state in engine.states().items():
            _add(tar, f"indexes/{uid_}/metadata.json", json.dumps(state.as_json()).encode())
            _add(tar, f"indexes/{uid_}/settings.json", json.dumps(state.settings).encode())
            last, parts = 0, []
            while rows := state.documents.after(last, 1_000):
                parts.append(_lines(body for _, body in rows))
                last = rows[-1][0]
            _add(tar, f"indexes/{uid_}/documents.jsonl", b"".join(parts))
    return uid


def snapshot(engine: Engine) -> None:
    """A copy of the store: a folder with only this file named engine.db is a whole engine."""
    folder = engine.folder / "snapshots"
    folder.mkdir(exist_ok=True)
    with _whole_or_gone(folder / "engine.db") as unfinished:
        copy = sqlite3.connect(unfinished)
        try:
            engine.store.connection().backup(copy)
        finally:
            copy.close()


@contextmanager
def _whole_or_gone(path: Path) -> Iterator[Path]:
    """A name to write to; what is half written takes no room, also of an engine killed before."""
    for left in path.parent.glob("*.part*"):
        left.unlink()
    unfinished = path.with_name(f"{path.name}.part")
    try:
        yield unfinished
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.rename(path)


def _add(tar: tarfile.TarFile, name: str, body: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    entry.mtime = int(clock.moment().timestamp())
    tar.addfile(entry, io.BytesIO(body))


def _lines(objects: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in objects)
