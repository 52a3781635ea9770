"""How the crawler's commands speak on a terminal."""

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from indexer.foundation.terminal import Terminal

if TYPE_CHECKING:
    from crawler.offline.replay_report import ReplayReport
    from crawler.visits.extract_page import ExtractedPage


def print_page(console: Terminal, page: "ExtractedPage") -> None:
    """Each value with where it came from, then the text; every story of an aggregator's page."""
    stories = (page, *page.others)
    if page.others:
        console.print(f"{len(stories)} stories of several publishers on this page\n")
    for number, story in enumerate(stories, 1):
        if page.others:
            console.print(f"story {number} of {len(stories)}:")
        _print_story(console, story)


def _print_story(console: Terminal, story: "ExtractedPage") -> None:
    values = story.as_json()
    values.pop("other_stories", None)
    evidence = values.pop("evidence")
    text = values.pop("text")
    table = Table(box=None, pad_edge=False)
    for heading in ("field", "value", "from"):
        table.add_column(heading, overflow="fold")
    for name, value in values.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        if shown not in (None, "", []):
            table.add_row(name, Text(str(shown)), Text(str(evidence.get(name, ""))))
    console.print(table)
    console.print(f"\ntext ({len(text)} characters, from {evidence.get('text', 'the page')}):")
    console.print(Text(text), soft_wrap=True)


def print_replay(console: Terminal, report: "ReplayReport", *, applied: bool) -> None:
    """What today's rules change, field by field, with samples."""
    verb = "changed" if applied else "would change"
    console.print(
        f"{report.pages} pages read again: {report.changed} documents {verb}, "
        f"{report.added} new, {report.removed} removed, {report.unchanged} the same",
        soft_wrap=True,
    )
    if report.left:
        console.print(f"{report.left} documents left: stored anew meanwhile; run it again for them")
    for where, pages in report.not_read.items():
        advice = "" if "this machine" in where else ": run this there, or share the folder pages/"
        console.print(f"{pages} pages not read, {where}{advice}", soft_wrap=True)
    for name, counts in (("gained", report.topics_gained), ("lost", report.topics_lost)):
        if counts:
            words = ", ".join(f"{topic} {n}" for topic, n in counts.most_common())
            console.print(f"topics {name}: {words}", soft_wrap=True)
    topics = {f"gain {topic}": n for topic, n in report.topics_gained.items()}
    topics |= {f"lose {topic}": n for topic, n in report.topics_lost.items()}
    for name, samples in report.samples.items():
        documents = report.fields[name] or topics.get(name) or len(samples)
        console.print(f"{name}: {documents} documents, such as")
        for sample in samples:
            console.print(f"  {sample}", soft_wrap=True)
    if not applied and (report.changed or report.added or report.removed):
        console.print("`techwire replay --apply` makes it so")
