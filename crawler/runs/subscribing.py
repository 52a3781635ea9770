"""Asks hubs to send what is new: one POST a subscription, again at two thirds of its lease."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlencode

import structlog
from sqlalchemy import Engine

from crawler.sources.source import Source
from crawler.state import subscriptions
from crawler.state.subscriptions import LEASE, Subscription
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import begin
from indexer.foundation.errors import WebError
from indexer.foundation.outbound import WebClient, WebRequest, user_agent
from indexer.web.hub_calls import PATH

EVERY_S = 20.0
AT_ONCE = 20  # subscriptions a round, one after the other
WITHIN_S = 20.0


def subscribe_due(config: Config, engine: Engine, sources: Sequence[Source]) -> int:
    """Ask for every subscription that is due, some at a time. Returns: how many were asked."""
    ids = [source.id for source in sources]
    with begin(engine) as connection:
        now = database_now(connection)
        due = subscriptions.take_due(connection, among=ids, now=now, limit=AT_ONCE)
    if due:
        asyncio.run(_ask_all(config, engine, due))
    return len(due)


async def _ask_all(config: Config, engine: Engine, due: Sequence[Subscription]) -> None:
    async with WebClient(agent=user_agent(config.contact), allow=config.allow_hosts) as client:
        for one in due:
            words = await _ask(client, f"{config.public_url}{PATH}/{one.name}", one)
            if words is None:
                continue
            structlog.get_logger("techwire").warning(
                "not subscribed", source=one.source_id, hub=one.hub, error=words
            )
            with begin(engine) as connection:
                subscriptions.failed(connection, one.name, words)


async def _ask(client: WebClient, callback: str, one: Subscription) -> str | None:
    """Returns: what went wrong, or None when the hub took the request (WebSub, section 5.1)."""
    words = {
        "hub.callback": callback,
        "hub.mode": "subscribe",
        "hub.topic": one.topic,
        "hub.secret": one.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    request = WebRequest(
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        content=urlencode(words).encode(),
        within_s=WITHIN_S,
    )
    try:
        status = (await client.ask(one.hub, request)).status
    except WebError as error:
        return f"{one.hub} could not be asked: {error}"
    return None if 200 <= status < 300 else f"{one.hub} answered {status}"
