"""A newsroom on loopback and a deployment that may crawl it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.demo import Newsroom, open_newsroom
from tests.journeys.program import Program, sources_toml


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom(datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    deployment = Program(home=tmp_path / "home", settings={"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})
    yield deployment
    deployment.stop_engine()


@pytest.fixture
def sources(newsroom: Newsroom, tmp_path: Path) -> str:
    path = tmp_path / "sources.toml"
    path.write_text(sources_toml(newsroom))
    return str(path)
