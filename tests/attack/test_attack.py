"""No hostile input stops or opens anything. `make attack` tries more of them."""

from tests.attack.everything import attacks
from tests.attack.outcome import Outcome, table


def test_every_hostile_input_is_survived() -> None:
    found = list(attacks(full=False, seed=1))

    assert len(found) > 200
    assert [one for one in found if one.wrong is not None] == [], f"\n{table(found)}"


def test_the_table_counts_what_was_tried_and_names_what_failed() -> None:
    found = [
        Outcome(kind="bombs", name="gzip"),
        Outcome(kind="bombs", name="br", wrong="ate 9 GB"),
        Outcome(kind="robots.txt", name="stars"),
    ]

    assert table(found).splitlines() == [
        "             tried  survived  failed",
        "bombs            2         1       1",
        "robots.txt       1         1       0",
        "all              3         2       1",
        "failed: bombs, br: ate 9 GB",
    ]
