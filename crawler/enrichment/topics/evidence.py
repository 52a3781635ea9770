"""What the words of a story speak for: a score for every label that has a word in it.

The title and the lead count more than the body. What the scores mean is `topics`' business.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.enrichment.matching import PhraseMatch, Text
from crawler.enrichment.terms import SIGN, TopicTerm, vocabulary
from crawler.enrichment.topics.sums import has_sum
from indexer.vocabulary.taxonomy import taxonomy

READ_CHARACTERS = 5_000
_LEAD_CHARACTERS = 400
_TITLE = 2.5
_LEAD = 1.0
_BODY = 0.3
_REPEATS = 3  # mentions of one term beyond these count nothing
_MOST_PHRASES = 8
# A sponsor's name on a stadium, a team or a race says nothing of the sponsor.
_SPONSORED = re.compile(
    r" ?(?:Arena|Stadium|Stadion|Estadio|Stade|Dome|Ballpark|Theat(?:er|re)|Speedway|Racing|"
    r"(?:Red|Formula|Grand|Open|Cup|League)\b|ドーム|スタジアム|アリーナ|球場|イーグルス|ホークス|"
    r"体育馆|體育館|球场|라이온즈|위즈|베어스|트윈스)"
)


@dataclass(slots=True)
class Score:
    """value: weights of the words found, times where they stand (unitless); of it `named` came
    from names and `titled` from the title. phrases: each word's part."""

    value: float = 0.0
    named: float = 0.0
    titled: float = 0.0
    phrases: dict[str, float] = field(default_factory=dict)

    def add(self, value: float, phrase: str, *, named: float = 0.0, titled: float = 0.0) -> None:
        self.value += value
        self.named += named
        self.titled += titled
        self.phrases[phrase] = self.phrases.get(phrase, 0.0) + value

    def include(self, other: "Score") -> None:
        self.value += other.value
        self.named += other.named
        self.titled += other.titled
        for phrase, value in other.phrases.items():
            self.phrases[phrase] = self.phrases.get(phrase, 0.0) + value

    def best_phrases(self, most: int = _MOST_PHRASES) -> tuple[str, ...]:
        ranked = sorted(self.phrases, key=lambda phrase: -self.phrases[phrase])
        return tuple(ranked[:most])


def scores_of(title: str, body: str, language: str | None) -> dict[str, Score]:
    """Score of every topic, subtopic and off-topic group that has a word in the text.

    A name that is a plain word counts only where the other words of tech, of its soft topics or
    of companies outweigh those of other news.
    """
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    words = vocabulary(language)
    terms = words.terms
    places: dict[int, list[int]] = defaultdict(list)
    for match in _meant(text, list(words.find(text)), terms):
        places[match.key].append(match.start)
    scores: dict[str, Score] = defaultdict(Score)
    doubtful = []
    for key, starts in places.items():
        if terms[key].doubtful:
            doubtful.append(key)
        else:
            _add(scores, terms[key], starts, len(title))
    if doubtful:
        off = sum(score.value for name, score in scores.items() if name in taxonomy().off)
        others = sum(score.value for name, score in scores.items() if name not in taxonomy().off)
        if others > off:
            for key in doubtful:
                _add(scores, terms[key], places[key], len(title))
    scores.pop(SIGN, None)
    return scores


def _add(scores: dict[str, Score], term: TopicTerm, starts: list[int], title_end: int) -> None:
    value = titled = 0.0
    for rank, start in enumerate(starts[:_REPEATS]):
        in_title = start < title_end
        where = _TITLE if in_title else _LEAD if start < title_end + _LEAD_CHARACTERS else _BODY
        part = term.weight * (where if rank == 0 else where * 0.5)
        value += part
        titled += part if in_title else 0.0
    named = value if term.named else 0.0
    scores[term.label].add(value, term.phrase.strip("~"), named=named, titled=titled)


def _meant(
    text: Text, found: list[PhraseMatch], terms: tuple[TopicTerm, ...]
) -> Iterator[PhraseMatch]:
    """The matches that say what their term says."""
    found = [
        match
        for match in found
        if not terms[match.key].with_sum or has_sum(text.shaped, match.start, match.end)
    ]
    masks = [match for match in found if terms[match.key].masks]
    for match in _longest_by_topic(found, terms):
        term = terms[match.key]
        if masks and _masked(match, masks) and term.root not in taxonomy().off:
            continue
        if term.named and _SPONSORED.match(text.shaped, match.end):
            continue
        yield match


def _longest_by_topic(found: list[PhraseMatch], terms: tuple[TopicTerm, ...]) -> list[PhraseMatch]:
    """The matches but those inside a longer one of the same topic: "chips" in "memory chips".

    Of terms that say the same in the same place, an open-ended one stands for all, else English.
    """

    def rank(match: PhraseMatch) -> tuple[int, int, float, bool, int]:
        term = terms[match.key]
        whole = "~" not in term.phrase[1:]
        return match.start, -match.end, -term.weight, whole, match.key

    found.sort(key=rank)
    reached: dict[str, int] = {}
    kept = []
    for match in found:
        root = terms[match.key].root
        if match.end > reached.get(root, -1):
            reached[root] = match.end
            kept.append(match)
    return kept


def _masked(match: PhraseMatch, masks: list[PhraseMatch]) -> bool:
    """Whether the match is a part of a longer phrase that says something else."""
    length = match.end - match.start
    return any(
        mask.start <= match.start and match.end <= mask.end and mask.end - mask.start > length
        for mask in masks
    )
