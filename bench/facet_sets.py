"""The labelled texts that enrichment is scored on, and how: counts of each text, shares of all.

Sets in `bench/enrichment` stand in the repository, with a half each that nobody tunes on or opens
(`*.held.jsonl`); labels-dev and labels-dev-2 stand beside the checkout in ../shared. Labels that
may be argued over (`*_ok`) count neither as right nor as wrong. Intervals are 95 %, by drawing
texts anew 1,000 times with a fixed seed.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.article import Article, Facets
from crawler.enrichment import enrich
from crawler.enrichment.funding.rounds import find_funding
from crawler.enrichment.language import language_of
from indexer.vocabulary.companies import companies

ROOT = Path(__file__).parent.parent
BLIND = ROOT / "bench" / "enrichment"
SHARED = ROOT.parent / "shared" / "data"
OWN = ROOT / "tests" / "crawler" / "enrichment"
# Of these samples every third, every second headline's misses are never shown: nobody tunes on it.
HELD_BACK = {"headlines.psv": 3, "headlines_second.psv": 2}
DRAWS, SEED = 1_000, 1

Counts = dict[str, tuple[int, int]]  # metric -> right ones, of how many
Shares = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text with what should be found in it. language: as labelled, None where no label says."""

    title: str
    text: str
    language: str | None
    label: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """name: as printed. held: never opened, only scored. counts: of one text, by metric."""

    name: str
    held: bool
    read: Callable[[], list[Labelled]]
    counts: Callable[[Labelled], Counts]
    path: Path


def labelled_sets() -> list[LabelledSet]:
    """Every set, whether its file is there or not."""
    kinds: dict[str, Callable[[Labelled], Counts]] = {
        "relevance": topic_counts,
        "companies": company_counts,
        "funding": funding_counts,
        "languages": language_counts,
    }
    sets = [
        _of_lines(f"{kind} {half}", BLIND / f"{kind}.{half}.jsonl", half == "held", counts)
        for kind, counts in kinds.items()
        for half in ("dev", "held")
    ]
    for name, every in HELD_BACK.items():
        sets += [_of_headlines(name, every, held=held) for held in (False, True)]
    sets += [_of_sentences(held=held) for held in (False, True)]
    for name in ("labels-dev-2", "labels-dev"):
        sets.append(_of_lines(name, SHARED / f"{name}.jsonl", False, topic_counts))
    return sets


def labels_of(path: Path) -> LabelledSet:
    """A labels file of one's own: title, text, topics, countries, countries_also_ok,
    tech_relevant a line; topics_ok, language if there are any."""
    return _of_lines(path.name, path, False, topic_counts)


def _of_lines(
    name: str, path: Path, held: bool, counts: Callable[[Labelled], Counts]
) -> LabelledSet:
    def read() -> list[Labelled]:
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        return [
            Labelled(
                title=row.get("title") or "",
                text=row.get("text") or "",
                language=row.get("language") or row.get("lang"),
                label=row,
            )
            for row in rows
        ]

    return LabelledSet(name=name, held=held, read=read, counts=counts, path=path)


def _of_headlines(name: str, every: int, *, held: bool) -> LabelledSet:
    def read() -> list[Labelled]:
        rows = list(headlines(OWN / name))
        return rows[::every] if held else [row for at, row in enumerate(rows) if at % every]

    part = f"{name.removesuffix('.psv')} {'held' if held else 'dev'}"
    return LabelledSet(name=part, held=held, read=read, counts=topic_counts, path=OWN / name)


def _of_sentences(*, held: bool) -> LabelledSet:
    """The project's own sentences on rounds; their part "held" is never tuned on."""
    path = OWN / "funding" / "funding_sentences.psv"

    def read() -> list[Labelled]:
        found = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            part, language, company, amount, currency, stage, _, text = line.split("|")
            if (part == "held") == held:
                title, _, body = text.partition(" // ")
                label = {
                    "kind": "none" if company == "-" else "equity",
                    "company": company,
                    "amount": None if company == "-" else float(amount),
                    "currency": currency,
                    "stage": "" if stage == "-" else stage,
                    "unlabelled": ["acquisition", "ipo", "fund"],  # kinds it calls no round
                }
                found.append(Labelled(title=title, text=body, language=language, label=label))
        return found

    name = f"funding_sentences {'held' if held else 'dev'}"
    return LabelledSet(name=name, held=held, read=read, counts=funding_counts, path=path)


