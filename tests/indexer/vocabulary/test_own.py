"""A user's own topics, places and companies: read, checked, and known by their names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.foundation.errors import ConfigError
from indexer.vocabulary import own
from indexer.vocabulary.checking import checked_file
from indexer.vocabulary.companies import companies
from indexer.vocabulary.names import find, resolve
from indexer.vocabulary.taxonomy import taxonomy

WORDS = """
[[topic]]
label = "Seabed mapping"
within = "ocean-tech"
terms = ["seabed map~"]
[[topic]]
label = "Ocean tech"
terms = ["seabed robot~"]
aliases = ["Blue tech"]
[[topic]]
id = "ai.models"
terms = ["Kelp-7B"]
aliases = ["Kelp models"]
[[place]]
name = "Kelpville"
country = "NZ"
latitude = -41.2
longitude = 174.7
aliases = ["Port Kelp"]
[[company]]
name = "Kelp Robotics"
aliases = ["Kelpbot"]
[[company]]
name = "Nvidia"
aliases = ["Team Green"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / own.USER_FILE
    own.use(file)
    yield file
    own.use(None)


def complaints(file: Path, words: str) -> list[str]:
    """What a file with these words is complained of, without its name."""
    file.write_text(words)
    with pytest.raises(ConfigError) as caught:
        checked_file()
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{file}") for line in lines)
    return [line.removeprefix(str(file)).removeprefix(": ") for line in lines]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("topic", "ocean tech", ("topics.lvl0", "Ocean tech")),
        ("topic", "ocean-tech", ("topics.lvl0", "Ocean tech")),
        ("topic", "BLUE TECH", ("topics.lvl0", "Ocean tech")),
        ("topic", "Ocean tech > Seabed mapping", ("topics.lvl1", "Ocean tech > Seabed mapping")),
        ("region", "Port Kelp", ("regions.lvl2", "Oceania > New Zealand > Kelpville")),
        ("company", "kelpbot", ("companies", "Kelp Robotics")),
        ("company", "Team Green", ("companies", "Nvidia")),
    ],
)
def test_they_are_found_by_label_id_and_alias(
    file: Path, kind: str, name: str, value: tuple[str, str]
) -> None:
    assert find(kind, name) is None
    file.write_text(WORDS)
    own.use(None)
    own.use(file)

    assert resolve(kind, name).values == (value,)


def test_a_known_topic_or_company_keeps_what_it_has(file: Path) -> None:
    file.write_text(WORDS)

    models = taxonomy().labels["ai.models"]
    [nvidia] = [one for one in companies() if one.name == "Nvidia"]
    assert models.label == "Foundation models & LLMs"
    assert {"LLM", "Kelp models"} <= set(models.aliases)
    assert (nvidia.country, nvidia.ticker) == ("US", "NASDAQ:NVDA")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[[topics]]\n", "topics does not belong here: write [[topic]], [[place]] or [[company]]"),
        ("topic = 3\n", "topic does not belong here: write [[topic]], [[place]] or [[company]]"),
        ('[[topic]]\nlabel = "Tides"\n', "topic 'Tides': terms is missing: write terms = ..."),
        (
            '[[topic]]\nlabel = "Tides"\nterms = []\n',
            "topic 'Tides': terms is []: write at least one",
        ),
        (
            '[[topic]]\nlabel = "Tides"\nterms = ["x"]\n',
            "topic 'Tides': terms is ['x']: 'x' in it: write a name in quotes, "
            "2 to 80 characters in one line, without >",
        ),
        (
            '[[topic]]\nlabel = "Tides"\nterm = ["tide"]\nterms = ["tide"]\n',
            "topic 'Tides': term is no field of a topic: did you mean terms?",
        ),
        (
            '[[topic]]\nlabel = "Drones"\nterms = ["drone"]\n',
            "topic 'drones': 'Drones' is a name of 'robotics.drones' already: write another",
        ),
        (
            '[[topic]]\nid = "ai"\nlabel = "Brains"\nterms = ["brain"]\n',
            "topic 'ai': its id is that of 'Artificial intelligence': "
            "leave the label out, or give another id",
        ),
        (
            '[[topic]]\nid = "tides"\nterms = ["tide"]\n',
            "topic 'tides': label is missing: write label = ..., "
            "or the id of a topic that there is",
        ),
        (
            '[[topic]]\nlabel = "海洋"\nterms = ["海洋"]\n',
            "topic '海洋': id is missing: its label has no Latin letters, so write id = \"...\"",
        ),
        (
            '[[place]]\nname = "A > B"\ncountry = "NZ"\nlatitude = 91\nlongitude = true\n',
            "place 'A > B': name is 'A > B': write a name in quotes, "
            "2 to 80 characters in one line, without >",
        ),
        (
            '[[company]]\nname = "Kelp"\nticker = "KLP"\n',
            "company 'Kelp': ticker is 'KLP': write exchange and symbol, such as \"NASDAQ:NVDA\"",
        ),
        ("[[company]]\n", "company number 1: name is missing: write name = ..."),
        ("[[company]\n", "is not TOML"),
    ],
)
def test_a_fault_is_told_with_table_value_and_what_to_write(
    file: Path, words: str, told: str
) -> None:
    assert complaints(file, words)[0].strip().startswith(told)


def test_a_topic_within_none_is_told(file: Path) -> None:
    [line] = complaints(file, '[[topic]]\nlabel = "Tides"\nwithin = "sea"\nterms = ["tide"]\n')

    assert line.startswith("topic 'sea.tides': within is 'sea': write the id of a topic, of ai, ")


def test_many_faults_are_told_in_a_screen(file: Path) -> None:
    file.write_text("[[company]]\n" * 50)
    with pytest.raises(ConfigError, match=r"\.\.\. and 30 more") as caught:
        checked_file()
    assert len(str(caught.value).splitlines()) == 21


def test_a_file_that_is_too_large_or_no_text_is_told(file: Path) -> None:
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError, match="keep it under 1000000"):
        checked_file()
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not UTF-8 at byte 0"):
        checked_file()
