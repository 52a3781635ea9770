"""Options of commands are fields of one frozen object."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from indexer.cli.alerts import AlertOptions
from indexer.cli.main import SearchOptions
from indexer.cli.options import DateOptions, folded, names_typed
from indexer.foundation.errors import ConfigError
from indexer.search.contract import FACETS

NOW = datetime(2026, 11, 29, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the sample command is asked."""

    topic: Annotated[list[str] | None, typer.Option(help="Of what.")] = None
    as_json: Annotated[bool, typer.Option("--json")] = False


app = typer.Typer()


@app.command()
@folded
def tell(words: Annotated[str, typer.Argument()] = "", *, asked: Asked) -> None:
    """Tell what was asked."""
    print(words, asked)


def told(*words: str) -> str:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_a_command_gets_its_options_as_one_object() -> None:
    assert told("chips", "--topic", "AI", "--topic", "law", "--json") == (
        f"chips {Asked(topic=['AI', 'law'], as_json=True)}"
    )
    assert told() == str(Asked())


def test_the_help_names_every_field() -> None:
    shown = told("--help")

    assert "Tell what was asked." in shown
    assert "Of what." in shown
    assert "--json" in shown
    assert "asked" not in shown.replace("was asked", "")


@pytest.mark.parametrize("options", [SearchOptions(), AlertOptions()])
def test_every_facet_of_a_search_is_an_option(options: object) -> None:
    assert FACETS.keys() <= {name for name in dir(options) if not name.startswith("_")}


def test_names_are_gathered_by_facet() -> None:
    asked = SearchOptions(topic=["AI"], stage=["seed", "series-a"])

    assert {facet: names for facet, names in names_typed(asked).items() if names} == {
        "topic": ["AI"],
        "stage": ["seed", "series-a"],
    }


def test_dates_become_seconds() -> None:
    day_ago = int((NOW - timedelta(days=1)).timestamp())

    assert DateOptions(since="1d").seconds(NOW) == (day_ago, None)
    with pytest.raises(ConfigError, match="--until is 'soon'"):
        DateOptions(until="soon").seconds(NOW)
