"""Moments as people write them: spans back from now and dates."""

from datetime import UTC, datetime, timedelta

import pytest

from indexer.foundation.errors import ConfigError
from indexer.foundation.times import moment, now_utc

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("45min", timedelta(minutes=45)),
        ("90m", timedelta(minutes=90)),
        ("36h", timedelta(hours=36)),
        ("2d", timedelta(days=2)),
        (" 3 W ", timedelta(weeks=3)),
    ],
)
def test_a_span_counts_back_from_now(text: str, back: timedelta) -> None:
    assert moment(text, now=NOW, option="--since") == NOW - back


def test_a_date_means_its_first_moment_in_utc() -> None:
    found = moment("2026-11-20", now=NOW, option="--since")

    assert found == datetime(2026, 11, 20, tzinfo=UTC)


def test_an_offset_is_kept_to_in_utc() -> None:
    found = moment("2026-11-20T08:00+08:00", now=NOW, option="--since")

    assert found == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", [None, ""])
def test_nothing_written_is_no_moment(text: str | None) -> None:
    assert moment(text, now=NOW, option="--since") is None


@pytest.mark.parametrize(
    "text",
    [" ", "yesterday", "2", "-2d", "2.5d", "123456d", "2026-13-01", "0001-01-01T00:00+14:00"],
)
def test_anything_else_is_refused_with_the_options_name(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        moment(text, now=NOW, option="--until")

    assert str(caught.value).startswith(f"--until is {text!r}: write ")


def test_the_clock_is_aware() -> None:
    assert now_utc().tzinfo is UTC
