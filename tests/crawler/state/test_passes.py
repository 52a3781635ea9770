"""Two passes of a schedule share no source; what one that died had goes to the next."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from crawler.state import passes
from crawler.state.passes import PASSES, OtherPass
from indexer.foundation import owners
from indexer.foundation.database import begin
from tests.factories import NOW

SPAN = timedelta(seconds=30)


def take(
    database: Engine, owner: str, *ids: str, after_s: float = 0.0
) -> tuple[set[str], list[OtherPass]]:
    with begin(database) as connection:
        now = NOW + timedelta(seconds=after_s)
        return passes.take(connection, owner, ids, now=now, span=SPAN)


def test_the_second_of_two_passes_gets_nothing_and_learns_who_has_it_since_when(
    database: Engine,
) -> None:
    assert take(database, "first", "a", "b") == ({"a", "b"}, [])

    ours, others = take(database, "second", "a", "b", after_s=9)

    assert ours == set()
    assert others == [OtherPass(owner="first", began_at=NOW, sources=2)]
    assert others[0].words() == "first, since 2026-11-23 12:00:00 UTC"


def test_different_sources_are_crawled_beside_each_other(database: Engine) -> None:
    take(database, "first", "a", "b")

    ours, others = take(database, "second", "b", "c", after_s=9)

    assert ours == {"c"}
    assert [other.sources for other in others] == [1]


def test_a_pass_that_goes_on_keeps_its_sources_and_one_that_ended_leaves_them(
    database: Engine,
) -> None:
    take(database, "first", "a")
    with begin(database) as connection:
        passes.renew(connection, "first", now=NOW + timedelta(seconds=20), span=SPAN)
    assert take(database, "second", "a", after_s=40)[0] == set()

    with begin(database) as connection:
        passes.give_back(connection, "first")
        assert connection.scalar(select(func.count()).select_from(PASSES)) == 0
    assert take(database, "second", "a", after_s=41)[0] == {"a"}


def test_what_a_dead_pass_had_goes_to_the_next_when_its_lease_ran_out(database: Engine) -> None:
    take(database, "dead", "a")

    assert take(database, "heir", "a", after_s=29)[0] == set()
    assert take(database, "heir", "a", after_s=31) == ({"a"}, [])


def test_a_process_of_this_machine_that_is_no_more_holds_nothing(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(database, "gone", "a")
    monkeypatch.setattr(passes, "is_gone", lambda owner: owner == "gone")

    assert take(database, "heir", "a", after_s=1)[0] == {"a"}


def test_a_lease_written_by_a_clock_far_ahead_is_not_waited_for_longer_than_any(
    database: Engine,
) -> None:
    take(database, "ahead", "a", after_s=90 * 86_400)

    assert take(database, "second", "a")[0] == set()
    assert take(database, "second", "a", after_s=31)[0] == {"a"}


def test_a_transaction_done_twice_takes_nothing_from_itself(database: Engine) -> None:
    owner = owners.new_owner()

    assert take(database, owner, "a") == take(database, owner, "a", after_s=1) == ({"a"}, [])
