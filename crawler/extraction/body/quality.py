"""How sure a text is the whole story and nothing but it: from agreement, prose kept, structure.

A guess without truth at hand; `bench/extraction.py` prints what F1 the texts of each score have.
"""

import re
from dataclasses import dataclass

from crawler.extraction.body.tokens import agreement, tokens

UNASKED = 0.97  # what a text's agreement is taken for that nothing gave cause to compare
_SENTENCE = re.compile(r"[.!?…:。！？：][»”\"'’)\]」』]?\s*$")
PROSE_CHARS = 40
WHOLE_WORDS = 150  # a shorter text is often a part
NOT_SHOWN = 0.85  # of a text that stands in no element which readers see


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """agreed: F1 with another reading of the page, None when none was asked. kept: the text's
    share of the prose on the page. told: its share in whole sentences. All 0..1, as `score`.
    """

    score: float
    agreed: float | None
    kept: float
    told: float

    def words(self) -> str:
        """The parts in one line, as evidence."""
        agreed = "not compared" if self.agreed is None else f"agreement {self.agreed:.2f}"
        return f"{agreed}, prose kept {self.kept:.2f}, in sentences {self.told:.2f}"


def judge(text: str, *, others: list[str], outside: int, shown: bool = True) -> Quality:
    """others: the same story in other readings. outside: characters of prose that are not in it.

    shown: it was read from what readers see, not from a script or a template.
    """
    agreed = max((agreement(text, other) for other in others if other), default=None)
    lines = text.split("\n")
    size = max(1, sum(map(len, lines)))
    kept = size / (size + outside)
    told = sum(len(line) for line in lines if len(line) >= PROSE_CHARS and _ends(line)) / size
    length = min(1.0, len(tokens(text[:4_000])) / WHOLE_WORDS)
    score = (UNASKED if agreed is None else agreed) * (0.9 + 0.1 * kept)
    score *= (0.7 + 0.3 * told) * (0.8 + 0.2 * length)
    if not shown:
        score *= NOT_SHOWN
    return Quality(score=round(score, 2), agreed=agreed, kept=kept, told=told)


def _ends(line: str) -> bool:
    return _SENTENCE.search(line[-8:]) is not None
