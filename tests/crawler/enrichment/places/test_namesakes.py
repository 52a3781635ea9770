"""What a text names beside a name tells a local paper's town from the world's city."""

from crawler.enrichment.places.places import find_places


def countries(title: str, body: str, language: str = "en") -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.country_code for p in find_places(title, body, language)))


def test_a_county_and_a_sheriff_make_a_namesake_of_an_old_city() -> None:
    body = (
        "The Henderson County Sheriff's Office said deputies in Athens arrested two men. Both live "
        "in Athens and were booked into the county jail, the district attorney said."
    )

    assert countries("Two arrested in Athens", body) == ("US",)


def test_a_country_is_a_town_where_only_local_papers_write_so() -> None:
    body = "Lebanon Police stopped a car in Boone County. The Sheriff's Office found a phone."

    assert countries("Man from Lebanon arrested", body) == ("US",)


def test_a_country_stays_one_where_more_than_its_name_speaks_for_it() -> None:
    body = (
        "Beirut's grand jury of bankers met in Lebanon. The school board of Orange County watched."
    )

    assert "LB" in countries("Lebanon tests a digital pound", body)


def test_national_news_of_america_leaves_the_worlds_cities_where_they_are() -> None:
    body = (
        "The U.S. firm from California and its Texas rival opened offices in Paris and London. "
        "The White House welcomed it. In Paris, 300 engineers will work."
    )

    assert set(countries("American chip firms go to Paris", body)) >= {"US", "FR"}


def test_georgia_is_the_state_beside_america_and_the_country_beside_tbilisi() -> None:
    assert countries("Georgia regulator fines utility", "Atlanta's U.S. court agreed.") == ("US",)
    assert countries("Start-ups in Georgia grow", "Tbilisi's tech park is full.") == ("GE",)


def test_a_town_before_a_state_says_that_it_is_the_state() -> None:
    assert countries("Decatur, Georgia hosts hackathon", "") == ("US",)


def test_of_names_that_overlap_the_one_that_begins_first_counts() -> None:
    assert countries("A start-up fights Los Angeles City Hall", "") == ("US",)
