"""What the words of one query may look like in a text: as typed, misspelt, begun, in phrases."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from indexer.embedded.index.words import has_cjk
from indexer.embedded.search.query import ParsedQuery, Term
from indexer.embedded.search.spellings import Spellings

WHOLE = 1_000  # longer than any word
IN_PHRASE = -1  # a word that begins a phrase, and matches only with it
Hit = tuple[int, int]  # (matched characters, number of the term)


@dataclass(frozen=True, slots=True)
class Begun:
    """A word of the query that may go on, misspelt or not."""

    term: int
    text: str
    typos: int


class Targets:
    """What the texts are looked through for.

    phrases: (term, its words, may the last go on). runs: (term, a run of CJK characters).
    Others are `judge`d.
    words, starts: what a word is, or begins with, that `judge` knows. longest: words of a phrase.
    """

    def __init__(self, parsed: ParsedQuery, spellings: Spellings) -> None:
        self.phrases: list[tuple[int, tuple[str | None, ...], bool]] = []
        self.runs: list[tuple[int, str]] = []
        self._whole: dict[str, int] = {}
        self._begun: list[Begun] = []
        self._misspelt: dict[str, Begun] = {}
        for number in range(len(parsed.terms)):
            self._learn(number, parsed.terms, spellings)
        self._openings = {words[0] for _, words, _ in self.phrases if words[0]}
        self.starts = tuple(one.text for one in self._begun)
        self.longest = max((len(words) for _, words, _ in self.phrases), default=1)
        self.words = frozenset(self._whole) | frozenset(self._misspelt) | self._openings

    def __bool__(self) -> bool:
        return bool(self.phrases or self.runs or self.words or self.starts)

    def _learn(self, number: int, terms: Sequence[Term], spellings: Spellings) -> None:
        term = terms[number]
        if term.kind in ("phrase", "compound") and not term.cjk and len(term.words) > 1:
            self.phrases.append((number, term.words, term.prefix))
            if term.kind == "compound":
                self._add(number, term, 0)
        elif term.cjk or term.kind == "cjk" or any(word and has_cjk(word) for word in term.words):
            run = _run(term.words)
            if run:
                self.runs.append((number, run))
        else:
            typos = spellings.allowed_typos(term)
            self._add(number, term, typos)
            one, two, parted = spellings.typos(term)
            for word in (*one, *two):
                self._misspelt.setdefault(word, Begun(number, term.text, typos))
            self.phrases += [(number, pair, False) for pair in parted]
        if term.kind == "phrase":
            return
        others = [*spellings.synonyms.get(term.words, ()), *spellings.together(terms, number)]
        for words in dict.fromkeys(others):
            if len(words) == 1:
                self._whole.setdefault(words[0], number)
            else:
                self.phrases.append((number, words, False))

    def _add(self, number: int, term: Term, typos: int) -> None:
        self._whole.setdefault(term.text, number)
        if term.prefix:
            self._begun.append(Begun(number, term.text, typos))

    def judge(self, word: str) -> Hit | None:
        """What one folded word of a text matches."""
        if word in self._whole:
            return WHOLE, self._whole[word]
        for begun in self._begun:
            if word.startswith(begun.text):
                return len(begun.text), begun.term
        misspelt = self._misspelt.get(word)
        if misspelt is not None:
            return _alike(word, misspelt.text, misspelt.typos), misspelt.term
        return (WHOLE, IN_PHRASE) if word in self._openings else None

    def phrase_at(self, words: Sequence[str], at: int) -> tuple[int, int] | None:
        """(term, number of words) of a phrase that stands at this place."""
        if words[at] not in self._openings:
            return None
        for number, wanted, open_ended in self.phrases:
            part = words[at : at + len(wanted)]
            last = len(wanted) - 1
            if len(part) == len(wanted) and all(
                one is None
                or one == word
                or (open_ended and place == last and word.startswith(one))
                for place, (one, word) in enumerate(zip(wanted, part, strict=True))
            ):
                return number, len(wanted)
        return None


def _run(parts: Sequence[str | None]) -> str:
    """The run of characters that overlapping pairs were cut from."""
    known = [part for part in parts if part]
    return known[0] + "".join(part[-1] for part in known[1:]) if known else ""


@lru_cache(maxsize=16_384)
def _alike(word: str, typed: str, typos: int) -> int:
    """How many characters of a word are the misspelt one; it may go on after them."""
    if OSA.distance(word, typed, score_cutoff=typos) <= typos:
        return WHOLE
    for length in range(max(1, len(typed) - typos), min(len(word), len(typed) + typos + 1)):
        if OSA.distance(word[:length], typed, score_cutoff=typos) <= typos:
            return length
    return WHOLE
