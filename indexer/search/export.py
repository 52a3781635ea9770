"""Documents out of the index into files: JSON lines or Parquet, all of them or by filter."""

import dataclasses
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.foundation.errors import ConfigError
from indexer.search.query import Query, conditions_of
from indexer.search.search_server import SearchServer, plain_errors

PAGE = 500


def export(server: SearchServer, index: str, query: Query, target: Path) -> int:
    """Write the documents a query's facets and dates let through. Returns: how many.

    target: ends in .jsonl or .parquet. Raises: ConfigError naming what to do.
    """
    if target.suffix == ".jsonl":
        return _json_lines(_documents(server, index, query), target)
    if target.suffix == ".parquet":
        return _parquet(_documents(server, index, query), target)
    raise ConfigError(f"{target}: end the name in .jsonl or .parquet")


def _documents(server: SearchServer, index: str, query: Query) -> Iterator[list[dict[str, Any]]]:
    handle = server.client().index(index)
    offset = 0
    conditions = conditions_of(query)
    with plain_errors(server.url):
        while True:
            asked: dict[str, Any] = {"limit": PAGE, "offset": offset}
            if conditions:
                asked["filter"] = conditions
            page = handle.get_documents(asked)
            yield [dict(document) for document in page.results]
            offset += PAGE
            if offset >= page.total:
                return


def _json_lines(pages: Iterator[list[dict[str, Any]]], target: Path) -> int:
    written = 0
    with target.open("w", encoding="utf-8") as output:
        for page in pages:
            for document in page:
                output.write(json.dumps(document, ensure_ascii=False) + "\n")
                written += 1
    return written


def _parquet(pages: Iterator[list[dict[str, Any]]], target: Path) -> int:
    """One column a field of the document; lists and objects as JSON text."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ConfigError("Parquet needs pyarrow: pip install 'techwire[parquet]'")
    import pyarrow
    import pyarrow.parquet

    plain = ((int, pyarrow.int64()), (float, pyarrow.float64()), (bool, pyarrow.bool_()))
    kinds = {kind: column for base, column in plain for kind in (base, base | None)}
    schema = pyarrow.schema(
        [(field.name, kinds.get(field.type, pyarrow.string())) for field in _fields()]
    )
    written = 0
    with pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as output:
        for page in pages:
            rows = [{name: _cell(row.get(name)) for name in schema.names} for row in page]
            output.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            written += len(rows)
    return written


def _fields() -> list[Any]:
    """The document's fields as the index names them."""
    return [field for field in dataclasses.fields(Document) if field.name != "geo"]


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
