"""The saved pages with known answers, and what an extractor scores on them.

Pages, truth and the two scorers stand beside the checkout in ../shared, never in the project. Half
B of the outside sets is only scored, never opened: what it says holds for pages nobody tuned on.
Intervals are 95 %, by drawing domains (not pages) anew 1,000 times with a fixed seed.
"""

import gzip
import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
DEV, OUTSIDE = SHARED / "data" / "pages-dev", SHARED / "data" / "pages-outside"
DRAWS, SEED = 1_000, 1

Prediction = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page and its truth. part: its set, "wcxb A" where the set has halves."""

    ident: str
    url: str
    domain: str
    part: str
    truth: dict[str, Any]
    folder: Path

    def html(self) -> str:
        with gzip.open(self.folder / "pages" / f"{self.ident}.html.gz", "rt", "utf-8") as file:
            return file.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One page's. body: (true, false, missed) shares, one F1, or counts of pieces, by its set.

    None where the truth does not say. authors: (right, wrong, missed) names. late: a day after the
    true one. instant: the moment is told with its offset. false: a date where the page has none.
    refused: no text was found where there is some.
    """

    domain: str
    body: tuple[float, ...] | None
    title: bool | None
    day: bool | None
    late: bool | None
    instant: bool | None
    false: bool | None
    authors: tuple[int, int, int] | None
    refused: bool | None


def are_absent() -> str:
    """Why there is nothing to score, or ""."""
    absent = [path for path in (DEV, OUTSIDE, SHARED / "tools") if not path.exists()]
    return f"{absent[0]} is absent: the saved pages stand beside the checkout" if absent else ""


def saved_pages(parts: Iterable[str] = ()) -> list[SavedPage]:
    """All saved pages, or those of the named parts ("aeb", "wcxb A", or "A" for all of a half)."""
    wanted = set(parts)
    found = []
    for folder in (DEV, OUTSIDE):
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            truth = json.loads(line)
            half = truth.get("half")
            part = f"{truth['dataset']} {half}" if half else truth["dataset"]
            if not wanted or {part, half or "dev"} & wanted:
                found.append(
                    SavedPage(
                        ident=truth["id"],
                        url=truth["url"],
                        # a set of unlike pages under one invented domain is drawn page by page
                        domain=truth["id"] if "readability" in part else truth["domain"],
                        part=part,
                        truth=truth,
                        folder=folder,
                    )
                )
    return found


def score(page: SavedPage, found: Prediction | None) -> Score:
    """What a prediction is worth; None and {} stand for a page that was refused.

    Both sides count in Unicode's composed form: one publisher's truth has its accents apart.
    """
    found, truth = _composed(found or {}), _composed(page.truth)
    old, new = _scorer("score_extraction"), _scorer("score_outside")
    by_shingles = page.folder == DEV
    body: tuple[float, ...] | None = None
    if by_shingles and truth.get("body"):
        body = old.shingle_match(truth["body"], found.get("text") or "")
    elif truth.get("body") is not None:
        body = (new.f1(found.get("text"), truth["body"])[0],)
    elif truth.get("must") is not None:
        text = new.flat(found.get("text"))
        right = sum(new.flat(piece) in text for piece in truth["must"])
        wrong = sum(new.flat(piece) in text for piece in truth["must_not"])
        body = (right, wrong, len(truth["must"]) - right)
    title = None
    if truth.get("title"):
        same = old.norm if by_shingles else new.plain
        title = same(truth["title"]) == same(found.get("title"))
    wanted, day = str(truth.get("published") or "")[:10], str(found.get("published") or "")[:10]
    authors = None
    if truth.get("authors"):
        names, got = (
            set(old.authors_of(truth["authors"])),
            set(old.authors_of(found.get("authors"))),
        )
        authors = (len(names & got), len(got - names), len(names - got))
    return Score(
        domain=page.domain,
        body=body,
        title=title,
        day=day == wanted if wanted else None,
        late=day > wanted if wanted else None,
        instant=_is_instant(found.get("published")) if wanted else None,
        false=bool(day) if truth.get("no_date") else None,
        authors=authors,
        refused=not found.get("text") if body is not None else None,
    )


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(one) for one in value]
    return {key: _composed(one) for key, one in value.items()} if isinstance(value, dict) else value


def page_f1(page: SavedPage, one: Score) -> float:
    """The body's F1 of one page, by its set's own measure."""
    assert one.body is not None
    if page.truth.get("must") is not None and not sum(one.body):
        return 1.0  # nothing was asked for, and nothing was wrong
    return _body([one]) or 0.0


def _body(scores: Sequence[Score]) -> float | None:
    bodies = [one.body for one in scores if one.body is not None]
    if not bodies:
        return None
    if len(bodies[0]) == 1:
        return sum(one[0] for one in bodies) / len(bodies)
    if isinstance(bodies[0][0], int):
        return _f1(*(sum(column) for column in zip(*bodies, strict=True)))
    return float(_scorer("score_extraction").prf(bodies)[2])


def _authors(scores: Sequence[Score]) -> float | None:
    names = [one.authors for one in scores if one.authors is not None]
    return _f1(*(sum(column) for column in zip(*names, strict=True))) if names else None


def _share(field: str) -> Callable[[Sequence[Score]], float | None]:
    def share(scores: Sequence[Score]) -> float | None:
        values = [value for one in scores if (value := getattr(one, field)) is not None]
        return sum(values) / len(values) if values else None

    return share


def _is_instant(published: object) -> bool:
    moment = _scorer("score_extraction").dt_of(published)
    return moment is not None and moment.tzinfo is not None


def _f1(right: float, wrong: float, missed: float) -> float:
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


METRICS: dict[str, Callable[[Sequence[Score]], float | None]] = {
    "body": _body,
    "title": _share("title"),
    "author": _authors,
    "day": _share("day"),
    "late": _share("late"),
    "instant": _share("instant"),
    "false": _share("false"),
    "refused": _share("refused"),
}


def interval(
    metric: Callable[[Sequence[Score]], float | None], scores: Sequence[Score]
) -> tuple[float, float] | None:
    """Between which a score lies in 95 % of the draws; None where it has no value."""
    drawn = [metric(sample) for sample in _draws(scores)]
    values = sorted(value for value in drawn if value is not None)
    if not values:
        return None
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def gain(
    metric: Callable[[Sequence[Score]], float | None], kept: Sequence[Score], off: Sequence[Score]
) -> tuple[float, float, float] | None:
    """(gain, low, high) of `kept` over `off`, scores of the same pages in the same order."""
    whole, without = metric(kept), metric(off)
    if whole is None or without is None:
        return None
    pairs = zip(_draws(kept), _draws(off), strict=True)  # the same seed draws the same domains
    drawn = ((metric(one), metric(other)) for one, other in pairs)
    values = sorted(one - other for one, other in drawn if one is not None and other is not None)
    return whole - without, values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def _draws(scores: Sequence[Score]) -> Iterable[list[Score]]:
    by_domain: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        by_domain[one.domain].append(one)
    domains = sorted(by_domain)
    draw = random.Random(SEED)
    for _ in range(DRAWS):
        yield [one for domain in draw.choices(domains, k=len(domains)) for one in by_domain[domain]]


@cache
def _scorer(name: str) -> Any:
    module = ModuleType(name)
    lines = (SHARED / "tools" / f"{name}.py").read_text("utf-8").splitlines()
    # one of the two tools runs as soon as it is loaded
    source = "\n".join(line for line in lines if line != "main()")
    exec(compile(source, name, "exec"), module.__dict__)
    return module
