"""How signals of all standards are judged together.

The most restrictive one stands, as AIPREF combines statements: a refusal that one place gives is
taken back by no other. Within one file the most specific rule decides; its own module knows that.
Source: IETF draft-ietf-aipref-vocab, "Combining Preferences".
"""

from collections.abc import Collection, Iterable

from crawler.article import Signal
from indexer.foundation.marks import MARKS


def refusal(signals: Iterable[Signal], refused: Collection[str]) -> str | None:
    """The signal that keeps a page out, with its value; None when none does."""
    found = [signal for signal in signals if signal.mark in refused]
    if not found:
        return None
    order = list(MARKS)
    first = min(found, key=lambda signal: order.index(signal.mark))
    return f"{first.words} ({first.mark})"


def marks_of(signals: Iterable[Signal]) -> list[str]:
    """What they come to, each once, in the order of `MARKS`."""
    found = {signal.mark for signal in signals}
    return [mark for mark in MARKS if mark in found]


def licences_in(signals: Iterable[Signal]) -> list[str]:
    """Addresses of the licences that are named."""
    return [signal.words for signal in signals if signal.mark == "licence"]


def each_once(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    return tuple(dict.fromkeys(signals))
