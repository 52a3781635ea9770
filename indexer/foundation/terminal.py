"""The one way to a terminal: a stranger's text shows what it holds and steers nothing.

`Terminal` is what commands print on, `print_json` and `write_out` are for programs, `say` is for an
end's last line, `telling` for log lines. All of them take out what moves a cursor, colours, renames
a window, turns the reading direction or is not seen at all; what techwire says in words of its own
hides the secrets of addresses too.
"""

import io
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from indexer.foundation.addresses import without_secrets

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
    "\ud800-\udfff"  # halves of a character, which nothing can write
)
_LINE_ENDS = "\u2028\u2029"
# between letters of Persian or Hindi and inside of emoji these two belong to the spelling
_JOINERS = "(?<![\u0600-\u1fff\u2070-\U0010ffff])[\u200c\u200d]"
_UNFOLDED = 100_000  # columns: no line of ours is longer
_TO_TAKE_OUT = re.compile(f"[{_INVISIBLE}]|{_JOINERS}")
_TO_ESCAPE = re.compile(f"[{_INVISIBLE}{_LINE_ENDS}]|{_JOINERS}")


def harmless(text: str) -> str:
    """A stranger's text without what steers a terminal or hides in it."""
    if text.isascii() and text.isprintable():
        return text
    return _TO_TAKE_OUT.sub("", re.sub(f"[{_LINE_ENDS}]", " ", text))


class Terminal(Console):
    """What a command prints on; plain text where that is no terminal, each row of a table one line.

    A `str` is told in techwire's words, in a table too: secrets of addresses in it are hidden. A
    `Text` is an article's own content. Neither steers the terminal or is read as markup.
    """

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, **options)
        if not self.is_terminal:
            self.width = _UNFOLDED

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(without_secrets(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)


def print_json(value: Any, *, content: bool = False) -> None:
    """JSON on stdout, readable by people and programs.

    content: an article's or a hit's, whose addresses stay whole; else their secrets are hidden.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    sys.stdout.write(_TO_ESCAPE.sub(_escaped, text if content else without_secrets(text)) + "\n")


def write_out(text: str) -> None:
    """A file's text on stdout: an entry for a registry, say. What it says of addresses is kept."""
    sys.stdout.write(harmless(text))


def say(words: str) -> None:
    """One line of techwire's own on stderr."""
    sys.stderr.write(f"techwire: {harmless(without_secrets(words))}\n")


def telling(line: str) -> str:
    """A log line as it may be written."""
    return harmless(without_secrets(line))


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def set_up_output() -> None:
    """Let no character and no crash of this process print what it should not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII alone
    sys.excepthook = _crashed


def _crashed(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    sys.stderr.write(telling("".join(traceback.format_exception(kind, error, where))))


class TellingRecord(logging.LogRecord):
    """A log record whose words may be written, for handlers that are not ours."""

    def getMessage(self) -> str:
        if self.exc_info and not self.exc_text:
            self.exc_text = telling("".join(traceback.format_exception(*self.exc_info))).rstrip()
        return telling(super().getMessage())
