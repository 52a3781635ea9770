"""Sources as TOML text, and adding one to the user's file. `registry` reads them."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.items import AoT

from crawler.errors import SourceError
from crawler.sources.registry import ids_in, load_sources
from crawler.sources.source import FIELDS, Source

_LINE_CHARS = 100
_UNSAID = (("enabled", True), ("verify_tls", True), ("unverified", False))
_HEAD = (
    "# Your sources. They are read after the bundled ones; a known id overrides single fields.\n"
)


def source_toml(source: Source) -> str:
    """One `[[source]]` table, fields in the order of `Source`, without those that are unset."""
    lines = ["[[source]]"]
    for name in FIELDS:
        value = getattr(source, name)
        if value is not None and value != () and (name, value) not in _UNSAID:
            lines.append(f"{name} = {_value(value, len(name) + 3)}")
    return "\n".join(lines) + "\n"


def add_sources(path: Path, sources: Iterable[Source]) -> None:
    """Append sources to the user's file, made if absent; what stands there keeps every byte.

    Raises: SourceError when the file has one of the ids already, would not load with them, or
    cannot be written; the file stays as it was then.
    """
    existing, ids = _present(path)
    new = tuple(sources)
    for source in new:
        if source.id in ids:
            raise SourceError(
                f"{path}: source {source.id} is there already: edit it or pick another id"
            )
    _write(path, existing.rstrip("\n") + "\n\n" + "\n".join(map(source_toml, new)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Fields of a known source that are otherwise from now on. note: why, as a comment."""

    source_id: str
    fields: Mapping[str, object]
    note: str


def override_sources(path: Path, overrides: Iterable[Override]) -> None:
    """Write single fields of sources to the user's file; its comments and the rest stay.

    Raises: SourceError as `add_sources`.
    """
    existing, _ = _present(path)
    document = tomlkit.parse(existing.rstrip("\n") + "\n\n")
    tables = document.get("source") or tomlkit.aot()
    if not isinstance(tables, AoT):
        raise SourceError(f"{path} lists its sources inline: write [[source]] before each one")
    document["source"] = tables
    for override in overrides:
        table = next((one for one in tables if one.get("id") == override.source_id), None)
        is_new = table is None
        if table is None:
            table = tomlkit.table()
        note = " ".join("".join(c if c.isprintable() else " " for c in override.note).split())
        table.add(tomlkit.comment(note))
        for name, value in _named(override, is_new=is_new).items():
            table[name] = _item(value)
        table.add(tomlkit.nl())
        if is_new:
            tables.append(table)
    _write(path, tomlkit.dumps(document))


def _named(override: Override, *, is_new: bool) -> dict[str, object]:
    return ({"id": override.source_id} if is_new else {}) | dict(override.fields)


def _item(value: object) -> object:
    """A value as tomlkit writes it: lists of addresses one a line."""
    if not isinstance(value, tuple):
        return value
    items = tomlkit.array()
    items.extend(value)
    return items.multiline(len(value) > 1)


def _present(path: Path) -> tuple[str, frozenset[str]]:
    """The text of the user's file and the ids in it; its first words where there is none."""
    if not path.exists():
        return _HEAD, frozenset()
    load_sources(path)  # what is wrong with it is told before anything is written
    return path.read_text(encoding="utf-8-sig"), ids_in(path)


def _write(path: Path, text: str) -> None:
    """Put a text in the file's place once it loads."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        draft = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            load_sources(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror or error}") from error


def _value(value: object, indent: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        items = [_text(str(item)) for item in value]
        line = f"[{', '.join(items)}]"
        if len(line) + indent <= _LINE_CHARS:
            return line
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """A basic TOML string: quotes, backslashes and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
