"""Requests meant to break the page's server and the engine: refused in words, never with a 5xx."""

import gzip
import json
import random
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import brotli
import httpx

from tests.attack.outcome import Outcome
from tests.attack.sites import CLOSED
from tests.attack.web import Served
from tests.newsroom import hostile_bodies as bodies

REFUSED = (400, 404, 405, 411, 413, 414, 415, 422, 431)
SLOW_CLIENTS = 1_100
PATIENCE_S = 60.0  # for a new client to be let in while slow ones hold the door
SEARCH = "/indexes/news/search"
API = "/api/indexes/news/search"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. wants: statuses that are right. body: bytes, or what is sent as JSON."""

    name: str
    path: str
    body: Any = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    wants: Sequence[int] = (400,)


def get(name: str, path: str, *wants: int, **headers: str) -> Ask:
    return Ask(name, path, None, "GET", headers, wants)


# bodies of a search; the engine and the page's proxy get each of them
SEARCHES = [
    ("offset NaN", b'{"q": "", "offset": NaN}', (400,)),
    ("offset 1e999", b'{"q": "", "offset": 1e999}', (400,)),
    ("limit Infinity", b'{"q": "", "limit": Infinity}', (400,)),
    ("limit of 400 digits", b'{"q": "", "limit": 1' + b"0" * 400 + b"}", (400,)),
    ("limit below zero", {"limit": -1}, (400,)),
    ("limit in words", {"limit": "ten"}, (400,)),
    ("half a character", b'{"q": "\\ud800"}', (200, 400)),
    ("half a character as a key", b'{"\\ud800": 1}', (400,)),
    ("bytes of no text", b'{"q": "\xff\xfe"}', (400,)),
    ("NUL", {"q": "\0" * 1000}, (200, 400)),
    ("JSON 100,000 deep", b"[" * 100_000, (400,)),
    ("a key nobody knows", {"qq": 1}, (400,)),
    ("a list", [], (400,)),
    ("nothing", b"", (200, 400)),
    ("a query of 200 kB", {"q": "chip " * 40_000}, (200, 400)),
    ("10,000 words", {"q": " ".join(f"w{n}" for n in range(10_000))}, (200, 400)),
    ("open brackets in a filter", {"filter": "(" * 5_000}, (400,)),
    ("a filter 5,000 NOT deep", {"filter": "NOT " * 5_000 + "source = x"}, (200, 400)),
    ("a filter list 900 deep", b'{"filter": ' + b"[" * 900 + b"]" * 900 + b"}", (200, 400)),
    ("a filter of 20,000 values", {"filter": f"source IN [{'x,' * 20_000}x]"}, (200, 400)),
    ("a number of a filter 1e999", {"filter": "published_at > 1e999"}, (200, 400)),
    ("facets of a thousand names", {"facets": [f"f{n}" for n in range(1000)]}, (200, 400)),
    ("a crop of 10 ** 30 words", b'{"cropLength": 1' + b"0" * 30 + b"}", (200, 400)),
    ("sort by an object", {"sort": [{}]}, (400,)),
]

ENGINE = [
    Ask(
        "gzip bomb", SEARCH, bodies.gzip_bomb(), headers={"content-encoding": "gzip"}, wants=REFUSED
    ),
    Ask("br bomb", SEARCH, bodies.brotli_bomb(), headers={"content-encoding": "br"}, wants=REFUSED),
    Ask("zstd", SEARCH, bodies.zstd_frame(), headers={"content-encoding": "zstd"}, wants=REFUSED),
    Ask(
        "gzip in br",
        SEARCH,
        brotli.compress(gzip.compress(b"{}")),
        headers={"content-encoding": "gzip, br"},
        wants=(200, *REFUSED),
    ),
    Ask("an index with a slash", "/indexes/..%2f..%2fkeys/search", {}, wants=REFUSED),
    Ask("documents of scalars", "/indexes/hostile/documents", [1, None, "x"]),
    Ask("documents with NaN", "/indexes/hostile/documents", b'[{"id": NaN}]'),
    Ask(
        "a document 300 deep",
        "/indexes/hostile/documents",
        b'[{"a":' + b"[" * 300 + b"]" * 300 + b"}]",
    ),
    Ask("65 queries deep in one", "/multi-search", {"queries": [{"queries": []}] * 65}),
    Ask("swap with itself", "/swap-indexes", [{"indexes": ["news", "news"]}]),
    get("tasks from below zero", "/tasks?from=-1", 400),
    get("tasks of no date", "/tasks?afterEnqueuedAt=9999999999-01-01", 400),
    get("10,000 uids", f"/tasks?uids={','.join(map(str, range(10_000)))}", 200, *REFUSED),
    get("NUL in a path", "/indexes/%00/stats", *REFUSED),
    get("an address of 60 kB", f"/indexes/{'a' * 60_000}", *REFUSED),
    get("no bearer", "/keys", 401, authorization=""),
    get("a bearer of 100 kB", "/keys", 403, *REFUSED, authorization="Bearer " + "a.b.c" * 20_000),
    get("a token of no algorithm", "/keys", 403, authorization="Bearer eyJhbGciOiJub25lIn0.e30."),
]

PAGE = [
    get("another Host", "/api/coverage", 421, host="evil.example"),
    get("another Host's feed", "/feed.xml", 421, host="evil.example"),
    get("another Host's page", "/", 421, host="evil.example:80"),
    get("a Host of two", "/", 421, host="127.0.0.1@evil.example"),
    get("a Host with a path", "/feed.json", 400, 421, host="evil.example/x?"),
    get("any Host of a probe", "/healthz", 200, host="10.1.2.3:8710"),
    get("out of the folder", "/static/..%2f..%2f..%2fetc%2fpasswd", *REFUSED),
    get("out of the folder, twice encoded", "/static/%252e%252e/app.py", *REFUSED),
    get("NUL in a name", "/static/%00", *REFUSED),
    get("a script for a query", "/?q=<script>alert(1)</script>", 200),
    get("a facet nobody knows", f"/?region={quote('<script>')}", 200, 307, *REFUSED),
    get("a feed of no date", "/feed.xml?since=1e999", 400),
    get("a feed of half a character", "/feed.json?q=%ed%a0%80", 200, 400),
    get("a feed of 10 kB", f"/feed.xml?q={'a' * 10_000}", 200, *REFUSED),
    get("a picture of no address", "/image?url=%00", 403, *REFUSED),
    Ask(
        "queries of another index",
        "/api/multi-search",
        {"queries": [{"indexUid": "x"}]},
        wants=(404,),
    ),
    Ask("1,000 queries", "/api/multi-search", {"queries": [{"indexUid": "news"}] * 1000}),
    Ask("queries that are none", "/api/multi-search", {"queries": [None]}),
    Ask("1 MB", API, {"q": "a" * 1_000_000}, wants=(413,)),
    Ask("a bomb", API, bodies.gzip_bomb(), headers={"content-encoding": "gzip"}, wants=REFUSED),
    Ask("an index with a slash", "/api/indexes/news%2f..%2fx/search", {}, wants=REFUSED),
]

# sent as they are, after which the door must still answer others
RAW = [
    ("garbage", b"\xff\xfe\x00\x01" * 1000 + b"\r\n\r\n"),
    ("no HTTP version", b"GET /\r\n\r\n"),
    ("a header of 4 MB", b"GET / HTTP/1.1\r\nx: " + b"a" * 4_000_000),
    ("100,000 headers", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000),
    ("two lengths", b"POST / HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\nabcde"),
    ("a length below zero", b"POST / HTTP/1.1\r\ncontent-length: -5\r\n\r\n"),
    ("a length of 2 ** 70", f"POST / HTTP/1.1\r\ncontent-length: {2**70}\r\n\r\n".encode()),
    ("garbage for chunks", b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ("length and chunks", b"POST / HTTP/1.1\r\ncontent-length: 4\r\n"
     b"transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"),
    ("an upgrade", b"GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
    ("a body that breaks off", b"POST /multi-search HTTP/1.1\r\ncontent-length: 99\r\n\r\n{"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """A server to attack. health: a path that answers 200 while it is well."""

    kind: str
    url: str
    health: str
    key: str | None = None

    def well(self, within_s: float = 10.0) -> bool:
        """Does it answer somebody new?"""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            try:
                if httpx.get(self.url + self.health, timeout=5, trust_env=False).status_code == 200:
                    return True
            except httpx.HTTPError:
                time.sleep(0.2)
        return False

    def asks(self) -> list[Ask]:
        if self.kind == "engine":
            return [*ENGINE, *(Ask(name, SEARCH, body, wants=to) for name, body, to in SEARCHES)]
        if self.kind == "page":
            return [*PAGE, *(Ask(name, API, body, wants=to) for name, body, to in SEARCHES)]
        return [get("another Host", "/metrics", 421, host="evil.example"),
                get("any Host of a probe", "/healthz", 200, host="10.1.2.3")]  # fmt: skip


def attack(door: Door, *, full: bool, seed: int) -> Iterator[Outcome]:
    """Every request of a door's table; in the full form some of chance and slow clients too."""
    bearer = {"authorization": f"Bearer {door.key}"} if door.key else {}
    with httpx.Client(base_url=door.url, headers=bearer, trust_env=False, timeout=30) as client:
        for ask in door.asks():
            yield Outcome(kind=door.kind, name=ask.name, wrong=_wrong(client, ask))
        moments = random.Random(seed)
        for number in range(150 if full and door.kind != "metrics" else 0):
            path = SEARCH if door.kind == "engine" else API
            ask = Ask(f"chance {seed}.{number}", path, _anything(moments), wants=(200, *REFUSED))
            yield Outcome(kind=door.kind, name=ask.name, wrong=_wrong(client, ask))
    for name, sent in RAW:
        yield Outcome(kind=door.kind, name=name, wrong=_raw(door, sent))
    if full:
        yield Outcome(kind=door.kind, name="clients with half a header", wrong=_slow(door))


