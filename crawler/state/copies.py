"""Whether two texts are copies of each other. Pure.

They are when enough of their sampled word runs (`enrichment.shingles`) are the same, spread over
the shorter one: wire copy survives cuts and new headlines that way, and a shared newsletter block,
which stands in one place, joins nothing.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Chosen by bench/stories.py: edited and cut copies under shared blocks, in random order.
SHARE = 0.2  # of the shorter one's runs
SHARE_WITHIN_SOURCE = 0.6  # a source seldom prints a story twice, and its blocks stand everywhere
SPREAD = 0.5  # of the tenths of the shorter one that hold any run
LEAST_SHARED = 4
MANY_STORIES = 5  # a run in more stories than this is boilerplate
MANY_WITHIN_SOURCE = 2  # likewise, in stories that one source carries
_TENTHS = 10


class RunHolder(NamedTuple):
    """A document that holds a run, by its number, with its story and source."""

    number: int
    story_id: str
    source_id: str


def placed(shingles: Sequence[int]) -> dict[int, int]:
    """Each run with the tenth of the text it stands in."""
    return {value: at * _TENTHS // len(shingles) for at, value in enumerate(shingles)}


def blocks(source_id: str, places: Mapping[RunHolder, Mapping[int, int]]) -> set[int]:
    """Runs that stand in too many stories, in all or in those one source carries."""
    homes: dict[int, set[str]] = {}
    own_homes: dict[int, set[str]] = {}
    for place, shared in places.items():
        for value in shared:
            homes.setdefault(value, set()).add(place.story_id)
            if place.source_id == source_id:
                own_homes.setdefault(value, set()).add(place.story_id)
    return {value for value, stories in homes.items() if len(stories) > MANY_STORIES} | {
        value for value, stories in own_homes.items() if len(stories) >= MANY_WITHIN_SOURCE
    }


def is_copy(
    shared: Mapping[int, int], runs: Mapping[int, int], other_size: int, *, same_source: bool
) -> bool:
    """Whether two documents share enough, spread over the shorter one.

    shared: common runs with their tenth in the other document. runs: this one's, with theirs.
    """
    shorter = min(len(runs), other_size)
    share = SHARE_WITHIN_SOURCE if same_source else SHARE
    if len(shared) < LEAST_SHARED or len(shared) < share * shorter:
        return False
    own_is_shorter = len(runs) <= other_size
    hit = {runs[value] if own_is_shorter else tenth for value, tenth in shared.items()}
    return len(hit) >= SPREAD * min(_TENTHS, shorter)
