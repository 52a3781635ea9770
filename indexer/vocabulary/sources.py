"""What is known of a source by name. The registry itself is `crawler`'s and is handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source of the registry: its id, and its name for people."""

    id: str
    name: str


Registry = Callable[[], Sequence[KnownSource]]  # tells the sources when one is named


def no_sources() -> tuple[KnownSource, ...]:
    """A registry without sources."""
    return ()
