"""Lists of phrases: read as patterns of lower case, found in any case."""

import re
import tomllib
from importlib.resources import files

from crawler.extraction.phrases import anywhere, at_start, whole_line


def test_phrases_are_found_in_any_case() -> None:
    assert anywhere("wall").search("SUBSCRIBE to Continue")
    assert anywhere("wall").search("BU HABER ABONELERE ÖZEL")
    assert whole_line("never_text").match("Advertisement")
    assert not whole_line("never_text").match("An advertisement")
    assert at_start("login").match("Sign In")


def test_what_is_blanked_leaves_the_other_words_in_lower_case() -> None:
    assert anywhere("published").blanked("Posted on 3 May").split() == ["on", "3", "may"]


def test_every_phrase_is_written_in_lower_case() -> None:
    table = tomllib.loads((files("crawler.extraction") / "phrases.toml").read_text("utf-8"))
    for name, lines in table.items():
        if isinstance(lines, str):
            letters = re.sub(r"\\.", "", lines)
            assert letters == letters.lower(), name
