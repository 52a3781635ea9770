"""Why a request was not sent, or its answer not used. One tree, told apart by slugs.

Refusal
├── ClosedAddress       a private address nobody opened
├── Disallowed          robots.txt says no
├── Reserved            the publisher reserves text and data mining
├── HeldHost            the host asked to be left alone for a while
│   └── BusyHost        another crawler asks it at the moment
├── BrokenTLS           the host cannot prove who it is
├── SlowPage            a page that drips
├── LostTurn            another crawler has the source now
└── RobotsUnreachable   robots.txt could not be read, so nothing else is
"""

from scrapy.exceptions import IgnoreRequest


class Refusal(IgnoreRequest):
    """slug: for counting. for_good: asking again soon changes nothing. left_s: seconds to wait."""

    slug = "refused"
    for_good = True

    def __init__(self, words: str, *, left_s: float = 0.0) -> None:
        super().__init__(words)
        self.left_s = left_s


class ClosedAddress(Refusal):
    """A private address nobody opened with TECHWIRE_ALLOW_HOSTS."""

    slug = "closed"


class Disallowed(Refusal):
    """robots.txt says no."""

    slug = "robots"


class Reserved(Refusal):
    """The publisher reserves text and data mining."""

    slug = "tdm"


class HeldHost(Refusal):
    """A host that asked to be left alone for a while."""

    slug = "held"
    for_good = False


class BusyHost(HeldHost):
    """Another crawler asks this host; it gets one request at a time from all of us together."""

    slug = "busy"


LET_THROUGH = "verify_tls = false in its source's entry lets it through"


class BrokenTLS(Refusal):
    """The host's certificate is broken, and its source does not let it through."""

    slug = "certificate"
    for_good = False


class SlowPage(Refusal):
    """A page or listing that did not come whole in its time; asked at once it would do so again."""

    slug = "slow"
    for_good = False


class LostTurn(Refusal):
    """The lease of the source ran out: another crawler may have it now."""

    slug = "lost"
    for_good = False


class RobotsUnreachable(Refusal):
    """robots.txt could not be read; RFC 9309, 2.3.1.4 wants the whole site left alone then."""

    slug = "unreachable"
    for_good = False
