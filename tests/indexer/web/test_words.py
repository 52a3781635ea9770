"""The page's translations are complete: words, topics, regions and countries of our naming."""

import re
from pathlib import Path

import pytest

from indexer.vocabulary.places import region_rules, regions
from indexer.vocabulary.taxonomy import taxonomy

WORDS = Path(__file__).parents[3] / "indexer/web/page/src/words"
LANGUAGES = ["es", "zh"]
KEY = re.compile(r'^  (?:"([^"]+)"|(\w+)):\s+"', re.MULTILINE)


def keys(name: str) -> set[str]:
    text = WORDS.joinpath(f"{name}.ts").read_text(encoding="utf-8")
    return {quoted or plain for quoted, plain in KEY.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_page_is_translated(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_and_region_has_a_name(language: str) -> None:
    topics = {label.label for label in taxonomy().labels.values()}
    countries = set(region_rules()["country_names"].values())  # the browser names the others

    assert topics | set(regions().values()) | countries <= keys(f"{language}_names")
