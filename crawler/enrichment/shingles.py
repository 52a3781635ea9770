"""Fingerprints of a text for finding its copies: sampled hashes of short runs of words.

Pure. Which texts share enough of them to be one story is decided in `crawler.state.copies`.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from hashlib import blake2b

WORDS_A_RUN = 6  # words; characters where words are not parted by spaces (12 make about 6 words)
CHARACTERS_A_RUN = 12
KEEP_ONE_IN = 4
MOST = 1_000  # shingles a text; about 4,000 words, beyond which copies are found anyway
_MOST_CHARACTERS = 60_000

_WORD = re.compile(r"[\w\u0900-\u0963\u0966-\u0dff]+")
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "km", "my"})


def shingles(text: str, language: str | None) -> tuple[int, ...]:
    """Sampled hashes of the text's runs of six words, of twelve characters for zh, ja and th.

    language: BCP 47 tag, only used to tell how the text is parted into words.
    Returns: distinct ints in [0, 2**63), in the order of the text, each a multiple of 4, at most
    `MOST` (then the smallest); the same on every machine. A text shorter than one run gives its
    whole self as one run, sampled or not, so that two equal short texts still meet; a text
    without words gives none.
    """
    pieces = _WORD.findall(text[:_MOST_CHARACTERS].lower())
    length, joiner = WORDS_A_RUN, b" "
    if (language or "").split("-")[0].lower() in _UNSPACED_LANGUAGES:
        pieces = list("".join(pieces))
        length, joiner = CHARACTERS_A_RUN, b""
    if not pieces:
        return ()
    encoded = [piece.encode() for piece in pieces]
    if len(encoded) <= length:
        return tuple(value & ~(KEEP_ONE_IN - 1) for value in _hashes([joiner.join(encoded)]))
    runs = map(joiner.join, zip(*(encoded[at:] for at in range(length)), strict=False))
    kept = [value for value in dict.fromkeys(_hashes(runs)) if value % KEEP_ONE_IN == 0]
    if len(kept) > MOST:
        largest = sorted(kept)[MOST - 1]
        kept = [value for value in kept if value <= largest]
    return tuple(kept)


def _hashes(runs: Iterable[bytes]) -> Iterator[int]:
    digests = b"".join([blake2b(run, digest_size=8).digest() for run in runs])
    return (value >> 1 for (value,) in struct.iter_unpack(">Q", digests))
