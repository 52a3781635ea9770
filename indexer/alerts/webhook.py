"""Messages by webhook: a signed JSON POST, bounded in size and time, to open addresses alone.

Headers: `Techwire-Timestamp` (UNIX seconds of this try), `Techwire-Signature` (`sha256=` and the
hex HMAC-SHA256 of timestamp.body by the alert's secret), `Idempotency-Key` (the same at every try).
"""

import asyncio
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlsplit

import httpcore

from indexer.alerts.alert import Alert
from indexer.alerts.store import Message
from indexer.foundation.addresses import Address
from indexer.foundation.errors import DeliveryError
from indexer.foundation.guard import AddressGuard
from indexer.foundation.open_network import OpenNetwork, PrivateAddress

TIMEOUT_S = 20.0  # for one whole exchange
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TROUBLE = (
    PrivateAddress,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,  # no such host, a wrong certificate, too slow
    ValueError,  # a host name no one can read
)


def post(alert: Alert, message: Message, *, now: datetime, allow: Sequence[str]) -> None:
    """Hand a message over. allow: private hosts the operator opened. Raises: DeliveryError."""
    refuse_private(alert.target, allow)
    parts = urlsplit(alert.target.reveal())
    host = parts.hostname or ""
    body = body_of(message)
    timestamp = str(int(now.timestamp()))
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "techwire",
        "Idempotency-Key": message.id,
        "Techwire-Timestamp": timestamp,
        "Techwire-Signature": signature(alert.secret, timestamp, body),
    }
    try:
        status = asyncio.run(_status(alert.target.reveal(), headers, body, _opened(host, allow)))
    except _TROUBLE as error:
        words = str(error) or type(error).__name__
        raise DeliveryError(f"the webhook at {host} failed: {words}") from error
    if not 200 <= status < 300:
        hint = ": redirects are not followed" if 300 <= status < 400 else ""
        raise DeliveryError(f"the webhook at {host} answered {status}{hint}")


def refuse_private(target: Address, allow: Sequence[str]) -> None:
    """Raises: DeliveryError when the address, as it is written, may not be posted to."""
    parts = urlsplit(target.reveal())
    host = parts.hostname or ""
    guard = AddressGuard(_opened(host, allow))
    if not guard.permits_host(host):
        raise DeliveryError(f"{host} is a private address: {_OPEN_IT}")
    if parts.scheme != "https" and not _is_opened(guard, host):
        raise DeliveryError(f"{host} is asked without TLS: write https://, or {_OPEN_IT}")


def refuse_leading_inside(target: Address, allow: Sequence[str]) -> str | None:
    """The same after looking the host up, so that a slip is told before there is a message.

    Returns: what to say where its name leads nowhere now. Each message looks again.
    """
    refuse_private(target, allow)
    host = urlsplit(target.reveal()).hostname or ""
    guard = AddressGuard(_opened(host, allow))
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or error
        return f"{host} cannot be looked up now ({words}): nothing arrives there until it can"
    for address in dict.fromkeys(str(entry[4][0]) for entry in found):
        if not guard.permits_name(host) and not guard.permits_address(address):
            raise DeliveryError(f"{host} leads to the private address {address}: {_OPEN_IT}")
    return None


def _opened(host: str, allow: Sequence[str]) -> tuple[str, ...]:
    return (*allow, *([host] if host in _LOOPBACK else []))


_OPEN_IT = "list it in TECHWIRE_ALLOW_HOSTS to open it"


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


async def _status(url: str, headers: dict[str, str], body: bytes, opened: Sequence[str]) -> int:
    """The answer's status; its body is not read."""
    asked = [(name.encode(), value.encode()) for name, value in headers.items()]
    async with (
        asyncio.timeout(TIMEOUT_S),
        httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=OpenNetwork(opened)
        ) as pool,
        pool.stream("POST", url, headers=asked, content=body) as response,
    ):
        return int(response.status)
