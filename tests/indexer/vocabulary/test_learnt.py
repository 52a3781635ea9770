"""The list of learnt companies: what stands in it, and who reads it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.foundation.errors import ConfigError
from indexer.vocabulary import own
from indexer.vocabulary.checking import words_of_it, words_to_hand_on
from indexer.vocabulary.companies import companies
from indexer.vocabulary.learnt import FILE, Evidence, Learnt, LearntCompany, read, write

EVIDENCE = Evidence(source="heise", url="https://heise.example/1", phrase='firm "Kelparo"\\')
KELPARO = LearntCompany(
    name="Kelparo",
    aliases=("Kelparo Robotics", "Kelp \u7c73"),
    first_seen="2026-11-30",
    evidence=(EVIDENCE, replace(EVIDENCE, source="techcrunch")),
)
NVIDIA = LearntCompany(name="Nvidia")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    own.use(tmp_path / own.USER_FILE)
    yield tmp_path / FILE
    own.use(None)


def named(name: str) -> list[tuple[str, ...]]:
    return [company.aliases for company in companies() if company.name == name]


def test_what_is_written_is_read_again_and_an_absent_file_holds_nothing(file: Path) -> None:
    learnt = Learnt(version=3, companies=(KELPARO, NVIDIA), refused=("Banana",))

    assert read(file) == Learnt()
    write(file, learnt)
    assert read(file) == learnt


def test_learnt_companies_stand_behind_the_listed_and_refused_ones_nowhere(file: Path) -> None:
    listed = named("Nvidia")
    write(file, Learnt(version=1, companies=(KELPARO, NVIDIA)))
    own.use(None)
    own.use(file.with_name(own.USER_FILE))

    assert named("Kelparo") == [("Kelparo", "Kelparo Robotics", "Kelp \u7c73")]
    assert named("Nvidia") == listed
    assert words_to_hand_on() == file.with_name(own.USER_FILE)  # absent, and its folder is not
    assert words_of_it() == f"companies learnt 2, from {file}"

    write(file, Learnt(version=2, companies=(KELPARO,), refused=("Kelparo",)))
    own.use(None)
    own.use(file.with_name(own.USER_FILE))
    assert named("Kelparo") == []


@pytest.mark.parametrize("words", ["version = 1\ncompany = 3", "company = []", "version", "\xff"])
def test_a_broken_list_is_told_in_one_line(file: Path, words: str) -> None:
    file.write_text(words, encoding="latin-1")

    with pytest.raises(ConfigError) as caught:
        companies()

    assert str(caught.value).startswith(f"{file} is no list of learnt companies (")
    assert str(caught.value).endswith("run `techwire companies learn` anew")
