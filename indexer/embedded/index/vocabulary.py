"""The words of an index that lie near a typed word: one or two typos away, or beginning so.

Loaded from the term dictionary letter by letter when first asked for, and kept for as long as
the state of the index it belongs to.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_ONE_TYPO = 150
MAX_TWO_TYPOS = 50
MAX_CACHED = 2_000
MAX_SPLITS = 3  # ways to part a word whose pairs are counted
BESIDE = 4  # a word that stands somewhere is parted too where the pair is at least 1/4 as frequent
MAX_AHEAD = 300_000  # words read ahead, about 90 bytes each
_K = TypeVar("_K")
_V = TypeVar("_V")
_FIRST = "abcdefghijklmnopqrstuvwxyz0123456789"


class Vocabulary:
    """The words of some text slots, at one moment."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, slots: Iterable[int]
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._fields = [f"t{slot}" for slot in slots]
        self._letters: dict[str, list[str]] = {}
        self._lengths: dict[tuple[str, int], list[str]] = {}
        self._starts: dict[tuple[str, int], list[str]] = {}
        self._typos: dict[tuple[str, int, bool], tuple[list[str], list[str]]] = {}
        self._frequencies: dict[str, dict[str, int]] = {}
        self._completions: dict[tuple[str, int], list[str]] = {}
        self._splits: dict[str, tuple[str, str] | None] = {}

    def load(self, stop: Callable[[], bool]) -> None:
        """Read what the first queries would have to wait for, as far as memory allows.

        stop: asked after every letter.
        """
        words = 0
        for letter in _FIRST:
            if words < MAX_AHEAD and not stop():
                self._of_length(letter, 1)
                words += len(self._letter(letter))

    def frequency(self, word: str) -> int:
        """In how many documents the word stands, counted per attribute."""
        return sum(self.frequencies(word).values())

    def frequencies(self, word: str) -> Mapping[str, int]:
        """The text fields in which the word stands, with the number of documents."""
        words = self._letters.get(word[0])
        if words is not None and not _holds(words, word):
            return {}
        found = self._frequencies.get(word)
        if found is None:
            counts = ((field, self._searcher.doc_freq(field, word)) for field in self._fields)
            found = {field: count for field, count in counts if count}
            _keep(self._frequencies, word, found)
        return found

    def documents(self, query: tantivy.Query) -> int:
        """How many documents a query finds."""
        return count_matches(self._searcher, query)

    def split(self, word: str) -> tuple[str, str] | None:
        """The two words that this one is made of, such as `wi fi`: those met most often as a pair.

        None where they never stand side by side, or hardly ever beside the word as it is.
        """
        if word not in self._splits:
            _keep(self._splits, word, self._most_frequent_pair(word))
        return self._splits[word]

    def _most_frequent_pair(self, word: str) -> tuple[str, str] | None:
        least = max(1, self.frequency(word) // BESIDE)
        ways: list[tuple[int, tuple[str, str]]] = []
        for at in range(1, len(word)):
            left, right = word[:at], word[at:]
            rarer = self.frequency(left)
            if rarer >= least:
                rarer = min(rarer, self.frequency(right))
            if rarer >= least:
                ways.append((rarer, (left, right)))
        ways.sort(reverse=True)
        counted = [(self._pairs(*way), way) for _, way in ways[:MAX_SPLITS]]
        most, best = max(counted, default=(0, None))
        return best if most >= least else None

    def _pairs(self, left: str, right: str) -> int:
        """In how many documents two words stand side by side."""
        both = self.frequencies(right)
        asked = [
            (
                tantivy.Occur.Should,
                tantivy.Query.phrase_query(self._schema, field, [left, right]),
            )
            for field in self.frequencies(left)
            if field in both
        ]
        return self.documents(tantivy.Query.boolean_query(asked)) if asked else 0

    def completions(self, prefix: str, most: int) -> list[str]:
        """The most frequent words that begin so."""
        found = self._completions.get((prefix, most))
        if found is None:
            found = self._complete(prefix, most)
            _keep(self._completions, (prefix, most), found)
        return found

    def _complete(self, prefix: str, most: int) -> list[str]:
        few = self.beginning(prefix, most)
        if few is not None:
            return sorted(few, key=lambda word: (-self.frequency(word), word))
        counts: dict[str, int] = {}
        for field in self._fields:
            for word, count in self._searcher.terms_with_prefix(field, prefix, limit=most):
                counts[word] = counts.get(word, 0) + count
        return sorted(counts, key=lambda word: (-counts[word], word))[:most]

    def beginning(self, start: str, most: int) -> list[str] | None:
        """All words that begin so; None when they are more, or not read yet."""
        words = self._letters.get(start[0])
        found = _beginning(words, start, most + 1) if words is not None else None
        return None if found is None or len(found) > most else found

    def typos(self, word: str, most: int, *, prefix: bool) -> tuple[list[str], list[str]]:
        """Words one typo away, and words two away; a wrong first letter counts two.

        most: 0, 1 or 2 typos. prefix: the word may also go on after its last letter.
        """
        if most == 0 or not word:
            return [], []
        key = (word, most, prefix)
        found = self._typos.get(key)
        if found is None:
            found = self._near_prefixes(word, most) if prefix else self._near(word, most)
            _keep(self._typos, key, found)
        return found

    def _near(self, word: str, most: int) -> tuple[list[str], list[str]]:
        one: list[str] = []
        two: list[str] = []
        for length in range(max(1, len(word) - most), len(word) + most + 1):
            self._sift(word, self._of_length(word[0], length), most, one, two)
        if most == 2:
            two.extend(self._wrong_first_letter(word))
        return _best(word, one, MAX_ONE_TYPO), _best(word, two, MAX_TWO_TYPOS)

    def _near_prefixes(self, word: str, most: int) -> tuple[list[str], list[str]]:
        near_one: list[str] = []
        near_two: list[str] = []
        for length in range(max(1, len(word) - most), len(word) + most + 1):
            starts = self._of_start(word[0], length)
            self._sift(word, starts, most, near_one, near_two)
        if most == 2:
            near_two.extend(self._wrong_first_letter(word, prefix=True))
        words = self._letter(word[0])
        one = [found for start in near_one for found in _beginning(words, start, MAX_ONE_TYPO)]
        near = set(one)
        two = [
            found
            for start in near_two
            for found in _beginning(self._letter(start[0]), start, MAX_TWO_TYPOS)
            if found not in near
        ]
        exact = {found for found in near if found.startswith(word)}
        return (
            _best(word, set(one) - exact, MAX_ONE_TYPO),
            _best(word, {w for w in two if not w.startswith(word)}, MAX_TWO_TYPOS),
        )

    def _sift(
        self, word: str, choices: list[str], most: int, one: list[str], two: list[str]
    ) -> None:
        for choice, distance, _ in process.extract(
            word, choices, scorer=OSA.distance, score_cutoff=most, limit=None
        ):
            if distance == 1:
                one.append(choice)
            elif distance == 2:
                two.append(choice)

    def _wrong_first_letter(self, word: str, *, prefix: bool = False) -> list[str]:
        rest = word[1:]
        tried = {rest, word[1] + word[0] + word[2:]}
        for letter in _FIRST:
            tried.add(letter + rest)
            tried.add(letter + word)
        tried = {one for one in tried if one[0] != word[0]}
        if prefix:
            return sorted(one for one in tried if self._begins_something(one))
        return sorted(one for one in tried if self.frequency(one) > 0)

    def _begins_something(self, start: str) -> bool:
        words = self._letters.get(start[0])
        if words is not None:
            return bool(_beginning(words, start, 1))
        return any(self._searcher.terms_with_prefix(f, start, limit=1) for f in self._fields)

    def _letter(self, first: str) -> list[str]:
        found = self._letters.get(first)
        if found is None:
            words: set[str] = set()
            for field in self._fields:
                words.update(word for word, _ in self._searcher.terms_with_prefix(field, first))
            found = sorted(words)
            self._letters[first] = found
        return found

    def _of_length(self, first: str, length: int) -> list[str]:
        key = (first, length)
        found = self._lengths.get(key)
        if found is None:
            groups: dict[int, list[str]] = {}
            for word in self._letter(first):
                groups.setdefault(len(word), []).append(word)
            for size, words in groups.items():
                self._lengths[(first, size)] = words
            found = self._lengths.setdefault(key, [])
        return found

    def _of_start(self, first: str, length: int) -> list[str]:
        """The different beginnings of this length; a word shorter than it is none."""
        key = (first, length)
        found = self._starts.get(key)
        if found is None:
            found = sorted({word[:length] for word in self._letter(first) if len(word) >= length})
            self._starts[key] = found
        return found


def count_matches(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents match."""
    counted = searcher.aggregate(query, {"all": {"filter": "*"}})  # reads no column
    return int(counted["all"]["doc_count"])


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    """Remember an answer for as long as the state lasts, among so many others."""
    if len(kept) >= MAX_CACHED:
        kept.clear()
    kept[key] = value


def _holds(words: list[str], word: str) -> bool:
    at = bisect_left(words, word)
    return at < len(words) and words[at] == word


def _beginning(words: list[str], start: str, most: int) -> list[str]:
    at = bisect_left(words, start)
    found: list[str] = []
    while at < len(words) and words[at].startswith(start) and len(found) < most:
        found.append(words[at])
        at += 1
    return found


def _best(word: str, found: Iterable[str], most: int) -> list[str]:
    return sorted(set(found), key=lambda one: (abs(len(one) - len(word)), one))[:most]
