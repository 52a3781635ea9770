"""How answers look on a terminal. Plain text elsewhere: rich leaves colours out of pipes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from indexer.foundation.terminal import Terminal
from indexer.search.query import MARKS

SHOWN_FACET_VALUES = 8


def print_answer(console: Terminal, answer: Mapping[str, Any], *, now: datetime) -> None:
    """Hits with highlights, then facet counts where asked for."""
    for number, hit in enumerate(answer["hits"], start=1):
        shown = hit.get("_formatted", hit)
        head = Text(f"{number:>2}. ")
        head.append_text(highlighted(shown["title"], "bold"))
        console.print(head, soft_wrap=True)
        console.print(Text(f"    {_facts(hit, now)}", style="dim"), soft_wrap=True)
        snippet = Text("    ").append_text(highlighted(" ".join(shown["text"].split())))
        console.print(snippet, soft_wrap=True)
        console.print(Text(f"    {hit['url']}", style="blue"), soft_wrap=True)
    total = answer.get("estimatedTotalHits", answer.get("totalHits", len(answer["hits"])))
    console.print(f"{total} found, {answer.get('processingTimeMs', 0)} ms")
    for facet, counts in (answer.get("facetDistribution") or {}).items():
        if counts:
            ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            values = " · ".join(f"{name} {n}" for name, n in ordered[:SHOWN_FACET_VALUES])
            more = len(ordered) - SHOWN_FACET_VALUES
            rest = f" · and {more} more" if more > 0 else ""
            console.print(Text.assemble((f"{facet}: ", "bold"), values, rest), soft_wrap=True)


def highlighted(text: str, style: str = "") -> Text:
    """Text with its marked words shown as found."""
    result = Text()
    for place, part in enumerate(text.split(MARKS[0])):
        found, closed, rest = part.partition(MARKS[1])
        if place == 0 or not closed:
            result.append(part, style)
        else:
            result.append(found, f"{style} yellow".strip())
            result.append(rest, style)
    return result


# seconds of a unit, its name, and from how many on it is used
_SPANS = (
    (365.25 * 86_400, "years", 2),
    (30.44 * 86_400, "months", 2),
    (86_400, "d", 1),
    (3_600, "h", 1),
    (60, "min", 1),
)


def ago(published_at: int | None, now: datetime) -> str:
    """Local date and time with how long ago; "undated" when unknown."""
    if published_at is None:
        return "undated"
    when = datetime.fromtimestamp(published_at, UTC)
    return f"{when.astimezone():%Y-%m-%d %H:%M} ({span((now - when).total_seconds())})"


def span(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 0:
        return "soon"
    for size, unit, least in _SPANS:
        if seconds >= least * size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def _facts(hit: Mapping[str, Any], now: datetime) -> str:
    topics = hit["topics"]["lvl1"] or hit["topics"]["lvl0"]
    places = hit["regions"]["lvl2"] or hit["regions"]["lvl1"] or hit["regions"]["lvl0"]
    publisher = hit.get("publisher")
    facts = [
        f"{hit['source_name']} ({publisher})" if publisher else hit["source_name"],
        ago(hit["published_at"], now),
        ", ".join(topics[:3]),
        ", ".join(place.rpartition(" > ")[2] for place in places[:3]),
    ]
    if hit["outlets"] > 1:
        facts.append(f"in {hit['outlets']} outlets")
    return " · ".join(fact for fact in facts if fact)
