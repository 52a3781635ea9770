"""One spelling for names that differ in case, accents, hyphens or dots alone."""

import re
import unicodedata

LEAST_PLAIN = 4  # characters; shorter names keep accents: Mỹ is the US in Vietnamese, "my" is not
_ACCENTS = re.compile("[\u0300-\u036f]")
_DROPPED, _SPACES = "'’ʻʼ`´.!", "-‐‑–—/_"
_LETTERS = {"&": " and ", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
_SIGNS = str.maketrans({**dict.fromkeys(_DROPPED, None), **dict.fromkeys(_SPACES, " "), **_LETTERS})
# what most names have none of: translating every one takes four times as long
_ODD = re.compile(rf"[{re.escape(_DROPPED + _SPACES + ''.join(_LETTERS))}]|^\s|\s$|\s\s|[^\S ]")


def is_latin(name: str) -> bool:
    """Whether a name begins in Latin letters or signs; the same before and after folding."""
    first = name[:1]
    return first < "\u0370" or "\u1e00" <= first < "\u1f00" or "\u2000" <= first < "\u2070"


def folded(text: str) -> str:
    """The spelling by which names are compared; "" of nothing but signs."""
    kept = unicodedata.normalize("NFKC", text).casefold()
    if _ODD.search(kept):
        kept = " ".join(kept.translate(_SIGNS).split())
    if kept.isascii():
        return kept
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", kept)))
    return plain if len(plain) >= LEAST_PLAIN else kept
