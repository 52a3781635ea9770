"""The fixed sample of saved pages that CI scores, and what it scored when last looked at.

Half B of the outside sets is no part of it: that is scored by hand, and each time logged.
"""

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.extractors import EXTRACTORS, safely
from bench.page_sets import METRICS, SavedPage, Score, saved_pages, score

TABLE = Path(__file__).with_suffix(".json")
SHARE = 3  # every third domain
MAY_FALL = 0.003
KEPT = ("body", "title", "author", "day")

Table = dict[str, dict[str, float]]  # part -> metric -> score


def sample() -> list[SavedPage]:
    """Every page of each third domain, whatever is added to the sets."""
    return [
        page
        for page in saved_pages(["dev", "A"])
        if hashlib.sha256(page.domain.encode()).digest()[0] % SHARE == 0
    ]


def measured() -> Table:
    pages = sample()
    with ProcessPoolExecutor(2) as pool:
        scores = list(pool.map(_scored, pages, chunksize=20))
    table: Table = {}
    for part in dict.fromkeys(page.part for page in pages):
        own = [one for page, one in zip(pages, scores, strict=True) if page.part == part]
        found = {name: METRICS[name](own) for name in KEPT}
        table[part] = {name: round(value, 4) for name, value in found.items() if value is not None}
    return table


def fallen(before: Table, now: Table) -> list[str]:
    """One line for each score that fell by more than MAY_FALL, or is no longer there."""
    return [
        f"{part}, {name}: {value} before, {now.get(part, {}).get(name)} now"
        for part, metrics in before.items()
        for name, value in metrics.items()
        if now.get(part, {}).get(name, 0.0) < value - MAY_FALL
    ]


def write() -> None:
    before = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    now = measured()
    TABLE.write_text(json.dumps(now, indent=1) + "\n", "utf-8")
    for part, metrics in now.items():
        told = (
            f"{name} {value:.4f}{_since(before, part, name)}" for name, value in metrics.items()
        )
        print(f"{part:<14}{'   '.join(told)}")


def _since(before: Table, part: str, name: str) -> str:
    value = before.get(part, {}).get(name)
    return "" if value is None else f" (was {value:.4f})"


def _scored(page: SavedPage) -> Score:
    return score(page, safely(EXTRACTORS["techwire"](), page.html(), page.url))