def _wrong(client: httpx.Client, ask: Ask) -> str | None:
    """What was wrong with the answer, or None."""
    content = ask.body if isinstance(ask.body, bytes | None) else json.dumps(ask.body).encode()
    headers = {"content-type": "application/json"} if content is not None else {}
    request = client.build_request(ask.method, ask.path, content=content)
    request.headers.update({**headers, **ask.headers})
    if ask.headers.get("authorization") == "":
        del request.headers["authorization"]
    try:
        answer = client.send(request)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    if answer.status_code not in ask.wants:
        return f"answered {answer.status_code}: {answer.text[:150]!r}"
    kind = answer.headers.get("content-type", "")
    if ask.method == "POST" and answer.status_code in (400, 413) and "json" not in kind:
        return f"refused in {kind}"
    if "html" in kind and "<script>alert" in answer.text:
        return "a script comes back as it was sent"
    return None


def _raw(door: Door, sent: bytes) -> str | None:
    parts = urlsplit(door.url)
    said = b""
    try:
        with socket.create_connection((str(parts.hostname), int(parts.port or 80)), 5) as line:
            line.settimeout(0.5)
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            said = line.recv(100)
    except OSError:
        pass  # hung up on, or left waiting: whether others are served is asked below
    if said.startswith(b"HTTP/1.1 5"):
        return f"answered {said[:40]!r}"
    return None if door.well() else "answers nobody afterwards"


