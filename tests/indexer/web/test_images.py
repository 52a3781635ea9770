"""Pictures come through the page's server: signed, of known kinds, from open places."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from indexer.web import images
from indexer.web.app import create_app
from tests.indexer.web.loopback import running

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


async def publisher(request: Request) -> Response:
    path = request.url.path
    if path == "/moved.png":
        return RedirectResponse("/photo.png")
    if path == "/round.png":
        return RedirectResponse("/round.png")
    if path == "/inside.png":
        return RedirectResponse("http://169.254.169.254/latest/meta-data")
    if path == "/mañana.png":
        return Response(PNG, media_type="image/png")
    if path == "/page.png":
        return Response("<script>1</script>", media_type="text/html")
    if path == "/drawing.svg":
        return Response("<svg/>", media_type="image/svg+xml")
    if path == "/huge.png":
        return Response(b"x" * 5000, media_type="image/png")
    return Response(PNG, media_type="image/png") if path == "/photo.png" else Response("", 404)


class Engine:
    """A search server whose one hit has the picture a test names."""

    image = ""

    async def __call__(self, request: Request) -> Response:
        return JSONResponse({"results": [{"hits": [{"id": "1", "image": self.image}]}]})


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running(Starlette(routes=[Route("/{path:path}", publisher)])) as url:
        yield url


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def meili_url(engine: Engine) -> Iterator[str]:
    route = Route("/{path:path}", engine.__call__, methods=["POST"])
    with running(Starlette(routes=[route])) as url:
        yield url


@pytest.fixture(scope="module")
def page(meili_url: str) -> Iterator[httpx.Client]:
    app = create_app(
        meili_url=meili_url, search_key=None, index="news", allow_hosts=["127.0.0.0/8"]
    )
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def image_of(page: httpx.Client, engine: Engine, url: str) -> str | None:
    engine.image = url
    answer = page.post("/api/multi-search", json={"queries": []}).json()
    image: str | None = answer["results"][0]["hits"][0]["image"]
    return image


def test_a_hits_picture_is_shown_from_the_pages_own_origin(
    page: httpx.Client, engine: Engine, site: str
) -> None:
    address = image_of(page, engine, f"{site}/photo.png")
    assert address is not None
    assert address.startswith("image?")

    answer = page.get(f"/{address}")

    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_that_moved_is_followed(page: httpx.Client, engine: Engine, site: str) -> None:
    assert page.get(f"/{image_of(page, engine, f'{site}/moved.png')}").content == PNG


@pytest.mark.parametrize("path", ["page.png", "drawing.svg", "huge.png", "round.png", "none.png"])
def test_what_is_no_fit_picture_is_not_given_out(
    page: httpx.Client,
    engine: Engine,
    site: str,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 1000)

    assert page.get(f"/{image_of(page, engine, f'{site}/{path}')}").status_code == 404


def test_a_picture_with_letters_beyond_ascii_in_its_address_is_shown(
    page: httpx.Client, engine: Engine, site: str
) -> None:
    assert page.get(f"/{image_of(page, engine, f'{site}/mañana.png#top')}").content == PNG


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[::1",
        "http://x:99999999/",
        "http://" + "a" * 70 + ".example/",
        "http://\n",
    ],
)
def test_an_address_nobody_can_read_is_a_missing_picture(
    page: httpx.Client, engine: Engine, url: str
) -> None:
    assert page.get(f"/{image_of(page, engine, url)}").status_code == 404


def test_an_address_the_server_did_not_sign_is_refused(page: httpx.Client, site: str) -> None:
    assert page.get("/image", params={"of": f"{site}/photo.png", "by": "x"}).status_code == 403
    assert page.get("/image", params={"of": f"{site}/photo.png"}).status_code == 403


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:,x", "/x.png"])
def test_what_is_no_address_of_the_web_becomes_no_picture(
    page: httpx.Client, engine: Engine, url: str
) -> None:
    assert image_of(page, engine, url) is None


def test_a_redirect_into_a_private_network_is_not_followed(
    page: httpx.Client, engine: Engine, site: str
) -> None:
    assert page.get(f"/{image_of(page, engine, f'{site}/inside.png')}").status_code == 404


def test_private_addresses_are_closed_unless_listed(
    meili_url: str, engine: Engine, site: str
) -> None:
    app = create_app(meili_url=meili_url, search_key=None, index="news")
    with running(app) as url, httpx.Client(base_url=url, trust_env=False) as closed:
        by_address = closed.get(f"/{image_of(closed, engine, f'{site}/photo.png')}")
        by_name = site.replace("127.0.0.1", "localhost")
        named = closed.get(f"/{image_of(closed, engine, f'{by_name}/photo.png')}")

    assert [by_address.status_code, named.status_code] == [404, 404]
