"""What a story is about, and whether it is about tech at all.

Weighted words of the taxonomy, counted more in the title and the lead. Soft topics (markets,
policy, labour) never make a story tech-relevant alone: that needs an anchor from another topic.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.article import Topic
from crawler.enrichment.matching import Match, Text
from crawler.enrichment.taxonomy import MASK, Label, Term, taxonomy

READ_CHARACTERS = 5_000
_LEAD_CHARACTERS = 400
_TITLE = 2.5
_LEAD = 1.0
_BODY = 0.4
_REPEATS = 3  # mentions of one term beyond these count nothing
_LEAST_SCORE = 3.0
_SHARE_OF_BEST = 0.4
_MOST_TOPICS = 3
_MOST_SUBTOPICS = 3
_LEAST_ANCHOR = 4.0
_MOST_PHRASES = 8


@dataclass
class _Score:
    value: float = 0.0
    phrases: dict[str, float] = field(default_factory=dict)

    def add(self, value: float, phrase: str) -> None:
        self.value += value
        self.phrases[phrase] = self.phrases.get(phrase, 0.0) + value

    def best_phrases(self) -> tuple[str, ...]:
        ranked = sorted(self.phrases, key=lambda phrase: -self.phrases[phrase])
        return tuple(ranked[:_MOST_PHRASES])


@dataclass(frozen=True)
class Verdict:
    """topics: best first, each followed by its subtopics. reason: why tech_relevant is what it is.

    anchor, off: the scores that were weighed (unitless); off_group: the strongest group's label.
    """

    topics: tuple[Topic, ...]
    tech_relevant: bool
    reason: str
    anchor: float
    off: float


def judge(title: str, body: str) -> Verdict:
    """Topics and tech relevance of a story.

    title, body: plain text; either may be empty, then the other decides alone.
    """
    scores = _scores(title, body)
    labels = taxonomy().labels
    topics = {topic: _Score() for topic, label in labels.items() if label.parent is None}
    anchor = 0.0
    anchors: dict[str, float] = {}
    for name, score in scores.items():
        label = labels.get(name)
        if label is None:
            continue
        root = topics[label.parent or label.id]
        for phrase, value in score.phrases.items():
            root.add(value, phrase)
        if label.anchor:
            anchor += score.value
            anchors[label.parent or label.id] = (
                anchors.get(label.parent or label.id, 0) + score.value
            )
    off_name, off = _strongest_off(scores)
    relevant = anchor >= _LEAST_ANCHOR and anchor > off
    chosen = _choose(topics) if relevant else []
    reason = _reason(relevant, anchor, off_name, off, anchors)
    return Verdict(_with_subtopics(chosen, topics, scores), relevant, reason, anchor, off)


def _scores(title: str, body: str) -> dict[str, _Score]:
    """Score of every topic, subtopic and off-topic group that has a word in the text."""
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    terms = taxonomy().terms
    found = list(taxonomy().phrases.find(text))
    masks = [match for match in found if terms[match.key].topic == MASK]
    places: dict[int, list[int]] = defaultdict(list)
    for match in found:
        if not masks or not _masked(match, masks):
            places[match.key].append(match.start)
    scores: dict[str, _Score] = defaultdict(_Score)
    lead_end = len(title) + _LEAD_CHARACTERS
    for key, starts in places.items():
        term: Term = terms[key]
        value = 0.0
        for rank, start in enumerate(starts[:_REPEATS]):
            where = _TITLE if start < len(title) else _LEAD if start < lead_end else _BODY
            value += where if rank == 0 else where * 0.5
        scores[term.topic].add(term.weight * value, term.phrase.rstrip("~"))
    return scores


def _masked(match: Match, masks: list[Match]) -> bool:
    return any(mask.start <= match.start and match.end <= mask.end for mask in masks)


def _strongest_off(scores: dict[str, _Score]) -> tuple[str, float]:
    off = taxonomy().off
    ranked = [(scores[name].value, off[name]) for name in off if name in scores]
    if not ranked:
        return "", 0.0
    total = sum(value for value, _ in ranked)
    return max(ranked)[1], total


def _choose(topics: dict[str, _Score]) -> list[str]:
    best = max(score.value for score in topics.values())
    floor = max(_LEAST_SCORE, _SHARE_OF_BEST * best)
    ranked = sorted(topics, key=lambda name: -topics[name].value)
    return [name for name in ranked if topics[name].value >= floor][:_MOST_TOPICS]


def _with_subtopics(
    chosen: list[str], topics: dict[str, _Score], scores: dict[str, _Score]
) -> tuple[Topic, ...]:
    labels = taxonomy().labels
    found: list[Topic] = []
    for name in chosen:
        found.append(_topic(labels[name], topics[name]))
        subs = [sub for sub in scores if sub in labels and labels[sub].parent == name]
        ranked = sorted(subs, key=lambda sub: -scores[sub].value)
        best = scores[ranked[0]].value if ranked else 0.0
        floor = max(_LEAST_SCORE, _SHARE_OF_BEST * best)
        kept = [sub for sub in ranked if scores[sub].value >= floor][:_MOST_SUBTOPICS]
        found.extend(_topic(labels[sub], scores[sub]) for sub in kept)
    return tuple(found)


def _topic(label: Label, score: _Score) -> Topic:
    parent = taxonomy().labels[label.parent].label if label.parent else None
    return Topic(
        id=label.id,
        label=label.label,
        score=round(score.value, 2),
        parent=parent,
        phrases=score.best_phrases(),
    )


def _reason(
    relevant: bool, anchor: float, off_name: str, off: float, anchors: dict[str, float]
) -> str:
    if relevant:
        best = max(anchors, key=lambda name: anchors[name])
        return f"tech: {taxonomy().labels[best].label}"
    if off > anchor or (off and anchor < _LEAST_ANCHOR):
        return f"off-topic: {off_name}"
    return "off-topic: nothing speaks of tech"
