"""The taxonomy: topics and their subtopics, of `taxonomy.yaml` and of the user's own file."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from indexer.vocabulary.folding import folded
from indexer.vocabulary.own import OwnTopic, faulty, file_in_use, own_vocabulary
from indexer.vocabulary.tables import HERE, load_yaml


@dataclass(frozen=True)
class TopicLabel:
    """A topic or subtopic. parent: the topic's id, None for a topic; anchor: shows tech alone.

    aliases: what else people call it.
    """

    id: str
    label: str
    parent: str | None
    anchor: bool
    iptc: str | None
    aliases: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The id of the topic it belongs to, its own for a topic."""
        return self.parent or self.id


@dataclass(frozen=True)
class Taxonomy:
    """labels: topics and subtopics by id; off: label of each off-topic group.

    general: the label of words that show tech and no topic.
    """

    labels: dict[str, TopicLabel]
    off: dict[str, str]
    general: str


@cache
def taxonomy() -> Taxonomy:
    """The whole tree of topics, read once a process. Raises: ConfigError for the user's own."""
    data = load_yaml(HERE / "taxonomy.yaml")
    labels: dict[str, TopicLabel] = {}
    for topic in data["topics"]:
        hard = not topic.get("soft", False)
        labels[topic["id"]] = _label(topic, None, anchor=hard)
        for sub in topic["subtopics"]:
            labels[sub["id"]] = _label(sub, topic["id"], anchor=hard or sub.get("anchor", False))
    _add_own(labels)
    off = {group["id"]: group["label"] for group in data["off_topic"]}
    return Taxonomy(labels=labels, off=off, general=data["general"])


def _add_own(labels: dict[str, TopicLabel]) -> None:
    """Add the user's topics, the outer ones first, and their aliases to those that are known."""
    taken = {
        folded(name): topic.id
        for topic in labels.values()
        for name in (topic.id, topic.label, *topic.aliases)
    }
    faults: list[str] = []
    for own in sorted(own_vocabulary().topics, key=lambda topic: topic.id.count(".")):
        problem = _problem(own, labels, taken)
        if problem:
            faults.append(f"topic {own.id!r}: {problem}")
            continue
        known = labels.get(own.id)
        if known is not None:
            labels[own.id] = replace(known, aliases=(*known.aliases, *own.aliases))
        else:
            outer = own.id.rpartition(".")[0] or None
            labels[own.id] = TopicLabel(own.id, own.label or "", outer, True, None, own.aliases)
        taken |= {folded(name): own.id for name in (own.id, labels[own.id].label, *own.aliases)}
    file = file_in_use()
    if faults and file is not None:
        raise faulty(file, faults)


def _problem(own: OwnTopic, labels: dict[str, TopicLabel], taken: dict[str, str]) -> str:
    """Why a topic cannot be, and what to write; empty when it can."""
    outer = own.id.rpartition(".")[0]
    known = labels.get(own.id)
    if known is None and own.label is None:
        return "label is missing: write label = ..., or the id of a topic that there is"
    if known is not None and own.label not in (None, known.label):
        return f"its id is that of {known.label!r}: leave the label out, or give another id"
    if outer and outer not in labels:
        topics = ", ".join(topic.id for topic in labels.values() if topic.parent is None)
        return f"within is {outer!r}: write the id of a topic, of {topics}"
    for name in (own.label, *own.aliases):
        if name and taken.get(folded(name), own.id) != own.id:
            return f"{name!r} is a name of {taken[folded(name)]!r} already: write another"
    return ""


def _label(entry: dict[str, Any], parent: str | None, *, anchor: bool) -> TopicLabel:
    aliases = tuple(entry.get("aliases", ()))
    return TopicLabel(entry["id"], entry["label"], parent, anchor, entry["iptc"], aliases)
