"""Whose certificates are believed when something is asked by TLS, and why one is not.

The machine's own store, so that a company's authority counts and SSL_CERT_FILE does; certifi's
where the machine has none, as in slim containers. Neither completes a chain whose server leaves an
intermediate certificate out, as browsers do: that is told, and is for its source to let through.
"""

import ssl
from pathlib import Path

import certifi

_NO_CHAIN = "is signed by nobody this machine trusts, or its server leaves out the one in between"
_REASONS = {  # OpenSSL's numbers (X509_V_ERR_...), the same in ssl and pyOpenSSL
    9: "is not valid yet",
    10: "has expired",
    18: "is signed by itself",
    19: "is signed by nobody this machine trusts",
    20: _NO_CHAIN,
    21: _NO_CHAIN,
    62: "is for another name",
    64: "is for another address",
}
OTHER_NAME = 62


def roots() -> tuple[str | None, str | None]:
    """File and folder of the certificates that are believed, as OpenSSL reads them."""
    paths = ssl.get_default_verify_paths()
    folder = paths.capath if paths.capath and any(Path(paths.capath).iterdir()) else None
    return (paths.cafile, folder) if paths.cafile or folder else (certifi.where(), None)


def tls_context(*, verify: bool = True) -> ssl.SSLContext:
    """What a client needs for TLS. verify: whether the other side must prove who it is."""
    file, folder = roots()
    context = ssl.create_default_context(cafile=file, capath=folder)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13's; the crawl and browsers do not
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def broken_words(host: str, code: int, words: str = "") -> str:
    """What is wrong with a host's certificate. code: OpenSSL's. words: where it has none here."""
    reason = _REASONS.get(code) or f"is not valid ({words or f'error {code}'})"
    return f"the certificate of {host} {reason}"
