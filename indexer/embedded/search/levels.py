"""What documents are ordered by, one level after another, and how a value compares under each."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ByField:
    """Order by a fast field; documents without it come last, whatever the direction."""

    name: str
    descending: bool = False
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class ByScore:
    """Order by some digits of the packed score: from the first to before the last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ByText:
    """Order by something only the texts tell; known for ties on a page, smaller is better."""

    name: str


Level = ByField | ByScore | ByText
Refine = Callable[[Sequence["Row"]], None]
ARRIVAL = ByField("_n")


@dataclass(slots=True)
class Row:
    """One candidate. score: what it earned under the text rules, packed; None until asked for."""

    n: int
    address: Any
    score: int | None = None
    values: dict[str, Any] = field(default_factory=dict)


def keys_of(values: Sequence[Any], level: ByField | ByText) -> list[Any]:
    """The values of a column as keys that sort ascending: the smaller one is the better."""
    if isinstance(level, ByField) and not level.numeric:
        turned = _Reversed if level.descending else str
        return [(1, "") if value is None else (0, turned(value)) for value in values]
    if isinstance(level, ByField) and level.descending:
        return [math.inf if value is None else -value for value in values]
    return [math.inf if value is None else value for value in values]


class _Reversed(str):
    """A text that sorts the other way round."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __le__(self, other: str) -> bool:
        return str.__ge__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)

    def __ge__(self, other: str) -> bool:
        return str.__le__(self, other)
