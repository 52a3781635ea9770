"""What each host wants of us: delays, Crawl-delay, Retry-After, 429 and 503.

When a request goes is decided in `middlewares.download_handler`; here is what a host's words mean,
and that every host has one slot. Pure.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.net.refusals import HeldHost

WORTH_WAITING_S = 15.0  # a host that asks for more is left alone until its next turn
DEFAULT_DELAY_S = 1.0
LONGEST_DELAY_S = 300.0
LONGEST_SLOWING_S = 60.0
RECOVERY_S = 3600.0  # without a complaint, until a slowed host's extra delay is halved


@dataclass(slots=True)
class Politeness:
    """What one host wants of us. Times are seconds on the steady clock.

    base_s: the registry's or the default delay. crawl_delay_s: robots.txt's. slowed_s: ours
    since its last complaint, at slowed_at. held_until: nothing is sent before. asked_at: our last
    request.
    """

    base_s: float = DEFAULT_DELAY_S
    crawl_delay_s: float = 0.0
    slowed_s: float = 0.0
    slowed_at: float = 0.0
    held_until: float = 0.0
    asked_at: float = float("-inf")

    def delay_s(self, now_s: float) -> float:
        """Seconds between two requests."""
        halvings = int(max(0.0, now_s - self.slowed_at) / RECOVERY_S)
        slowed = self.slowed_s / 2**halvings if halvings < 8 else 0.0
        return max(self.base_s, self.crawl_delay_s, slowed)

    def left_s(self, now_s: float) -> float:
        """Seconds until the next request may be sent."""
        return max(self.held_until, self.asked_at + self.delay_s(now_s)) - now_s

    def complain(self, now_s: float, hold_s: float) -> None:
        """The host said 429 or 503."""
        self.slowed_s = min(2 * max(self.delay_s(now_s), 1.0), LONGEST_SLOWING_S)
        self.slowed_at = now_s
        self.held_until = max(self.held_until, now_s + hold_s)

    def is_held(self, now_s: float) -> bool:
        """Whether the host asked for more than is worth waiting for."""
        return self.held_until - now_s > max(WORTH_WAITING_S, self.delay_s(now_s))


def held(host: str, left_s: float) -> HeldHost:
    """The refusal to ask a host that wants to be left alone."""
    return HeldHost(f"{host} asked to be left alone for {left_s:.0f} s", left_s=left_s)


def slot_of(url: str) -> str:
    """Host and port: who answers, and so whom to be polite to."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
