"""Whatever a stranger wrote, a terminal shows its letters and does nothing else."""

import io
import json
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Callable

import pytest
from rich.table import Table
from rich.text import Text

from indexer.foundation.terminal import (
    TellingRecord,
    Terminal,
    harmless,
    print_json,
    say,
    telling,
    write_out,
)

HOSTILE = [
    "\x1b[2J\x1b[31mred",  # CSI
    "\x1b]0;owned\x07 \x1b]8;;http://x/\x1b\\link",  # OSC: window's title, hyperlink
    "\x9b31m \x9dtitle\x9c \x90q\x9c",  # the same in C1
    "over\rwritten\x08\x08\x0b\x0c\x7f\x00",
    "gro.elpmaxe\u202e/safe\u202c \u2066a\u2069 \u200f\u200e\u061c",
    "pay\u200bpal \u200cx\u200dy \u2060\ufeff\u00ad\u180e \u2064",
    "\U000e0041\U000e0042 tags",
    "A \udc00 B",
    "two\u2028lines\u2029more",
]
# what a line may hold beside what is seen: the two that spelling needs, and its own end
SPELLING = "\u200c\u200d\n\t"


def steering(text: str) -> list[str]:
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in hidden and c not in SPELLING]


def on_a_terminal(what: object) -> str:
    out = io.StringIO()
    Terminal(file=out, width=200, force_terminal=True, color_system=None).print(what)
    return out.getvalue()


def a_table(text: str) -> Table:
    table = Table("name")
    table.add_row(text)
    table.add_row(Text(text, style="bold"))
    return table


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", [str, Text, a_table], ids=["words", "text", "table"])
def test_a_strangers_text_steers_no_terminal(text: str, form: Callable[[str], object]) -> None:
    out = on_a_terminal(form(text))

    assert steering(out) == []
    assert not {"\u200c", "\u200d"} & set(out)
    out.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_the_last_line_a_log_line_and_what_a_file_gets_are_as_harmless(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say(text)
    write_out(text)
    out, err = capsys.readouterr()

    assert steering(out + err + telling(text)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_json_tells_all_of_it_in_escapes(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({text: [text]})

    out = capsys.readouterr().out
    assert steering(out) == []
    assert json.loads(out) == {text: [text]}


@pytest.mark.parametrize(
    "text", ["杭州 · Ünïcode", "می‌خواهم", "क्‍ष", "👩‍🚀 ❤️", "a\n\tb", "[bold] :fire:"]
)
def test_every_script_is_shown_as_it_is_written(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_json({"title": text})

    assert harmless(text) == text
    assert json.loads(capsys.readouterr().out) == {"title": text}
    assert on_a_terminal(Text(text)).rstrip() == text.expandtabs()
    assert on_a_terminal(text).rstrip() == text.expandtabs()


def test_a_row_of_a_table_is_one_line_where_no_terminal_folds_it() -> None:
    out = io.StringIO()
    table = Table(box=None)
    table.add_row("a long name " * 40, "off because " * 40)

    Terminal(file=out).print(table)

    assert out.getvalue().count("\n") == 2


@pytest.mark.parametrize("form", [str, a_table, lambda text: text + "\n"])
def test_secrets_of_addresses_are_not_told(form: Callable[[str], object]) -> None:
    assert (
        "geheim" not in on_a_terminal(form("asking https://me:geheim@a.example/?key=geheim"))[:90]
    )


def test_an_articles_own_address_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://a.example/story?key=17"
    print_json({"url": address}, content=True)

    assert address in capsys.readouterr().out
    assert address in on_a_terminal(Text(address))

    print_json({"url": address})
    assert json.loads(capsys.readouterr().out) == {"url": "https://a.example/story?key=***"}


def test_a_record_of_a_strange_handler_hides_its_crash_too(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(TellingRecord)
    try:
        try:
            raise ValueError("http://me:geheim@a.example/\x1b[2J")
        except ValueError:
            logging.getLogger("scrapy").exception("Crawled <GET %s>", "http://geheim@a.example/")
    finally:
        logging.setLogRecordFactory(before)

    assert "geheim" not in caplog.text
    assert "ValueError: http://***@a.example/[2J" in caplog.text


def test_a_crash_hides_them_and_a_small_character_set_stops_nothing() -> None:
    code = (
        "from indexer.foundation.terminal import *\n"
        "set_up_output()\n"
        "Terminal().print('杭州')\n"
        "raise RuntimeError('http://me:geheim@a.example')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )

    assert done.stdout == "\\u676d\\u5dde\n"
    assert done.stderr.endswith("RuntimeError: http://***@a.example\n")
    assert "geheim" not in done.stderr.replace("'http://me:geheim@a.example'", "")
