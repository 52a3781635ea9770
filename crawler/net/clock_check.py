"""Whether this machine's clock is right, by what the hosts say that answer it (`Date`).

Relative dates count from our clock and dates ahead of it are doubted, so a wrong one is reported.
Nothing else is decided by this, since a cache may say what it likes.
"""

from collections import OrderedDict
from datetime import timedelta

from crawler.formats.freshness import http_date
from indexer.foundation.clock import Clock, say_once, span_words

HOSTS = 5  # that must agree
WRONG = timedelta(hours=1)


class ClockCheck:
    """Compares a clock with the last hosts' that answered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: OrderedDict[str, timedelta] = OrderedDict()  # host -> our clock, of its

    def heard(self, host: str, *, date: str, age: str = "") -> None:
        """A host answered with these headers; says once in a process that our clock is wrong."""
        there = http_date(date)
        if there is None:
            return
        age = age.strip()[:9]
        cached = timedelta(seconds=int(age) if age.isdigit() else 0)
        self._ahead[host] = self._clock() - there - cached
        self._ahead.move_to_end(host)
        if len(self._ahead) > HOSTS:
            self._ahead.popitem(last=False)
        least, most = min(self._ahead.values()), max(self._ahead.values())
        if len(self._ahead) == HOSTS and (least > WRONG or most < -WRONG):
            nearest = least if least > WRONG else -most
            say_once(
                "clock",
                "this machine's clock is %s %s what %s hosts say: set it, for dates of articles "
                "are read by it",
                span_words(nearest.total_seconds()),
                "ahead of" if least > WRONG else "behind",
                str(HOSTS),
            )
