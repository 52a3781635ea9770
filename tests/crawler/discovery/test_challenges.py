"""A protection's page in place of a listing is named, with what can be done; pages stay pages."""

from collections.abc import Callable

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import ListingError

URL = "https://www.site.ng/news"
PAGES = {
    "Cloudflare": '<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/h/b/x">',
    "Imperva": '<iframe src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful.</iframe>',
    "DataDome": '<script src="https://ct.captcha-delivery.com/c.js"></script>',
    "Akamai": "<TITLE>Access Denied</TITLE>Reference #18 https://errors.edgesuite.net/18",
    "AWS": '<script src="https://a1.token.awswaf.com/a1/challenge.js"></script>',
}


@pytest.mark.parametrize("read", [parse_feed, parse_sitemap, parse_section])
@pytest.mark.parametrize("name", PAGES)
def test_a_protection_is_named_with_what_to_do(name: str, read: Callable[..., Listing]) -> None:
    page = f"<!DOCTYPE html><html><head>{PAGES[name]}</head><body>Enable cookies</body></html>"

    with pytest.raises(ListingError, match=rf"protection \({name}\).*ask the publisher"):
        read(page.encode(), url=URL, source_id="s")


def test_a_front_page_that_its_protection_lets_through_is_read() -> None:
    stories = "".join(
        f'<h2><a href="/2026/11/2{n}/a-long-story-about-chips-{n}">A long story about chips {n}'
        "</a></h2>"
        for n in range(6)
    )
    page = f"<html><head>{PAGES['Cloudflare']}</script></head><body>{stories}</body></html>"

    assert len(parse_section(page.encode(), url=URL, source_id="s").entries) == 6


def test_a_web_page_at_a_feeds_address_is_still_called_one() -> None:
    with pytest.raises(ListingError, match="is a web page, not a feed"):
        parse_feed(b"<html><body><h1>News</h1></body></html>", url=URL, source_id="s")
