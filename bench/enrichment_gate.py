"""What enrichment scored on the labelled sets when last looked at; CI asks that nothing falls.

Held halves are no part of it: they are scored by hand, and each time counted. Sets of the
repository are always scored, those beside the checkout where they stand.
"""

import json
from pathlib import Path

from bench.facet_sets import LabelledSet, Shares, labelled_sets, shares

TABLE = Path(__file__).with_suffix(".json")
MAY_FALL = 0.005

Table = dict[str, Shares]  # set -> metric -> share


def gated() -> list[LabelledSet]:
    return [labelled for labelled in labelled_sets() if not labelled.held]


def measured(sets: list[LabelledSet]) -> Table:
    return {
        labelled.name: {
            name: round(value, 4)
            for name, value in shares(map(labelled.counts, labelled.read())).items()
        }
        for labelled in sets
    }


def fallen(before: Table, now: Table) -> list[str]:
    """One line for each share of a scored set that fell by more than MAY_FALL, or is gone."""
    return [
        f"{name}, {metric}: {value} before, {scored.get(metric)} now"
        for name, scored in now.items()
        for metric, value in before[name].items()
        if scored.get(metric, 0.0) < value - MAY_FALL
    ]


def write() -> None:
    """Keep what is scored now; sets that are absent keep what they had."""
    before: Table = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    now = measured([labelled for labelled in gated() if labelled.path.exists()])
    TABLE.write_text(json.dumps(before | now, indent=1) + "\n", "utf-8")
    for line in fallen({name: before.get(name, {}) for name in now}, now):
        print(line)


if __name__ == "__main__":
    write()
