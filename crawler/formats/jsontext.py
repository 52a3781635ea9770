"""JSON that strangers wrote → values whose texts hold nothing that no text may hold.

Escapes can write what bytes cannot: a NUL, half of a character beyond the first 65,536. Either
would break whoever stores, sends or prints it.
"""

import json
import re
from typing import Any

from crawler.formats.charset import fit

# an escape that may need mending; two halves beside each other are one good character
_DOUBTFUL = re.compile(r"\\(?:[bf]|u(?:00[01]|007f|d[89a-f]|fff[ef]))", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)


def read_json(text: str) -> Any:
    """What a JSON text holds. Raises: ValueError, or RecursionError when it is too deep."""
    return _made_fit(_DECODER.decode(text), text)


def read_first_json(text: str) -> Any:
    """The same of a text that goes on behind its JSON."""
    value, end = _DECODER.raw_decode(text)
    return _made_fit(value, text[:end])


def _made_fit(value: Any, text: str) -> Any:
    if not _DOUBTFUL.search(text):
        return value
    whole = [value]
    waiting: list[Any] = [whole]
    while waiting:
        holder = waiting.pop()
        for place, one in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(one, str):
                holder[place] = fit(one).replace("\f", " ")
            elif isinstance(one, dict | list):
                waiting.append(one)
    return whole[0]
