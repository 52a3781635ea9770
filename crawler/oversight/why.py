"""`techwire why URL`: every step of one URL, in plain sentences."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from crawler.state.page_files import PageFiles
from crawler.state.page_retries import may_come
from crawler.state.trail import Trail, trail
from crawler.urls import canonical_url, document_id
from indexer.foundation.database import reading

_ENDS = {
    "found": "waits to be fetched",
    "stored": "was kept",
    "dropped": "was dropped",
    "failed": "gave no article yet",
    "removed": "was removed, and is not fetched again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of a URL. state: "unknown", "found", "failed", "dropped", "removed", "outbox",
    "quarantine" or "indexed". steps: one sentence each, in order."""

    url: str
    canonical: str
    document_id: str
    state: str
    steps: tuple[str, ...]
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The account as a JSON object."""
        return {
            "url": self.url,
            "canonical": self.canonical,
            "document_id": self.document_id,
            "state": self.state,
            "steps": list(self.steps),
            **self.facts,
        }


def account_of(engine: Engine, url: str, pages: Path) -> Account:
    """Tell what became of a URL, also of an unknown one. pages: this machine's page archive."""
    with reading(engine) as connection:
        known = trail(connection, url)
    steps = [*_found(known), *_fetched(known), *_archived(known, pages)]
    steps += [*_kept(known), *_sent(known)]
    if not steps:
        steps = [
            "never found in any listing: its source may not be in the registry, may not have been "
            "asked since, or does not announce it (techwire status, techwire sources check)"
        ]
    return Account(
        url=url,
        canonical=canonical_url(url),
        document_id=document_id(url),
        state=_state(known),
        steps=tuple(steps),
        facts={
            "seen": known.seen,
            "listing": known.listing,
            "ledger": known.ledger,
            "outbox": known.outbox,
            "page": known.page.file if known.page else None,
            "topics": known.record["topics"] if known.record else None,
            "topic_phrases": known.record["topic_phrases"] if known.record else None,
        },
    )


def _state(known: Trail) -> str:
    if known.outbox is not None:
        return "quarantine" if known.outbox["quarantined"] else "outbox"
    if known.ledger is not None and known.ledger["indexed_at"] is not None:
        return "indexed"
    return str(known.seen["outcome"]) if known.seen is not None else "unknown"


def _found(known: Trail) -> list[str]:
    entry = known.seen
    if entry is None:
        return []
    dated = f", dated {_time(entry['published_at'])}" if entry["published_at"] else ""
    steps = [
        f"found {_time(entry['found_at'])} in the {entry['kind']} {entry['found_in']} "
        f"of {entry['source_id']}{dated}"
    ]
    listing, pace = known.listing, known.pace
    if listing is not None:
        words = f"that listing last answered {_time(listing['checked_at'])}"
        words += f" with {listing['error']}" if listing["error"] else ""
        words += f" (http {listing['http_status']})" if listing["http_status"] else ""
        steps.append(words + (f", asked again {_time(pace['due_at'])}" if pace else ""))
    return steps


def _fetched(known: Trail) -> list[str]:
    entry = known.seen
    if entry is None:
        return []
    words = _ENDS.get(entry["outcome"], entry["outcome"])
    if entry["fetched_at"] is None:
        return [words]
    status = f", http {entry['http_status']}" if entry["http_status"] else ""
    steps = [f"asked for {_time(entry['fetched_at'])}{status}"]
    if entry["reason"]:
        words += f": {entry['reason']}"
    if entry["outcome"] == "failed":
        words += f"; attempt {entry['attempts']}, next {_time(entry['retry_at'])}"
        words += (
            ", given up after two days" if may_come(entry["http_status"], entry["reason"]) else ""
        )
    elif entry["outcome"] == "dropped" and entry["attempts"] > 1:
        words += f"; given up after {entry['attempts']} attempts"
    return [*steps, words]


def _archived(known: Trail, pages: Path) -> list[str]:
    if known.page is None:
        return []
    return [
        f"its page is archived in {known.page.file}, {PageFiles(pages).whereabouts(known.page)}"
    ]


def _kept(known: Trail) -> list[str]:
    record = known.record
    if record is None or known.ledger is None:
        return []
    steps = [
        f"document {record['id']} ({record['url']}), version {record['version']}, "
        f"crawled {_time(record['crawled_at'])}: {record['title']!r}"
    ]
    topics = record["topics"]["lvl1"] or record["topics"]["lvl0"]
    phrases = ", ".join(repr(phrase) for phrase in record["topic_phrases"])
    steps.append(
        f"topics: {', '.join(topics)}" + (f" because of {phrases}" if phrases else "")
        if topics
        else "no topic fired"
    )
    if record.get("rights"):
        steps.append(f"its publisher asks: {', '.join(record['rights'])}")
    if record["outlets"] > 1:
        role = "its lead" if record["story_lead"] else "not its lead"
        steps.append(f"story {record['story_id']} of {record['outlets']} outlets, {role}")
    return steps


def _sent(known: Trail) -> list[str]:
    steps = []
    kept, box = known.ledger, known.outbox
    if kept is not None and kept["indexed_at"] is not None:
        older = " (an older version)" if kept["indexed_version"] != kept["version"] else ""
        steps.append(f"indexed {_time(kept['indexed_at'])} by task {kept['task_uid']}{older}")
    if box is not None:
        where = "in quarantine" if box["quarantined"] else "waits in the outbox"
        words = f"{where} since {_time(box['put_at'])}, {box['attempts']} attempts"
        steps.append(words + (f": {box['error']}" if box["error"] else ""))
    return steps


def _time(unix_s: int | None) -> str:
    if unix_s is None:
        return "at an unknown time"
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
