"""Sources as TOML text, and adding one to the user's file. `registry` reads them."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from crawler.errors import SourceError
from crawler.sources.registry import load_sources
from crawler.sources.source import FIELDS, Source

_LINE_CHARS = 100
_UNSAID = (("enabled", True), ("verify_tls", True))
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
    new = tuple(sources)
    try:
        _append(path, new)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror or error}") from error


def _append(path: Path, sources: tuple[Source, ...]) -> None:
    existing = _HEAD
    if path.exists():
        known = load_sources(path, bundled=False)
        existing = path.read_text(encoding="utf-8")
        for source in sources:
            if source.id in known:
                raise SourceError(
                    f"{path}: source {source.id} is there already: edit it or pick another id"
                )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(existing.rstrip("\n") + "\n\n" + "\n".join(map(source_toml, sources)))
        load_sources(draft, bundled=False)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _value(value: object, indent: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
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
