"""What documents are ordered by, one level after another, and how a row compares under each."""

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
    """One candidate. digits: what it reached under each text rule, more is better."""

    n: int
    address: Any
    score: int | None = None
    digits: tuple[int, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


def key_of(row: Row, level: Level) -> tuple[Any, ...]:
    if isinstance(level, ByScore):
        return tuple(-digit for digit in row.digits[level.first : level.last])
    value = row.values.get(level.name)
    if value is None:
        return (1,)
    if isinstance(level, ByText):
        return (0, value)
    if isinstance(value, str):
        return (0, _Reversed(value) if level.descending else value)
    return (0, -value if level.descending else value)


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
