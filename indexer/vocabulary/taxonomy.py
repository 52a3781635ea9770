"""The taxonomy: topics and their subtopics, as `taxonomy.yaml` lists them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

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
    """The whole tree of topics, read once a process."""
    data = load_yaml(HERE / "taxonomy.yaml")
    labels: dict[str, TopicLabel] = {}
    for topic in data["topics"]:
        hard = not topic.get("soft", False)
        labels[topic["id"]] = _label(topic, None, anchor=hard)
        for sub in topic["subtopics"]:
            labels[sub["id"]] = _label(sub, topic["id"], anchor=hard or sub.get("anchor", False))
    off = {group["id"]: group["label"] for group in data["off_topic"]}
    return Taxonomy(labels=labels, off=off, general=data["general"])


def _label(entry: dict[str, Any], parent: str | None, *, anchor: bool) -> TopicLabel:
    aliases = tuple(entry.get("aliases", ()))
    return TopicLabel(entry["id"], entry["label"], parent, anchor, entry["iptc"], aliases)
