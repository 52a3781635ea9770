"""What is learnt from many documents, and what is not."""

import pytest

from crawler.enrichment.companies.learning import Learning
from indexer.vocabulary.learnt import LearntCompany

KELP = "The startup Kelparo, which makes robots, grows."
KELP_TOO = "Robotics firm Kelparo hires 40 engineers."


def learnt(*documents: tuple[str, str, str], refused: tuple[str, ...] = ()) -> list[LearntCompany]:
    """From documents of (publisher, story, text)."""
    learning = Learning()
    for number, (source, story, text) in enumerate(documents):
        url = f"https://{source}.example/{number}"
        learning.read("", text, source=source, story=story, url=url, at=86_400 * (20_000 + number))
    return learning.learnt(refused)


def test_a_name_that_two_publishers_introduce_is_learnt_with_its_evidence() -> None:
    (one,) = learnt(("heise", "a", KELP), ("techcrunch", "b", KELP_TOO))

    assert (one.name, one.aliases, one.first_seen) == ("Kelparo", (), "2024-10-04")
    assert [told.source for told in one.evidence] == ["heise", "techcrunch"]
    assert one.evidence[1].phrase == "firm Kelparo"
    assert one.evidence[1].url == "https://techcrunch.example/1"


@pytest.mark.parametrize(
    "documents",
    [
        [("heise", "a", KELP), ("heise", "b", KELP_TOO)],  # one publisher
        [("heise", "a", KELP), ("techcrunch", "a", KELP)],  # copies of one story
        [("heise", "a", "Kelparo grows. Kelparo wins."), ("techcrunch", "b", "Kelparo is big.")],
        [("heise", "a", KELP.replace("Kelparo", "Nvidia")), ("techcrunch", "b", "Nvidia, a firm")],
        [("heise", "a", "The startup Banana, which"), ("zdnet", "b", "The startup Banana, which")],
    ],
    ids=["one publisher", "copies", "capitals alone", "a listed company", "a common word"],
)
def test_other_names_are_not(documents: list[tuple[str, str, str]]) -> None:
    assert learnt(*documents) == []


def test_a_longer_name_is_an_alias_and_a_refused_one_is_never_learnt() -> None:
    documents = [
        ("heise", "a", KELP),
        ("techcrunch", "b", KELP_TOO),
        ("zdnet", "c", "The startup Kelparo Robotics, which makes arms, grows."),
        ("golem", "d", "Chipmaker Kelparo Robotics lays off 40 engineers."),
    ]

    (one,) = learnt(*documents)

    assert (one.name, one.aliases) == ("Kelparo", ("Kelparo Robotics",))
    assert [known.name for known in learnt(*documents, refused=("kelparo",))] == [
        "Kelparo Robotics"
    ]
