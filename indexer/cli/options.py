"""Options of commands as frozen objects: a command takes one, Typer sees every field of it.

    @folded
    def search(context: typer.Context, words: Words = "", *, asked: SearchOptions) -> None:

A field's annotation is Typer's own; the fields stand in the command line after the parameters
before them.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, get_type_hints

import typer

from indexer.foundation.times import moment_s
from indexer.search.contract import FACETS

Names = list[str] | None
Since = Annotated[str | None, typer.Option(help="A span (7d, 36h) or a date.")]
Until = Annotated[str | None, typer.Option(help="A span (1d) or a date.")]


@dataclass(frozen=True, kw_only=True)  # no slots: Python joins only one class with some
class FacetOptions:
    """An option for each facet of a search, which takes names and may repeat."""

    topic: Annotated[Names, typer.Option()] = None
    region: Annotated[Names, typer.Option()] = None
    source: Annotated[Names, typer.Option()] = None
    language: Annotated[Names, typer.Option()] = None
    company: Annotated[Names, typer.Option()] = None
    access: Annotated[Names, typer.Option()] = None
    stage: Annotated[Names, typer.Option()] = None


@dataclass(frozen=True, kw_only=True)
class DateOptions:
    """Between which dates."""

    since: Since = None
    until: Until = None

    def seconds(self, now: datetime) -> tuple[int | None, int | None]:
        """Both as UNIX seconds. Raises: ConfigError."""
        return (
            moment_s(self.since, now=now, option="--since"),
            moment_s(self.until, now=now, option="--until"),
        )


def names_typed(options: Any) -> dict[str, list[str]]:
    """Facet -> names that were given, of those facets for which there is an option."""
    return {facet: getattr(options, facet, None) or [] for facet in FACETS}


def folded(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the fields of its objects as parameters, for Typer."""
    hints = get_type_hints(command, include_extras=True)
    kinds: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    signature = inspect.signature(command)
    parameters = [
        parameter
        for own in signature.parameters.values()
        for parameter in (
            _of_fields(kinds[own.name]) if own.name in kinds else [_hinted(own, hints)]
        )
    ]

    @functools.wraps(command)
    def unfolded(**given: Any) -> None:
        for name, kind in kinds.items():
            given[name] = kind(**{one.name: given.pop(one.name) for one in fields(kind)})
        command(**given)

    unfolded.__annotations__ = {one.name: one.annotation for one in parameters}
    unfolded.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return unfolded


def _hinted(own: inspect.Parameter, hints: dict[str, Any]) -> inspect.Parameter:
    return own.replace(annotation=hints[own.name], kind=inspect.Parameter.KEYWORD_ONLY)


def _of_fields(kind: Any) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        yield inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_default(one),
            annotation=hints[one.name],
        )


def _default(one: Field[Any]) -> Any:
    return inspect.Parameter.empty if one.default is MISSING else one.default
