"""What a story is about, and whether it is about tech at all.

Scores of the taxonomy's words become topics here. Soft topics (markets, policy, labour) never
make a story tech-relevant alone: that needs an anchor from another topic. Names say who, not
what: they weigh less, and those that are plain words need a second sign. A short text has few
words to say it with, so it needs fewer.
"""

from collections import defaultdict
from dataclasses import dataclass

from crawler.article import Topic
from crawler.enrichment.matching import is_one_word
from crawler.enrichment.topics.evidence import Score, scores_of
from indexer.vocabulary.taxonomy import TopicLabel, taxonomy

_FULL_CHARACTERS = 1_000  # of a text from which on the whole thresholds hold
_SHORTEST = 0.25  # share of the thresholds that a bare headline must reach
_LEAST_SCORE = 3.5
_LEAST_ANCHOR = 7.5
# What the second and the third topic must reach: with a word in the title, and without. Soft ones
# stand beside a tech topic by nature, so a title that names them is enough.
_SHARES_OF_BEST = (0.3, 0.5)
_SHARES_OF_BEST_SOFT = (0.2, 0.4)
_SHARES_OF_BEST_BODY = (0.5, 0.8)
_SHARE_OF_BEST_SUB = 0.4
# Of a second topic's score when one word is all that speaks for it. In the labelled sets 20 such
# topics were right and 53 wrong, and .6 would suit them; but texts whose words nobody has listed
# have little else. Headlines never looked at and blind texts read with the words of before the
# broad lists tell 1, .8 and .6 hardly apart (mean topics F1 .828, .830, .827): .8 is mild.
_LONE = 0.8
_SOFT = 0.8  # a story of tech is rather filed under its tech than under its lawsuit or its shares
_ROUND = 1.3  # a round is filed under funding rather than under what the firm makes
_OFF = 0.8  # one strong word for tech outweighs one against it
_SCATTERED = 0.2  # of the words of further groups: news of another kind keeps to one
_NAME = 0.8  # of a name's weight in the choice of topics, and against words of other news
_MOST_SUBTOPICS = 3
_FUNDING = "startups.funding"


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
    scores = scores_of(title, body, language)
    topics = _by_topic(scores)
    anchors = _anchors(scores)
    anchor = sum(score.value for score in anchors.values())
    weighed = sum(_weighed(score) for score in anchors.values())
    groups = {name: scores[name] for name in taxonomy().off if name in scores}
    off = _against(groups)
    share = _share_needed(len(title) + len(body))
    relevant = anchor >= _LEAST_ANCHOR * share and weighed > _OFF * off
    chosen = _choose(topics, share, _FUNDING in scores) if relevant and topics else []
    if relevant:
        best = max(anchors, key=lambda name: anchors[name].value)
        label = taxonomy().labels.get(best)
        reason = f"tech: {label.label if label else 'Technology'}"
    else:
        reason = _why_not(groups, topics)
    return Verdict(_with_subtopics(chosen, topics, scores, share), relevant, reason, anchor, off)


def _against(groups: dict[str, Score]) -> float:
    values = sorted((score.value for score in groups.values()), reverse=True)
    return sum(values[:1]) + _SCATTERED * sum(values[1:])


def _share_needed(characters: int) -> float:
    """Share of the thresholds that a text of this length must reach, `_SHORTEST` to 1."""
    return _SHORTEST + (1 - _SHORTEST) * min(1.0, characters / _FULL_CHARACTERS)


def _by_topic(scores: dict[str, Score]) -> dict[str, Score]:
    """Scores of the topics that have any, their subtopics' words counted in."""
    labels = taxonomy().labels
    topics: dict[str, Score] = defaultdict(Score)
    for name, score in scores.items():
        if name in labels:
            topics[labels[name].root].include(score)
    return topics


def _anchors(scores: dict[str, Score]) -> dict[str, Score]:
    """By topic, what speaks for tech; the general words under their own name."""
    tree = taxonomy()
    anchors: dict[str, Score] = defaultdict(Score)
    for name, score in scores.items():
        if name == tree.general:
            anchors[name].include(score)
        elif name in tree.labels and tree.labels[name].anchor:
            anchors[tree.labels[name].root].include(score)
    return anchors


def _weighed(score: Score) -> float:
    return score.value - (1 - _NAME) * score.named


def _choose(topics: dict[str, Score], share: float, funding: bool) -> list[str]:
    """The topics of a story of tech, best first; of at least one."""
    labels = taxonomy().labels
    values = {
        name: _weighed(score) * (1.0 if labels[name].anchor else _SOFT)
        for name, score in topics.items()
    }
    if funding:
        values[labels[_FUNDING].root] *= _ROUND
    best = max(values, key=lambda name: values[name])
    most = values.pop(best)
    for name in values:
        if _is_lone(topics[name]):
            values[name] *= _LONE
    chosen = [best]
    for name in sorted(values, key=lambda name: -values[name]):
        rank = len(chosen) - 1
        if rank == len(_SHARES_OF_BEST):
            break
        if not topics[name].titled:
            of_best = _SHARES_OF_BEST_BODY[rank]
        elif labels[name].anchor:
            of_best = _SHARES_OF_BEST[rank]
        else:
            of_best = _SHARES_OF_BEST_SOFT[rank]
        if values[name] >= max(_LEAST_SCORE * share, of_best * most):
            chosen.append(name)
    return chosen


def _is_lone(score: Score) -> bool:
    """Whether one word alone speaks for the topic, and no longer term: "robot", 衛星."""
    return len(score.phrases) == 1 and all(map(is_one_word, score.phrases))


def _with_subtopics(
    chosen: list[str], topics: dict[str, Score], scores: dict[str, Score], share: float
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


def _topic(label: TopicLabel, score: Score) -> Topic:
    parent = taxonomy().labels[label.parent].label if label.parent else None
    return Topic(
        id=label.id,
        label=label.label,
        score=round(score.value, 2),
        parent=parent,
        phrases=score.best_phrases(),
    )


def _why_not(groups: dict[str, Score], topics: dict[str, Score]) -> str:
    """The reason a reader is shown, with the words that gave it."""
    if groups:
        name = max(groups, key=lambda group: groups[group].value)
        return f"off-topic: {taxonomy().off[name]} ({', '.join(groups[name].best_phrases(2))})"
    soft = [topic for topic in topics if not taxonomy().labels[topic].anchor]
    if soft:
        name = max(soft, key=lambda topic: topics[topic].value)
        return f"off-topic: no sign of tech ({', '.join(topics[name].best_phrases(2))})"
    return "off-topic: no sign of tech"
