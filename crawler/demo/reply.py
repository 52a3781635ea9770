"""What a site answers, and how it goes over HTTP: validators, 304 and gzip on request."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

HTML = "text/html; charset=utf-8"
_WORTH_ZIPPING_BYTES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReply:
    """One answer. body: not yet compressed. modified: aware UTC, for Last-Modified."""

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    modified: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def html_reply(page: str, *, status: int = 200, modified: datetime | None = None) -> SiteReply:
    """A page as an answer."""
    return SiteReply(body=page.encode("utf-8"), status=status, modified=modified)


def redirect(url: str, status: int = 301) -> SiteReply:
    """Send the reader elsewhere."""
    return SiteReply(status=status, headers={"location": url})


def over_http(
    reply: SiteReply, asked: Mapping[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body for a request with headers `asked` (names in lower case)."""
    etag = f'"{hashlib.blake2b(reply.body, digest_size=8).hexdigest()}"'
    headers = [("content-type", reply.content_type), *reply.headers.items()]
    if reply.status != 200:
        return reply.status, headers, reply.body
    headers += [("etag", etag), ("vary", "Accept-Encoding")]
    if reply.modified:
        headers.append(("last-modified", format_datetime(reply.modified, usegmt=True)))
    if _unchanged(reply, etag, asked):
        return 304, headers[1:], b""
    if "gzip" in asked.get("accept-encoding", "") and len(reply.body) > _WORTH_ZIPPING_BYTES:
        headers.append(("content-encoding", "gzip"))
        return 200, headers, gzip.compress(reply.body, compresslevel=1, mtime=0)
    return 200, headers, reply.body


def _unchanged(reply: SiteReply, etag: str, asked: Mapping[str, str]) -> bool:
    """RFC 9110, 13.1: If-None-Match counts first, If-Modified-Since only without it."""
    if "if-none-match" in asked:
        return etag in asked["if-none-match"] or asked["if-none-match"].strip() == "*"
    if "if-modified-since" not in asked or reply.modified is None:
        return False
    try:
        since = parsedate_to_datetime(asked["if-modified-since"])
    except ValueError:
        return False
    if since.tzinfo is None:  # "-0000", says RFC 5322, is UTC of unknown origin
        since = since.replace(tzinfo=UTC)
    return reply.modified.replace(microsecond=0) <= since
