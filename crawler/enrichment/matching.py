"""Thousands of phrases found in one pass over a text.

`Text` is an article in the forms the matcher needs; `Phrases` holds what to look for and says
where it stands. What a phrase means is the business of topics, places and companies.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

import ahocorasick

# Characters that change shape without changing meaning; every one maps to one character, so that
# offsets in all forms of a text agree. U+0130 first: its lower case is two characters long.
_SHAPES: dict[int, str] = str.maketrans(
    {"İ": "I", "’": "'", "‘": "'", "ʼ": "'", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ک": "ك"}
    | {"“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "."}  # then most English is ASCII
    | {"ی": "ي", "ـ": " ", "ё": "е", "Ё": "Е", "\u00a0": " "}
    | {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)}
)
_SHAPED = re.compile("[" + "".join(map(chr, _SHAPES)) + "]")
# Vowel signs of the Indic scripts are part of a word although `\w` leaves them out.
_MARKS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
_SIGNS = "$€£¥₹₩+"  # signs that stay: "US$" is no US, "Disney+" no Disney
_PUNCTUATION = re.compile(rf"[^\w{_MARKS}{_SIGNS} ]")
_ASCII_PUNCTUATION = {
    n: " " for n in range(128) if not (chr(n).isalnum() or chr(n) in f"_{_SIGNS} ")
}
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_HANGUL = "\uac00-\ud7af"
_KATAKANA = re.compile("[\u30a1-\u30fc]+")
_SHORT_RUN = 3  # letters of a single word where words stand unspaced; Korean too, of short words
_SHORT_KANA = 2  # letters of a word that is rather a piece of another: "デル" in "モデル"
_RUN = re.compile(f"[{_UNSPACED}{_HANGUL}]")
_NOT_LATIN = re.compile(rf"[^\w{_MARKS}{_SIGNS} ]|[{_UNSPACED}]")
_CLITIC = re.compile("[\u0590-\u05ff\u0600-\u06ff]")
_RUN_KINDS = frozenset(["run", "stem", "kana"])
# What may stand glued before a word: Arabic "and", "with", "for", "the"; Hebrew likewise.
_CLITICS = frozenset(
    [
        "و",
        "ف",
        "ب",
        "ك",
        "ل",
        "ال",
        "وال",
        "بال",
        "فال",
        "كال",
        "لل",
        "ولل",
        "وب",
        "ول",
        "ה",
        "ו",
        "ב",
        "ל",
        "מ",
        "ש",
        "כ",
        "וה",
        "שה",
        "בה",
        "ול",
        "וב",
        "ומ",
    ]
)


@dataclass(frozen=True)
class Text:
    """A text in the forms the matcher reads; all have the offsets of `shaped`, shifted by one.

    shaped: typographic variants made one, case kept.
    """

    shaped: str

    @classmethod
    @lru_cache(maxsize=2)  # topics, companies and places read one article one after the other
    def of(cls, raw: str) -> "Text":
        return cls.of_words(raw)

    @classmethod
    def of_words(cls, raw: str) -> "Text":
        """Of a few words, which are not read again."""
        if raw.isascii():
            return cls(raw)
        for character in set(_SHAPED.findall(raw)):  # ten times as fast as str.translate
            raw = raw.replace(character, _SHAPES[ord(character)])
        return cls(raw)

    @cached_property
    def cased(self) -> str:
        """Words with their case, punctuation blanked, scripts without spaces blanked."""
        if self.shaped.isascii():
            return f" {self.shaped.translate(_ASCII_PUNCTUATION)} "
        return f" {_NOT_LATIN.sub(' ', self.shaped)} "

    @cached_property
    def words(self) -> str:
        return self.cased.lower()

    @cached_property
    def runs(self) -> str | None:
        """The text with Han, kana, hangul and Thai kept, or None when it has none."""
        if not _RUN.search(self.shaped):
            return None
        return f" {_PUNCTUATION.sub(' ', self.shaped).lower()} "


def is_one_word(phrase: str) -> bool:
    """Whether the phrase is a single word; in scripts without spaces, one of few letters."""
    if _RUN.search(phrase):
        return len(phrase) <= _SHORT_RUN
    return " " not in phrase and "-" not in phrase


class PhraseMatch(NamedTuple):
    """A phrase found: `start` and `end` are offsets into the text, `key` is the caller's own."""

    start: int
    end: int
    key: int


class _Form(NamedTuple):
    """One way a phrase is written. kind: "word", "prefix", "suffix", "inside", "pattern", "run",
    "stem", "kana", "clitic", "prefix-clitic". cased: as it must stand, None in any case.
    pattern: how it goes on, compiled when first met, as most are never."""

    key: int
    kind: str
    cased: str | None
    pattern: str | None = None


