"""Who may do what, with a master key set: keys, their limits, tenant tokens."""

import time
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


def test_a_key_does_what_its_actions_and_indexes_allow(news: Server) -> None:
    with with_key(news, make_key(news)["key"]) as client:
        assert client.post("/indexes/news/search", json={}).status_code == 200
        assert client.post("/indexes/secret/search", json={}).status_code == 403
        assert client.get("/indexes/news/documents").status_code == 403
        query = {"queries": [{"indexUid": "news"}, {"indexUid": "secret"}]}
        assert client.post("/multi-search", json=query).status_code == 403


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
