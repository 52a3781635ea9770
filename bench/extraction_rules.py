"""Each rule of the extractor switched off in turn: what it gains on domains it was not found on.

A rule is switched off by putting something that does nothing in its place, in the module that calls
it; the product knows nothing of this. Its gain is the score with it less the score without. The
pages whose part or domain stands in `found_on` do not count for a rule.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.extractors import EXTRACTORS, safely
from bench.page_sets import METRICS, ROOT, SavedPage, Score, gain, saved_pages, score

TABLE = ROOT / "docs" / "extraction-rules.md"
METRICS_OF_A_RULE = ("body", "title", "author", "day", "refused")
SHOWN_FROM = 0.0005

DEV = ("aeb", "fundus", "htmldate")
READ = (*DEV, "wcxb A", "segments A", "readability A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """name: what it does. place: "module:name" or "module:Class.name" as its caller sees it. off:
    what stands in there.

    found_on: parts ("aeb", "wcxb A") or domains whose pages showed the need for it.
    """

    name: str
    place: str
    off: Any
    found_on: tuple[str, ...] = DEV


def _nothing(*_args: Any, **_options: Any) -> None:
    return None


def _no(*_args: Any, **_options: Any) -> bool:
    return False


def _first(value: Any, *_args: Any, **_options: Any) -> Any:
    return value


def _none_of(*_args: Any, **_options: Any) -> list[Any]:
    return []


def _blocks(_root: Any, blocks: Any, *_args: Any) -> Any:
    return blocks


def _nothing_listed(*_args: Any) -> frozenset[int]:
    return frozenset()


def _texts(blocks: Any) -> list[str]:
    return [block.text for block in blocks]


LINES = "crawler.extraction.body.lines"
BLOCKS = "crawler.extraction.body.blocks"
SECOND = "crawler.extraction.body.second"
TEXT = "crawler.extraction.body.text"
DATES = "crawler.extraction.dates.published"
TITLES = "crawler.extraction.titles"

RULES = (
    Rule(name="a telling line drops its box", place=f"{LINES}:_without_boxes", off=_first),
    Rule(name="lines that are no story", place=f"{LINES}:is_noise", off=_no),
    Rule(name="headline, byline, date before the text", place=f"{LINES}:_without_head", off=_first),
    Rule(name="labels end a story", place=f"{LINES}:_without_tail", off=_first),
    Rule(name="the standfirst", place=f"{LINES}:_standfirst", off=_none_of),
    Rule(name="long lines are said once", place=f"{TEXT}:once", off=_texts),
    Rule(name="teasers in a row are other stories'", place=f"{TEXT}:without_cards", off=_first),
    Rule(name="the smallest element with most paragraphs", place=f"{TEXT}:choose", off=_blocks),
    Rule(name="articleBody as a witness", place=f"{TEXT}:confirmed", off=_first),
    Rule(name="captions are no lines", place=f"{TEXT}:_captions", off=_nothing_listed),
    Rule(name="what is short is sought elsewhere", place=f"{SECOND}:SHORT_CHARS", off=0),
    Rule(
        name="names of layout say nothing",
        place=f"{BLOCKS}:_Walker._is_layout",
        off=_no,
        found_on=READ,
    ),
    Rule(
        name="links that the story lists",
        place=f"{TEXT}:listed_by_story",
        off=_nothing_listed,
        found_on=READ,
    ),
    Rule(
        name="no end where the story goes on",
        place=f"{LINES}:_story_goes_on",
        off=_no,
        found_on=READ,
    ),
    Rule(
        name="trafilatura where it has clearly more",
        place=f"{SECOND}:has_clearly_more",
        off=_no,
        found_on=READ,
    ),
    Rule(
        name="the end that both readings have",
        place=f"{SECOND}:without_loose_end",
        off=_first,
        found_on=READ,
    ),
)


def ablate(names: Sequence[str]) -> None:
    """Print the gain of the named rules, of all without names, and then keep the table in docs."""
    rules = [rule for rule in RULES if not names or rule.name in names]
    pages = [page for page in saved_pages() if any(_counts(page, rule) for rule in rules)]
    kept = _scores(pages, None)
    lines = [
        "| Rule | Found on | Gain elsewhere, with the interval of 95 % over domains |",
        "|---|---|---|",
    ]
    for rule in rules:
        off = _scores(pages, rule)
        lines.append(
            f"| {rule.name} | {', '.join(rule.found_on)} | {_told(rule, pages, kept, off)} |"
        )
        print(lines[-1], flush=True)
    if not names:
        _keep(TABLE, lines)
        print(f"written to {TABLE.relative_to(ROOT)}; half B was scored: log it in the commit")


def _told(rule: Rule, pages: list[SavedPage], kept: list[Score], off: list[Score]) -> str:
    told = []
    counted = [at for at, page in enumerate(pages) if _counts(page, rule)]
    for part in dict.fromkeys(pages[at].part for at in counted):
        own = [at for at in counted if pages[at].part == part]
        for name in METRICS_OF_A_RULE:
            found = gain(METRICS[name], [kept[at] for at in own], [off[at] for at in own])
            if found and abs(found[0]) >= SHOWN_FROM:
                told.append(f"{part} {name} {found[0]:+.4f} ({found[1]:+.4f} to {found[2]:+.4f})")
    return "; ".join(told) or "none"


def _counts(page: SavedPage, rule: Rule) -> bool:
    return not {page.part, page.domain} & set(rule.found_on)


def _scores(pages: list[SavedPage], rule: Rule | None) -> list[Score]:
    with ProcessPoolExecutor(2, initializer=_switch_off, initargs=(rule,)) as pool:
        return list(pool.map(_scored, pages, chunksize=20))


def place_of(rule: Rule) -> Any:
    """What stands at a rule's place. Raises: AttributeError when nothing does."""
    holder, name = _holder_of(rule)
    return getattr(holder, name)


def _holder_of(rule: Rule) -> tuple[Any, str]:
    """The module or class that a rule stands in, and its name there."""
    module, _, path = rule.place.partition(":")
    *holders, name = path.split(".")
    return reduce(getattr, holders, import_module(module)), name


def _switch_off(rule: Rule | None) -> None:
    if rule is not None:
        holder, name = _holder_of(rule)
        setattr(holder, name, rule.off)


def _scored(page: SavedPage) -> Score:
    return score(page, safely(EXTRACTORS["techwire"](), page.html(), page.url))


def _keep(path: Path, lines: list[str]) -> None:
    head = (
        "# What each rule of the extraction gains\n\n"
        "Written by `python bench/extraction.py --ablate`: each rule switched off in turn, over\n"
        "pages of domains that it was not found on. A rule without gain there goes.\n\n"
    )
    path.write_text(head + "\n".join(lines) + "\n", "utf-8")
