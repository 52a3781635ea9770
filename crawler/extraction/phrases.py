"""What pages say around their articles, read once from `phrases.toml` as patterns."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, cast


def anywhere(name: str) -> re.Pattern[str]:
    """The list `name` as one pattern that searches within a text."""
    return re.compile("|".join(_lines(name)), re.I)


def whole_line(name: str) -> re.Pattern[str]:
    """The list `name` as one pattern that must match a line from end to end."""
    return re.compile(rf"^(?:{'|'.join(_lines(name))})$", re.I | re.S)


def whole_name(name: str) -> re.Pattern[str]:
    """As `whole_line`, for names: no line break within."""
    return re.compile(rf"^(?:{'|'.join(_lines(name))})$", re.I)


def at_start(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(_lines(name))})\b", re.I)


def words(text: str) -> tuple[str, ...]:
    """A list written as one text."""
    return tuple(text.split())


def agencies() -> dict[str, str]:
    """How an agency is credited (folded) → its name."""
    table = cast(dict[str, list[str]], _table()["agencies"])
    return {credit: name for name, credits in table.items() for credit in credits}


@cache
def _table() -> dict[str, Any]:
    text = (files(__package__) / "phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _lines(name: str) -> list[str]:
    return [line for line in _table()[name].split("\n") if line]
