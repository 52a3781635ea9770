"""Pages and listings fetched by hand with a crawl's manners: robots.txt, and each host's pace.

The pace is shared with every crawl on the same state database (`net.host_registry`): a host that a
running watch asks is waited for, and left to it again afterwards.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from urllib.parse import urlsplit

from crawler.errors import FetchError, RobotsRefusal
from crawler.net.fetching import Download, Fetcher
from crawler.net.host_registry import HostRegistry
from crawler.net.politeness import DEFAULT_DELAY_S, LONGEST_DELAY_S, slot_of
from crawler.net.refusals import HeldHost
from crawler.net.robots import RobotsRules, read_robots
from crawler.state.transactions import Transactions
from indexer.foundation.clock import SharedClock
from indexer.foundation.config import Config
from indexer.foundation.database import state_database, transact
from indexer.foundation.errors import DatabaseError, WebError
from indexer.foundation.outbound import following
from indexer.foundation.owners import new_owner
from indexer.foundation.times import steady_s

MAX_REDIRECTS = 6
PATIENCE_S = 30.0  # for a host that a crawl asks at the moment


@dataclass(slots=True, eq=False)
class _Origin:
    """One origin. rules: None until asked. closed: why its robots.txt closes it, or None."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: RobotsRules | None = None
    robots: Download | None = None
    closed: str | None = None


class Visitor:
    """Fetches politely; use it with `async with`.

    pause_s: between two requests to a host. obey_robots: False asks no robots.txt. unverified:
    sites whose broken certificates are let through.
    """

    def __init__(
        self,
        config: Config,
        *,
        pause_s: float = DEFAULT_DELAY_S,
        obey_robots: bool = True,
        unverified: Collection[str] = (),
    ) -> None:
        self._config = config
        self._pause_s = pause_s
        self._obey_robots = obey_robots
        self._fetcher = Fetcher(config, unverified=unverified)
        self._origins: dict[str, _Origin] = {}
        self._hosts: HostRegistry
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "Visitor":
        """Raises: DatabaseError, ConfigError in one line."""
        self._config.make_home()
        async with contextlib.AsyncExitStack() as stack:
            engine = stack.enter_context(state_database(self._config.database_url))
            transactions = Transactions(engine)
            self._hosts = HostRegistry(
                transactions,
                owner=new_owner(),
                clock=SharedClock(),
                span=timedelta(seconds=self._config.lease_s),
            )

            def leave() -> None:
                self._hosts.close()
                transactions.close()
                with contextlib.suppress(DatabaseError):  # others get them when they have run out
                    transact(engine, self._hosts.give_all_back)

            stack.callback(leave)
            await stack.enter_async_context(self._fetcher)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def get(self, url: str, *, pause_s: float | None = None) -> Download:
        """What stands at an address, redirects followed, if its robots.txt allows it.

        pause_s: seconds between two requests to its host; robots.txt may ask for more.
        Raises: FetchError, for other answers than 200 too.
        """
        least_s = self._pause_s if pause_s is None else pause_s

        async def step(address: str) -> Download:
            if self._obey_robots:
                await self._check_rules(address, least_s)
            return await self._ask(address, least_s)

        return await _followed(step, url)

    async def robots(self, url: str) -> bytes:
        """The robots.txt of an address's host; empty when it has none. Raises: FetchError."""
        known = await self._rules_of(_origin(url), self._pause_s)
        return known.robots.body if known.robots is not None else b""

    async def _check_rules(self, url: str, least_s: float) -> None:
        known = await self._rules_of(_origin(url), least_s)
        if known.closed is not None:
            raise RobotsRefusal(f"{url} is closed: {known.closed}")
        if known.rules is not None and not known.rules.allows(url):
            raise RobotsRefusal(f"{url} is closed: robots.txt disallows it")

    async def _ask(self, url: str, least_s: float) -> Download:
        """One request, at its host's next moment. Raises: FetchError."""
        name = slot_of(url)
        async with self._hosts.using(name) as host:
            host.politeness.base_s = least_s
            try:
                await self._hosts.may_ask(name, host, patience_s=PATIENCE_S)
            except HeldHost as error:
                raise FetchError(f"{url} is not asked: {error}; try again later") from error
            host.politeness.asked_at = steady_s()
            answer = await self._fetcher.step(url)
            await self._hosts.answered(
                name,
                answer.status,
                retry_after=answer.retry_after,
                date=answer.date,
                age=answer.age,
            )
            return answer

    async def _rules_of(self, origin: str, least_s: float) -> _Origin:
        """What robots.txt says, asked once; RFC 9309, 2.3.1 says what its status means."""
        known = self._origins.setdefault(origin, _Origin())
        async with known.lock:
            if known.robots is None and known.closed is None:
                await self._learn_rules(known, origin, least_s)
        return known

    async def _learn_rules(self, known: _Origin, origin: str, least_s: float) -> None:
        async def step(address: str) -> Download:
            answer = await self._ask(address, least_s)
            if answer.status == 429 or answer.status >= 500:
                known.closed = f"robots.txt answered {answer.status}"
            return answer

        try:
            known.robots = await _followed(step, f"{origin}/robots.txt")
        except FetchError as error:
            if error.status is None:
                known.closed = f"robots.txt: {error}"
            elif known.closed is None:
                known.robots = Download(url=f"{origin}/robots.txt", status=error.status)
            return
        known.rules = read_robots(known.robots.body)
        if known.rules.left_out:
            logging.getLogger(__name__).warning("%s: %s", known.robots.url, known.rules.left_out)
        asked_s = min(known.rules.delay_s, LONGEST_DELAY_S)
        self._hosts.of(slot_of(origin)).politeness.crawl_delay_s = asked_s


async def _followed(step: Callable[[str], Awaitable[Download]], url: str) -> Download:
    try:
        answer = await following(step, url, most=MAX_REDIRECTS)
    except WebError as error:
        raise FetchError(str(error)) from error
    if answer.status != 200:
        raise FetchError(f"{url} answered {answer.status}", status=answer.status)
    return answer


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(f"{url} is no address: {error}") from error
    return f"{parts.scheme}://{parts.netloc.lower()}"
