"""Clean text, titles, dates and names, beside the peers: `python bench/extraction.py [options]`.

Prints a table a set of saved pages: the sets that rules were found on, half A of the outside sets,
which may be read, and half B, which is only scored. Then what body's F1 the pages of each quality
have, pages a second on one core and peak memory. Every extractor runs in a process of its own, one
after the other; peers that are not installed are named and left out.

--parts dev,A,B: which sets ("dev", a half, or one as "wcxb B").  --only A,B: some extractors.
--repeat N: times each goes over the pages (default 1); the fastest pass counts.
--ablate [RULE,...]: switch each rule of this project's extractor off in turn, and print its gain.
--gate: score the fixed sample that CI scores and write it to bench/extraction_gate.json.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench import extraction_gate, extraction_rules  # noqa: E402
from bench.extractors import EXTRACTORS, safely  # noqa: E402
from bench.page_sets import (  # noqa: E402
    METRICS,
    Prediction,
    SavedPage,
    Score,
    are_absent,
    interval,
    page_f1,
    saved_pages,
    score,
)

QUALITY_FROM = 0.6  # the lowest row of the curve holds what is lower, too
WITH_INTERVAL = ("body", "title", "author", "day")
PLAIN = ("late", "instant", "false", "refused")


def work(name: str, parts: list[str], repeat: int, out: Path) -> int:
    """One extractor over all pages in this process; exit code 3 when it is not installed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        extract = EXTRACTORS[name]()
    except ImportError:
        return 3
    pages = saved_pages(parts)
    for page in pages[:3]:
        safely(extract, page.html(), page.url)  # imports and tables are loaded before the clock
    fastest = float("inf")
    for _ in range(repeat):
        spent = 0.0
        predictions = []
        for page in pages:
            html = page.html()
            began = time.process_time()
            predictions.append(safely(extract, html, page.url))
            spent += time.process_time() - began
        fastest = min(fastest, spent)
    report = {
        "pages_s": len(pages) / fastest,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "predictions": predictions,
    }
    out.write_text(json.dumps(report), encoding="utf-8")
    return 0


def _cell(name: str, scores: list[Score]) -> str:
    metric = METRICS[name]
    value, bounds = metric(scores), interval(metric, scores)
    if value is None or bounds is None:
        return f"{'-':<19}"
    return f"{value:.3f} [{bounds[0]:.3f} {bounds[1]:.3f}]"


def _plain(name: str, scores: list[Score]) -> str:
    value = METRICS[name](scores)
    return f"{'-':<7}" if value is None else f"{value:<7.3f}"


def _table(part: str, pages: list[SavedPage], scored: dict[str, list[Score]]) -> str:
    domains = len({page.domain for page in pages})
    held = ", only scored" if part.endswith("B") else ""
    lines = [f"\n{part}: {len(pages)} pages of {domains} domains{held}"]
    heads = "".join(f"{name:<21}" for name in WITH_INTERVAL)
    lines.append(f"{'':<22}{heads}" + " ".join(f"{name:<7}" for name in PLAIN))
    for name, scores in scored.items():
        cells = "  ".join(_cell(metric, scores) for metric in WITH_INTERVAL)
        plain = " ".join(_plain(metric, scores) for metric in PLAIN)
        lines.append(f"{name:<22}{cells}  {plain}")
    return "\n".join(lines)


def _curve(pages: list[SavedPage], predictions: list[Prediction], scores: list[Score]) -> str:
    """What the body's F1 is on the pages of each quality that this project's extractor gives."""
    bodies: dict[float, list[float]] = {}
    for page, found, one in zip(pages, predictions, scores, strict=True):
        if found.get("quality") is not None and one.body is not None:
            step = max(QUALITY_FROM, int(20 * found["quality"]) / 20)
            bodies.setdefault(step, []).append(page_f1(page, one))
    lines = [f"\n{'quality from':<14}{'pages':>6} {'body F1':>8} {'under .9':>9}"]
    for step, values in sorted(bodies.items()):
        poor = sum(value < 0.9 for value in values) / len(values)
        mean = sum(values) / len(values)
        lines.append(f"{step:<14.2f}{len(values):>6} {mean:>8.3f} {poor:>9.2f}")
    return "\n".join(lines)


def compare(parts: list[str], names: list[str], repeat: int) -> None:
    pages = saved_pages(parts)
    scored: dict[str, list[Score]] = {}
    costs: dict[str, tuple[float, float]] = {}
    curve = ""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            out = Path(folder) / "report.json"
            command = [sys.executable, __file__, "--worker", name, "--parts", ",".join(parts)]
            command += ["--out", str(out), "--repeat", str(repeat)]
            code = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
            if code:
                print(f"{name:<22} {'not installed' if code == 3 else f'failed with {code}'}")
                continue
            report = json.loads(out.read_text("utf-8"))
            found = zip(pages, report["predictions"], strict=True)
            scored[name] = [score(page, prediction) for page, prediction in found]
            costs[name] = (report["pages_s"], report["memory_mb"])
            if name == "techwire":
                curve = _curve(pages, report["predictions"], scored[name])
    for part in dict.fromkeys(page.part for page in pages):
        own = [at for at, page in enumerate(pages) if page.part == part]
        rows = {name: [scores[at] for at in own] for name, scores in scored.items()}
        print(_table(part, [pages[at] for at in own], rows))
    if curve:
        print(curve)
    peer = costs.get("trafilatura default")
    print(f"\n{'':<22}{'pages/s':>8} {'time x':>7} {'MB':>6}")
    for name, (speed, memory) in costs.items():
        ratio = f"{peer[0] / speed:>7.2f}" if peer else f"{'-':>7}"
        print(f"{name:<22}{speed:>8.1f} {ratio} {memory:>6.0f}")
    print(
        "late, instant, false, refused: shares of pages with a later day than the true one, with a"
    )
    print("moment and its offset, with a date though undated, and without text.")
    print("time x: of trafilatura default's own, in this run. Intervals: 95 %, by domain.")
    if any(page.part.endswith("B") for page in pages):
        print("half B was scored: log it in the commit that follows")


def main() -> int:
    words = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--parts", default="dev,A,B")
    parser.add_argument("--only", default=",".join(EXTRACTORS))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--ablate", nargs="?", const="", metavar="RULE,...")
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    parts = [part.strip() for part in given.parts.split(",")]
    if words := are_absent():
        print(words)
        return 1
    if given.worker:
        return work(given.worker, parts, given.repeat, given.out)
    if given.gate:
        extraction_gate.write()
    elif given.ablate is not None:
        extraction_rules.ablate([name for name in given.ablate.split(",") if name])
    else:
        names = [name.strip() for name in given.only.split(",") if name.strip()]
        if unknown := [name for name in names if name not in EXTRACTORS]:
            print(f"{unknown[0]!r} is no extractor: {', '.join(EXTRACTORS)}")
            return 1
        compare(parts, names, given.repeat)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
