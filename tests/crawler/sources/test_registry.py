"""The bundled list is whole, and a user's file beside it is told plainly what is wrong."""

import csv
import re
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.errors import SourceError
from crawler.formats.countries import COUNTRIES, REGIONS
from crawler.sources.checks import is_address
from crawler.sources.imported import IMPORTED, imported_tables
from crawler.sources.registry import BUNDLED, load_sources
from crawler.sources.source import source_from
from crawler.urls import document_id

DATA = Path(__file__).parents[4] / "shared" / "data"
LIST = DATA / "sources.csv"
CORRECTIONS = (DATA / "sources-disagreements.csv", DATA / "sources-status.csv")
LANGUAGES = """
    ar bn cs da de el en es et fa fr he hi hu id it ja ko nb nl pl pt-BR pt-PT ro ru sv th tr uk vi
    zh-Hans zh-Hant
"""


@pytest.fixture(scope="module")
def registry():
    return load_sources()


@pytest.fixture(scope="module")
def curated():
    return load_sources(imported=False)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def complaint_of(path):
    with pytest.raises(SourceError) as error:
        load_sources(path)
    return str(error.value)


def test_the_bundled_file_holds_452_sources_with_unique_ids(curated):
    ids = re.findall(r'^id = "(.*)"$', BUNDLED.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(ids) == len(set(ids)) == len(curated) == 452


def test_every_region_and_language_of_the_list_is_present(curated):
    assert {source.region for source in curated.all()} == set(REGIONS)
    assert {source.language for source in curated.all()} == set(LANGUAGES.split())


def test_what_lists_name_is_right_unverified_and_beside_the_curated(registry, curated):
    tables = imported_tables()
    rows = IMPORTED.read_text(encoding="utf-8").splitlines()
    assert len(tables) == sum(not row.startswith(("#", "id\t")) for row in rows) > 1_000
    assert not tables.keys() & {source.id for source in curated.all()}
    for source_id, table in tables.items():
        assert source_from(table) == (registry.get(source_id), [])
        assert table["unverified"]
        assert table["known_from"]
    pages = [document_id(source.homepage) for source in registry.all()]
    assert len(pages) == len(set(pages))


def test_the_document_on_sources_tells_how_many_there_are(registry, curated):
    told = (Path(__file__).parents[3] / "docs/how-to/sources.md").read_text(encoding="utf-8")
    off = sum(not source.enabled for source in registry.all())
    assert f"The bundled registry has {len(registry):,} publishers: {len(curated)} chosen" in told
    assert f"{len(registry) - len(curated):,} in\n`crawler/sources/imported.tsv`" in told
    assert f"{off} in all" in told


def test_an_imported_source_is_crawled_when_the_users_file_calls_it_verified(file):
    path = file('[[source]]\nid = "infoq-cn"\nunverified = false\n')
    assert not load_sources().get("infoq-cn").crawled
    assert load_sources(path).get("infoq-cn").crawled
    assert load_sources(path).get("infoq-cn").language == "zh-Hans"


def test_twenty_five_sources_are_known_in_each_of_seven_languages(registry):
    known = Counter((one.language or "").split("-")[0] for one in registry.all() if one.enabled)
    assert min(known[tag] for tag in ("zh", "ja", "ko", "es", "pt", "de", "fr")) >= 25


def test_every_source_names_a_country_a_clock_and_a_date_order(curated):
    for source in curated.all():
        assert source.country in COUNTRIES, source.id
        assert ZoneInfo(source.timezone or "")
        assert source.date_order in {"DMY", "MDY", "YMD"}
        assert source.focus, source.id


def test_every_address_is_valid_and_no_listing_stands_twice(registry):
    listings = []
    for source in registry.all():
        listings += [*source.feeds, *source.sitemaps, *source.sections]
        assert is_address(source.homepage), source.id
    assert all(is_address(url) for url in listings)
    assert len(listings) == len(set(listings))


def test_doubtful_sources_are_disabled_with_a_reason(registry, curated):
    disabled = {source.id: source.reason for source in curated.all() if not source.enabled}
    assert len(disabled) == 30
    assert disabled["nocamels"] == "its feed stands still since 2024-10-31"
    assert disabled["geekwire"] == "its pages answer 403 to a declared crawler"
    assert all(reason and "without a reason" not in reason for reason in disabled.values())
    assert all(source.reason is None for source in registry.crawled())


def test_sources_with_nothing_but_a_news_sitemap_say_so(curated):
    only = {source.id for source in curated.all() if not source.feeds}
    assert only == {"reuters", "associated-press", "capital-brief"}
    assert all(curated.get(source_id).sitemaps for source_id in only)


@pytest.mark.shared
def test_the_bundled_file_agrees_with_the_list_it_was_made_from_but_where_that_was_corrected(
    curated,
):
    if not LIST.exists():
        pytest.skip("the list of sources is not beside this checkout")
    corrected = {row["id"] for path in CORRECTIONS for row in rows_of(path)}
    for row in rows_of(LIST):
        if row["id"] not in corrected:
            source = curated.get(row["id"])
            assert (source.name, source.homepage) == (row["name"], row["homepage"])
            assert source.feeds == tuple(row["feeds"].split())
            assert source.sitemaps == tuple(row["sitemap"].split())
            assert (source.country, source.region) == (row["country"], row["region"])
            assert source.language == row["language"]


def test_a_source_gives_its_site(registry):
    site = registry.get("techcrunch").site()
    assert (site.id, site.country, site.timezone) == ("techcrunch", "US", "America/New_York")


def test_an_unknown_id_is_answered_with_near_ones(registry):
    with pytest.raises(SourceError, match="'techcrunh' is not in the registry: did you mean tech"):
        registry.get("techcrunh")
    with pytest.raises(SourceError, match="techwire sources list"):
        registry.get("zzzzzzzz")


@pytest.mark.parametrize("beginning", ["heise", "Heise", "heise o"])
def test_the_beginning_of_an_id_is_answered_with_the_ids_that_begin_so(registry, beginning):
    with pytest.raises(SourceError, match=r"did you mean heise-online( or|\?)"):
        registry.get(beginning)


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("TechCrunch", "techcrunch"),
        ("Verge", "the-verge"),
        ("THE VERGE", "the-verge"),
        ("量子位", None),
        ("Business Standard", None),  # one in India, one in Bangladesh
        ("QbitAI", "qbitai"),
        ("", None),
    ],
)
def test_a_publishers_name_finds_its_source(registry, name, source_id):
    found = registry.named(name)
    assert (found.id if found else None) == source_id


