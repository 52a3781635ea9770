"""Which words of a text a query matched: what highlights, crops and positions are made from.

Pure Python over the few texts of one page; the index is not asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from indexer.embedded.query import ParsedQuery
from indexer.embedded.words import Word, Words, fold, has_cjk

WHOLE = 1_000  # longer than any word
MAX_KNOWN = 20_000
_UNKNOWN = (0, -1)


class Match(NamedTuple):
    """A piece of text, in characters, and the number of the query's term it matches."""

    start: int
    end: int
    term: int
    position: int


@dataclass(frozen=True, slots=True)
class Target:
    """How one word of the query may appear."""

    term: int
    text: str
    typos: int
    prefix: bool
    cjk: bool


class Matcher:
    """Finds the matches of one query in texts."""

    def __init__(
        self,
        words: Words,
        parsed: ParsedQuery,
        typos: Mapping[int, int],
        synonyms: Mapping[tuple[str | None, ...], Sequence[tuple[str, ...]]],
    ) -> None:
        self._words = words
        self._known: dict[str, tuple[int, int] | None] = {}
        self._targets: list[Target] = []
        self._phrases: list[tuple[int, tuple[str | None, ...]]] = []
        for number, term in enumerate(parsed.terms):
            if term.kind in ("phrase", "compound") and not term.cjk and len(term.words) > 1:
                self._phrases.append((number, term.words))
                if term.kind == "compound":
                    self._add(number, term.text, 0, term.prefix)
            elif term.cjk or term.kind == "cjk" or _is_cjk(term.words):
                self._add_cjk(number, term.words)
            else:
                self._add(number, term.text, typos.get(number, 0), term.prefix)
            for synonym in synonyms.get(term.words, ()):
                if len(synonym) == 1:
                    self._add(number, synonym[0], 0, False)
                else:
                    self._phrases.append((number, synonym))
        for number in range(len(parsed.terms) - 1):
            left, right = parsed.terms[number : number + 2]
            if left.kind == right.kind == "word":
                self._add(number, left.text + right.text, 0, False)

    @property
    def plain(self) -> bool:
        """Words alone: no phrases, which need to see their neighbours."""
        return not self._phrases

    def _add(self, number: int, text: str, typos: int, prefix: bool) -> None:
        self._targets.append(Target(number, text, typos, prefix, cjk=False))

    def _add_cjk(self, number: int, parts: Sequence[str | None]) -> None:
        known = [part for part in parts if part]
        run = known[0] + "".join(part[-1] for part in known[1:]) if known else ""
        if run:
            self._targets.append(Target(number, run, 0, prefix=True, cjk=True))

    def find(self, text: str) -> list[Match]:
        """All matches in a text, in order, none overlapping."""
        if self._phrases or has_cjk(text):
            return self.find_in(self._words.cut(text))
        return self.scan(text)[1]

    def scan(self, text: str) -> tuple[list[tuple[int, int]], list[Match]]:
        """The places of all words of a text without CJK, and the matches among them."""
        spans: list[tuple[int, int]] = []
        found: list[Match] = []
        known = self._known
        for position, word in enumerate(self._words.finditer(text)):
            span = word.span()
            spans.append(span)
            raw = word.group()
            hit = known.get(raw, _UNKNOWN)
            if hit is _UNKNOWN:
                hit = self._judge(fold(raw))
                if len(known) < MAX_KNOWN:
                    known[raw] = hit
            if hit is not None:
                length, term = hit
                end = span[1] if length >= len(raw) else span[0] + length
                found.append(Match(span[0], end, term, position))
        return spans, found

    def _judge(self, word: str) -> tuple[int, int] | None:
        """(matched characters, term) of one word; all of them count as the whole word."""
        for target in self._targets:
            length = _matched(word, target)
            if length:
                return (WHOLE if length >= len(word) else length), target.term
        return None

    def find_in(self, cut: Sequence[Word]) -> list[Match]:
        """As `find`, in a text that is cut already; knows phrases and CJK."""
        if not self._targets and not self._phrases:
            return []
        found: list[Match] = []
        for at, word in enumerate(cut):
            phrase = self._phrase_at(cut, at) if self._phrases else None
            if phrase is not None:
                found.append(phrase)
            elif word.cjk:
                found.extend(self._in_run(word))
            else:
                hit = self._judge(word.text)
                if hit is not None:
                    length, term = hit
                    end = min(word.end, word.start + length)
                    found.append(Match(word.start, end, term, word.position))
        return _without_overlaps(found)

    def _phrase_at(self, cut: Sequence[Word], at: int) -> Match | None:
        for number, wanted in self._phrases:
            part = cut[at : at + len(wanted)]
            last = len(wanted) - 1
            if len(part) == len(wanted) and all(
                one is None or one == word.text or (place == last and word.text.startswith(one))
                for place, (one, word) in enumerate(zip(wanted, part, strict=True))
            ):
                return Match(part[0].start, part[-1].end, number, part[0].position)
        return None

    def _in_run(self, word: Word) -> list[Match]:
        found = []
        for target in self._targets:
            at = word.text.find(target.text) if target.cjk else -1
            while at >= 0:
                start = word.start + at
                end = start + len(target.text)
                found.append(Match(start, end, target.term, word.position + at))
                at = word.text.find(target.text, at + len(target.text))
        return found


def _is_cjk(words: Sequence[str | None]) -> bool:
    return any(word is not None and has_cjk(word) for word in words)


def _matched(word: str, target: Target) -> int:
    """How many characters of the word match; 0 when it does not."""
    if target.cjk:
        return 0
    if word == target.text:
        return len(word)
    if target.prefix and word.startswith(target.text):
        return len(target.text)
    if not target.typos:
        return 0
    return _near(word, target.text, target.typos, target.prefix)


@lru_cache(maxsize=16_384)
def _near(word: str, typed: str, typos: int, prefix: bool) -> int:
    penalty = 0 if word[:1] == typed[:1] else 1
    allowed = typos - penalty
    if allowed < 0 or (penalty and allowed < 1):
        return 0
    if OSA.distance(word, typed, score_cutoff=allowed) <= allowed:
        return len(word)
    if prefix:
        for length in range(len(typed) - allowed, len(typed) + allowed + 1):
            if 0 < length < len(word):
                start = word[:length]
                if OSA.distance(start, typed, score_cutoff=allowed) <= allowed:
                    return length
    return 0


def _without_overlaps(found: list[Match]) -> list[Match]:
    found.sort(key=lambda match: (match.start, -match.end))
    kept: list[Match] = []
    for match in found:
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept
