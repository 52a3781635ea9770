"""One site at work: which address answers with what, and what is true of its pages."""

from collections.abc import Callable
from dataclasses import replace

from crawler.article import Precision
from crawler.demo import images, sitemaps
from crawler.demo.feeds import feed
from crawler.demo.pages import (
    amp_page,
    article_page,
    list_page,
    list_path,
    not_an_article,
    pages_of,
    readable_text,
    wall,
)
from crawler.demo.press import FEED_PATHS, SITEMAP_INDEX, Press, amp_path, number_of
from crawler.demo.reply import SiteReply, redirect
from crawler.demo.story import DemoStory
from crawler.demo.truth import REGION_OF_COUNTRY, NewsroomArticle


class Desk:
    """A site's stories and the answers made of them; answers are made when first asked for."""

    def __init__(self, press: Press, stories: list[DemoStory]) -> None:
        self.press = press
        self._lay_out(stories)

    def answer(self, path: str) -> SiteReply:
        """What the site answers under `path` (no query)."""
        replies, routes = self._replies, self._routes
        if path not in replies:
            if path not in routes:
                return self._elsewhere(path)
            replies[path] = routes[path]()
        return replies[path]

    def add(self, story: DemoStory) -> None:
        """Publish one more story."""
        self._lay_out([story, *self._stories])

    def change(self, url: str, edited: Callable[[DemoStory], DemoStory]) -> DemoStory:
        """Put `edited(story)` in the place of the story at `url`; its address stays.

        Raises: KeyError when the site has no such story.
        """
        for position, story in enumerate(self._stories):
            if self.press.url(story) == url:
                new = replace(edited(story), path=self.press.path(story))
                stories = [*self._stories]
                stories[position] = new
                self._lay_out(stories)
                return new
        raise KeyError(f"{url} is no story of {self.press.spec.id}: take one of newsroom.articles")

    def truth(self) -> list[NewsroomArticle]:
        """What is true of every page behind the site's listings."""
        return [self.truth_of(story) for story in self._stories]

    def truth_of(self, story: DemoStory) -> NewsroomArticle:
        """What is true of one story's page."""
        press = self.press
        precision = press.precision(story)
        shows_clock = precision is Precision.MINUTE
        offset = press.local(story.published).utcoffset() if shows_clock else None
        url = press.url(story)
        return NewsroomArticle(
            url=url,
            site_id=story.site_id,
            title=story.title,
            language=press.spec.language,
            published=story.published if story.dated else None,
            modified=story.modified,
            precision=precision,
            offset_minutes=int(offset.total_seconds()) // 60 if offset is not None else None,
            kind=story.kind,
            reason=story.reason,
            topics=story.topics,
            regions=tuple(dict.fromkeys(REGION_OF_COUNTRY[code] for code in story.countries)),
            countries=story.countries,
            cities=story.cities,
            group=story.group,
            authors=story.authors,
            agency=story.agency,
            text=readable_text(story),
            access=story.access,
            robots_allowed=not press.path(story).startswith(sitemaps.MEMBERS),
            other_urls=press.links(story),
        )

    def _lay_out(self, stories: list[DemoStory]) -> None:
        self._stories = sorted(stories, key=lambda story: story.published, reverse=True)
        self._routes = self._listings() | self._pages()
        self._replies: dict[str, SiteReply] = {}

    def _listings(self) -> dict[str, Callable[[], SiteReply]]:
        press, stories = self.press, self._stories
        routes: dict[str, Callable[[], SiteReply]] = {
            "/robots.txt": lambda: sitemaps.robots_txt(press),
            "/logo.svg": lambda: _svg(images.svg_logo(press.spec.name)),
        }
        for kind in press.spec.feeds:
            routes[FEED_PATHS[kind]] = lambda kind=kind: feed(press, kind, stories)  # type: ignore[misc]
        if press.spec.sitemap:
            written = [story for story in stories if story.kind != "not-article"]
            routes[SITEMAP_INDEX] = lambda: sitemaps.sitemap_index(press, written)
            routes[sitemaps.NEWS_SITEMAP] = lambda: sitemaps.news_sitemap(press, written)
            routes[sitemaps.ARCHIVE_SITEMAP] = lambda: sitemaps.archive_sitemap(press, written)
        for section in ("", *press.spec.sections):
            routes |= self._lists(section)
        return routes

    def _lists(self, section: str) -> dict[str, Callable[[], SiteReply]]:
        mine = [story for story in self._stories if section in ("", story.section)]
        return {
            list_path(section, number): lambda number=number: list_page(  # type: ignore[misc]
                self.press, mine, section, number
            )
            for number in range(1, pages_of(self.press, mine) + 1)
        }

    def _pages(self) -> dict[str, Callable[[], SiteReply]]:
        press, stories = self.press, self._stories
        routes: dict[str, Callable[[], SiteReply]] = {}
        for story in stories:
            path, make = press.path(story), article_page
            if story.kind == "not-article":
                make = not_an_article
            routes[path] = lambda story=story, make=make: make(press, story, stories)  # type: ignore[misc]
            routes[amp_path(path)] = lambda story=story: amp_page(press, story, stories)  # type: ignore[misc]
            routes[f"/r/{number_of(story)}"] = lambda story=story: redirect(  # type: ignore[misc]
                f"{press.url(story)}?from=short", 302
            )
            routes[f"/img/{story.slug}.png"] = lambda story=story: SiteReply(  # type: ignore[misc]
                body=images.png(number_of(story)), content_type="image/png"
            )
        return routes

    def _elsewhere(self, path: str) -> SiteReply:
        """Addresses one slash away lead on; all others are not found."""
        near = path[:-1] if path.endswith("/") else f"{path}/"
        if near in self._routes:
            return redirect(self.press.base + near)
        return wall(self.press, "404", "", status=404)


def _svg(picture: str) -> SiteReply:
    return SiteReply(body=picture.encode("utf-8"), content_type="image/svg+xml")
