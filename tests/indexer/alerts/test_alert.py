"""Alerts as people write them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.alerts.alert import read_alert
from indexer.alerts.alerts_file import read_file
from indexer.foundation.errors import ConfigError
from tests.factories import NOW
from tests.indexer.alerts.desk import SECRET


def test_an_alert_reads_as_it_was_written() -> None:
    options = {
        "words": "chip export",
        "topic": ["Semiconductors"],
        "webhook": "https://hooks.example.org/x",
        "digest": "daily",
        "secret": SECRET,
    }
    alert = read_alert("chips", options)

    assert alert.options() == options
    assert read_alert("chips", alert.options()) == alert
    assert alert.summary() == "“chip export”, topic Semiconductors"
    assert SECRET not in repr(alert)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "nothing to look for": ({"feed": True}, "either a search"),
    "search and silence": ({"words": "x", "silent": ["a"], "feed": True}, "either a search"),
    "no way": ({"words": "x"}, "say one of feed"),
    "two ways": ({"words": "x", "feed": True, "email": "a@b.example"}, "say one of feed"),
    "odd address": ({"words": "x", "email": "a@b\nBcc: c@d"}, "write one address"),
    "two addresses": ({"words": "x", "email": "a@b.example, c@d.example"}, "write one address"),
    "odd webhook": ({"words": "x", "webhook": "ftp://x", "secret": SECRET}, "https://"),
    "webhook with a line": ({"words": "x", "webhook": "https://x/\r\na: b", "secret": SECRET}, ""),
    "odd port": ({"words": "x", "webhook": "https://x:99999/", "secret": SECRET}, "https://"),
    "no secret": ({"words": "x", "webhook": "https://x"}, "needs a secret"),
    "odd digest": ({"words": "x", "feed": True, "digest": "weekly"}, "hourly or daily"),
    "odd words": ({"words": 7, "feed": True}, "write one text"),
    "odd topic": ({"topic": {"a": 1}, "feed": True}, "list of texts"),
    "odd feed": ({"words": "x", "feed": "yes"}, "write feed = true"),
    "unknown option": ({"words": "x", "feed": True, "colour": "red"}, "'colour'"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_bad_alert_says_what_to_write(case: tuple[dict[str, Any], str]) -> None:
    options, words = case

    with pytest.raises(ConfigError) as caught:
        read_alert("mine", options)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "A", "../x", "a b", "-a", "x" * 65])
def test_a_name_is_fit_for_a_file(name: str) -> None:
    with pytest.raises(ConfigError, match="small letters"):
        read_alert(name, {"words": "x", "feed": True})


def test_days_begin_in_the_morning() -> None:
    alert = read_alert("mine", {"words": "x", "feed": True, "digest": "daily"})
    morning = datetime(2026, 11, 23, 6, 0).astimezone()

    assert alert.period(morning - timedelta(minutes=1)) != alert.period(morning)
    assert alert.period(morning) == alert.period(morning + timedelta(hours=23))


def test_hours_begin_on_the_hour() -> None:
    alert = read_alert("mine", {"words": "x", "feed": True, "digest": "hourly"})

    assert alert.period(NOW) == alert.period(NOW + timedelta(minutes=59))
    assert alert.period(NOW) != alert.period(NOW + timedelta(minutes=60))


@pytest.mark.parametrize("written", ["[a", "\xff"])
def test_a_bad_file_is_named(tmp_path: Path, written: str) -> None:
    (tmp_path / "alerts.toml").write_bytes(written.encode("latin-1"))

    with pytest.raises(ConfigError, match=r"alerts\.toml cannot be read"):
        read_file(tmp_path)


def test_tables_that_are_no_alerts_are_named_beside_those_that_are(tmp_path: Path) -> None:
    tables = ("odd = 1", '[a]\nwords = "x"', '[good]\nwords = "x"\nfeed = true')
    (tmp_path / "alerts.toml").write_text("\n".join(tables))

    written = read_file(tmp_path)

    assert [alert.name for alert in written.alerts] == ["good"]
    assert "outside of a table" in written.faults["odd"]
    assert "alerts.toml: alert a: say one of feed" in written.faults["a"]
    assert [name in written for name in ("odd", "a", "good", "other")] == [True, True, True, False]
