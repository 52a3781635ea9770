"""A deployment's own words: topics with terms, places and companies, in `vocabulary.toml`.

The file stands in the data folder beside `sources.toml` and adds to the tables here, which are
never written to. What the tables make of it is theirs; here a file is read and its shape checked.
"""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Never

from indexer.foundation.errors import ConfigError
from indexer.vocabulary.places import regions

USER_FILE = "vocabulary.toml"  # in the data folder
WEIGHT = 3.0  # of a term, as one mention of a plain name of the bundled topics has
_MAX_FILE_BYTES = 1_000_000
_MAX_LINES = 20  # of complaints
_CHARACTERS = range(2, 81)  # of a name or term


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopic:
    """A topic, or more words for one of the bundled.

    id: "drones", "robotics.drones" within robotics, or a bundled one's. label: None only there.
    """

    id: str
    label: str | None
    terms: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlace:
    """A city or town. country: ISO 3166-1 alpha-2. latitude, longitude: degrees."""

    name: str
    country: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCompany:
    """A company. country: of its head office, "" when not told. ticker: "NASDAQ:NVDA", or None."""

    name: str
    country: str = ""
    ticker: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVocabulary:
    """What a file adds; all empty when there is none."""

    topics: tuple[OwnTopic, ...] = ()
    places: tuple[OwnPlace, ...] = ()
    companies: tuple[OwnCompany, ...] = ()


_file: list[Path] = []  # this process's, at most one


def use(file: Path | None) -> None:
    """Read this file in this process from now on; it may be absent. None: no file.

    What was made of another one is forgotten, in this room; the crawler does so in its own.
    """
    wanted = [] if file is None else [file]
    if wanted != _file:
        _file[:] = wanted
        forget(__name__.rpartition(".")[0])


def file_in_use() -> Path | None:
    """The file that is read here, if it is there."""
    return next((file for file in _file if file.exists()), None)


def folder_in_use() -> Path | None:
    """The data folder whose files are read here, if any."""
    return next((file.parent for file in _file), None)


