"""`Content-Usage` of AIPREF, and `Content-Signal`, which says the same in other words.

Both stand in headers and in robots.txt, there with or without a path before them. Labels that
drafts used before are read as well; what no draft knows says nothing.
Source: IETF draft-ietf-aipref-vocab and draft-ietf-aipref-attach; contentsignals.org.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from crawler.article import Signal
from crawler.rights.patterns import fits, path_of

NAMES = ("Content-Usage", "Content-Signal")
MOST_RULES = 500
MOST_CHARS = 2_000  # of a value
_MARKS: Mapping[str, str] = {
    "search": "no-search",
    "bots": "no-mining",  # automated processing of any kind
    "tdm": "no-mining",
    "train-ai": "no-training",
    "ai-train": "no-training",
    "train-genai": "no-training",
    "genai": "no-training",
    "ai": "no-training",
    "ai-use": "no-ai-use",
    "ai-input": "no-ai-use",
    "ai-output": "no-ai-use",
}
_NO = {"n", "no"}
_PREFERENCE = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*=\s*([a-z]+)\s*(?:;.*)?", re.IGNORECASE)

Usage = tuple[str, str, str]  # name of the line, pattern of paths, preferences as written


def read_usage(name: str, value: str) -> Usage:
    """A line of robots.txt taken apart; without a path it holds for all."""
    value = value.strip()[:MOST_CHARS]
    if not value.startswith(("/", "*")):
        return name, "/", value
    pattern, _, preferences = value.partition(" ")
    return name, pattern, preferences.strip()


def usage_signals(rules: Sequence[Usage], url: str) -> list[Signal]:
    """What the most specific lines that fit a page say of it; of several, each counts."""
    path = path_of(url)
    found: list[Signal] = []
    for name in NAMES:
        fitting = [rule for rule in rules if rule[0] == name and fits(rule[1], path)]
        longest = max((len(pattern) for _, pattern, _ in fitting), default=0)
        for _, pattern, preferences in fitting:
            if len(pattern) == longest:
                found += preference_signals(preferences, f"robots.txt {name}:")
    return found


def header_signals(values: Mapping[str, Iterable[str]]) -> list[Signal]:
    """What a page's headers say. values: by names in lower case."""
    found: list[Signal] = []
    for name in NAMES:
        joined = ", ".join(values.get(name.lower(), ()))[:MOST_CHARS]
        found += preference_signals(joined, f"header {name}:")
    return found


def preference_signals(text: str, where: str) -> list[Signal]:
    """A list such as `train-ai=n, search=y`; a label said twice means what is said last."""
    said: dict[str, str] = {}
    for member in text.split(","):
        if known := _PREFERENCE.fullmatch(member):
            said[known[1].lower()] = known[2].lower()
    return [
        Signal(mark=_MARKS[label], words=f"{where} {label}={value}")
        for label, value in said.items()
        if value in _NO and label in _MARKS
    ]