class Phrases:
    """Phrases to look for, each with a number its owner understands.

    A phrase with a capital letter matches only that way (or shouted, when five letters or
    longer); `~` stands for any letters at a phrase's end, at its start ("~roboter") or at the end
    of a word inside it ("sztuczn~ inteligencj~"). Han, kana and Thai match anywhere, Arabic and
    Hebrew behind their glued articles. With `names`, Hangul must begin a word and katakana must
    not be a piece of a longer katakana word; of two letters it never may.
    """

    def __init__(self, phrases: Iterable[tuple[str, int]], *, names: bool = False) -> None:
        self._names = names
        words: dict[str, list[_Form]] = {}
        runs: dict[str, list[_Form]] = {}
        for phrase, key in phrases:
            needle, form = self._read(phrase, key)
            found = runs if form.kind in _RUN_KINDS else words
            found.setdefault(needle, []).append(form)
        self._words = _automaton(words)
        self._runs = _automaton(runs)

    def _read(self, phrase: str, key: int) -> tuple[str, _Form]:
        if phrase.isascii() and phrase.replace(" ", "").isalnum():  # most, and without any rule
            lower = phrase.lower()
            return f" {lower} ", _Form(key, "word", phrase if phrase != lower else None)
        shaped = phrase.translate(_SHAPES)
        stem, tail = shaped.endswith("~"), shaped.startswith("~")
        bare = shaped.strip("~")
        cased = _PUNCTUATION.sub(" ", bare.replace("~", "")).lstrip()
        if not stem:  # "ai-~" is the word before any hyphen: its blank stays
            cased = cased.rstrip()
        needle = cased.lower()
        if _RUN.search(needle):
            short = self._names or len(needle) <= _SHORT_KANA
            if short and _KATAKANA.fullmatch(needle):
                return needle, _Form(key, "kana", None)
            hangul = self._names and re.match(f"[{_HANGUL}]", needle)
            return needle, _Form(key, "stem" if hangul else "run", None)
        if _CLITIC.search(needle):
            return needle, _Form(key, "prefix-clitic" if stem else "clitic", None)
        capital = cased if cased != needle else None
        if "~" in bare:
            return self._read_pattern(bare.lower(), key, stem)
        if tail:
            return (
                (needle, _Form(key, "inside", None))
                if stem
                else (
                    f"{needle} ",
                    _Form(key, "suffix", None),
                )
            )
        if stem:
            return f" {needle}", _Form(key, "prefix", capital)
        return f" {needle} ", _Form(key, "word", capital)

    def _read_pattern(self, bare: str, key: int, stem: bool) -> tuple[str, _Form]:
        """A phrase of several words with endings left open: found by its first word's start.

        A number may stand between them: "cut~ jobs" is in "cuts 1,200 office jobs".
        """
        parts = [_PUNCTUATION.sub(" ", part).strip() for part in bare.split("~")]
        letters = rf"[\w{_MARKS}]*"
        gap = rf"{letters} +(?:\d[\d ]* (?:{letters} ){{0,2}})?"
        joined = gap.join(re.escape(part) for part in parts)
        ending = letters if stem else rf"(?![\w{_MARKS}])"
        return f" {parts[0]}", _Form(key, "pattern", None, joined + ending)

    def find(self, text: Text, limit: int | None = None) -> Iterator[PhraseMatch]:
        """Every phrase in the first `limit` characters, overlapping ones too, by their ends."""
        stop = (limit or len(text.shaped)) + 2
        if len(self._words):
            for end, (length, forms) in self._words.iter(text.words[:stop]):
                start = end + 1 - length
                for form in forms:
                    if form.kind == "word" and form.cased is None:  # most, and without any rule
                        yield PhraseMatch(start, end - 1, form.key)
                    elif match := _in_words(text, start, end + 1, form):
                        yield match
        runs = text.runs if len(self._runs) else None
        if runs is None:
            return
        for end, (length, forms) in self._runs.iter(runs[:stop]):
            start = end + 1 - length
            for form in forms:
                if _in_runs(runs, start, end + 1, form.kind):
                    yield PhraseMatch(start - 1, end, form.key)


def _automaton(found: dict[str, list[_Form]]) -> Any:
    automaton = ahocorasick.Automaton()
    for needle, forms in found.items():
        automaton.add_word(needle, (len(needle), tuple(forms)))
    if found:
        automaton.make_automaton()
    return automaton


def _in_words(text: Text, start: int, end: int, form: _Form) -> PhraseMatch | None:
    key, kind, cased, pattern = form
    if cased is not None:
        first = start + 1
        seen = text.cased[first : first + len(cased)]
        if seen != cased and not (len(cased) > 4 and seen == cased.upper()):
            return None
    if kind == "word":
        return PhraseMatch(start, end - 2, key)
    if kind == "prefix":
        return PhraseMatch(start, end - 1, key)
    if pattern is not None:
        found = _compiled(pattern).match(text.words, start + 1)
        return PhraseMatch(start, found.end() - 1, key) if found else None
    if kind == "suffix":
        return PhraseMatch(start - 1, end - 2, key)
    if kind == "inside":
        return PhraseMatch(start - 1, end - 1, key)
    return _behind_clitic(text.words, start, end, form)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _behind_clitic(words: str, start: int, end: int, form: _Form) -> PhraseMatch | None:
    head = words.rfind(" ", 0, start) + 1
    glued = words[head:start]
    closed = form.kind == "prefix-clitic" or not _letter(words[end])
    if closed and (not glued or glued in _CLITICS):
        return PhraseMatch(start - 1, end - 1, form.key)
    return None


def _in_runs(runs: str, start: int, end: int, kind: str) -> bool:
    if kind == "run":
        return True
    if kind == "stem":
        return not _letter(runs[start - 1])
    return not _KATAKANA.match(runs[start - 1]) and not _KATAKANA.match(runs[end])


def _letter(character: str) -> bool:
    return character.isalnum()


def longest(matches: Iterable[PhraseMatch]) -> list[PhraseMatch]:
    """The matches left when every one inside a longer one is dropped, in reading order."""
    kept: list[PhraseMatch] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if kept and match.end <= kept[-1].end and (match.start, match.end) != kept[-1][:2]:
            continue
        kept.append(match)
    return kept
