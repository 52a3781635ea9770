"""Requests meant to break the engine: it refuses them in words, and never with a 5xx."""

import gzip
import json
from contextlib import suppress
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.embedded.index.errors import ApiError
from indexer.embedded.search.filters import parse
from indexer.embedded.search.parameters import FIELDS
from tests.indexer.embedded.engines import Server

RELAXED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = ["a", "n", "=", "!=", "<", ">=", "AND", "OR", "NOT", "TO", "IN", "[", "]", "(", ")", ",",
          "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH", "'x y'", '"', "1", "-2.5",
          "1e999", "nan", "\\", "_geoRadius(1,2,3)", "_geoBoundingBox([1,2],[3,4])", "é",
          "."]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def fuzzed(server: Server) -> Server:
    wanted = {"filterableAttributes": ["*"], "sortableAttributes": ["a", "n"]}
    server.done(server.http.patch("/indexes/fuzzed/settings", json=wanted))
    documents = [{"id": 1, "a": "x y", "n": 1, "_geo": {"lat": 1, "lng": 2}}, {"id": 2, "a": None}]
    server.done(server.http.post("/indexes/fuzzed/documents", json=documents))
    return server


def send(server: Server, path: str, body: Any) -> httpx.Response:
    text = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    return server.http.post(path, content=text, headers=headers)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_a_filter_of_any_shape_is_read_or_refused(text: str) -> None:
    with suppress(ApiError):  # anything else fails the test
        parse(text)


@given(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join))
@RELAXED
def test_a_filter_of_any_shape_is_answered(fuzzed: Server, text: str) -> None:
    answer = send(fuzzed, "/indexes/fuzzed/search", {"filter": text})
    assert answer.status_code in (200, 400), answer.text


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(['"', "-", "a", "C++", "人", " ", "x.y"])).map("".join)
)
@RELAXED
def test_a_query_of_any_shape_is_answered(fuzzed: Server, text: str) -> None:
    asked = {"q": text, "attributesToHighlight": ["*"], "attributesToCrop": ["*"], "facets": ["*"]}
    answer = send(fuzzed, "/indexes/fuzzed/search", asked)
    assert answer.status_code in (200, 400), answer.text


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON, max_size=5))
@RELAXED
def test_a_search_body_of_any_shape_is_answered(fuzzed: Server, body: dict[str, Any]) -> None:
    for path in ("/indexes/fuzzed/search", "/indexes/fuzzed/facet-search"):
        assert send(fuzzed, path, body).status_code < 500
    query = {"queries": [{"indexUid": "fuzzed", **body}], "federation": {}}
    assert send(fuzzed, "/multi-search", query).status_code < 500


@given(JSON, st.sampled_from([
    "/indexes", "/multi-search", "/swap-indexes", "/indexes/fuzzed/documents/fetch",
    "/indexes/fuzzed/documents/delete", "/indexes/fuzzed/documents/delete-batch",
    "/indexes/fuzzed/fields", "/indexes/fuzzed/search", "/indexes/fuzzed/facet-search",
]))  # fmt: skip
@RELAXED
def test_a_body_of_any_shape_is_answered(fuzzed: Server, body: Any, path: str) -> None:
    assert send(fuzzed, path, body).status_code < 500


@given(st.dictionaries(st.sampled_from(["rankingRules", "synonyms", "stopWords", "faceting",
       "typoTolerance", "filterableAttributes", "pagination", "distinctAttribute", "embedders",
       "chat", "localizedAttributes", "vectorStore"]), JSON, max_size=3))  # fmt: skip
@RELAXED
def test_settings_of_any_shape_are_taken_or_refused(fuzzed: Server, body: dict[str, Any]) -> None:
    answer = fuzzed.http.patch(
        "/indexes/settings-fuzzed/settings",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in (202, 400)
    if answer.status_code == 202:
        error = fuzzed.done(answer)["error"]
        assert error is None or error["type"] == "invalid_request", error
        assert send(fuzzed, "/indexes/settings-fuzzed/search", {"q": "a"}).status_code < 500


@pytest.mark.parametrize("text", ["(" * 5_000, "NOT " * 5_000 + "a = 1",
"a = 1 OR " * 5_000 + "a = 1",
                                  "a IN [" + "1," * 20_000 + "1]", "[" * 900])  # fmt: skip
def test_an_endless_filter_is_refused(fuzzed: Server, text: str) -> None:
    assert send(fuzzed, "/indexes/fuzzed/search", {"filter": text}).status_code in (200, 400)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_body_that_unpacks_without_end_is_refused(fuzzed: Server, encoding: str) -> None:
    plain = b"[" + b" " * 101 * 1024 * 1024 + b"]"
    packed = gzip.compress(plain, 1) if encoding == "gzip" else brotli.compress(plain, quality=1)
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = fuzzed.http.post("/indexes/fuzzed/documents", content=packed, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b'{"a": NaN}', b'["\\ud800"]'])
def test_a_broken_body_is_refused(fuzzed: Server, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = fuzzed.http.post("/indexes/fuzzed/documents", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_payload")


def test_a_document_nested_deeper_than_can_be_shown_is_refused(fuzzed: Server) -> None:
    document = b'{"id": 1, "a": ' + b"[" * 300 + b"]" * 300 + b"}"
    headers = {"Content-Type": "application/json"}
    answer = fuzzed.http.post("/indexes/fuzzed/documents", content=document, headers=headers)
    assert answer.json()["code"] == "malformed_payload"
    assert "nested too deeply" in answer.json()["message"]


@pytest.mark.parametrize(
    "path", ["/network", "/chats", "/export", "/metrics", "/indexes/fuzzed/similar"]
)
def test_what_the_engine_leaves_out_says_what_to_use_instead(fuzzed: Server, path: str) -> None:
    answer = fuzzed.http.get(path)
    assert answer.status_code == 400
    assert ": " in answer.json()["message"]
