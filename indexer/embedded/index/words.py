"""Words: how text is cut and folded, the same for documents, queries and highlights.

Latin and alike texts are cut by tantivy itself. `C++`, `C#` and `.NET` keep their signs, which
are swapped one for one with rare letters first. Chinese, Japanese and Korean runs become
overlapping pairs of characters, so that any substring of two or more is found as a phrase.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import tantivy

CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002fa1f"
)
CUTTING = 2  # raise it when texts are cut or folded otherwise: older indexes are then built anew
_HAS_CJK = re.compile(f"[{CJK}]")
_SIGNS = re.compile(r"(?<=\w)\+\+|(?<!\w)[A-Za-z]#(?!\w)|(?<![\w.])\.(?=[Nn][Ee][Tt]\b)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_DOT_NET = re.compile(r"\.[Nn][Ee][Tt]")
# letters hardly any text uses, so that tantivy's own cutting keeps them inside words
_LETTERS = {"+": "\ua66e", "#": "\ua7f7", ".": "\ua78f"}
SIGNS = frozenset(_LETTERS.values())
# between two sentences lie seven words that are none, so that no phrase and no nearness crosses
GAP = 7
_STOP = "\ua78c"
_STOPS = f" {f'{_STOP} ' * GAP}"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_HAS_ARABIC = re.compile(f"[{_ARABIC}]")
# letters written in several ways, and such as are mere ornament
_ARABIC_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه"}
)
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_ARTICLE = "ال"
_NOT_ARTICLE = "الله"
_HAN = str.maketrans(  # traditional → simplified
    *Path(__file__).with_name("han.txt").read_text(encoding="utf-8").splitlines()[2:]
)
OPENING = 64  # characters that tell a text in another script at once
MAX_WORD = 100  # longer words are noise; tantivy drops them too


def _marks() -> str:
    codes = [
        code for code in range(0x300, 0x20D0) if unicodedata.category(chr(code)) in ("Mn", "Mc")
    ]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _marks()
_NOT_PLAIN = re.compile(f"[{CJK}{_MARKS}{_ARABIC}]")


class Word(NamedTuple):
    """One word of a text: its place in characters, its folded form, its position among words."""

    start: int
    end: int
    text: str
    position: int
    cjk: bool = False


class Words:
    """One index's way to cut text, after its separator settings."""

    def __init__(self, separators: Iterable[str] = (), non_separators: Iterable[str] = ()) -> None:
        self._separators = [one for one in separators if one]
        extra = "".join(sorted({char for one in non_separators for char in one if char.strip()}))
        inside = "".join(re.escape(char) for char in extra)
        self._pattern = re.compile(
            f"(?P<cjk>[{CJK}]+)|(?:(?![{CJK}_])[\\w{_MARKS}{inside}]"
            + ("|_" if "_" in extra else "")
            + ")+"
        )
        self._ends = _ends_of_sentences(extra)
        self.latin = re.compile(f"(?:[^\\W_]|[{_MARKS}{inside}])+")
        self._nearest = lru_cache(4_096)(self._as_ascii)
        self._ascii = bytes(
            ord(char.lower()) if char.isalnum() or char in extra else ord(" ")
            for char in map(chr, range(128))
        ) + bytes(128)
        tokenizer = tantivy.Tokenizer.simple()  # half the time of a regular expression
        if extra:
            inner = "".join(f"\\u{{{ord(char):x}}}" for char in extra)
            tokenizer = tantivy.Tokenizer.regex(f"[\\p{{L}}\\p{{N}}{inner}]+")
        self.analyzer = (
            tantivy.TextAnalyzerBuilder(tokenizer)
            .filter(tantivy.Filter.custom_stopword([_STOP]))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.remove_long(MAX_WORD))
            .build()
        )

    def prepare(self, text: str) -> str:
        """The text with its signs made letters; every character stays in its place."""
        for separator in self._separators:
            if separator in text:
                text = text.replace(separator, " " * len(separator))
        # one character is found twenty times as fast as two
        if (
            "#" in text
            or ("+" in text and "++" in text)
            or ("." in text and _DOT_NET.search(text) is not None)
        ):
            text = _SIGNS.sub(_swap, text)
        # its small letter is two characters, of which one is no letter
        return text if text.isascii() else text.replace("İ", "I")

    def sentences(self, text: str) -> list[str]:
        """A text cut where a sentence or a line ends."""
        return self._ends.split(text)

    def indexed(self, text: str) -> str | tantivy.PreTokenizedString:
        """A text as tantivy is to take it, with gaps between its sentences."""
        if needs_cutting(text):
            return self.tokens(text)
        return self._ends.sub(_STOPS, self.prepare(text))

    def plain(self, text: str) -> str | None:
        """A text in ASCII and lower case, all but its words blank; every character in its place.

        None when it has letters that do not fold to one of ASCII, such as `ß` or Greek ones.
        """
        if not text.isascii():
            if not self._swapped(text[:OPENING]).isascii():
                return None
            text = self._swapped(text)
            if not text.isascii():
                return None
        return text.encode().translate(self._ascii).decode()

    def _swapped(self, text: str) -> str:
        return _BEYOND_ASCII.sub(lambda found: self._nearest(found.group()), text)

    def _as_ascii(self, char: str) -> str:
        if not has_cjk(char) and not self.latin.match(char):
            return " "
        folded = fold(char)
        return folded if len(folded) == 1 and folded.isalnum() else char

    def cut(self, text: str) -> list[Word]:
        """The words of a text; a CJK run is one word here, see `pairs`."""
        prepared = self.prepare(text)
        words: list[Word] = []
        position = 0
        for found in self._pattern.finditer(prepared):
            raw = found.group()
            if found.lastgroup == "cjk":
                folded = unicodedata.normalize("NFKC", raw).lower().translate(_HAN)
                words.append(Word(found.start(), found.end(), folded, position, cjk=True))
                position += max(1, len(raw))
            else:
                folded = fold(raw)
                if folded and len(folded) <= MAX_WORD:
                    words.append(Word(found.start(), found.end(), folded, position))
                position += 1
        return words

    def tokens(self, text: str) -> tantivy.PreTokenizedString:
        """A text that tantivy would part wrongly, cut for it."""
        tokens = []
        first = 0
        for sentence in self.sentences(text):
            words = self.cut(sentence)
            for word in words:
                parts = pairs(word.text, last=True) if word.cjk else [word.text]
                for offset, part in enumerate(parts):
                    tokens.append(tantivy.Token(part, first + word.position + offset, 0, 0))
            if words:
                last = words[-1]
                first += last.position + (max(1, len(last.text)) if last.cjk else 1)
            first += GAP
        return tantivy.PreTokenizedString("", tokens)