def test_a_page_finds_its_source_and_of_two_on_one_domain_the_nearer(file):
    def source(name, homepage):
        return (
            f'[[source]]\nid = "{name}"\nname = "{name}"\nhomepage = "{homepage}"\n'
            'feeds = ["https://x.com/f"]\n'
        )

    registry = load_sources(
        file(
            source("whole", "https://www.site.com/")
            + source("tech", "https://www.site.com/tech/")
            + source("korea", "https://kr.site.com/")
            + source("local", "http://127.0.0.1:8001/")
        ),
        bundled=False,
    )

    def found(url):
        source = registry.of_url(url)
        return source.id if source else None

    assert found("http://site.com/sports/1?utm_source=x") == "whole"
    assert found("https://www.site.com/tech/story-1") == "tech"
    assert found("https://kr.site.com/a") == "korea"
    assert found("http://127.0.0.1:8001/a") == "local"
    assert found("http://127.0.0.1:8002/a") is None
    assert found("https://other.com/") is None
    assert found("nonsense") is None


def test_a_users_file_adds_a_source_and_country_fills_the_rest(file):
    path = file(
        '[[source]]\nid = "lagos-log"\nname = "Lagos Log"\nhomepage = "https://log.ng/"\n'
        'feeds = ["https://log.ng/feed"]\ncountry = "NG"\nschedule = "@hourly"\n'
    )
    source = load_sources(path).get("lagos-log")
    assert (source.region, source.timezone) == ("Africa", "Africa/Lagos")
    assert source.date_order == "DMY"
    assert source.schedule == "0 * * * *"
    assert len(load_sources(path)) == len(load_sources()) + 1
    assert len(load_sources(path, bundled=False)) == 1


def test_a_users_file_overrides_single_fields_by_id(file):
    path = file(
        '[[source]]\nid = "geekwire"\nenabled = true\ndelay_s = 20.5\n'
        '[[source]]\nid = "techcrunch"\nenabled = false\n'
    )
    registry = load_sources(path)
    assert registry.get("geekwire").enabled
    assert registry.get("geekwire").reason is None
    assert registry.get("geekwire").delay_s == 20.5
    assert registry.get("geekwire").name == "GeekWire"
    assert not registry.get("techcrunch").enabled
    assert len(registry) == len(load_sources())


