"""The whole web of sites, open for a while: `open_newsroom` serves it, `Newsroom` steers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from starlette.types import Receive, Scope, Send

from crawler.demo.desk import Desk
from crawler.demo.loopback import Request, Requests, bind, serving
from crawler.demo.markup import parse
from crawler.demo.press import Press, read_specs
from crawler.demo.reply import SiteReply, over_http
from crawler.demo.story import DemoStory, read_stories
from crawler.demo.truth import NewsroomArticle, NewsroomSite


class Newsroom:
    """The sites being served, the truth about them, and knobs to change them while they run.

    sites: as a registry knows them. requests: every request answered so far. now: aware UTC.
    """

    def __init__(self, desks: dict[int, Desk], now: datetime) -> None:
        self.now = now
        self.requests = Requests()
        self.sites: tuple[NewsroomSite, ...] = tuple(
            desk.press.registered() for desk in desks.values()
        )
        self._by_port = desks
        self._desks = {desk.press.spec.id: desk for desk in desks.values()}
        self._down: dict[str, int] = {}

    @property
    def articles(self) -> list[NewsroomArticle]:
        """What is true of every page behind a listing link, site by site."""
        return [article for desk in self._by_port.values() for article in desk.truth()]

    def site(self, site_id: str) -> NewsroomSite:
        """One site. Raises: KeyError when there is none of that id."""
        return self._desk(site_id).press.registered()

    def set_down(self, site_id: str, down: bool = True, *, status: int = 503) -> None:
        """Let a site answer every request with `status`, or let it work again."""
        self._desk(site_id)
        if down:
            self._down[site_id] = status
        else:
            self._down.pop(site_id, None)

    def publish(
        self,
        site_id: str,
        *,
        title: str,
        text: str,
        slug: str = "",
        dek: str = "",
        authors: tuple[str, ...] = ("Staff Desk",),
        published: datetime | None = None,
    ) -> NewsroomArticle:
        """Add an article; it stands first in the site's listings at once.

        text: in the articles' markup, paragraphs parted by empty lines.
        published: aware; the newsroom's `now` when None.
        """
        desk = self._desk(site_id)
        moment = published or self.now
        story = DemoStory(
            site_id=site_id,
            slug=slug or f"update-{len(desk.truth()) + 1}",
            title=title,
            blocks=parse(text),
            published=moment.astimezone(UTC),
            dek=dek,
            authors=authors,
            section=next(iter(desk.press.spec.sections)),
        )
        desk.add(story)
        return desk.truth_of(story)

    def edit(
        self,
        url: str,
        *,
        title: str | None = None,
        text: str | None = None,
        modified: datetime | None = None,
    ) -> NewsroomArticle:
        """Change the article at its canonical `url`, as editors do; the address stays.

        modified: aware; the newsroom's `now` when None.
        Raises: KeyError when no site has such an article.
        """
        desk = next((d for d in self._by_port.values() if url.startswith(f"{d.press.base}/")), None)
        if desk is None:
            raise KeyError(f"{url} is on no site of this newsroom: take one of newsroom.articles")

        def edited(story: DemoStory) -> DemoStory:
            return replace(
                story,
                title=story.title if title is None else title,
                blocks=story.blocks if text is None else parse(text),
                modified=(modified or self.now).astimezone(UTC),
            )

        return desk.truth_of(desk.change(url, edited))

    def answer(self, port: int, path: str) -> SiteReply:
        """What the site on `port` answers under `path`."""
        desk = self._by_port[port]
        status = self._down.get(desk.press.spec.id)
        if status is not None:
            return SiteReply(body=b"down for repairs\n", content_type="text/plain", status=status)
        return desk.answer(path)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The newsroom as an ASGI application; the port asked for says which site."""
        port, path = scope["server"][1], scope["path"]
        asked = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        status, headers, body = over_http(self.answer(port, path), asked)
        self.requests.add(
            Request(
                url=self._by_port[port].press.base + path,
                query=scope["query_string"].decode("latin-1"),
                status=status,
                user_agent=asked.get("user-agent", ""),
                conditional="if-none-match" in asked or "if-modified-since" in asked,
            )
        )
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        if status != 304:
            raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _desk(self, site_id: str) -> Desk:
        if site_id not in self._desks:
            known = ", ".join(self._desks)
            raise KeyError(f"the newsroom has no site {site_id!r}; it has {known}")
        return self._desks[site_id]


@contextmanager
def open_newsroom(
    now: datetime, host: str = "127.0.0.1", first_port: int = 0
) -> Iterator[Newsroom]:
    """Serve all sites until the block ends, each on a port of its own.

    now: aware; articles are dated back from it, so the same `now` gives the same pages.
    first_port: first of the ports in a row, to keep addresses from run to run; 0 takes free ones.
    Raises: OSError when a port is taken.
    """
    if now.tzinfo is None:
        raise ValueError(f"now is {now!r}, without a time zone: pass datetime.now(UTC)")
    moment = now.astimezone(UTC)
    specs = read_specs()
    stories = {spec.id: read_stories(spec.id, moment) for spec in specs}
    sockets = bind(host, len(specs), first_port)
    desks = {}
    for spec, listener in zip(specs, sockets, strict=True):
        port = listener.getsockname()[1]
        press = Press(spec, f"http://{host}:{port}", moment)
        desks[port] = Desk(press, stories[spec.id])
    newsroom = Newsroom(desks, moment)
    with serving(newsroom.app, sockets):
        yield newsroom