def _slow(door: Door) -> str | None:
    parts = urlsplit(door.url)
    held = []
    try:
        for _ in range(SLOW_CLIENTS):
            line = socket.socket()
            held.append(line)
            line.setblocking(False)
            line.connect_ex((str(parts.hostname), int(parts.port or 80)))
        time.sleep(1)
        for line in held:
            try:
                line.send(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-half: ")
            except OSError:
                continue  # not let in
        return None if door.well(PATIENCE_S) else f"nobody new was let in for {PATIENCE_S:.0f} s"
    finally:
        for line in held:
            line.close()


def pictures(page: Door, canary: Served) -> Iterator[Outcome]:
    """The page's server fetches pictures for its readers: not from here."""
    port = canary.url.rpartition(":")[2]
    for host in CLOSED:
        if host.endswith(".test"):
            continue  # names are only led elsewhere in a crawl that is watched
        before = len(canary.asked)
        address = quote(f"http://{host}:{port}/picture", safe="")
        answer = httpx.get(f"{page.url}/image?url={address}", timeout=30, trust_env=False)
        wrong = "fetched" if answer.status_code == 200 or len(canary.asked) > before else None
        yield Outcome(kind="addresses", name=f"picture at {host}", wrong=wrong)


def other_batch(engine: Door) -> Outcome:
    """A key of one index asks for the batch of another's task."""
    master = {"authorization": f"Bearer {engine.key}"}
    with httpx.Client(base_url=engine.url, headers=master, trust_env=False) as client:
        wanted = {"actions": ["tasks.get"], "indexes": ["other"], "expiresAt": None}
        key = client.post("/keys", json=wanted).json()["key"]
        batch = client.get("/batches", params={"limit": 1}).json()["results"][0]["uid"]
        theirs = {"authorization": f"Bearer {key}"}
        status = client.get(f"/batches/{batch}", headers=theirs).status_code
    return Outcome(
        kind="engine",
        name="a batch of another index",
        wrong=None if status == 404 else f"answered {status}",
    )


def _anything(moments: random.Random, depth: int = 0) -> Any:
    """A search's body, or anything else that is JSON."""
    names = ("q", "filter", "facets", "sort", "limit", "offset", "page", "hitsPerPage",
             "cropLength", "attributesToRetrieve", "attributesToHighlight", "distinct",
             "showRankingScore", "matchingStrategy",
              "rankingScoreThreshold", "locales", "vector")  # fmt: skip
    scalars = (None, True, -1, 0, 1e308, 2**63, 2**64, "", "a", "\0", "(", "source = 'x' AND",
               '"', "*", "\U0001f600" * 50, "_geoRadius(1,2,3)", "-", "a" * 5_000)  # fmt: skip
    if depth == 0 or (depth < 4 and moments.random() < 0.2):
        chosen = moments.sample(names, moments.randint(0, 4))
        return {name: _anything(moments, depth + 1) for name in chosen}
    if depth < 4 and moments.random() < 0.3:
        return [_anything(moments, depth + 1) for _ in range(moments.randint(0, 4))]
    return moments.choice(scalars)
