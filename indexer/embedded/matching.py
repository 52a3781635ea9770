"""Which words of a text a query matched: what highlights, crops and positions are made from.

Pure Python over the few texts of one page; the index is not asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import OSA

from indexer.embedded.query import ParsedQuery
from indexer.embedded.words import Word, Words, fold, has_cjk

WHOLE = 1_000  # longer than any word
MAX_KNOWN = 20_000
IN_PHRASE = -1  # a word that begins a phrase, and matches only with it


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
        self._known: dict[str, tuple[int, int]] = {}
        self._misses: set[str] = set()
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
        self._sort_targets()

    def _add(self, number: int, text: str, typos: int, prefix: bool) -> None:
        self._targets.append(Target(number, text, typos, prefix, cjk=False))

    def _add_cjk(self, number: int, parts: Sequence[str | None]) -> None:
        known = [part for part in parts if part]
        run = known[0] + "".join(part[-1] for part in known[1:]) if known else ""
        if run:
            self._targets.append(Target(number, run, 0, prefix=True, cjk=True))

    def find(self, text: str) -> list[Match]:
        """All matches in a text, in order, none overlapping."""
        if has_cjk(text):
            return self.find_in(self._words.cut(text))
        prepared, hits = self._hits(text)
        if not hits:
            return []
        if self._may_hold_phrase(hits):
            return self.find_in(self._words.cut(text))
        found: list[Match] = []
        pattern = self._words.ascii if prepared.isascii() else self._words.latin
        for position, word in enumerate(pattern.finditer(prepared)):
            hit = hits.get(word.group())
            if hit is not None and hit[1] >= 0:
                start, end = word.span()
                found.append(Match(start, min(end, start + hit[0]), hit[1], position))
        return found

    def _hits(self, text: str) -> tuple[str, dict[str, tuple[int, int]]]:
        """The different words of a text that match, as {word: (characters, term)}.

        Most texts match nowhere: that is found out without looking at places.
        """
        prepared = self._words.prepare(text)
        pattern = self._words.latin
        if prepared.isascii():
            prepared = prepared.lower()  # of the same length, so places stay
            pattern = self._words.ascii
        known = self._known
        hits: dict[str, tuple[int, int]] = {}
        for raw in set(pattern.findall(prepared)) - self._misses:
            hit = known.get(raw) or self._learned(raw)
            if hit is not None:
                hits[raw] = hit
        return prepared, hits

    def places(self, text: str, words: int) -> Iterator[tuple[int, int]]:
        """(term, position) of what matches among the first words of a text, or beyond them."""
        if self._phrases or has_cjk(text):
            yield from ((match.term, match.position) for match in self.find(text))
            return
        prepared = self._words.prepare(text)
        pattern = self._words.latin
        if prepared.isascii():
            prepared = prepared.lower()
            pattern = self._words.ascii
        for position, word in enumerate(islice(pattern.finditer(prepared), words)):
            raw = word.group()
            if raw not in self._misses:
                hit = self._known.get(raw) or self._learned(raw)
                if hit is not None:
                    yield hit[1], position

    def _learned(self, raw: str) -> tuple[int, int] | None:
        """Judge a word as it stands in a text, and remember the outcome."""
        hit = self._judge(fold(raw))
        if hit is not None:
            self._known[raw] = hit
        elif len(self._misses) < MAX_KNOWN:
            self._misses.add(raw)
        return hit

    def _may_hold_phrase(self, hits: Mapping[str, tuple[int, int]]) -> bool:
        return any(term == IN_PHRASE for _, term in hits.values()) or bool(
            self._phrases and any(one.term in self._phrase_terms for one in self._targets)
        )

    def _judge(self, word: str) -> tuple[int, int] | None:
        """(matched characters, term) of one word; all of them count as the whole word."""
        for target in self._by_letter.get(word[:1], self._any_letter):
            length = _matched(word, target)
            if length:
                return (WHOLE if length >= len(word) else length), target.term
        return (WHOLE, IN_PHRASE) if word in self._phrase_words else None

    def _sort_targets(self) -> None:
        """Which targets a word can match at all, by its first letter: two typos may change it."""
        self._any_letter = [one for one in self._targets if one.typos > 1]
        self._by_letter: dict[str, list[Target]] = {}
        for letter in {one.text[:1] for one in self._targets}:
            self._by_letter[letter] = [
                one for one in self._targets if one.typos > 1 or one.text[:1] == letter
            ]
        self._phrase_terms = {term for term, _ in self._phrases}
        self._phrase_words = {word for _, words in self._phrases for word in words[:1] if word}

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
                if hit is not None and hit[1] != IN_PHRASE:
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
