from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from crawler.demo import Newsroom, open_newsroom

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="package")
def newsroom() -> Iterator[Newsroom]:
    """One newsroom for tests that only read."""
    with open_newsroom(NOW) as opened:
        yield opened


@pytest.fixture
def own_newsroom() -> Iterator[Newsroom]:
    """A newsroom a test may change."""
    with open_newsroom(NOW) as opened:
        yield opened


@pytest.fixture(scope="package")
def client() -> Iterator[httpx.Client]:
    """One client for all tests: making one costs more than a hundred requests on loopback."""
    with httpx.Client() as opened:
        yield opened
