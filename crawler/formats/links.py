"""`Link` headers: addresses with their parameters. Source: RFC 8288, 3."""

import re
from collections.abc import Iterator, Mapping

MOST_CHARS = 20_000
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
_PARAMETER = re.compile(r'(?:^|;)\s*([\w*-]{1,30})\s*=\s*(?:"([^"]*)"|([^\s;,"]+))')


def links_in(value: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each address of a header's value, with its parameters by their names in lower case."""
    for address, parameters in _LINK.findall(value[:MOST_CHARS]):
        yield (
            address.strip(),
            {name.lower(): one or other for name, one, other in _PARAMETER.findall(parameters)},
        )
