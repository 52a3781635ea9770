"""One process sends to an index at a time, and a stopped one does not go on where it was."""

import time

from sqlalchemy import Engine, select, update

from indexer.delivery.sender import SENDERS, SendingRight
from indexer.foundation.database import begin


def test_a_second_sender_waits_for_the_first(database: Engine) -> None:
    first, second = (SendingRight(database, "news", span_s=30) for _ in range(2))

    with first.held() as ours:
        assert ours
        assert first.is_sure()
        with second.held() as theirs:
            assert not theirs
            assert not second.is_sure()
    with second.held() as theirs:
        assert theirs


def test_two_indexes_have_a_sender_each(database: Engine) -> None:
    one, other = (SendingRight(database, name, span_s=30) for name in ("news", "test"))

    with one.held() as first, other.held() as second:
        assert first
        assert second


def test_a_dead_sender_s_right_runs_out(database: Engine) -> None:
    lease = {"owner": "elsewhere:abc:1:dead", "lease_until": time.time() + 3600}
    heir = SendingRight(database, "news", span_s=7200)
    with heir.held():
        pass
    with begin(database) as connection:
        connection.execute(update(SENDERS).values(**lease))
    with heir.held() as ours:
        assert not ours
    with begin(database) as connection:
        connection.execute(update(SENDERS).values(lease_until=time.time() - 1))
    with heir.held() as ours:
        assert ours


def test_a_right_is_renewed_while_it_is_held(database: Engine) -> None:
    def until() -> float:
        with begin(database) as connection:
            return float(connection.scalar(select(SENDERS.c.lease_until)) or 0.0)

    right = SendingRight(database, "news", span_s=0.4)
    with right.held():
        first = until()
        deadline_s = time.monotonic() + 20
        while until() == first and time.monotonic() < deadline_s:
            time.sleep(0.02)
        assert until() > first


def test_who_lost_the_right_is_no_longer_sure_of_it(database: Engine) -> None:
    right = SendingRight(database, "news", span_s=0.2)
    with right.held():
        deadline_s = time.monotonic() + 20
        while right.is_sure() and time.monotonic() < deadline_s:
            heir = {"owner": "elsewhere:abc:1:heir", "lease_until": time.time() + 0.1}
            with begin(database) as connection:
                connection.execute(update(SENDERS).values(**heir))
        assert not right.is_sure()
