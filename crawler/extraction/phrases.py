"""What pages say around their articles, read once from `phrases.toml` as patterns."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, cast


class PhrasePattern:
    """A list as one pattern that ignores case, with the methods of a pattern.

    The text is folded and the pattern left as written, in lower case: a search takes a quarter of
    the time that it takes with `re.IGNORECASE`, which must try every phrase at every character.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = re.compile(pattern, flags)

    def search(self, text: str) -> bool:
        return self._pattern.search(text.lower()) is not None

    def match(self, text: str) -> bool:
        return self._pattern.match(text.lower()) is not None

    def findall(self, text: str) -> list[str]:
        found: list[str] = self._pattern.findall(text.lower())
        return found

    def starts(self, text: str) -> list[int]:
        """Where each phrase begins."""
        return [found.start() for found in self._pattern.finditer(text.lower())]

    def end(self, text: str) -> int:
        """Where the phrase at the start of the text ends; 0 without one."""
        found = self._pattern.match(text.lower())
        return found.end() if found else 0

    def blanked(self, text: str) -> str:
        """The text in lower case, with a blank for each phrase."""
        return self._pattern.sub(" ", text.lower())


def anywhere(name: str) -> PhrasePattern:
    """The list `name` as one pattern that searches within a text."""
    return PhrasePattern("|".join(_lines(name)))


def whole_line(name: str) -> PhrasePattern:
    """The list `name` as one pattern that must match a line from end to end."""
    return PhrasePattern(rf"^(?:{'|'.join(_lines(name))})$", re.S)


def whole_name(name: str) -> PhrasePattern:
    """As `whole_line`, for names: no line break within."""
    return PhrasePattern(rf"^(?:{'|'.join(_lines(name))})$")


def at_start(name: str) -> PhrasePattern:
    return PhrasePattern(rf"^(?:{'|'.join(_lines(name))})\b")


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