def test_tags_follow_from_the_focus_beside_those_that_are_written(file):
    path = file(
        '[[source]]\nid = "lab"\nname = "Lab"\nhomepage = "https://lab.example/"\n'
        'tags = ["research"]\nfocus = ["semiconductors", "venture-capital", "startups"]\n'
        'unverified = true\nlast_seen = 2026-10-02\nknown_from = "a list"\n'
    )
    source = load_sources(path).get("lab")
    assert source.tags == ("research", "chips", "startups")
    assert source.as_json()["last_seen"] == "2026-10-02"
    assert (source.enabled, source.waits, source.crawled) == (True, True, False)


GOOD = 'id = "x"\nname = "X"\nhomepage = "https://x.com/"\nfeeds = ["https://x.com/f"]\n'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('country = "Singapore"', "country is 'Singapore': write two capital letters"),
        ('country = "ZZ"', "country is 'ZZ'"),
        ('language = "english"', "language is 'english': write a language tag"),
        ('timezone = "Singapore time"', "timezone is 'Singapore time': write an IANA name"),
        ('date_order = "MYD"', "date_order is 'MYD': write one of DMY, MDY, YMD"),
        ('region = "Europ"', "region is 'Europ': did you mean Europe?"),
        ('access = "paid"', "access is 'paid': write one of free, metered, hard"),
        ('focus = ["ai", "startup"]', "'startup': did you mean startups?"),
        ('focus = "ai"', "write a list"),
        ('sitemaps = "https://x.com/s.xml"', "write a list"),
        ('sections = ["x.com/news"]', "'x.com/news' is no address, write https://..."),
        ('schedule = "every hour"', "write five cron fields"),
        ("delay_s = -1", "delay_s is -1: write seconds, 0 to 3600"),
        ("delay_s = true", "delay_s is True: write seconds"),
        ('enabled = "no"', "enabled is 'no': write true or false"),
        ('feed = ["https://x.com/f"]', "feed is no field of a source: did you mean feeds?"),
        ("region = 3", "region is 3: write one of"),
        ('tags = ["chip"]', "'chip': did you mean chips?"),
        ('tags = "chips"', "write a list"),
        ('unverified = "yes"', "unverified is 'yes': write true or false"),
        ('last_seen = "2026-10-02"', "write a day without quotes, 2026-10-02"),
        ("last_seen = 2026-10-02T10:00:00Z", "write a day without quotes"),
    ],
)
def test_a_wrong_value_is_told_with_file_source_field_and_advice(file, line, said):
    path = file(f"[[source]]\n{GOOD}{line}\n")
    told = complaint_of(path)
    assert told.startswith(f"{path}: source x: ")
    assert said in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "is not TOML"),
        ('[[source]]\nname = "No id"\n', "source number 1 ('No id') has no id"),
        (f"[[source]]\n{GOOD}[[source]]\n{GOOD}", "source x: id stands twice"),
        ('[[sources]]\nid = "x"\n', "sources does not belong here: write [[source]]"),
        ('[source]\nid = "x"\n', "source does not belong here: write [[source]]"),
        ("source = [3]\n", "source does not belong here: write [[source]]"),
        ('[[source]]\nid = "new"\n', "name is missing: write name = ..."),
        (
            '[[source]]\nid = "x"\nname = "X"\nhomepage = "https://x.com/"\n',
            "no feeds, sitemaps or sections",
        ),
        ('[[source]]\nid = "Not An Id"\n', "id is 'Not An Id': write lower-case letters"),
    ],
)
def test_a_wrong_file_is_told_in_a_line(file, text, said):
    assert said in complaint_of(file(text))


def test_many_wrong_sources_are_told_together_but_not_without_end(file):
    path = file("".join(f'[[source]]\nid = "x{n}"\n' for n in range(40)))
    lines = complaint_of(path).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 60 more"


def test_a_missing_or_undecodable_file_is_told_in_a_line(tmp_path):
    assert "cannot be read" in complaint_of(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'[[source]]\nname = "M\xe9dias"\n')
    assert "is not UTF-8 at byte 20" in complaint_of(tmp_path / "latin.toml")
