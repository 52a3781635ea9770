"""The words that speak for the topics of the taxonomy, from `terms/`.

A line of a term file is `label weight: term, term`. Weights run from 0.5 (weak) to 4 (near
certain). A term with a capital letter matches only that way (AI, Arm), others in any case; `~`
stands for any beginning or ending; a final `$` asks for a sum of money close by ("raises $").
`en.txt` and `names.txt` are read for every text, the others for texts of their language. Terms
labelled `mask` hide the terms inside them, as names of several words do: "Houston Rockets" are no
rockets, "Amazon Web Services" is no shop. Terms listed again as `word` are more than what they say
here (Apple, 小米, chips) and need a second sign; terms labelled `sign` are one, for no topic.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from crawler.enrichment.gazetteer import HERE
from crawler.enrichment.matching import PhraseMatch, Phrases, Text
from indexer.vocabulary.own import WEIGHT, own_vocabulary

MASK = "mask"  # the label of words that hide the terms inside them: no topic, no group
WORD = "word"  # the label of terms, listed again, that mean other things as well
SIGN = "sign"  # the label of words that stand beside a company: they back its name, no topic
_EVERYWHERE = ("en", "names")
# Languages close enough to share words, and to be taken for one another in a title.
_FAMILIES = (
    ("es", "pt", "gl", "ca"),
    ("id", "ms"),
    ("cs", "sk"),
    ("sv", "nb", "da", "nn", "no"),
    ("ru", "uk", "be", "bg"),
    ("hi", "mr", "ne"),
    ("nl", "af"),
    ("hr", "bs", "sr"),
)


class TopicTerm(NamedTuple):
    """A phrase and what it says.

    label: the id of a topic, subtopic or off-topic group; root: its topic's or the group's id.
    with_sum: it counts only with a sum of money close by. masks: it hides the terms inside it.
    named: it names somebody or something, and so says who rather than what. doubtful: it is a word
    of other meaning as well. rank: of terms found in one place the lowest stands for all.
    """

    phrase: str
    label: str
    root: str
    weight: float
    with_sum: bool = False
    masks: bool = False
    named: bool = False
    doubtful: bool = False
    rank: tuple[float, bool] = (0.0, True)


@dataclass(frozen=True)
class TermVocabulary:
    """The terms that count in texts of one language; terms[key] belongs to a match's key.

    phrases: those of every text, one object for all languages, and the language's own.
    """

    terms: tuple[TopicTerm, ...]
    phrases: tuple[Phrases, ...]

    def find(self, text: Text) -> Iterator[PhraseMatch]:
        """Every term in the text, overlapping ones too."""
        return chain.from_iterable(phrases.find(text) for phrases in self.phrases)


def vocabulary(language: str | None) -> TermVocabulary:
    """The terms for a text of that language (BCP 47), all terms when it is not known."""
    known = sorted(term_files().keys() - set(_EVERYWHERE))
    if language is None:
        return _vocabulary(tuple(known))
    code = language.partition("-")[0]
    family = next((family for family in _FAMILIES if code in family), (code,))
    return _vocabulary(tuple(code for code in family if code in known))


@cache
def _vocabulary(own: tuple[str, ...]) -> TermVocabulary:
    everywhere = _vocabulary(()) if own else None
    before = everywhere.terms if everywhere else ()
    found: dict[tuple[str, str, bool], TopicTerm] = {}
    for file in own or _EVERYWHERE:
        for term in chain(read_terms(file), _own_terms() if file == "names" else ()):
            said = (term.phrase, term.label, term.with_sum)
            known = found.get(said)
            if known is None or known.weight < term.weight:
                found[said] = term
    phrases = Phrases((term.phrase, key) for key, term in enumerate(found.values(), len(before)))
    shared = everywhere.phrases if everywhere else ()
    return TermVocabulary((*before, *found.values()), (*shared, phrases))


@cache
def term_files() -> dict[str, Path]:
    """The term files by their stem, which is a language but for `names`."""
    return {path.stem: path for path in (HERE / "terms").glob("*.txt")}


def read_terms(file: str) -> Iterator[TopicTerm]:
    """Every term of a file, in its order."""
    lines = list(_lines(file))
    words = {phrase for label, _, phrases in lines if label == WORD for phrase in phrases}
    for label, weight, phrases in lines:
        root = label if label.startswith("off.") else label.partition(".")[0]
        for phrase in phrases if label != WORD else ():
            plain = phrase.removesuffix(" $")
            named = file == "names"
            masks = label == MASK or (named and " " in plain)
            doubtful = plain in words
            rank = (-weight, "~" not in plain[1:])
            yield TopicTerm(
                plain, label, root, weight, plain != phrase, masks, named, doubtful, rank
            )


def _own_terms() -> Iterator[TopicTerm]:
    """The user's own, which count in texts of every language."""
    for topic in own_vocabulary().topics:
        for term in topic.terms:
            yield TopicTerm(term, topic.id, topic.id.partition(".")[0], WEIGHT)


def _lines(file: str) -> Iterator[tuple[str, float, list[str]]]:
    """Label, weight and phrases of each line of a term file."""
    for line in term_files()[file].read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, phrases = line.partition(": ")
            label, weight = head.split()
            yield label, float(weight), phrases.split(", ")
