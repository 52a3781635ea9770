"""What a replay found, document by document, counted and with samples. Pure."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from crawler.state.store import Found

SAMPLES = 3
SHOWN_CHARS = 80
# what every crawl sets anew, or a story's other copies decide
UNCOMPARED = {"crawled_at", "revision", "version", "story_id", "story_lead", "outlets", "schema"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """What today's rules make of one document. after: None when they would drop it."""

    url: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    found: Found | None = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class ReplayReport:
    """Counts of a replay. fields: name -> documents; samples: name -> lines "url: old -> new".

    not_read: where archived pages are that this machine cannot read -> how many. left: documents
    that a crawl stored anew while the replay was reading, and that stay as they are.
    """

    pages: int = 0
    unchanged: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    left: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    topics_gained: Counter[str] = field(default_factory=Counter)
    topics_lost: Counter[str] = field(default_factory=Counter)
    not_read: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, change: DocumentChange) -> None:
        """Count one document's change."""
        self.pages += 1
        if change.before is None and change.after is None:
            self.unchanged += 1
        elif change.before is None:
            self.added += 1
            self._sample("added", change.url, "", (change.after or {}).get("title", ""))
        elif change.after is None:
            self.removed += 1
            self._sample("removed", change.url, change.before["title"], change.reason)
        else:
            self._compare(change.url, change.before, change.after)

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        counts = ("pages", "unchanged", "changed", "added", "removed", "left")
        named = ("fields", "topics_gained", "topics_lost", "not_read", "samples")
        return {name: getattr(self, name) for name in counts} | {
            name: dict(getattr(self, name)) for name in named
        }

    def _compare(self, url: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        names = [
            name for name in after if name not in UNCOMPARED and before.get(name) != after[name]
        ]
        self.changed += bool(names)
        self.unchanged += not names
        for name in names:
            self.fields[name] += 1
            self._sample(name, url, before.get(name), after[name])
        old, new = (set(record["topics"]["lvl0"]) for record in (before, after))
        self.topics_gained.update(new - old)
        self.topics_lost.update(old - new)
        for topic in sorted(new ^ old):
            name = f"{'gain' if topic in new else 'lose'} {topic}"
            self._sample(name, url, before["title"], ", ".join(sorted(new)))

    def _sample(self, name: str, url: str, old: Any, new: Any) -> None:
        if len(self.samples[name]) < SAMPLES:
            self.samples[name].append(f"{url}: {_short(old)} -> {_short(new)}")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
