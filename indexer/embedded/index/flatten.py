"""Documents seen flat: `{"a": {"b": [1]}}` is the path `a.b` with the value 1.

Depth and width of what a stranger sends are bounded here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Scalar = str | int | float | bool
MAX_DEPTH = 64


@dataclass(slots=True)
class Flat:
    """One document: the scalars at each path, and which paths exist (in order), are null, empty."""

    values: dict[str, list[Scalar]] = field(default_factory=dict)
    present: dict[str, None] = field(default_factory=dict)
    null: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)


def flatten(document: Mapping[str, Any]) -> Flat:
    flat = Flat()
    for name, value in document.items():
        if type(value) is str or type(value) is int:  # most values: no need to look inside
            flat.present[name] = None
            flat.values[name] = [value]
            if value == "":
                flat.empty.add(name)
        else:
            _walk(flat, name, value, 0)
    return flat


def _walk(flat: Flat, path: str, value: Any, depth: int) -> None:
    flat.present[path] = None
    if isinstance(value, (str, int, float)):
        if value == "":
            flat.empty.add(path)
        flat.values.setdefault(path, []).append(value)
    elif value is None:
        flat.null.add(path)
    elif depth >= MAX_DEPTH:
        return
    elif isinstance(value, dict):
        if not value:
            flat.empty.add(path)
        for name, inner in value.items():
            _walk(flat, f"{path}.{name}", inner, depth + 1)
    elif isinstance(value, list):
        if not value:
            flat.empty.add(path)
        for inner in value:
            if type(inner) is str:
                if inner:
                    flat.values.setdefault(path, []).append(inner)
            elif inner is not None:
                _walk(flat, path, inner, depth + 1)


def pick(document: Mapping[str, Any], path: str) -> list[Any]:
    """Every value at a dotted path, arrays opened."""
    if path in document:
        found = [document[path]]
    else:
        found = []
        head, _, rest = path.partition(".")
        while rest:
            inner = document.get(head)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    found.extend(pick(one, rest))
            step, _, rest = rest.partition(".")
            head = f"{head}.{step}"
    opened: list[Any] = []
    for value in found:
        opened.extend(value if isinstance(value, list) else [value])
    return opened


def select(document: Mapping[str, Any], patterns: list[str]) -> dict[str, Any]:
    """The document cut down to the given attributes; `*` keeps all, `a.b` keeps a part of `a`."""
    if "*" in patterns:
        return dict(document)
    if not any("*" in one or "." in one for one in patterns):
        return {name: value for name, value in document.items() if name in patterns}
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if name in patterns or any(
            one.endswith("*") and name.startswith(one[:-1]) for one in patterns
        ):
            kept[name] = value
            continue
        inner = [one[len(name) + 1 :] for one in patterns if one.startswith(name + ".")]
        if not inner:
            continue
        part = _select_inner(value, inner)
        if part is not None:
            kept[name] = part
    return kept


def _select_inner(value: Any, patterns: list[str]) -> Any:
    if isinstance(value, dict):
        return select(value, patterns) or None
    if isinstance(value, list):
        parts = [_select_inner(one, patterns) for one in value if isinstance(one, dict)]
        return [part for part in parts if part is not None] or None
    return None
