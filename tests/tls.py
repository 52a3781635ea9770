"""Certificates of the tests' own authority, good and broken, and what makes a server show them."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

BROKEN = {
    "self-signed": "is signed by itself",
    "untrusted": "is signed by nobody this machine trusts",
    "without-its-chain": "its server leaves out the one in between",
    "expired": "has expired",
    "not-yet": "is not valid yet",
    "wrong-host": "is for another",
}


class Authority:
    """An authority that a test may let this machine trust. file: its certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = trustme.CA()
        self.file = folder / "authority.pem"
        self._own.cert_pem.write_to_path(str(self.file))

    def context(self, kind: str, host: str = "127.0.0.1") -> ssl.SSLContext:
        """What a server of a host shows. kind: "good", or one of `BROKEN`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "self-signed":
            stranger = trustme.CA()
            self._load(context, stranger.cert_pem, stranger.private_key_pem)
        elif kind == "without-its-chain":
            leaf = self._own.create_child_ca().issue_cert(host)
            self._load(context, leaf.cert_chain_pems[0], leaf.private_key_pem)
        else:
            self._issued(kind, host).configure_cert(context)
        return context

    def _issued(self, kind: str, host: str) -> trustme.LeafCert:
        now, day = datetime.now(UTC), timedelta(days=1)
        if kind == "untrusted":
            return trustme.CA().issue_cert(host)
        if kind == "expired":
            return self._own.issue_cert(host, not_before=now - 9 * day, not_after=now - day)
        if kind == "not-yet":
            return self._own.issue_cert(host, not_before=now + day, not_after=now + 9 * day)
        return self._own.issue_cert("elsewhere.example" if kind == "wrong-host" else host)

    def _load(self, context: ssl.SSLContext, certificate: trustme.Blob, key: trustme.Blob) -> None:
        file = self._folder / "shown.pem"
        certificate.write_to_path(str(file))
        key.write_to_path(str(file), append=True)
        context.load_cert_chain(file)
