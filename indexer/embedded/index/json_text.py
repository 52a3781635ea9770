"""JSON as the engine reads and writes it: strict in what it takes, able to write all it took."""

import codecs
import json
from typing import Any

import orjson

from indexer.embedded.index.errors import ApiError

DEEPEST = 254  # levels orjson writes; Meilisearch takes 128


def malformed(kind: str, why: str) -> ApiError:
    return ApiError("malformed_payload", f"The `{kind}` payload provided is malformed. `{why}`.")


def load(body: bytes, kind: str = "json") -> Any:
    """As strict as Meilisearch: no NaN, no broken surrogates, no endless nesting. Raises: ApiError.

    Integers beyond 64 bits become floats.
    """
    try:
        found = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
        if body.count(b"[") + body.count(b"{") > DEEPEST:
            orjson.dumps(found)
    except ValueError as error:
        raise malformed(kind, str(error)[:200]) from None
    except TypeError:
        raise malformed(kind, "it is nested too deeply") from None
    return found


def load_stored(body: bytes) -> Any:
    """A document of the store. Older engines took numbers that are refused today."""
    try:
        return orjson.loads(body)
    except ValueError:
        return json.loads(body)


def dump(value: Any) -> bytes:
    """Compact JSON in UTF-8; half a surrogate pair, from a query string, becomes `?`."""
    try:
        return orjson.dumps(value)
    except TypeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")
