"""The page's server gives out the built page, its headers, and the coverage."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from indexer.web.app import create_app
from tests.indexer.web.loopback import closed_address, running

PAGE = '<!doctype html><meta name="techwire-index" content="news" /><title>techwire</title>'


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    static = tmp_path_factory.mktemp("static")
    static.joinpath("index.html").write_text(PAGE, encoding="utf-8")
    static.joinpath("assets").mkdir()
    static.joinpath("assets", "index-abc.js").write_text("1;\n" * 1000, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.web.app.STATIC", static)
        app = create_app(
            meili_url=closed_address(),
            search_key=None,
            index="articles",
            coverage=lambda: {"sources": [{"id": "harbour-tech", "lag_s": 60}]},
        )
        with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
            yield client


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("indexer.web.app.STATIC", tmp_path)
    return tmp_path


def test_the_page_learns_which_index_it_searches(page: httpx.Client) -> None:
    assert 'name="techwire-index" content="articles"' in page.get("/").text


def test_without_its_search_server_the_page_is_up_and_not_healthy(page: httpx.Client) -> None:
    asked = page.get("/healthz")

    assert (asked.status_code, asked.json()["status"]) == (503, "the search server does not answer")
    assert page.get("/").status_code == 200
    assert page.get("/?region=UK&topic=nothing").status_code == 200


def test_the_page_may_load_nothing_from_elsewhere_and_run_no_inline_script(
    page: httpx.Client,
) -> None:
    headers = page.get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "http" not in policy["img-src"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/nowhere", "/api/health", "/api/coverage", "/static/none.js"])
def test_every_answer_carries_the_security_headers(page: httpx.Client, path: str) -> None:
    assert "content-security-policy" in page.get(path).headers


def test_files_named_by_their_content_stay_cached_and_travel_compressed(
    page: httpx.Client,
) -> None:
    headers = page.get("/static/assets/index-abc.js").headers

    assert "immutable" in headers["cache-control"]
    assert headers["content-encoding"] == "gzip"
    assert page.get("/").headers["cache-control"] == "no-cache"


def test_files_beside_the_page_stay_closed(page: httpx.Client) -> None:
    assert page.get("/static/../app.py").status_code == 404
    assert page.get("/static/%2e%2e/app.py").status_code == 404


def test_coverage_is_told_as_it_is(page: httpx.Client) -> None:
    assert page.get("/api/coverage").json() == {"sources": [{"id": "harbour-tech", "lag_s": 60}]}


def test_without_coverage_there_is_an_empty_object(static: Path) -> None:
    with running(create_app(meili_url=closed_address(), search_key=None, index="news")) as url:
        assert httpx.get(f"{url}/api/coverage", trust_env=False).json() == {}


def test_a_page_that_is_not_built_says_how_to_build_it(static: Path) -> None:
    with running(create_app(meili_url=closed_address(), search_key=None, index="news")) as url:
        answer = httpx.get(url, trust_env=False)

    assert answer.status_code == 503
    assert "pip install" in answer.text