def headlines(path: Path) -> Iterator[Labelled]:
    """One of the project's own samples of headlines and leads."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, topics, countries, title, lead = line.split("|")
        wanted = topics.split(",") if topics != "-" else []
        named = countries.split(",") if countries != "-" else []
        label = {
            "topics": wanted,
            "tech_relevant": bool(wanted),
            "countries": [code for code in named if not code.endswith("?")],
            "countries_also_ok": [code[:-1] for code in named if code.endswith("?")],
        }
        yield Labelled(title=title, text=lead, language=language, label=label)


def facets_of(row: Labelled) -> Facets:
    return enrich(Article(url="https://example.org/", title=row.title, text=row.text))


def main_topics(facets: Facets) -> list[str]:
    return [topic.id for topic in facets.topics if topic.parent is None]


def topic_counts(row: Labelled) -> Counts:
    """Topics, the second ones apart, relevance, countries and language."""
    facets = facets_of(row)
    wanted = list(row.label["topics"])
    arguable = set(row.label.get("topics_ok", ())) - set(wanted)
    found = main_topics(facets)
    first_right = bool(found) and found[0] in wanted
    others = set(wanted) - {found[0]} if first_right else set(wanted[1:])
    counts = _precision_and_recall("topics", found, wanted, arguable)
    counts["second P"] = _precision_and_recall("", found[1:], wanted, arguable)[" P"]
    counts["second R"] = (len(others & set(found[1:])), len(others))
    if wanted:
        counts["top-1"] = (int(bool(found) and found[0] in {*wanted, *arguable}), 1)
    relevant, said = row.label["tech_relevant"], facets.tech_relevant
    counts["relevance P"] = (int(relevant and said), int(said))
    counts["relevance R"] = (int(relevant and said), int(relevant))
    also_ok = set(row.label["countries_also_ok"]) - set(row.label["countries"])
    counts |= _precision_and_recall("countries", facets.countries, row.label["countries"], also_ok)
    return counts


def company_counts(row: Labelled) -> Counts:
    facets = facets_of(row)
    found = [_company(name) for name in facets.companies]
    wanted = [_company(name) for name in row.label["companies"]]
    arguable = {_company(name) for name in row.label["companies_ok"]} - set(wanted)
    return _precision_and_recall("companies", found, wanted, arguable)


def funding_counts(row: Labelled) -> Counts:
    """Deals by their kind: how many are found, and what is right of what was found."""
    label = row.label
    found = find_funding(row.title, row.text, row.language)
    kinds = {label["kind"], *_listed(label.get("kind_ok"))} - {"none"}
    counts: Counts = {}
    if label["kind"] != "none":
        counts[f"{label['kind']} R"] = (int(found is not None and found.kind in kinds), 1)
    if found is None or found.kind in _listed(label.get("unlabelled")):
        return counts
    counts["deals P"] = (int(found.kind in kinds), 1)
    if found.kind not in kinds:
        return counts
    amounts = [label["amount"], *_listed(label.get("amount_ok"))]
    currencies = [label["currency"], *_listed(label.get("currency_ok"))]
    if found.amount:
        right = found.amount in amounts and found.currency in currencies
        counts["sums"] = (int(right), 1)
    if found.company:
        counts["companies"] = (int(_company(found.company) == _company(label["company"])), 1)
    if found.kind == "equity" and (label["stage"] or found.stage):
        stages = [label["stage"], *_listed(label.get("stage_ok"))]
        said = (found.stage or "").replace("-", " ")
        counts["stages"] = (int(said in [stage.replace("-", " ") for stage in stages]), 1)
    return counts


def language_counts(row: Labelled) -> Counts:
    said = (language_of(row.text) or "").partition("-")[0]
    allowed = {row.label["language"], *row.label["also_ok"]}
    return {"languages": (int(said in allowed), 1)}


def _precision_and_recall(
    name: str, found: Iterable[str], wanted: Iterable[str], arguable: set[str]
) -> Counts:
    sure, right = set(found) - arguable, set(wanted)
    hits = len(sure & right)
    return {
        f"{name} P": (hits, len(sure)),
        f"{name} R": (hits, len(right)),
        f"{name} F1": (2 * hits, len(sure) + len(right)),
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _company(name: str) -> str:
    """One spelling of a company: its name in our list, else its own in small letters."""
    return _spellings().get(name.casefold(), name.casefold())


@cache
def _spellings() -> dict[str, str]:
    return {
        alias.casefold(): company.name.casefold()
        for company in companies()
        for alias in company.aliases
    }


def shares(counts: Iterable[Counts]) -> Shares:
    """Right ones of all, by metric; a metric without any is left out."""
    right: dict[str, int] = defaultdict(int)
    of: dict[str, int] = defaultdict(int)
    for one in counts:
        for name, (hits, all_) in one.items():
            right[name] += hits
            of[name] += all_
    return {name: right[name] / of[name] for name in of if of[name]}


def intervals(counts: list[Counts]) -> dict[str, tuple[float, float]]:
    """Where each share lies in 95 of 100 draws."""
    chance = random.Random(SEED)
    drawn: dict[str, list[float]] = defaultdict(list)
    for _ in range(DRAWS):
        for name, value in shares(chance.choices(counts, k=len(counts))).items():
            drawn[name].append(value)
    return {
        name: (sorted(values)[len(values) // 40], sorted(values)[-1 - len(values) // 40])
        for name, values in drawn.items()
    }
