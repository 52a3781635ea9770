"""Who answers a crawl by TLS is verified, as `foundation.trust` says; what is broken is remembered.

The sites that a source lets through by `verify_tls = false` are not.
"""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from OpenSSL import SSL, crypto
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.urls import site_of
from indexer.foundation.trust import OTHER_NAME, broken_words, roots

_MOST_REMEMBERED = 1_000
_LEGACY_SERVER_CONNECT = 0x4  # OpenSSL's flag: old servers, whose certificates are verified too


@implementer(IPolicyForHTTPS)
class VerifyingPolicy:
    """Verifies every host but those of the sites let through. unverified: these, asked once."""

    def __init__(self, unverified: Callable[[], Collection[str]]) -> None:
        self._unverified = unverified
        self._sites: Collection[str] | None = None
        self._context: SSL.Context | None = None
        self._broken: dict[str, str] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_Creator":
        if self._context is None:  # one for all: reading the roots takes a while
            self._context = _trusting_context()
            self._sites = self._unverified()
        host = hostname.decode("ascii")
        place = _place(host, port)
        if self._sites and site_of(f"https://{place}/") in self._sites:
            return _Creator(self._context, host, lambda code: True)
        return _Creator(self._context, host, lambda code: self._remember(place, code))

    def trouble_with(self, url: str) -> str | None:
        """What was wrong with a host's certificate when it was asked last, told once."""
        parts = urlsplit(url)
        return self._broken.pop(_place(parts.hostname or "", parts.port or 443), None)

    def _remember(self, place: str, code: int) -> bool:
        if len(self._broken) < _MOST_REMEMBERED:
            self._broken[place] = broken_words(place, code)
        return False


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Makes connections to one host. forgives: whether a fault, by OpenSSL's number, is let by."""

    def __init__(self, context: SSL.Context, host: str, forgives: Callable[[int], bool]) -> None:
        self._context = context
        self._host = host
        self._forgives = forgives
        self._is_address = isIPAddress(host) or isIPv6Address(host)

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        connection = SSL.Connection(self._context, None)
        if not self._is_address:
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._judge)
        return connection

    def _judge(
        self, connection: SSL.Connection, certificate: crypto.X509, code: int, depth: int, ok: int
    ) -> bool:
        """Whether one certificate of the chain is let by; the host's own stands at depth 0."""
        if not ok:
            return self._forgives(code)
        return depth > 0 or self._names_host(certificate) or self._forgives(OTHER_NAME)

    def _names_host(self, certificate: crypto.X509) -> bool:
        wanted = IPAddress_ID(self._host) if self._is_address else DNS_ID(self._host)
        try:
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (CertificateError, VerificationError, ValueError):
            return False
        return True


def _place(host: str, port: int) -> str:
    """Host and port as they stand in an address."""
    bare = f"[{host}]" if ":" in host else host
    return bare if port == 443 else f"{bare}:{port}"


def _trusting_context() -> SSL.Context:
    ciphers = AcceptableCiphers.fromOpenSSLCipherString("DEFAULT")
    context: SSL.Context = CertificateOptions(acceptableCiphers=ciphers).getContext()
    context.set_options(_LEGACY_SERVER_CONNECT)
    file, folder = roots()
    context.load_verify_locations(file, folder)
    return context
