"""Whose a page is: its host says, and the registry knows the host."""

import pytest

from crawler.article import Site
from crawler.sources.publishers import is_name_of, site_of_page
from crawler.sources.registry import Registry
from crawler.sources.source import Source

STAR = Source(id="star-bd", name="The Daily Star", homepage="https://www.thedailystar.net/business")
LINKS = Source(
    id="links", name="Links", homepage="https://links.example/", feeds=("https://f.example.org/a",)
)
REGISTRY = Registry([STAR, LINKS])


@pytest.mark.parametrize(
    ("url", "linked", "source"),
    [
        ("https://links.example/story", False, "links"),
        ("https://f.example.org/story", True, "links"),  # its feed's own host
        ("https://www.thedailystar.net/tech/robots", False, "star-bd"),  # another registered one
        ("https://moved.example.net/story", False, "links"),  # a new site of its own
        ("https://moved.example.net/story", True, "example.net"),  # a stranger's, from a link list
    ],
)
def test_a_page_is_its_hosts(url: str, linked: bool, source: str) -> None:
    assert site_of_page(url, REGISTRY, LINKS, linked=linked).id == source


def test_a_page_of_an_unknown_host_is_the_hosts() -> None:
    site = site_of_page("https://www.dailystar.co.uk/news/robots", REGISTRY)

    assert (site.id, site.name, site.country) == ("dailystar.co.uk", "dailystar.co.uk", None)


@pytest.mark.parametrize(
    ("name", "own", "homepage", "same"),
    [
        ("BBC", "BBC News", "https://www.bbc.com/news", True),
        ("the daily star", "The Daily Star", "https://www.thedailystar.net/", True),
        ("La Razón", "larazon.pe", "https://larazon.pe/", True),
        ("TechCrunch | Startup and technology news", "TechCrunch", "https://techcrunch.com/", True),
        ("DW.COM", "Deutsche Welle", "https://www.dw.com/en/", True),
        ("毎日新聞", "毎日新聞", "https://mainichi.jp/", True),
        ("The Times", "The Straits Times", "https://www.straitstimes.com/", False),
        ("Associated Press", "mysanantonio.com", "https://mysanantonio.com/", False),
        ("Reuters", "Harbour Daily", "https://harbour.example/", False),
        ("", "Harbour Daily", "https://harbour.example/", False),
    ],
)
def test_a_sites_own_name_is_known_in_its_forms(
    name: str, own: str, homepage: str, same: bool
) -> None:
    assert is_name_of(name, Site(id="one", name=own, homepage=homepage)) is same