def has_cjk(text: str) -> bool:
    return not text.isascii() and _HAS_CJK.search(text) is not None


def needs_cutting(text: str) -> bool:
    """Must a text be cut here, because tantivy would part what belongs together?"""
    return not text.isascii() and _NOT_PLAIN.search(text) is not None


def pairs(run: str, *, last: bool = False) -> list[str]:
    """Overlapping pairs of a run; with `last` also its last character, for queries of one."""
    if len(run) == 1:
        return [run]
    found = [run[at : at + 2] for at in range(len(run) - 1)]
    return [*found, run[-1]] if last else found


_FOLDER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .build()
)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One word as it stands in the index: lower case, accents of Latin letters gone."""
    if word.isascii():
        return sys.intern(word.lower())
    if _HAS_ARABIC.search(word):
        return _fold_arabic(word)
    return "".join(_FOLDER.analyze(unicodedata.normalize("NFC", word.replace("İ", "I"))))


def _fold_arabic(word: str) -> str:
    """One spelling of a word in Arabic letters, without vowel signs and without the article."""
    word = _ARABIC_MARKS.sub("", unicodedata.normalize("NFKC", word)).translate(_ARABIC_LETTERS)
    if word.startswith(_ARTICLE) and len(word) > 3 and word != _NOT_ARTICLE:
        return word[2:]
    return word


def _ends_of_sentences(kept: str) -> re.Pattern[str]:
    """Where sentences and lines end. kept: signs that part nothing."""
    before_blank = "".join(char for char in ".!?;…" if char not in kept)
    wide = "".join(char for char in "。！？；" if char not in kept)
    ways = [r"\n"]
    if before_blank:
        ways.append(f"[{before_blank}](?=\\s)")
    if wide:
        ways.append(f"[{wide}]")
    return re.compile("|".join(ways))


@lru_cache(maxsize=16_384)
def normalise(value: str) -> str:
    """A facet value as filters compare it: trimmed, NFKD, lower case."""
    value = value.strip()
    return value.lower() if value.isascii() else unicodedata.normalize("NFKD", value).lower()


def _swap(found: re.Match[str]) -> str:
    return "".join(_LETTERS.get(char, char) for char in found.group())
