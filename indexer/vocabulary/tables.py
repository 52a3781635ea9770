"""Data files as they stand: YAML, and tables of tab-separated lines below a note."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def load_yaml(path: Path) -> dict[str, Any]:
    """A YAML file, with the fast reader where libyaml is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.load(file, Loader=loader)
    return data


def lines(path: Path) -> Iterator[str]:
    """The lines of a table, without its note."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield line.rstrip("\n")


def rows(path: Path) -> Iterator[list[str]]:
    for line in lines(path):
        yield line.split("\t")


def listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
