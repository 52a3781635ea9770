"""Words of a text, and how much of one another has: by runs of three words, or word by word."""

import re
from collections import Counter

# each character of scripts without spaces is a word
_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
RUN = 3

Runs = set[tuple[str, ...]]


def tokens(text: str) -> list[str]:
    found: list[str] = _TOKEN.findall(text.lower())
    return found


def runs(text: str) -> Runs:
    """Every three words in a row; a shorter text is one run."""
    words = tokens(text)
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}


def share(line: str, known: Runs) -> float:
    """Of a line's runs, those that are known."""
    own = runs(line)
    return len(own & known) / max(1, len(own))


def agreement(one: str, other: str) -> float:
    """F1 of two texts' words, 0..1."""
    counts = Counter(tokens(one)), Counter(tokens(other))
    total = counts[0].total() + counts[1].total()
    return 2 * (counts[0] & counts[1]).total() / total if total else 0.0
