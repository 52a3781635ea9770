from dataclasses import replace
from pathlib import Path

import pytest

from crawler.runs.contact import ask_for_contact
from indexer.foundation.config import Config, load


@pytest.fixture
def fresh(tmp_path: Path) -> Config:
    return replace(load(), home=tmp_path / "new", contact=None)


def test_a_first_crawl_asks_for_a_contact(
    fresh: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_for_contact(fresh)

    assert "set TECHWIRE_CONTACT" in capsys.readouterr().err


def test_a_later_crawl_or_one_with_a_contact_asks_nothing(
    fresh: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_for_contact(replace(fresh, contact="https://a.example/"))
    fresh.home.mkdir()
    ask_for_contact(fresh)

    assert capsys.readouterr().err == ""
