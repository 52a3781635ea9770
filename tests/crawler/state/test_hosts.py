"""A host is asked by one crawler at a time, and never before its moment."""

from datetime import timedelta

from sqlalchemy import Engine, select

from crawler.state import hosts
from crawler.state.hosts import FORGOTTEN_AFTER, HOSTS, Busy, Rest
from indexer.foundation.database import begin
from tests.factories import NOW

SPAN = timedelta(seconds=30)
AT = NOW.timestamp()


def take(database: Engine, owner: str, *, after_s: float = 0.0, pace_s: float = 1.0) -> Rest | Busy:
    now = NOW + timedelta(seconds=after_s)
    with begin(database) as connection:
        return hosts.take(connection, "a.example", owner, now=now, span=SPAN, pace_s=pace_s)


def give_back(database: Engine, owner: str, rest: Rest, *, after_s: float = 0.0) -> None:
    now = NOW + timedelta(seconds=after_s)
    with begin(database) as connection:
        hosts.give_back(connection, {"a.example": rest}, owner, now=now)


def test_a_host_goes_to_one_crawler_at_a_time(database: Engine) -> None:
    assert take(database, "first") == Rest(free_at=0.0)

    assert take(database, "second", after_s=10) == Busy(left_s=20.0)
    assert isinstance(take(database, "first", after_s=10), Rest)


def test_who_comes_next_learns_when_it_may_ask_and_what_the_host_complained_of(
    database: Engine,
) -> None:
    take(database, "first")
    told = Rest(free_at=AT + 9, pace_s=8.0, slowed_s=8.0, slowed_at=AT + 1)
    give_back(database, "first", told)

    assert take(database, "second", after_s=2) == told


def test_after_a_dead_crawler_a_host_rests_for_one_more_pace(database: Engine) -> None:
    take(database, "dead", pace_s=60.0)

    found = take(database, "heir", after_s=30)

    assert isinstance(found, Rest)
    assert found.free_at == AT + 30 + 60


def test_who_lost_a_host_can_neither_renew_it_nor_give_it_back(database: Engine) -> None:
    take(database, "late")
    take(database, "heir", after_s=31)
    later = NOW + timedelta(seconds=32)

    with begin(database) as connection:
        lost = hosts.renew(connection, {"a.example": Rest()}, "late", now=later, span=SPAN)
    give_back(database, "late", Rest(free_at=AT + 999))

    assert lost == {"a.example"}
    assert isinstance(take(database, "third", after_s=33), Busy)


def test_the_hosts_others_ask_are_told(database: Engine) -> None:
    take(database, "me")
    with begin(database) as connection:
        assert hosts.held_by_others(connection, "me", now=NOW, span=SPAN) == set()
        assert hosts.held_by_others(connection, "you", now=NOW, span=SPAN) == {"a.example"}
        assert hosts.held_by_others(connection, "you", now=NOW + SPAN, span=SPAN) == set()


def test_hosts_nobody_asks_are_forgotten_but_not_what_they_asked_for(database: Engine) -> None:
    take(database, "me")
    give_back(database, "me", Rest(free_at=(NOW + 2 * FORGOTTEN_AFTER).timestamp()))
    with begin(database) as connection:
        hosts.forget(connection, now=NOW + FORGOTTEN_AFTER)
        assert len(connection.execute(select(HOSTS)).all()) == 1
        hosts.forget(connection, now=NOW + 4 * FORGOTTEN_AFTER)
        assert connection.execute(select(HOSTS)).all() == []
