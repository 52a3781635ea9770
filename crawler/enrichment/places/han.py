"""Names inside longer words of Chinese and Japanese: 元大 in 单元大楼, 东京 in 京东京造.

The two scripts set no spaces, so a name may begin in one word and end in the next. `han_words.tsv`
has the words that can do that, with how often they are written.
"""

from functools import cache

from crawler.enrichment.gazetteer import HAN_WORDS
from indexer.vocabulary.tables import rows

_MOST_BESIDE = 3  # characters of a word before or behind the name's
_RARE = 2.0  # Zipf of a name that no list has
_BOTH_COMMON = 4.0
_MARGIN = 1.05  # a name this much more frequent than the word on its left is what is meant


@cache
def _words() -> dict[str, float]:
    return {word: float(zipf) for word, zipf in rows(HAN_WORDS)}


def across_words(text: str, start: int, end: int) -> bool:
    """Whether what looks like a name is the end of one word and the beginning of the next."""
    words = _words()
    name = words.get(text[start:end], _RARE)
    inside = range(start + 1, end)
    left = max(
        (
            words.get(text[start - before : at], 0.0)
            for before in range(1, min(_MOST_BESIDE, start) + 1)
            for at in inside
        ),
        default=0.0,
    )
    right = max(
        (
            words.get(text[at : end + behind], 0.0)
            for behind in range(1, _MOST_BESIDE + 1)
            for at in inside
        ),
        default=0.0,
    )
    return left > name - _MARGIN or min(left, right) >= _BOTH_COMMON
