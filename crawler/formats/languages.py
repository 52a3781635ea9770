"""Language tags as listings write them, and whether a text can be of the language they claim."""

import re
import unicodedata
from collections import Counter

# Scripts that tell a language apart from English; a tag that claims another one is wrong.
_SCRIPTS = {
    "ko": ("HANGUL",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "zh": ("CJK",),
    "ar": ("ARABIC",), "fa": ("ARABIC",), "ur": ("ARABIC",), "he": ("HEBREW",), "th": ("THAI",),
    "ru": ("CYRILLIC",), "uk": ("CYRILLIC",), "bg": ("CYRILLIC",), "el": ("GREEK",),
    "hi": ("DEVANAGARI",), "ne": ("DEVANAGARI",), "mr": ("DEVANAGARI",), "bn": ("BENGALI",),
    "ta": ("TAMIL",), "ka": ("GEORGIAN",), "hy": ("ARMENIAN",), "am": ("ETHIOPIC",),
    "km": ("KHMER",), "my": ("MYANMAR",), "si": ("SINHALA",), "lo": ("LAO",),
}  # fmt: skip
_LATIN = {
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "nb", "no", "da", "fi", "pl", "cs", "sk", "hu",
    "ro", "tr", "id", "ms", "vi", "et", "lv", "lt", "sl", "hr",
}  # fmt: skip

_ONE_LANGUAGE = {
    "HANGUL": "ko", "CJK": "zh", "HEBREW": "he", "THAI": "th", "GREEK": "el", "BENGALI": "bn",
    "TAMIL": "ta", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "KHMER": "km",
    "MYANMAR": "my", "SINHALA": "si", "LAO": "lo",
}  # fmt: skip


def language_tag(raw: str | None) -> str | None:
    """A tag in BCP 47 form ("en_us" → "en-US"), or None when it is no tag."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?",
                         (raw or "").strip())  # fmt: skip
    if not found:
        return None
    script = f"-{found[2].title()}" if found[2] else ""
    return found[1].lower() + script + (f"-{found[3].upper()}" if found[3] else "")


def fits_script(language: str, text: str) -> bool:
    """Whether text can be of that language at all: Korean titles hold some Hangul, English none."""
    letters = [unicodedata.name(c, "").split(" ")[0] for c in text[:2_000] if c.isalpha()]
    if len(letters) < 8:
        return True
    wanted = _SCRIPTS.get(language.split("-")[0])
    if wanted is None:
        latin = sum(name == "LATIN" for name in letters)
        return latin > 0.5 * len(letters) or language.split("-")[0] not in _LATIN
    return sum(name in wanted for name in letters) >= 0.1 * len(letters)


def language_of_script(text: str) -> str | None:
    """The language whose script most of the text is in, where one script means one language."""
    names = [unicodedata.name(c, "").split(" ")[0] for c in text[:4_000] if c.isalpha()]
    counts = Counter("KANA" if n in {"HIRAGANA", "KATAKANA"} else n for n in names)
    if len(names) < 20:
        return None
    if counts["KANA"] > 0.1 * len(names):
        return "ja"
    script, count = counts.most_common(1)[0]
    return _ONE_LANGUAGE.get(script) if count > 0.5 * len(names) else None
