"""What a story is about, and whether it is about tech at all.

Weighted words of the taxonomy, counted more in the title and the lead. Soft topics (markets,
policy, labour) never make a story tech-relevant alone: that needs an anchor from another topic.
A short text has few words to say it with, so it needs fewer.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.article import Topic
from crawler.enrichment.matching import PhraseMatch, Text
from crawler.enrichment.terms import TopicTerm, vocabulary
from crawler.enrichment.topics.sums import has_sum
from indexer.vocabulary.taxonomy import TopicLabel, taxonomy

READ_CHARACTERS = 5_000
_LEAD_CHARACTERS = 400
_TITLE = 2.5
_LEAD = 1.0
_BODY = 0.4
_REPEATS = 3  # mentions of one term beyond these count nothing
_FULL_CHARACTERS = 1_000  # of a text from which on the whole thresholds hold
_SHORTEST = 0.25  # share of the thresholds that a bare headline must reach
_LEAST_SCORE = 3.5
_LEAST_ANCHOR = 7.5
_SHARES_OF_BEST = (0.4, 0.65)  # what the second and the third topic must reach
_SHARE_OF_BEST_SUB = 0.4
_SOFT = 0.9  # a story of tech is rather filed under its tech than under its lawsuit or its shares
_ROUND = 1.4  # a round is filed under funding rather than under what the firm makes
_OFF = 0.8  # one strong word for tech outweighs one against it
_MOST_SUBTOPICS = 3
_MOST_PHRASES = 8
_FUNDING = "startups.funding"


@dataclass(slots=True)
class _Score:
    value: float = 0.0
    phrases: dict[str, float] = field(default_factory=dict)

    def add(self, value: float, phrase: str) -> None:
        self.value += value
        self.phrases[phrase] = self.phrases.get(phrase, 0.0) + value

    def best_phrases(self, most: int = _MOST_PHRASES) -> tuple[str, ...]:
        ranked = sorted(self.phrases, key=lambda phrase: -self.phrases[phrase])
        return tuple(ranked[:most])


@dataclass(frozen=True, slots=True)
class Verdict:
    """topics: best first, each followed by its subtopics. reason: why tech_relevant is what it is.

    anchor, off: the scores for and against tech that were weighed (unitless).
    """

    topics: tuple[Topic, ...]
    tech_relevant: bool
    reason: str
    anchor: float
    off: float


def judge(title: str, body: str, language: str | None = None) -> Verdict:
    """Topics and tech relevance of a story.

    title, body: plain text; either may be empty, then the other decides alone.
    language: of the text (BCP 47); its words and English ones are read, all words when None.
    """
    scores = _scores(title, body, language)
    topics = _by_topic(scores)
    anchors = _anchors(scores)
    anchor = sum(anchors.values())
    groups = {name: scores[name] for name in taxonomy().off if name in scores}
    off = sum(score.value for score in groups.values())
    share = _share_needed(len(title) + len(body))
    relevant = anchor >= _LEAST_ANCHOR * share and anchor > _OFF * off
    chosen = _choose(topics, share, _FUNDING in scores) if relevant else []
    if relevant:
        best = max(anchors, key=lambda name: anchors[name])
        label = taxonomy().labels.get(best)
        reason = f"tech: {label.label if label else 'Technology'}"
    else:
        reason = _why_not(groups, topics)
    return Verdict(_with_subtopics(chosen, topics, scores, share), relevant, reason, anchor, off)


def _share_needed(characters: int) -> float:
    """Share of the thresholds that a text of this length must reach, `_SHORTEST` to 1."""
    return _SHORTEST + (1 - _SHORTEST) * min(1.0, characters / _FULL_CHARACTERS)


def _scores(title: str, body: str, language: str | None) -> dict[str, _Score]:
    """Score of every topic, subtopic and off-topic group that has a word in the text."""
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    words = vocabulary(language)
    terms = words.terms
    found = [
        match
        for match in words.find(text)
        if not terms[match.key].with_sum or has_sum(text.shaped, match.start, match.end)
    ]
    masks = [match for match in found if terms[match.key].masks]
    places: dict[int, list[int]] = defaultdict(list)
    for match in _longest_by_topic(found, terms):
        if not masks or not _masked(match, masks) or terms[match.key].root in taxonomy().off:
            places[match.key].append(match.start)
    scores: dict[str, _Score] = defaultdict(_Score)
    lead_end = len(title) + _LEAD_CHARACTERS
    for key, starts in places.items():
        term: TopicTerm = terms[key]
        value = 0.0
        for rank, start in enumerate(starts[:_REPEATS]):
            where = _TITLE if start < len(title) else _LEAD if start < lead_end else _BODY
            value += where if rank == 0 else where * 0.5
        scores[term.label].add(term.weight * value, term.phrase.strip("~"))
    return scores


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


def _by_topic(scores: dict[str, _Score]) -> dict[str, _Score]:
    """Scores of the topics that have any, their subtopics' words counted in."""
    labels = taxonomy().labels
    topics: dict[str, _Score] = defaultdict(_Score)
    for name, score in scores.items():
        if name in labels:
            topic = topics[labels[name].root]
            for phrase, value in score.phrases.items():
                topic.add(value, phrase)
    return topics


