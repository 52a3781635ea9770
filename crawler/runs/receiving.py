"""What hubs send to the page's server, handed to the state: the receiver of its callback."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Engine

from crawler.state import pings
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import begin, state_database
from indexer.web.hub_calls import HubCall, Receiver


@contextmanager
def receiver_of(config: Config) -> Iterator[Receiver | None]:
    """The receiver while the block runs; None where no public address is set."""
    if config.public_url is None:
        yield None
        return
    with state_database(config.database_url) as engine:
        yield lambda call: received(engine, call)


def received(engine: Engine, call: HubCall) -> tuple[int, str]:
    """Take one call of a hub. Returns: HTTP status and text, as WebSub wants them."""
    with begin(engine) as connection:
        now = database_now(connection)
        if call.body is None:
            echo = pings.confirmed(connection, call.name, call.query, now=now)
            return (404, "We did not ask for this.\n") if echo is None else (200, echo)
        well = pings.pinged(connection, call.name, call.signature, call.body, now=now)
    if well is None:
        return 410, "Nobody subscribes by this name.\n"
    if not well:
        structlog.get_logger("techwire").warning(
            "a hub's message without the right signature: ignored", bytes=len(call.body)
        )
    return 202, ""  # also for a wrong one (WebSub, section 8): a stranger learns nothing
