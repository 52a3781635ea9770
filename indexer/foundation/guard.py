"""Which addresses of the web may be asked. Pure: names are resolved by whoever connects.

The web decides what we fetch next, so private, loopback and link-local addresses stay closed unless
the operator lists them: a link to a cloud's metadata service is not news.
"""

import ipaddress
import re
from collections.abc import Iterable

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressGuard:
    """Says yes or no to a host name or an address.

    allow: host names, addresses or networks (10.0.0.0/8) that are open although private.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[_Network] = []
        for item in allow:
            try:
                self._networks.append(ipaddress.ip_network(item.strip("[]"), strict=False))
            except ValueError:
                self._names.add(item.lower().rstrip("."))

    def permits_name(self, host: str) -> bool:
        """Whether the operator opened this very host name, whatever it resolves to."""
        return host.lower().rstrip(".") in self._names

    def permits_address(self, address: str) -> bool:
        """Whether an IP address is public, or opened by the operator."""
        try:
            ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(ip, "ipv4_mapped", None)
        ip = mapped or ip
        inner = getattr(ip, "sixtofour", None)  # 6to4 carries an IPv4 address along
        if inner is not None and not self.permits_address(str(inner)):
            return False
        if any(ip.version == network.version and ip in network for network in self._networks):
            return True
        return ip.is_global and not ip.is_multicast and not ip.is_reserved  # NAT64 is reserved

    def permits_host(self, host: str) -> bool:
        """Whether a URL's host may be asked; a name that is no address waits for its resolution."""
        bare = _bare(host)
        if self.permits_name(bare):
            return True
        if _looks_like_address(bare):
            return self.permits_address(bare)
        return not _is_localhost(bare) or self.permits_address("127.0.0.1")


def is_loopback(host: str) -> bool:
    """Whether a URL's host is this machine itself, by its name or address."""
    bare = _bare(host)
    try:
        return _is_localhost(bare) or ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _bare(host: str) -> str:
    return re.sub("[\u3002\uff0e\uff61]", ".", host).strip("[]").rstrip(".")  # IDNA's dots


def _is_localhost(bare: str) -> bool:
    return bare.lower() == "localhost" or bare.lower().endswith(".localhost")


def _looks_like_address(host: str) -> bool:
    # 2130706433, 0x7f.1 and 127.1 reach 127.0.0.1 on some systems: treat them as addresses, closed
    last = host.rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or (last.startswith("0x") and last[2:].isalnum())
