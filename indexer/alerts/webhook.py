"""Messages by webhook: a signed JSON POST, bounded in size and time, to open addresses alone.

Headers: `Techwire-Timestamp` (UNIX seconds of this try), `Techwire-Signature` (`sha256=` and the
hex HMAC-SHA256 of timestamp.body by the alert's secret), `Idempotency-Key` (the same at every try).
"""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlsplit

from indexer.alerts.alert import Alert
from indexer.alerts.store import Message
from indexer.foundation.addresses import Address
from indexer.foundation.errors import DeliveryError, WebError
from indexer.foundation.guard import AddressGuard
from indexer.foundation.outbound import OPEN_IT, WebClient, WebRequest, user_agent

TIMEOUT_S = 20.0  # for one whole exchange
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def post(alert: Alert, message: Message, *, now: datetime, allow: Sequence[str]) -> None:
    """Hand a message over. allow: private hosts the operator opened. Raises: DeliveryError."""
    body = body_of(message)
    timestamp = str(int(now.timestamp()))
    headers = {
        "Idempotency-Key": message.id,
        "Techwire-Timestamp": timestamp,
        "Techwire-Signature": signature(alert.secret, timestamp, body),
    }
    deliver(alert.target, body, headers, allow=allow, within_s=TIMEOUT_S)


def deliver(
    target: Address,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow: Sequence[str],
    within_s: float,
) -> None:
    """Post JSON to a webhook. Raises: DeliveryError, without the address: it may hold a secret."""
    opened = check_target(target, allow=allow)
    host = urlsplit(target.reveal()).hostname
    request = WebRequest(
        method="POST",
        headers={"Content-Type": "application/json", **headers},
        content=body,
        within_s=within_s,
    )

    async def status() -> int:
        async with WebClient(agent=user_agent(), allow=opened) as client:
            return (await client.ask(target.reveal(), request)).status

    try:
        answered = asyncio.run(status())
    except WebError as error:
        raise DeliveryError(f"the webhook at {host} failed: {error}") from error
    if not 200 <= answered < 300:
        hint = ": redirects are not followed" if 300 <= answered < 400 else ""
        raise DeliveryError(f"the webhook at {host} answered {answered}{hint}")


def check_target(target: Address, *, allow: Sequence[str]) -> tuple[str, ...]:
    """Whether a webhook may be posted to: by TLS, but to this machine and to hosts in `allow`.

    Returns: the private hosts that are open to it. Raises: DeliveryError.
    """
    parts = urlsplit(target.reveal())
    host = parts.hostname or ""
    opened = (*allow, *([host] if host in _LOOPBACK else []))
    guard = AddressGuard(opened)
    if not guard.permits_host(host):
        raise DeliveryError(f"{host} is a private address: {OPEN_IT}")
    if parts.scheme != "https" and not _is_opened(guard, host):
        raise DeliveryError(f"{host} is asked without TLS: write https://, or {OPEN_IT}")
    return opened


def look_up(target: Address, *, allow: Sequence[str]) -> str | None:
    """`check_target` after looking the host up, so that a slip is told before there is a message.

    Returns: what to say where its name leads nowhere now. Each message looks again.
    Raises: DeliveryError.
    """
    guard = AddressGuard(check_target(target, allow=allow))
    host = urlsplit(target.reveal()).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or error
        return f"{host} cannot be looked up now ({words}): nothing arrives there until it can"
    for address in dict.fromkeys(str(entry[4][0]) for entry in found):
        if not guard.permits_name(host) and not guard.permits_address(address):
            raise DeliveryError(f"{host} leads to the private address {address}: {OPEN_IT}")
    return None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `Techwire-Signature` holds."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def body_of(message: Message) -> bytes:
    """The JSON of a message, the same at every try."""
    stories = [asdict(story) for story in message.stories]
    content = {
        "id": message.id,
        "alert": message.alert,
        "made_at": int(message.made_at.timestamp()),
        "stories": stories,
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _is_opened(guard: AddressGuard, host: str) -> bool:
    """Whether the operator opened this private host, so that it may do without TLS."""
    return guard.permits_name(host) or (
        guard.permits_address(host) and not AddressGuard().permits_address(host)
    )
