"""What headers ask: read where they say something, bounded, and never an error."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats.freshness import LONGEST_ASKED, fresh_for, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"cache-control": "public, max-age=900"}, 15),
        ({"cache-control": "max-age=60, s-maxage=600"}, 10),
        ({"cache-control": "max-age=900", "age": "300"}, 10),
        ({"cache-control": "no-cache, max-age=900"}, 0),
        ({"cache-control": "max-age=31536000"}, 1440),
        ({"expires": "Mon, 23 Nov 2026 12:30:00 GMT"}, 30),
        (
            {
                "expires": "Mon, 23 Nov 2026 09:30:00 GMT",
                "date": "Mon, 23 Nov 2026 09:00:00 GMT",
            },
            30,
        ),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({}, 0),
    ],
)
def test_freshness_is_read_as_the_standard_says(headers: dict[str, str], minutes: int) -> None:
    assert fresh_for(headers, now=NOW) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("999999999", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(text: str, seconds: int) -> None:
    assert retry_after(text, now=NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9", "9" * 400])
def test_an_unreadable_retry_after_is_none(text: str) -> None:
    assert retry_after(text, now=NOW) is None


@given(st.text(max_size=80))
def test_no_header_makes_it_fail(text: str) -> None:
    for name in ("cache-control", "expires", "date", "age"):
        found = fresh_for({"expires": "Mon, 23 Nov 2026 12:30:00 GMT", name: text}, now=NOW)
        assert timedelta(0) <= found <= LONGEST_ASKED
    retry_after(text, now=NOW)
