"""Sources that lists of others name, as tables of the registry; a file that is quick to read.

`build_imported` cuts it. None of them was asked by us: all are unverified.
"""

from datetime import date
from pathlib import Path
from typing import Any

IMPORTED = Path(__file__).with_name("imported.tsv")
COLUMNS = (
    "id", "name", "homepage", "feeds", "country", "language", "focus", "tags", "owner",
    "known_from", "last_seen", "reason",
)  # fmt: skip
_LISTS = frozenset({"feeds", "focus", "tags"})


def imported_tables() -> dict[str, dict[str, Any]]:
    """One table a row, by id, with the fields it has."""
    tables: dict[str, dict[str, Any]] = {}
    for line in IMPORTED.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "id\t")):
            continue
        table: dict[str, Any] = {"unverified": True}
        for name, text in zip(COLUMNS, line.split("\t"), strict=True):
            if text:
                table[name] = text.split() if name in _LISTS else text
        if "last_seen" in table:
            table["last_seen"] = date.fromisoformat(table["last_seen"])
        if "reason" in table:
            table["enabled"] = False
        tables[table["id"]] = table
    return tables