def _anchors(scores: dict[str, _Score]) -> dict[str, float]:
    """By topic, what speaks for tech; the general words under their own name."""
    tree = taxonomy()
    anchors: dict[str, float] = defaultdict(float)
    for name, score in scores.items():
        if name == tree.general:
            anchors[name] += score.value
        elif name in tree.labels and tree.labels[name].anchor:
            anchors[tree.labels[name].root] += score.value
    return anchors


def _choose(topics: dict[str, _Score], share: float, funding: bool) -> list[str]:
    labels = taxonomy().labels
    values = {
        name: score.value * (1.0 if labels[name].anchor else _SOFT)
        for name, score in topics.items()
    }
    if funding:
        values[labels[_FUNDING].root] *= _ROUND
    ranked = sorted(values, key=lambda name: -values[name])[: 1 + len(_SHARES_OF_BEST)]
    return ranked[:1] + [
        name
        for name, of_best in zip(ranked[1:], _SHARES_OF_BEST, strict=False)
        if values[name] >= max(_LEAST_SCORE * share, of_best * values[ranked[0]])
    ]


def _with_subtopics(
    chosen: list[str], topics: dict[str, _Score], scores: dict[str, _Score], share: float
) -> tuple[Topic, ...]:
    labels = taxonomy().labels
    found: list[Topic] = []
    for name in chosen:
        found.append(_topic(labels[name], topics[name]))
        subs = [sub for sub in scores if sub in labels and labels[sub].parent == name]
        ranked = sorted(subs, key=lambda sub: -scores[sub].value)
        best = scores[ranked[0]].value if ranked else 0.0
        floor = max(_LEAST_SCORE * share, _SHARE_OF_BEST_SUB * best)
        kept = [sub for sub in ranked if scores[sub].value >= floor][:_MOST_SUBTOPICS]
        found.extend(_topic(labels[sub], scores[sub]) for sub in kept)
    return tuple(found)


def _topic(label: TopicLabel, score: _Score) -> Topic:
    parent = taxonomy().labels[label.parent].label if label.parent else None
    return Topic(
        id=label.id,
        label=label.label,
        score=round(score.value, 2),
        parent=parent,
        phrases=score.best_phrases(),
    )


def _why_not(groups: dict[str, _Score], topics: dict[str, _Score]) -> str:
    """The reason a reader is shown, with the words that gave it."""
    if groups:
        name = max(groups, key=lambda group: groups[group].value)
        return f"off-topic: {taxonomy().off[name]} ({', '.join(groups[name].best_phrases(2))})"
    soft = [topic for topic in topics if not taxonomy().labels[topic].anchor]
    if soft:
        name = max(soft, key=lambda topic: topics[topic].value)
        return f"off-topic: no sign of tech ({', '.join(topics[name].best_phrases(2))})"
    return "off-topic: no sign of tech"
