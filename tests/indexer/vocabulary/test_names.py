"""Names mean what they are called by, whole and in any language, and nothing else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.foundation.errors import AmbiguousName, UnknownName
from indexer.vocabulary import place_table
from indexer.vocabulary.companies import companies
from indexer.vocabulary.folding import folded, is_latin
from indexer.vocabulary.meaning import ATTRIBUTES, STEP, Value
from indexer.vocabulary.names import find, resolve
from indexer.vocabulary.places import COUNTRIES, LANGUAGES, country_names, region_rules, regions
from indexer.vocabulary.sources import KnownSource
from indexer.vocabulary.tables import HERE, load_yaml, rows
from indexer.vocabulary.taxonomy import TopicLabel, taxonomy

SOURCES = (
    KnownSource("heise-online", "heise online"),
    KnownSource("techcrunch", "TechCrunch"),
    KnownSource("daily-za", "The Daily"),
    KnownSource("daily-ng", "The Daily"),
)


def paths(text: str, *, exactly: bool = False) -> list[str]:
    return [value for _, value in resolve("region", text, exactly=exactly).values]


def values(kind: str, text: str) -> tuple[Value, ...]:
    return resolve(kind, text, sources=SOURCES).values


def path_of(label: TopicLabel) -> str:
    outer = f"{taxonomy().labels[label.parent].label}{STEP}" if label.parent else ""
    return f"{outer}{label.label}"


COUNTRY_PATHS = {code: f"{region} > {country_names()[code]}" for code, region in regions().items()}
MODELS = "Artificial intelligence > Foundation models & LLMs"
CARS = "Mobility, EVs & autonomous driving > Electric vehicles"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("UK", "Europe > United Kingdom"),
        ("uk", "Europe > United Kingdom"),
        ("U.K.", "Europe > United Kingdom"),
        ("us", "North America > United States"),
        ("USA", "North America > United States"),
        ("U.S.", "North America > United States"),
        ("eu", "Europe > European Union"),
        ("UAE", "Middle East > United Arab Emirates"),
        ("PRC", "East Asia > China"),
        ("Deutschland", "Europe > Germany"),
        ("Alemania", "Europe > Germany"),
        ("中国", "East Asia > China"),
        ("Россия", "Europe > Russia"),
        ("الهند", "South Asia > India"),
        ("COTE D'IVOIRE", "Africa > Côte d'Ivoire"),
        ("Ivory Coast", "Africa > Côte d'Ivoire"),
        ("South Korea", "East Asia > South Korea"),
        ("Hong Kong", "East Asia > Hong Kong"),
        ("Singapore", "Southeast Asia > Singapore"),
        ("Europa", "Europe"),
        ("欧洲", "Europe"),
        ("Naher Osten", "Middle East"),
        ("München", "Europe > Germany > Munich"),
        ("munchen", "Europe > Germany > Munich"),
        ("Munich", "Europe > Germany > Munich"),
        ("Lodz", "Europe > Poland > Łódź"),
        ("上海", "East Asia > China > Shanghai"),
        ("Lagos", "Africa > Nigeria > Lagos"),
        ("East Asia > China", "East Asia > China"),
        ("east asia > china > hangzhou", "East Asia > China > Hangzhou"),
        ("Asia > China", "East Asia > China"),
        ("UK > Birmingham", "Europe > United Kingdom > Birmingham"),
        ("Birmingham, Alabama", "North America > United States > Birmingham"),
        ("Washington, D.C.", "North America > United States > Washington"),
        ("Athens, Georgia", "North America > United States > Athens"),
    ],
)
def test_a_place_is_meant_by_its_whole_name(typed: str, path: str) -> None:
    assert paths(typed) == [path]
    assert paths(typed, exactly=True) == [path]


def test_a_name_of_several_regions_means_all_of_them() -> None:
    assert paths("Asia") == ["East Asia", "Southeast Asia", "South Asia", "Central Asia"]
    assert paths("DACH") == ["Europe > Germany", "Europe > Austria", "Europe > Switzerland"]


def test_brussels_is_found_where_its_stories_are_filed() -> None:
    belgian, european = "Europe > Belgium > Brussels", "Europe > European Union > Brussels"

    assert paths("Bruxelles") == [belgian, european]
    assert paths(belgian) == [belgian]


@pytest.mark.parametrize(
    ("typed", "path", "aside"),
    [
        ("Georgia", "Europe > Georgia", "the US state"),
        ("Jersey", "Europe > Jersey", "New Jersey"),
        ("Korea", "East Asia > South Korea", "North Korea"),
        ("Armenia", "Europe > Armenia", "Colombia"),
        ("Granada", "Europe > Spain > Granada", "Grenada"),
        ("Salvador", "Latin America > Brazil > Salvador", "El Salvador"),
        ("London", "Europe > United Kingdom > London", "Canada"),
        ("New York", "North America > United States > New York City", "New York State"),
    ],
)
def test_a_search_takes_what_is_clearly_meant_and_says_so_but_rights_do_not(
    typed: str, path: str, aside: str
) -> None:
    meant = resolve("region", typed)

    assert [value for _, value in meant.values] == [path]
    assert meant.said is not None
    assert meant.said.startswith(f"{typed} as {path} (not ")
    assert aside in meant.said
    with pytest.raises(AmbiguousName) as refused:
        resolve("region", typed, exactly=True)
    assert path in str(refused.value)
    assert aside in str(refused.value)


@pytest.mark.parametrize("exactly", [False, True])
@pytest.mark.parametrize("typed", ["Birmingham", "Cambridge", "San Jose", "Hyderabad", "Kongo"])
def test_an_ambiguous_name_is_refused_with_what_it_may_be(typed: str, exactly: bool) -> None:
    with pytest.raises(AmbiguousName) as refused:
        resolve("region", typed, exactly=exactly)

    assert str(refused.value).count(STEP) >= 2
    candidates = str(refused.value).partition(" may be ")[2].partition(": write")[0]
    for candidate in candidates.split("; or "):
        assert paths(candidate, exactly=True) == [candidate]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ukrane", "did you mean Europe > Ukraine?"),
        ("DE", "did you mean Europe > Germany?"),
        ("Birmingham, France", "Europe > United Kingdom > Birmingham or"),
        ("California", "it is a part of North America > United States"),
        ("England", "it is a part of Europe > United Kingdom"),
        ("xqzwv", "write Africa, East Asia"),
        ("", "write Africa, East Asia"),
        (" > ", "write Africa, East Asia"),
        ("x" * 5000, "write Africa, East Asia"),
    ],
)
def test_a_place_nobody_knows_is_told_with_what_is_near(typed: str, said: str) -> None:
    with pytest.raises(UnknownName) as unknown:
        resolve("region", typed)

    assert "no region like " in str(unknown.value)
    assert said in str(unknown.value)
    assert len(str(unknown.value)) < 500


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Cuba", "Latin America > Cuba"),  # some call Juba so
        ("Mexico", "Latin America > Mexico"),  # a town in the Philippines too
        ("Lebanon", "Middle East > Lebanon"),  # towns in the United States too
        ("Singapore", "Southeast Asia > Singapore"),  # and its city
        ("Springfield", "North America > United States > Springfield"),  # three of one value
    ],
)
def test_what_makes_no_difference_is_not_ambiguous(typed: str, path: str) -> None:
    assert paths(typed) == paths(typed, exactly=True) == [path]
    assert not resolve("region", typed).aside


def test_accents_tell_apart_what_is_alike_without() -> None:
    assert paths("França") == ["Europe > France"]
    assert paths("Franca") == ["Latin America > Brazil > Franca"]
    assert paths("San José") == ["Latin America > Costa Rica > San José"]


def test_short_names_keep_their_accents() -> None:
    assert paths("Mỹ") == ["North America > United States"]
    assert find("region", "my") is None


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("topic", "ai", ("topics.lvl0", "Artificial intelligence")),
        ("topic", "AI", ("topics.lvl0", "Artificial intelligence")),
        ("topic", "人工智能", ("topics.lvl0", "Artificial intelligence")),
        ("topic", "Semiconductors", ("topics.lvl0", "Semiconductors & chips")),
        ("topic", "semiconductors and chips", ("topics.lvl0", "Semiconductors & chips")),
        (
            "topic",
            "AI > Models",
            ("topics.lvl1", MODELS),
        ),
        ("topic", "LLMs", ("topics.lvl1", MODELS)),
        (
            "topic",
            "mobility.ev",
            ("topics.lvl1", CARS),
        ),
        ("source", "heise-online", ("source", "heise-online")),
        ("source", "TECHCRUNCH", ("source", "techcrunch")),
        ("source", "the daily", ("source_name", "The Daily")),
        ("language", "German", ("language", "de")),
        ("language", "deutsch", ("language", "de")),
        ("language", "yi", ("language", "yi")),
        ("language", "繁體中文", ("language", "zh-Hant")),
        ("company", "nvidia", ("companies", "Nvidia")),
        ("company", "AWS", ("companies", "Amazon Web Services")),
        ("company", "英伟达", ("companies", "Nvidia")),
        ("stage", "Series A", ("funding_stage", "series-a")),
        ("stage", "A轮", ("funding_stage", "series-a")),
        ("access", "Free", ("access", "free")),
    ],
)
def test_other_names_mean_one_value(kind: str, typed: str, value: Value) -> None:
    assert values(kind, typed) == (value,)


def test_a_language_of_several_tags_means_all_of_them() -> None:
    chinese = tuple(("language", tag) for tag in ("zh", "zh-Hans", "zh-Hant"))

    assert values("language", "Chinese") == values("language", "zh") == chinese
    assert values("language", "zh-Hans") == (("language", "zh-Hans"),)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("topic", "rail", "write ai, semiconductors, "),
        ("topic", "semicond", "did you mean Semiconductors & chips?"),
        ("topic", "Artificial inteligence", "did you mean Artificial intelligence?"),
        ("topic", "models", "no topic like 'models'"),
        ("source", "heise", "did you mean heise-online?"),
        ("source", "techcrunsh", "did you mean techcrunch?"),
        ("source", "nobody", "`techwire sources list`"),
        ("company", "Nvdia", "did you mean Nvidia?"),
        ("company", "Zyxwv", "search for it as words"),
        ("language", "klingon", "as in de or German"),
        ("stage", "series", "did you mean series-a or series-b or series-c?"),
        ("access", "none", "write free, metered, teaser"),
    ],
)
def test_a_name_nobody_knows_is_told_with_what_is_near(kind: str, typed: str, said: str) -> None:
    with pytest.raises(UnknownName) as unknown:
        resolve(kind, typed, sources=SOURCES)

    assert f"no {kind} like {typed!r}" in str(unknown.value)
    assert said in str(unknown.value)


@pytest.mark.parametrize("label", taxonomy().labels.values(), ids=lambda label: label.id)
def test_every_topic_is_meant_by_its_id_its_label_its_path_and_its_aliases(
    label: TopicLabel,
) -> None:
    for name in (label.id, label.label, path_of(label), *label.aliases):
        assert [value for _, value in values("topic", name)] == [path_of(label)], name


@pytest.mark.parametrize("code", COUNTRY_PATHS)
def test_every_country_is_meant_by_its_name_and_its_path(code: str) -> None:
    assert paths(country_names()[code]) == [COUNTRY_PATHS[code]]
    assert paths(COUNTRY_PATHS[code], exactly=True) == [COUNTRY_PATHS[code]]


def understood(name: str) -> tuple[list[str], str]:
    """The places a name means, and what it says of those it could mean too."""
    try:
        meant = resolve("region", name)
    except AmbiguousName as several:
        return [], str(several)
    return [value for _, value in meant.values], " ".join(meant.aside)


def test_every_country_is_meant_by_its_names_in_all_languages() -> None:
    odd = []
    for code, _, spelt in rows(COUNTRIES):
        for pair in spelt.split("|") if code in COUNTRY_PATHS else ():
            name = pair.partition("=")[2]
            values, others = understood(name)
            if values != [COUNTRY_PATHS[code]]:
                assert COUNTRY_PATHS[code] in others
                odd += [name] if values else []

    # a city is called so itself
    assert {"Granada", "Guadalupe", "Columbia"} <= set(odd)
    assert len(set(odd)) < 12


def test_every_region_every_language_and_every_company_means_itself() -> None:
    for region in set(regions().values()):
        assert paths(region, exactly=True) == [region]
    for tag, english, _ in rows(LANGUAGES):
        assert ("language", tag) in values("language", tag)
        assert ("language", tag) in values("language", english)
    for company in companies():
        for alias in company.aliases:
            assert values("company", alias) == (("companies", company.name),)


def test_every_city_is_meant_by_its_path_even_where_rights_depend_on_it() -> None:
    cities = {path for places in PLACES.values() for place in places for path in place.paths}
    some = random.Random(1).sample(sorted(path for path in cities if path.count(STEP) == 2), 500)

    assert [path for path in some if paths(path, exactly=True) != [path]] == []


def test_a_name_stays_in_its_script_when_it_is_folded() -> None:
    names = [called.spelt for table in NAMED for called in table()]

    assert len(names) > 50_000
    assert [name for name in names if is_latin(name) != is_latin(folded(name))] == []


def test_a_country_called_like_a_large_city_elsewhere_is_told_beside_it() -> None:
    also = set(map(folded, region_rules()["also"]))
    for name, countries in place_table.wide(True).items():
        own = [one for one in countries if one.own]
        cities = [one for one in place_table.cities(True).get(name, ()) if one.own]
        if own and not all(city.lies_in(own[0].paths) for city in cities):
            assert name in also


def test_the_rules_for_regions_speak_of_places_there_are() -> None:
    rules = region_rules()

    for members in rules["groups"].values():
        for path in members:
            assert paths(path, exactly=True) == [path]
    for name in (*rules["also"], *rules["twice"]):
        assert find("region", name) is not None
    assert set(rules["aliases"]) <= {*regions(), *regions().values()}
    assert set(rules["parts"]) <= set(regions())


def test_tags_that_mean_several_are_tags() -> None:
    known = {row[0] for row in rows(LANGUAGES)}

    for tag, tags in load_yaml(HERE / "values.yaml")["language"].items():
        assert {tag, *tags} <= known


# All that a place or a topic may be called: what else is typed must not be taken for one.
PLACES: dict[str, list[place_table.Called]] = {}
NAMED = (
    place_table.region_names,
    place_table.country_and_other_names,
    place_table.city_names,
    place_table.town_names,
)
for table in NAMED:
    for called in table():
        PLACES.setdefault(folded(called.spelt), []).append(called)
PLACES.pop("", None)
TOPICS = {
    folded(name): path_of(label)
    for label in taxonomy().labels.values()
    for name in (label.id, label.label, path_of(label), *label.aliases)
}
LONG = sorted(name for name in {*PLACES, *TOPICS} if len(name) > 3)


@settings(deadline=None)
@given(st.sampled_from(LONG), st.data())
def test_a_piece_of_a_name_means_nothing_but_what_is_called_so(
    name: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    piece = name[start : data.draw(st.integers(start, len(name)))]

    topic = find("topic", piece)
    assert topic is None or [value for _, value in topic.values] == [TOPICS[folded(piece)]]
    try:
        place = find("region", piece)
    except AmbiguousName:
        assert len(PLACES[folded(piece)]) > 1
    else:
        called = {path for one in PLACES.get(folded(piece), ()) for path in one.paths}
        assert place is None or {value for _, value in place.values} <= called


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_name_or_is_complained_of_in_one_line(text: str) -> None:
    for kind in ATTRIBUTES:
        try:
            said = resolve(kind, text, sources=SOURCES).said or ""
        except UnknownName as unknown:
            said = str(unknown)
        assert "\n" not in said.replace(text, "")
