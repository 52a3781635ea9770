"""How right the facets are, and how fast: `python bench/enrichment.py [labels.jsonl] [options]`.

Prints every share with its 95 % interval, whole and for each language: topics, the second ones
apart, relevance, countries, companies, funding and languages, on all labelled sets that are there;
then documents a second for each step on one core.

--held    score the halves that nobody tunes on, and only those; say how often you did
--misses  show what went wrong, never of a held half
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.facet_sets import (  # noqa: E402
    Counts,
    Labelled,
    LabelledSet,
    facets_of,
    intervals,
    labelled_sets,
    labels_of,
    main_topics,
    shares,
)
from crawler.enrichment import load  # noqa: E402
from crawler.enrichment.companies import find_companies  # noqa: E402
from crawler.enrichment.funding.rounds import find_funding  # noqa: E402
from crawler.enrichment.language import language_of  # noqa: E402
from crawler.enrichment.places.places import find_places  # noqa: E402
from crawler.enrichment.shingles import shingles  # noqa: E402
from crawler.enrichment.topics.topics import judge  # noqa: E402

# What the enrichment notes measured for the first draft of `crawler.enrichment`, on blind articles.
PEER = "notes, blind: topics F1 .76, top-1 .86, countries P .59 R .94; 2500 and 690 texts/s"
A_LANGUAGE = ("topics F1", "top-1", "second R", "relevance P", "relevance R", "countries P")
FEWEST = 5  # texts of a language that get a line of their own


def set_lines(labelled: LabelledSet, misses: bool) -> Iterator[str]:
    """The figures of a set, whole and by language."""
    rows = labelled.read()
    counts = [labelled.counts(row) for row in rows]
    yield f"{labelled.name} ({len(rows)} texts)"
    between = intervals(counts)
    for name, value in shares(counts).items():
        low, high = between[name]
        yield f"  {name:13} {value:.3f}  [{low:.3f}, {high:.3f}]"
    yield from _language_lines(rows, counts)
    if misses and not labelled.held:
        for row in rows:
            yield from _misses(row)


def _language_lines(rows: list[Labelled], counts: list[Counts]) -> Iterator[str]:
    for language in sorted({row.language or "" for row in rows} - {""}):
        own = [one for row, one in zip(rows, counts, strict=True) if row.language == language]
        if len(own) < FEWEST:
            continue
        figures = shares(own)
        kept = [name for name in figures if name in A_LANGUAGE] or list(figures)
        told = "  ".join(f"{name} {figures[name]:.2f}" for name in kept)
        yield f"    {language:8} ({len(own)}): {told}"


def _misses(row: Labelled) -> Iterator[str]:
    if "topics" not in row.label:
        return
    facets = facets_of(row)
    topics, wanted = main_topics(facets), list(row.label["topics"])
    allowed = {*wanted, *row.label.get("topics_ok", ())}
    named, countries = set(facets.countries), set(row.label["countries"])
    wrong_topics = not set(wanted) <= set(topics) <= allowed
    wrong_places = not countries <= named <= countries | set(row.label["countries_also_ok"])
    if wrong_topics or wrong_places or facets.tech_relevant != row.label["tech_relevant"]:
        yield f"## {row.title[:110]} [{facets.language}]"
    if wrong_topics or facets.tech_relevant != row.label["tech_relevant"]:
        yield f"   topics {wanted} got {topics}; {facets.evidence['relevance']}"
        yield f"   {facets.evidence.get('topics', '')[:300]}"
    if wrong_places:
        yield f"   places {sorted(countries)} got {facets.countries}"
        yield f"   {facets.evidence.get('places', '')[:300]}"


def speeds(rows: list[Labelled]) -> Iterator[str]:
    """Documents a second of each step on one core, once every step has read its data."""
    languages = [language_of(f"{row.title}\n{row.text}") for row in rows]
    for language in set(languages):
        judge("", "", language)
    texts = list(zip(rows, languages, strict=True))
    steps: dict[str, Callable[[Labelled, str | None], object]] = {
        "language": lambda row, _: language_of(f"{row.title}\n{row.text}"),
        "topics": lambda row, language: judge(row.title, row.text, language),
        "places": lambda row, _: find_places(row.title, row.text, "en"),
        "companies": lambda row, _: find_companies(row.title, row.text),
        "funding": lambda row, _: find_funding(row.title, row.text, "en"),
        "shingles": lambda row, _: shingles(row.text, "en"),
        "all": lambda row, _: facets_of(row),
    }
    for name, step in steps.items():
        started = time.process_time()  # others' work on the machine does not count
        for row, language in texts:
            step(row, language)
        yield f"{name} {len(rows) / (time.process_time() - started):,.0f}/s"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", nargs="?", type=Path)
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args(arguments)
    started, busy = time.perf_counter(), time.process_time()
    load()
    print(
        f"loaded in {time.perf_counter() - started:.2f} s, {time.process_time() - busy:.2f} s "
        f"of it on the processor; peer: {PEER}"
    )
    sets = [labels_of(options.labels)] if options.labels else labelled_sets()
    for labelled in sets:
        if labelled.held != options.held:
            continue
        if not labelled.path.exists():
            print(f"{labelled.name}: {labelled.path} is absent, not scored")
            continue
        for line in set_lines(labelled, options.misses):
            print(line)
    timed = [one for one in sets if one.path.exists()][-1].read()
    mean = sum(len(row.text) for row in timed) / len(timed)
    print(f"one core, {mean:,.0f} characters a document: {' '.join(speeds(timed))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
