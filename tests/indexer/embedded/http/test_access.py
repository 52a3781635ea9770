"""Who may do what, with a master key set: keys, their limits, tenant tokens."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from tests.indexer.embedded.engines import Server


def with_key(server: Server, key: str | None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=server.url, headers=headers)


@pytest.fixture(scope="module")
def news(locked_server: Server) -> Server:
    documents = [{"id": 1, "region": "asia"}, {"id": 2, "region": "africa"}]
    for uid in ("news", "secret"):
        wanted = {"filterableAttributes": ["region"]}
        locked_server.done(locked_server.http.patch(f"/indexes/{uid}/settings", json=wanted))
        locked_server.done(locked_server.http.post(f"/indexes/{uid}/documents", json=documents))
    return locked_server


def make_key(server: Server, **wanted: Any) -> dict[str, Any]:
    body = {"actions": ["search"], "indexes": ["news"], "expiresAt": None, **wanted}
    answer = server.http.post("/keys", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/indexes"), ("GET", "/keys"), ("GET", "/stats"), ("GET", "/version"), ("GET", "/"),
        ("GET", "/tasks"), ("POST", "/indexes/news/search"), ("POST", "/multi-search"),
        ("POST", "/indexes/news/documents"), ("POST", "/dumps"), ("GET", "/webhooks"),
    ],
)  # fmt: skip
def test_nothing_but_health_is_open(news: Server, method: str, path: str) -> None:
    with with_key(news, None) as stranger, with_key(news, "wrong") as liar:
        assert stranger.get("/health").status_code == 200
        assert stranger.request(method, path).json()["code"] == "missing_authorization_header"
        assert liar.request(method, path).json()["code"] == "invalid_api_key"


def test_a_strangers_body_is_not_read(news: Server) -> None:
    host, _, port = news.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST /indexes/news/documents HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: 90000000\r\n\r\n["
        )

        assert connection.recv(1_000).startswith(b"HTTP/1.1 401 ")


def test_a_key_does_what_its_actions_and_indexes_allow(news: Server) -> None:
    with with_key(news, make_key(news)["key"]) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 200
        assert client.post("/indexes/secret/search", json={}).status_code == 403
        assert client.get("/indexes/news/documents").status_code == 403
        query = {"queries": [{"indexUid": "news"}, {"indexUid": "secret"}]}
        assert client.post("/multi-search", json=query).status_code == 403


@pytest.fixture(scope="module")
def half(news: Server) -> Iterator[httpx.Client]:
    """A client that may do everything, in one of two indexes."""
    news.done(news.http.post("/swap-indexes", json=[{"indexes": ["news", "secret"]}]))
    news.done(news.http.post("/swap-indexes", json=[{"indexes": ["news", "secret"]}]))
    news.done(news.http.post("/dumps"))
    with with_key(news, make_key(news, actions=["*"])["key"]) as client:
        yield client


def numbers(server: Server, what: str, key: str, *, of_news: bool) -> list[int]:
    """Tasks or batches of the index `news`, or all others."""
    found = server.http.get(f"/{what}", params={"limit": 1_000}).json()["results"]
    named = [
        one["indexUid"] if key == "indexUid" else list(one["stats"]["indexUids"]) for one in found
    ]
    ours = [name in ("news", ["news"]) for name in named]
    return [one["uid"] for one, own in zip(found, ours, strict=True) if own is of_news]


@pytest.mark.parametrize(("what", "key"), [("tasks", "indexUid"), ("batches", "stats")])
def test_a_key_of_one_index_sees_what_concerns_that_one(
    news: Server, half: httpx.Client, what: str, key: str
) -> None:
    own, others = (numbers(news, what, key, of_news=of_news) for of_news in (True, False))

    listed = half.get(f"/{what}", params={"limit": 1_000}).json()
    assert [one["uid"] for one in listed["results"]] == own
    assert listed["total"] == len(own)
    assert {half.get(f"/{what}/{uid}").status_code for uid in own} == {200}
    assert {half.get(f"/{what}/{uid}").status_code for uid in others} == {404}
    assert "secret" not in half.get(f"/{what}", params={"limit": 1_000}).text


SEARCH = {"queries": [{"indexUid": "secret"}]}
FEDERATED = {**SEARCH, "federation": {"facetsByIndex": {"secret": ["region"]}}}
SWAP = [{"indexes": ["news", "secret"]}]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/indexes/secret", None),
        ("PATCH", "/indexes/secret", {}),
        ("PATCH", "/indexes/news", {"uid": "secret"}),
        ("DELETE", "/indexes/secret", None),
        ("POST", "/indexes", {"uid": "secret"}),
        ("GET", "/indexes/secret/stats", None),
        ("POST", "/indexes/secret/compact", {}),
        ("POST", "/indexes/secret/fields", {}),
        ("POST", "/swap-indexes", SWAP),
        ("POST", "/swap-indexes", [{"indexes": ["news", "secret"], "rename": True}]),
        ("GET", "/indexes/secret/documents", None),
        ("POST", "/indexes/secret/documents", [{"id": 9}]),
        ("PUT", "/indexes/secret/documents", [{"id": 9}]),
        ("DELETE", "/indexes/secret/documents", None),
        ("POST", "/indexes/secret/documents/fetch", {}),
        ("POST", "/indexes/secret/documents/delete", {"filter": "region = asia"}),
        ("POST", "/indexes/secret/documents/delete-batch", [1]),
        ("GET", "/indexes/secret/documents/1", None),
        ("DELETE", "/indexes/secret/documents/1", None),
        ("GET", "/indexes/secret/settings", None),
        ("PATCH", "/indexes/secret/settings", {}),
        ("DELETE", "/indexes/secret/settings/synonyms", None),
        ("GET", "/indexes/secret/search", None),
        ("POST", "/indexes/secret/search", {}),
        ("POST", "/indexes/secret/facet-search", {"facetName": "region"}),
        ("POST", "/multi-search", SEARCH),
        ("POST", "/multi-search", FEDERATED),
        ("GET", "/keys", None),
        ("POST", "/keys", {"actions": ["*"], "indexes": ["*"], "expiresAt": None}),
        ("POST", "/dumps", None),
        ("POST", "/snapshots", None),
        ("PATCH", "/experimental-features", {"metrics": True}),
        ("GET", "/webhooks", None),
    ],
)
def test_a_key_of_one_index_reaches_no_other(
    news: Server, half: httpx.Client, method: str, path: str, body: Any
) -> None:
    before = news.http.get("/tasks", params={"limit": 1}).json()["total"]

    answer = half.request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "invalid_api_key")
    assert news.http.get("/tasks", params={"limit": 1}).json()["total"] == before
    assert len(news.http.get("/indexes/secret/documents").json()["results"]) == 2


def test_a_key_of_one_index_cancels_and_forgets_nothing_of_another(
    news: Server, half: httpx.Client
) -> None:
    others = numbers(news, "tasks", "indexUid", of_news=False)
    for method, path in (("POST", "/tasks/cancel"), ("DELETE", "/tasks")):
        asked = half.request(method, path, params={"uids": ",".join(map(str, others))})
        assert news.done(asked)["details"]["matchedTasks"] == 0

    assert set(others) <= set(numbers(news, "tasks", "indexUid", of_news=False))


def test_a_key_of_one_index_is_told_nothing_of_others_in_lists_and_numbers(
    news: Server, half: httpx.Client
) -> None:
    assert [one["uid"] for one in half.get("/indexes").json()["results"]] == ["news"]
    news.done(news.http.post("/indexes/secret/documents", json=[{"id": 1, "region": "asia"}]))
    told, own = half.get("/stats").json(), news.http.get("/indexes/news").json()
    assert list(told["indexes"]) == ["news"]
    assert told["lastUpdate"] == own["updatedAt"]
    assert told["databaseSize"] == told["indexes"]["news"]["rawDocumentDbSize"]


def test_a_key_ends_at_its_time(news: Server) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    with with_key(news, make_key(news, expiresAt=soon)["key"]) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 200
        time.sleep(2.1)
        assert client.post("/indexes/news/search", json={}).status_code == 403


def test_a_deleted_key_opens_nothing(news: Server) -> None:
    key = make_key(news)
    assert news.http.delete(f"/keys/{key['uid']}").status_code == 204
    with with_key(news, key["key"]) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 403


def token(key: dict[str, Any], secret: str | None = None, **claims: Any) -> str:
    body = {"apiKeyUid": key["uid"], "searchRules": ["*"], "exp": None, **claims}
    return jwt.encode(body, secret or key["key"], algorithm="HS256")


def test_a_tenant_token_sees_what_its_filter_lets_through(news: Server) -> None:
    rules = {"news": {"filter": "region = asia"}}
    with with_key(news, token(make_key(news), searchRules=rules)) as client:
        hits = client.post("/indexes/news/search", json={}).json()["hits"]
        assert [hit["id"] for hit in hits] == [1]
        asked = {"filter": "region = africa OR region = asia"}
        hits = client.post("/indexes/news/search", json=asked).json()["hits"]
        assert [hit["id"] for hit in hits] == [1]
        query = {"queries": [{"indexUid": "news"}]}
        assert len(client.post("/multi-search", json=query).json()["results"][0]["hits"]) == 1


@pytest.mark.parametrize("claims", [
    {"exp": 1_000_000}, {"searchRules": []}, {"searchRules": {"other": None}},
    {"searchRules": "all"}, {"apiKeyUid": "nobody"}, {"searchRules": {"news": 5}},
])  # fmt: skip
def test_a_tenant_token_that_is_over_or_says_nothing_is_refused(
    news: Server, claims: dict[str, Any]
) -> None:
    with with_key(news, token(make_key(news), **claims)) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 403


def test_a_tenant_token_signed_with_another_key_is_refused(news: Server) -> None:
    forged = token(make_key(news), secret="somebody else's key of enough length")
    with with_key(news, forged) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 403


def test_without_a_master_key_only_keys_are_closed(server: Server) -> None:
    assert server.http.get("/indexes").status_code == 200
    assert server.http.get("/keys").json()["code"] == "missing_master_key"
