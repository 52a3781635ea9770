"""An index with more sub-sitemaps than a turn asks: the newest every time, the others by turns."""

from datetime import timedelta

from crawler.discovery.listing import Listing
from crawler.spiders.rotation import NEWEST, in_turn, same_listing
from tests.factories import NOW

ROOM = 40
MAPS = [f"https://site.example/post-sitemap{n}.xml" for n in range(1, 101)]


def test_in_three_turns_every_map_was_asked_and_the_newest_each_time() -> None:
    asked_at: dict[str, int] = {}
    asked: list[list[str]] = []
    for turn in range(4):
        asked.append(in_turn(MAPS, Listing(), asked_at, now=NOW)[:ROOM])
        asked_at |= dict.fromkeys(asked[-1], turn)

    assert asked[0] == MAPS[::-1][:ROOM]
    assert set(asked[0] + asked[1] + asked[2]) >= set(MAPS[10:])
    assert set().union(*asked) == set(MAPS)
    assert all(turn[:NEWEST] == MAPS[::-1][:NEWEST] for turn in asked)


def test_a_date_counts_more_than_a_running_number() -> None:
    changed = {MAPS[n]: NOW - timedelta(days=n) for n in range(100)}

    assert in_turn(MAPS, Listing(changed=changed), {}, now=NOW) == MAPS


def test_an_address_is_the_same_listing_whatever_its_scheme_and_place() -> None:
    forms = ("https://www.Site.example/map.xml#a", "http://site.example/map.xml")

    assert len({same_listing(form) for form in forms}) == 1
    assert same_listing("http://site.example/map.xml?page=2") != same_listing(forms[1])
