"""Sources are leased: each to one watcher at a time, and never for ever."""

import threading
from datetime import timedelta

from sqlalchemy import Engine

from crawler.state import schedule
from crawler.state.schedule import LEASE
from indexer.foundation.clock import CLOCK_SLACK
from indexer.foundation.database import begin, connect
from tests.factories import NOW

NAMES = ["ant", "bee", "cat"]


def enrol(database: Engine, *names: str, due_in: timedelta = timedelta(0)) -> None:
    with begin(database) as connection:
        schedule.enroll(connection, dict.fromkeys(names, NOW + due_in), now=NOW)


def take(database: Engine, owner: str, *, after: timedelta = timedelta(0), limit: int = 10):  # type: ignore[no-untyped-def]
    with begin(database) as connection:
        return schedule.lease(connection, owner, NAMES, now=NOW + after, limit=limit)


def test_a_due_source_is_leased_once(database: Engine) -> None:
    enrol(database, "ant")

    assert [one.source_id for one in take(database, "first")] == ["ant"]
    assert take(database, "second") == []


def test_the_source_due_longest_comes_first(database: Engine) -> None:
    enrol(database, "ant", due_in=timedelta(minutes=-1))
    enrol(database, "bee", due_in=timedelta(minutes=-9))

    assert [one.source_id for one in take(database, "me", limit=1)] == ["bee"]


def test_a_source_is_left_alone_until_it_is_due_again(database: Engine) -> None:
    enrol(database, "ant")
    [mine] = take(database, "me")
    with begin(database) as connection:
        assert schedule.finish(connection, mine, due_at=NOW + timedelta(minutes=20))

    assert take(database, "me", after=timedelta(minutes=19)) == []
    assert len(take(database, "me", after=timedelta(minutes=20))) == 1


def test_a_dead_watcher_s_lease_runs_out_and_another_takes_it(database: Engine) -> None:
    enrol(database, "ant")
    take(database, "dead")

    assert take(database, "heir", after=LEASE - timedelta(seconds=1)) == []
    assert [one.owner for one in take(database, "heir", after=LEASE)] == ["heir"]


def test_who_lost_a_lease_can_neither_finish_nor_renew_it(database: Engine) -> None:
    enrol(database, "ant")
    [late] = take(database, "late")
    take(database, "heir", after=LEASE)

    with begin(database) as connection:
        assert not schedule.finish(connection, late, due_at=NOW)
        assert schedule.renew(connection, [late], now=NOW) == [late]


def test_a_lease_is_held_until_another_has_the_source_even_when_it_ran_out(
    database: Engine,
) -> None:
    enrol(database, "ant")
    [late] = take(database, "late")
    with begin(database) as connection:
        assert schedule.holds(connection, late)
    take(database, "heir", after=LEASE)

    with begin(database) as connection:
        assert not schedule.holds(connection, late)


def test_a_renewed_lease_stays(database: Engine) -> None:
    enrol(database, "ant")
    [mine] = take(database, "me")
    with begin(database) as connection:
        assert schedule.renew(connection, [mine], now=NOW + LEASE / 2) == []

    assert take(database, "other", after=LEASE) == []


def test_a_released_source_is_due_at_once_for_others(database: Engine) -> None:
    enrol(database, "ant")
    with begin(database) as connection:
        schedule.lease(connection, "me", NAMES, now=NOW, limit=1)
        schedule.release(connection, "me")

    assert len(take(database, "other")) == 1


def test_enrolling_again_changes_nothing(database: Engine) -> None:
    enrol(database, "ant", due_in=timedelta(hours=1))
    enrol(database, "ant")

    assert take(database, "me") == []


def test_sources_of_another_watcher_s_list_are_not_touched(database: Engine) -> None:
    enrol(database, "ant", "zebra")

    assert [one.source_id for one in take(database, "me")] == ["ant"]


def test_the_next_due_time_is_told(database: Engine) -> None:
    enrol(database, "ant", due_in=timedelta(minutes=3))
    enrol(database, "bee", due_in=timedelta(minutes=2))
    with begin(database) as connection:
        due = schedule.next_due(connection, NAMES, now=NOW)
        nothing = schedule.next_due(connection, ["none"], now=NOW)

    assert due == NOW + timedelta(minutes=2)
    assert nothing is None


def test_a_clock_set_back_starves_no_source(database: Engine) -> None:
    enrol(database, "ant")
    ahead = timedelta(days=300)
    [mine] = take(database, "me", after=ahead)
    with begin(database) as connection:
        schedule.finish(connection, mine, due_at=NOW + ahead + timedelta(hours=1))

    assert len(take(database, "me")) == 1


def test_a_lease_taken_by_a_clock_that_ran_ahead_runs_out_too(database: Engine) -> None:
    enrol(database, "ant")
    take(database, "ahead", after=LEASE + CLOCK_SLACK + timedelta(seconds=1))

    assert len(take(database, "me")) == 1


def test_four_watchers_at_once_get_every_source_exactly_once(database_url: str) -> None:
    names = [f"source-{n:03}" for n in range(120)]
    engine = connect(database_url)
    with begin(engine) as connection:
        schedule.enroll(connection, dict.fromkeys(names, NOW), now=NOW)
    taken: list[str] = []

    def watch(owner: str) -> None:
        own = connect(database_url)
        while True:
            with begin(own) as connection:
                leases = schedule.lease(connection, owner, names, now=NOW, limit=7)
            if not leases:
                break
            taken.extend(one.source_id for one in leases)
            with begin(own) as connection:
                for one in leases:
                    assert schedule.finish(connection, one, due_at=NOW + timedelta(hours=1))
        own.dispose()

    threads = [threading.Thread(target=watch, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert sorted(taken) == names
