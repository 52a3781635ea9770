"""Which part of a label tells the publication, and which only a later change of the story."""

import re
from collections.abc import Iterator
from itertools import pairwise

from crawler.extraction.phrases import anywhere

MODIFIED = anywhere("modified")
PUBLISHED = anywhere("published")

_DIGIT = re.compile(r"\d")


def first_told(text: str) -> str | None:
    """What a label tells of the publication; None when all it tells is a change.

    "Posted 22 May 2019, updated 15 June 2022" -> "Posted 22 May 2019, ".
    """
    if not MODIFIED.search(text):
        return text
    chunks = list(_chunks(text))
    told = [part for part, kinds in chunks if kinds == {"published"}]
    plain = [part for part, kinds in chunks if not kinds]
    return next(iter([*told, *plain]), None)


def _chunks(text: str) -> Iterator[tuple[str, set[str]]]:
    """(part with a number, the words that speak for it): those before it, else right after it."""
    marks = [(at, "modified") for at in MODIFIED.starts(text)]
    marks += [(at, "published") for at in PUBLISHED.starts(text)]
    marks.sort()
    cuts = [0, *(at for at, _ in marks), len(text)]
    kinds = ["", *(kind for _, kind in marks)]
    parts = [text[one:other] for one, other in pairwise(cuts)]
    if _DIGIT.search(parts[0]) and not _DIGIT.search(parts[-1]):
        kinds = [*kinds[1:], ""]  # "2022.06.15 입력 2022.06.16 수정": the word follows its date
    waiting, spoken = "", set[str]()
    for part, kind in zip(parts, kinds, strict=True):
        waiting += part
        spoken |= {kind} - {""}
        if _DIGIT.search(part):
            yield waiting, spoken
            waiting, spoken = "", set()