def forget(package: str, *, but: str = "") -> None:
    """Drop what the modules of a package keep of tables, so that it is made anew. but: not this."""
    for name, module in list(sys.modules.items()):
        if name != but and (name == package or name.startswith(f"{package}.")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@cache
def own_vocabulary() -> OwnVocabulary:
    """What the file in use adds. Raises: ConfigError, one line a fault."""
    file = file_in_use()
    return OwnVocabulary() if file is None else read(file)


def read(file: Path) -> OwnVocabulary:
    """A file's topics, places and companies.

    Raises: ConfigError with one line a fault: file, table, value, what to write.
    """
    content = _content(file)
    found: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    faults: list[str] = []
    for kind, listed in content.items():
        if kind not in _KINDS or not _are_tables(listed):
            faults.append(f"{kind} does not belong here: write [[topic]], [[place]] or [[company]]")
            continue
        for number, table in enumerate(listed, 1):
            complaints = list(_complaints(kind, table))
            faults += [f"{kind} {_called(table, number)}: {line}" for line in complaints]
            if not complaints:
                found[kind].append(_KINDS[kind].made(table))
    if faults:
        raise faulty(file, faults)
    return OwnVocabulary(
        topics=tuple(found["topic"]),
        places=tuple(found["place"]),
        companies=tuple(found["company"]),
    )


def faulty(file: Path, faults: list[str]) -> ConfigError:
    """The complaint about a file, one line a fault."""
    more = len(faults) - _MAX_LINES
    rest = [f"... and {more} more"] if more > 0 else []
    return ConfigError("\n".join([f"{file}: {line}" for line in faults[:_MAX_LINES]] + rest))


def _content(file: Path) -> dict[str, Any]:
    def fails(words: str) -> Never:
        raise ConfigError(f"{file} {words}")

    try:
        raw = file.read_bytes()
        if len(raw) > _MAX_FILE_BYTES:
            fails(f"is {len(raw)} bytes: keep it under {_MAX_FILE_BYTES}")
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        fails(f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        fails(f"is not UTF-8 at byte {error.start}: save it as UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        fails(f"is not TOML: {error}")


def _are_tables(listed: Any) -> bool:
    return isinstance(listed, list) and all(isinstance(table, dict) for table in listed)


def _called(table: Mapping[str, Any], number: int) -> str:
    for name in ("id", "label", "name"):
        if isinstance(table.get(name), str) and table[name]:
            return repr(table[name])
    return f"number {number}"


# ---- what the fields of a table must look like: None when they do, else what to write


def _name(value: Any) -> str | None:
    good = isinstance(value, str) and value == " ".join(value.split()) and ">" not in value
    if good and len(value) in _CHARACTERS and any(map(str.isalnum, value)):
        return None
    return "write a name in quotes, 2 to 80 characters in one line, without >"


def _names(value: Any) -> str | None:
    if not isinstance(value, list):
        return 'write a list, such as ["one", "two"]'
    wrong = next((one for one in value if _name(one)), None)
    return None if wrong is None else f"{_shown(wrong)} in it: {_name(wrong)}"


def _terms(value: Any) -> str | None:
    return "write at least one" if value == [] else _names(value)


def _own_id(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9-]{2,40}(\.[a-z0-9-]{2,40})?", value):
        return None
    return 'write letters, digits and hyphens, such as "drones" or "robotics.drones"'


def _country(value: Any) -> str | None:
    if isinstance(value, str) and value in regions():
        return None
    return 'write two letters (ISO 3166-1), such as "FR"'


def _ticker(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{2,12}:[A-Z0-9.\-]{1,12}", value):
        return None
    return 'write exchange and symbol, such as "NASDAQ:NVDA"'


def _degrees(most: int) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if number and -most <= value <= most else f"write degrees, -{most} to {most}"

    return check


@dataclass(frozen=True, slots=True)
class _Kind:
    fields: Mapping[str, Callable[[Any], str | None]]
    needed: tuple[str, ...]
    made: Callable[[Mapping[str, Any]], Any]


def _complaints(kind: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Every fault of one table, as `field is value: what to write`."""
    known = _KINDS[kind]
    for name, value in table.items():
        if name not in known.fields:
            near = get_close_matches(name, known.fields, n=1)
            advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(known.fields)}"
            yield f"{name} is no field of a {kind}: {advice}"
        elif (complaint := known.fields[name](value)) is not None:
            yield f"{name} is {_shown(value)}: {complaint}"
    for name in known.needed:
        if name not in table:
            yield f"{name} is missing: write {name} = ..."
    if kind == "topic" and not {"id", "label"} & table.keys():
        yield "label is missing: write label = ..., or the id of a topic that gets more terms"
    elif kind == "topic" and "id" not in table and not _slug(str(table["label"])):
        yield 'id is missing: its label has no Latin letters, so write id = "..."'


def _shown(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:59]}…"


def _slug(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label.lower())
    latin = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:40].strip("-")


def _topic_of(table: Mapping[str, Any]) -> OwnTopic:
    own_id, outer = table.get("id") or _slug(table["label"]), table.get("within")
    return OwnTopic(
        id=f"{outer}.{own_id.rpartition('.')[2]}" if outer else own_id,
        label=table.get("label"),
        terms=tuple(table["terms"]),
        aliases=tuple(table.get("aliases", ())),
    )


def _made(kind: type) -> Callable[[Mapping[str, Any]], Any]:
    return lambda table: kind(**{**table, "aliases": tuple(table.get("aliases", ()))})


_KINDS = {
    "topic": _Kind(
        {"id": _own_id, "label": _name, "within": _own_id, "terms": _terms, "aliases": _names},
        ("terms",),
        _topic_of,
    ),
    "place": _Kind(
        {
            "name": _name,
            "country": _country,
            "latitude": _degrees(90),
            "longitude": _degrees(180),
            "aliases": _names,
        },
        ("name", "country", "latitude", "longitude"),
        _made(OwnPlace),
    ),
    "company": _Kind(
        {"name": _name, "country": _country, "ticker": _ticker, "aliases": _names},
        ("name",),
        _made(OwnCompany),
    ),
}
