"""Companies learnt from the ledger's documents: `companies-learnt.toml` in the data folder.

`techwire companies learn` writes the file beside `vocabulary.toml`, counts its versions and keeps
what people put under `refused`. Companies of the lists and of `vocabulary.toml` go before it.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomlkit

from indexer.foundation.errors import ConfigError
from indexer.vocabulary.own import folder_in_use

FILE = "companies-learnt.toml"  # in the data folder
_NOTE = (
    "Companies that documents of two publishers and more call so, each in a story of its own.\n"
    "Written by `techwire companies learn`; to be rid of one, move its name into `refused`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a document calls it a company. source: id of its publisher. phrase: the words."""

    source: str
    url: str
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntCompany:
    """aliases: without its name. first_seen: day of the oldest document, as 2026-11-30 (UTC)."""

    name: str
    aliases: tuple[str, ...] = ()
    first_seen: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """version: counts what was written, 0 for nothing. refused: names that are never learnt."""

    version: int = 0
    companies: tuple[LearntCompany, ...] = ()
    refused: tuple[str, ...] = ()


@cache
def learnt_companies() -> tuple[LearntCompany, ...]:
    """Those of the data folder in use, but the refused. Raises: ConfigError."""
    folder = folder_in_use()
    known = Learnt() if folder is None else read(folder / FILE)
    return tuple(one for one in known.companies if one.name not in known.refused)


def read(file: Path) -> Learnt:
    """What stands in the file, nothing where it is absent. Raises: ConfigError, in one line."""
    if not file.exists():
        return Learnt()
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Learnt(
            version=int(content["version"]),
            refused=_strings(content.get("refused", [])),
            companies=tuple(map(_company, content.get("company", []))),
        )
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        words = f"{type(error).__name__}: {error}"
        advice = "put it right, or move it away and run `techwire companies learn` anew"
        raise ConfigError(f"{file} is no list of learnt companies ({words}): {advice}") from error


def write(file: Path, learnt: Learnt) -> None:
    """Replace the file whole. Raises: OSError."""
    document = tomlkit.document()
    for line in _NOTE.splitlines():
        document.add(tomlkit.comment(line))
    document.add("version", tomlkit.item(learnt.version))
    document.add("refused", tomlkit.item(list(learnt.refused)))
    tables = tomlkit.aot()
    for one in learnt.companies:
        table = tomlkit.table()
        table.add("name", one.name)
        table.add("aliases", list(one.aliases))
        table.add("first_seen", one.first_seen)
        rows = tomlkit.array()
        for told in one.evidence:
            row = tomlkit.inline_table()
            row.update({"source": told.source, "url": told.url, "phrase": told.phrase})
            rows.append(row)
        table.add("evidence", rows.multiline(multiline=True))
        tables.append(table)
    document.add("company", tables)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(tomlkit.dumps(document), encoding="utf-8")
    os.replace(unfinished, file)


def _company(table: Any) -> LearntCompany:
    evidence = (
        Evidence(source=str(row["source"]), url=str(row["url"]), phrase=str(row["phrase"]))
        for row in table.get("evidence", [])
    )
    (name,) = _strings([table["name"]])
    return LearntCompany(
        name=name,
        aliases=_strings(table.get("aliases", [])),
        first_seen=str(table.get("first_seen", "")),
        evidence=tuple(evidence),
    )


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is no list")
    for value in values:
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{value!r} is no name")
    return tuple(values)
