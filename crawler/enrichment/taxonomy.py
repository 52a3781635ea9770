"""The taxonomy read from `taxonomy.yaml`: topics and the phrases that speak for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from crawler.enrichment.gazetteer import load_yaml
from crawler.enrichment.matching import Phrases

MASK = "mask"


class Term(NamedTuple):
    """A phrase and what it says: `topic` is a topic's, subtopic's or off-topic group's id."""

    phrase: str
    topic: str
    weight: float


@dataclass(frozen=True)
class Label:
    """A topic or subtopic. parent: the topic's id, None for a topic; anchor: shows tech alone."""

    id: str
    label: str
    parent: str | None
    anchor: bool
    iptc: str | None


@dataclass(frozen=True)
class Taxonomy:
    """labels: topics and subtopics; off: off-topic groups; terms[key] belongs to phrases' key."""

    labels: dict[str, Label]
    off: dict[str, str]
    terms: tuple[Term, ...]
    phrases: Phrases


@cache
def taxonomy() -> Taxonomy:
    """The whole taxonomy, read once a process."""
    data = load_yaml("taxonomy.yaml")
    labels: dict[str, Label] = {}
    terms: list[Term] = []
    for topic in data["topics"]:
        hard = not topic.get("soft", False)
        labels[topic["id"]] = Label(topic["id"], topic["label"], None, hard, topic["iptc"])
        for sub in topic["subtopics"]:
            anchor = hard or sub.get("anchor", False)
            labels[sub["id"]] = Label(sub["id"], sub["label"], topic["id"], anchor, sub["iptc"])
        terms.extend(topic_terms(topic))
    off = {}
    for group in data["off_topic"]:
        off[group["id"]] = group["label"]
        terms.extend(_plain_terms(group["id"], group["terms"]))
        for spelt in group.get("i18n", {}).values():
            terms.extend(_plain_terms(group["id"], spelt))
    terms.extend(Term(phrase, MASK, 0.0) for phrase in data.get("masks", ()))
    phrases = Phrases((term.phrase, key) for key, term in enumerate(terms))
    return Taxonomy(labels=labels, off=off, terms=tuple(terms), phrases=phrases)


def topic_terms(topic: dict[str, Any]) -> Iterator[Term]:
    """Every term of a topic as the file spells it, its subtopics' included."""
    yield from _plain_terms(topic["id"], topic.get("terms", {}))
    yield from _plain_terms(topic["id"], topic.get("orgs", {}))
    for spelt in topic.get("i18n", {}).values():
        for phrase, value in spelt.items():
            weight, _, sub = str(value).partition(" ")
            yield Term(str(phrase), f"{topic['id']}.{sub}" if sub else topic["id"], float(weight))
    for sub in topic["subtopics"]:
        yield from _plain_terms(sub["id"], sub["terms"])


def _plain_terms(topic: str, spelt: dict[str, float]) -> Iterator[Term]:
    for phrase, weight in spelt.items():
        yield Term(str(phrase), topic, float(weight))
