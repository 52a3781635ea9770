"""One spelling for names that differ in case, accents, hyphens or dots alone."""

import re
import unicodedata

LEAST_PLAIN = 4  # characters; shorter names keep accents: Mỹ is the US in Vietnamese, "my" is not
_ACCENTS = re.compile("[\u0300-\u036f]")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("'’ʻʼ`´.!", None),
        **dict.fromkeys("-‐‑–—/_", " "),
        "&": " and ",
        **dict(zip("øłđıæœ", ("o", "l", "d", "i", "ae", "oe"), strict=True)),
    }
)


def folded(text: str) -> str:
    """The spelling by which names are compared; "" of nothing but signs."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    kept = " ".join(lower.translate(_SIGNS).split())
    if kept.isascii():
        return kept
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", kept)))
    return plain if len(plain) >= LEAST_PLAIN else kept
