"""What became of an attack's cases, and the table of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case tried. kind: its line of the table. wrong: what happened instead of what should."""

    kind: str
    name: str
    wrong: str | None = None


def table(outcomes: Iterable[Outcome]) -> str:
    """Tried, survived and failed by kind, then each failure in a line."""
    found = list(outcomes)
    tried = Counter(one.kind for one in found)
    failed = Counter(one.kind for one in found if one.wrong is not None)
    lines = [f"{'':<12}{'tried':>6}{'survived':>10}{'failed':>8}"]
    for kind in [*tried, "all"]:
        all_tried = len(found) if kind == "all" else tried[kind]
        all_failed = failed.total() if kind == "all" else failed[kind]
        lines.append(f"{kind:<12}{all_tried:>6}{all_tried - all_failed:>10}{all_failed:>8}")
    lines += [f"failed: {one.kind}, {one.name}: {one.wrong}" for one in found if one.wrong]
    return "\n".join(lines)
