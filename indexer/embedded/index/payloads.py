"""Document payloads: JSON, NDJSON and CSV become lists of objects, and ids are checked."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.json_text import load, malformed

_ID = re.compile(r"^[A-Za-z0-9_-]{1,511}$")
TYPES = ("application/json", "application/x-ndjson", "text/csv")


def parse(body: bytes, content_type: str, delimiter: str = ",") -> list[dict[str, Any]]:
    """The documents of a payload. Raises: ApiError malformed_payload."""
    if content_type == "application/json":
        found = _json(body)
    elif content_type == "application/x-ndjson":
        found = list(_ndjson(body))
    else:
        found = list(_csv(body, delimiter))
    for document in found:
        if not isinstance(document, dict):
            raise malformed("json", f"expected an object, found `{str(document)[:60]}`")
    return found


def _json(body: bytes) -> list[Any]:
    found = load(body)
    return found if isinstance(found, list) else [found]


def texts(body: bytes, content_type: str) -> list[bytes] | None:
    """The documents of an NDJSON payload as they were written; None for other types."""
    if content_type != "application/x-ndjson":
        return None
    return [line for line in body.splitlines() if line.strip()]


def _ndjson(body: bytes) -> Iterator[Any]:
    for line in body.splitlines():
        if line.strip():
            yield load(line, "ndjson")


def _csv(body: bytes, delimiter: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(100_000_000)
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter)
        header = [_csv_column(name) for name in next(reader, [])]
        for number, line in enumerate(reader, 2):
            if not line:
                continue
            if len(line) != len(header):
                raise malformed("csv", f"line {number} has {len(line)} fields, not {len(header)}")
            yield {
                name: _csv_value(value, kind, number)
                for (name, kind), value in zip(header, line, strict=True)
            }
    except UnicodeDecodeError:
        raise malformed("csv", "it is not UTF-8") from None
    except csv.Error as error:
        raise malformed("csv", str(error)) from None


def _csv_column(name: str) -> tuple[str, str]:
    for kind in ("string", "number", "boolean"):
        if name.endswith(f":{kind}"):
            return name[: -len(kind) - 1], kind
    return name, "string"


def _csv_value(value: str, kind: str, line: int) -> Any:
    if kind == "string":
        return value or None
    if not value.strip():
        return None
    if kind == "boolean":
        if value.strip() in ("true", "false"):
            return value.strip() == "true"
        raise malformed("csv", f"line {line}: `{value[:40]}` is no boolean")
    try:
        number = float(value)
    except ValueError:
        raise malformed("csv", f"line {line}: `{value[:40]}` is no number") from None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def document_id(document: Mapping[str, Any], primary_key: str) -> str:
    """The id of a document as text. Raises: ApiError when it is missing or cannot be one."""
    found: Any = document.get(primary_key)
    if found is None and "." in primary_key:
        found = document
        for step in primary_key.split("."):
            found = found.get(step) if isinstance(found, dict) else None
    if found is None:
        shown = json.dumps(document, ensure_ascii=False)[:1_000]
        raise ApiError(
            "missing_document_id", f"Document doesn't have a `{primary_key}` attribute: `{shown}`."
        )
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if isinstance(found, str) and _ID.match(found.strip()):
        return found.strip()
    shown = json.dumps(found, ensure_ascii=False)[:600]
    raise ApiError(
        "invalid_document_id",
        f"Document identifier `{shown}` is invalid. A document identifier can be of type integer "
        "or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and "
        "underscores (_), and can not be more than 511 bytes.",
    )


def infer_primary_key(document: Mapping[str, Any], index_uid: str) -> str:
    """The one attribute whose name ends with `id`. Raises: ApiError when none or several do."""
    candidates = sorted(name for name in document if name.lower().endswith("id"))
    ask = "Please specify the primary key manually using the `primaryKey` query parameter."
    if not candidates:
        raise ApiError(
            "index_primary_key_no_candidate_found",
            f"Index `{index_uid}`: The primary key inference failed as the engine did not find "
            f"any field ending with `id` in its name. {ask}",
        )
    if len(candidates) > 1:
        shown = " and ".join(f"'{one}'" for one in candidates[:2])
        raise ApiError(
            "index_primary_key_multiple_candidates_found",
            f"Index `{index_uid}`: The primary key inference failed as the engine found "
            f"{len(candidates)} fields ending with `id` in their names: {shown}. {ask}",
        )
    return candidates[0]
