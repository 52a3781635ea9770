"""Do a module's own tests notice when it is wrong? cosmic-ray's mutants of it, killed or alive.

    pip install cosmic-ray
    python bench/mutants.py [--most 40] [MODULE ...]    # crawler/state/copies.py, say

A sample by a fixed seed of all that the tool's own operators make, in a copy of the checkout, each
tested by the tests that mirror the module. What lives is printed as a diff. Without names: some
modules of state, delivery, discovery, extraction, enrichment and what has been weak.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MODULES = (
    "crawler/state/copies.py",
    "crawler/spiders/backfill.py",
    "crawler/rights/tdmrep.py",
    "indexer/foundation/owners.py",
    "crawler/state/intervals.py",
    "crawler/state/baselines.py",
    "indexer/delivery/outbox.py",
    "crawler/discovery/sitemaps.py",
    "crawler/extraction/body/quality.py",
    "crawler/enrichment/language.py",
)
GOAL = 0.8
SEED = 23
LIMIT_S = 120.0  # of one mutant's tests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--most", type=int, default=40, help="mutants a module")
    asked = parser.parse_args()
    try:
        import cosmic_ray  # noqa: F401
    except ImportError:
        sys.exit("cosmic-ray is not here: pip install cosmic-ray")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checkout"
        left = shutil.ignore_patterns(".git", ".venv*", "node_modules", "build", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=left)
        os.chdir(copy)
        weak = [name for name in asked.modules if not is_strong(Path(name), asked.most)]
    print(f"under {GOAL:.0%}: {', '.join(weak) or 'none'}")


def is_strong(module: Path, most: int) -> bool:
    """Whether the module's tests kill enough of its mutants; prints what lives."""
    tests = tests_of(module)
    if tests is None:
        print(f"{module}: no tests mirror it")
        return False
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(tests)]
    began = time.monotonic()
    if (code := subprocess.run(command, capture_output=True, check=False).returncode) != 0:
        print(f"{module}: its tests fail as it is (exit {code})")
        return False
    limit_s = min(LIMIT_S, 5 + 5 * (time.monotonic() - began))
    made = mutants(module, most)
    alive = [diff for each in made if (diff := survivor(each, command, limit_s))]
    print(f"{module}: {len(made) - len(alive)} of {len(made)} killed by {tests}", flush=True)
    for diff in alive:
        print(*(f"    {line}" for line in changed_lines(diff)), sep="\n")
    return len(alive) <= (1 - GOAL) * len(made)


def tests_of(module: Path) -> Path | None:
    beside = Path("tests") / module.parent
    for tests in (beside / f"test_{module.stem}.py", beside / module.stem):
        if tests.exists():
            return tests
    return None


def mutants(module: Path, most: int) -> list[Any]:
    """The sample, the same in every run."""
    from cosmic_ray.commands import init
    from cosmic_ray.work_db import WorkDB, use_db

    with use_db(":memory:", WorkDB.Mode.create) as work:
        init([module], work, {})
        found = list(work.work_items)
    one_each = {(one.operator_name, one.start_pos, one.occurrence): one for one in map(only, found)}
    ordered = [one_each[key] for key in sorted(one_each)]
    return random.Random(SEED).sample(ordered, min(most, len(ordered)))


def only(item: Any) -> Any:
    (mutation,) = item.mutations
    return mutation


def survivor(mutation: Any, command: Iterable[str], limit_s: float) -> str:
    """The diff of a mutant that the tests let through, else ""."""
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import TestOutcome

    result = mutate_and_test([mutation], " ".join(command), limit_s)
    return str(result.diff) if result.test_outcome == TestOutcome.SURVIVED else ""


def changed_lines(diff: str) -> list[str]:
    lines = [line for line in diff.splitlines() if not line.startswith(("+++", "---"))]
    return [line for line in lines if line.startswith(("+", "-", "@@"))]


if __name__ == "__main__":
    main()
