"""What a typed word may stand for: typos, other spellings, words joined or split, synonyms."""

from collections.abc import Mapping, Sequence
from typing import Any

from tantivy import Query

from indexer.embedded.index.state import IndexState
from indexer.embedded.index.vocabulary import Vocabulary
from indexer.embedded.index.words import SIGNS, Words, fold
from indexer.embedded.search.query import Term

MAX_BEGUN = 8  # words looked up one by one; more are found by walking the term dictionary


def spellings_of(state: IndexState) -> "Spellings":
    """What typed words may stand for in this index; kept until its next change."""
    found: Spellings | None = state.cache.get("word_spellings")
    if found is None:
        found = state.cache["word_spellings"] = Spellings(
            state.settings, state.vocabulary, state.words
        )
    return found


class Spellings:
    """Answers for the words of one index under its settings."""

    def __init__(self, settings: Mapping[str, Any], vocabulary: Vocabulary, words: Words) -> None:
        self._vocabulary = vocabulary
        self._typo = settings["typoTolerance"]
        self._no_typo_words = {fold(word) for word in self._typo["disableOnWords"]}
        self.synonyms = _fold_synonyms(settings["synonyms"], words)

    def documents(self, query: Query) -> int:
        """How many documents a query finds."""
        return self._vocabulary.documents(query)

    def stands_in(self, word: str, name: str) -> bool:
        """Does any document have the word in this text field?"""
        return self._vocabulary.frequencies(word).get(name, 0) > 0

    def allowed_typos(self, term: Term) -> int:
        """How many typos a word of this length is forgiven under the settings."""
        word = term.words[0]
        if term.kind != "word" or word is None or not self._typo["enabled"]:
            return 0
        if word in self._no_typo_words or not SIGNS.isdisjoint(word):
            return 0
        if self._typo["disableOnNumbers"] and any(char.isdigit() for char in word):
            return 0
        sizes = self._typo["minWordSizeForTypos"]
        if len(word) < sizes["oneTypo"]:
            return 0
        return 1 if len(word) < sizes["twoTypos"] else 2

    def typos(self, term: Term) -> tuple[list[str], list[str], list[tuple[str, str]]]:
        most = self.allowed_typos(term)
        word = term.words[0]
        if word is None or term.kind != "word":
            return [], [], []
        split = self._vocabulary.split(word)
        pairs = [split] if split else []
        if most == 0:
            return [], [], pairs
        one, two = self._vocabulary.typos(word, most, prefix=term.prefix)
        return one, two, pairs

    def begun(self, term: Term) -> list[str] | None:
        """The words a prefix may go on to; None when they are many."""
        word = term.words[0]
        return (
            self._vocabulary.beginning(word, MAX_BEGUN) if len(term.words) == 1 and word else None
        )

    def together(self, terms: Sequence[Term], at: int) -> list[tuple[str, ...]]:
        """What a word may stand for with its neighbours: written as one, or their synonyms.

        `sun flower` finds `sunflower`; `new york` finds `nyc` when the settings say so.
        """
        found: list[tuple[str, ...]] = []
        for size in (2, 3):
            for start in range(max(0, at - size + 1), min(at, len(terms) - size) + 1):
                part = terms[start : start + size]
                if any(term.kind != "word" for term in part):
                    continue
                glued = "".join(term.text for term in part)
                if self._vocabulary.frequency(glued):
                    found.append((glued,))
                found += self.synonyms.get(tuple(term.text for term in part), ())
        return found

    def likeliest(self, term: Term, *, last: bool) -> list[str]:
        """The words to measure distances with: as typed, else the likeliest it stands for."""
        word = term.words[-1 if last else 0]
        if word is None:
            return []
        found = [word] if self._vocabulary.frequency(word) else []
        if term.prefix and len(term.words) == 1:
            more = [one for one in self._vocabulary.completions(word, 3) if one != word]
            found += more[: 3 - len(found)]
        if not found and term.kind == "word":
            one, two = self._vocabulary.typos(word, self.allowed_typos(term), prefix=term.prefix)
            found = (one or two)[:2]
        return found


def _fold_synonyms(
    synonyms: Mapping[str, list[str]], words: Words
) -> dict[tuple[str | None, ...], list[tuple[str, ...]]]:
    def cut(text: str) -> tuple[str, ...]:
        return tuple(word.text for word in words.cut(text))

    found: dict[tuple[str | None, ...], list[tuple[str, ...]]] = {}
    for word, others in synonyms.items():
        key = cut(word)
        if key:
            found.setdefault(key, []).extend(other for other in map(cut, others) if other)
    return found
