"""Text that repeats over a site: its 5-token grams, and cutting spans that consist of them.

Which grams repeat is learnt elsewhere, over many pages; here one text meets that knowledge.
"""

import re
from zlib import crc32

GRAM = 5
MIN_SPAN = 8  # tokens; shorter runs are ordinary phrases ("according to people familiar with")

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
# "HANGZHOU, April 5 (Xinhua) --", "新华社北京4月24日电": repeat over a site, yet are the story's
_DATELINE = re.compile(
    r"^.{0,60}?(?:\([A-Z][\w .]{1,20}\)\s*[-–—]|[A-Z]{3,}[\w ,.]{0,40}[-–—]|"
    r"社.{1,12}日[电電]|[电電]\b)"
)


def grams(text: str) -> frozenset[int]:
    """Hashes of every run of five tokens, the same in every process and run.

    Returns: ints in [0, 2**32); empty for texts under five tokens. CJK characters are tokens.
    """
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    return frozenset(_hashes(tokens))


def strip(text: str, boilerplate: frozenset[int]) -> str:
    """Cut spans of at least eight tokens that known boilerplate covers; datelines stay.

    text: lines are paragraphs; a line cut down to nothing vanishes.
    """
    if not boilerplate:
        return text
    kept = (_strip_line(line, boilerplate) for line in text.split("\n"))
    return "\n".join(line for line in kept if line)


def _hashes(tokens: list[str]) -> list[int]:
    ends = range(len(tokens) - GRAM + 1)
    return [crc32("\x1f".join(tokens[at : at + GRAM]).encode()) for at in ends]


def _strip_line(line: str, boilerplate: frozenset[int]) -> str:
    spots = [(found.start(), found.end()) for found in _TOKEN.finditer(line)]
    if len(spots) < MIN_SPAN:
        return line
    hashes = _hashes([line[start:end].casefold() for start, end in spots])
    covered = [False] * len(spots)
    for at, known in enumerate(hashes):
        if known in boilerplate:
            covered[at : at + GRAM] = [True] * GRAM
    dateline = _DATELINE.match(line)
    protected = dateline.end() if dateline else 0
    pieces, kept_to, at = [], 0, 0
    while at < len(spots):
        end = at
        while end < len(spots) and covered[end]:
            end += 1
        if end - at >= MIN_SPAN and spots[at][0] >= protected:
            pieces.append(line[kept_to : spots[at][0]])
            kept_to = spots[end][0] if end < len(spots) else len(line)
        at = max(end, at + 1)
    if not pieces:
        return line
    return re.sub(r"\s{2,}", " ", "".join(pieces) + line[kept_to:]).strip(" -–—|·•")
