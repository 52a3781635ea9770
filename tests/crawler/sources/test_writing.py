"""Adding a source by hand-written TOML keeps the user's file as it was and loadable."""

from datetime import date

import pytest

from crawler.errors import SourceError
from crawler.sources.registry import load_sources
from crawler.sources.source import Source
from crawler.sources.writing import Override, add_sources, override_sources, source_toml

ODD = Source(
    id="odd",
    name='A "quoted" \\ name\nwith 杭州 and \x07',
    homepage="https://odd.example/",
    feeds=tuple(f"https://odd.example/a-rather-long-address/feed-{n}.xml" for n in range(3)),
    sections=("https://odd.example/news",),
    country="CN",
    region="East Asia",
    language="zh-Hans",
    focus=("ai",),
    tags=("research", "ai"),
    owner="Odd & Sons",
    timezone="Asia/Shanghai",
    date_order="YMD",
    access="metered",
    enabled=False,
    reason="odd",
    schedule="*/15 6-22 * * *",
    delay_s=2.5,
    verify_tls=False,
    unverified=True,
    known_from="a list of 2026",
    last_seen=date(2026, 10, 2),
)


def test_what_is_written_reads_back_the_same(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(source_toml(ODD), encoding="utf-8")
    assert load_sources(path, bundled=False).get("odd") == ODD


def test_every_bundled_source_survives_writing_and_reading(tmp_path):
    sources = load_sources().all()
    path = tmp_path / "all.toml"
    path.write_text("\n".join(map(source_toml, sources)), encoding="utf-8")
    assert load_sources(path, bundled=False).all() == sources


def test_adding_keeps_comments_and_makes_the_folder(tmp_path):
    path = tmp_path / "deep" / "mine.toml"
    add_sources(path, [ODD])
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    plain = Source(id="two", name="Two", homepage="https://t.co/", feeds=("https://t.co/f",))
    add_sources(path, [plain])
    assert path.read_text(encoding="utf-8").startswith("# mine\n")
    assert [source.id for source in load_sources(path, bundled=False).all()] == ["odd", "two"]
    assert [file.name for file in path.parent.iterdir()] == ["mine.toml"]


def test_an_id_is_added_once(tmp_path):
    add_sources(tmp_path / "mine.toml", [ODD])
    with pytest.raises(SourceError, match="source odd is there already"):
        add_sources(tmp_path / "mine.toml", [ODD])


def test_a_source_that_would_not_load_leaves_the_file_alone(tmp_path):
    path = tmp_path / "mine.toml"
    add_sources(path, [ODD])
    before = path.read_bytes()
    with pytest.raises(SourceError, match="homepage is 'nowhere'"):
        add_sources(
            path, [Source(id="bad", name="Bad", homepage="nowhere", feeds=("https://b.c/",))]
        )
    assert path.read_bytes() == before


MINE = """# mine
[[source]]  # a local one
id = "odd"
name = "Odd"
homepage = "https://odd.example/"  # its front page
feeds = ["https://odd.example/f"]
unverified = true

[[source]]
id = "geekwire"
delay_s = 20.5
"""


def test_an_override_changes_single_fields_and_keeps_the_comments(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    feeds = ("https://odd.example/1", "https://odd.example/2")

    override_sources(
        path,
        [
            Override(source_id="odd", fields={"feeds": feeds, "unverified": False}, note="a\nb"),
            Override(
                source_id="techcrunch", fields={"last_seen": date(2026, 11, 30)}, note="passed"
            ),
        ],
    )

    registry = load_sources(path)
    assert (registry.get("odd").feeds, registry.get("odd").unverified) == (feeds, False)
    assert registry.get("techcrunch").last_seen == date(2026, 11, 30)
    assert registry.get("geekwire").delay_s == 20.5
    text = path.read_text(encoding="utf-8")
    assert text.startswith('# mine\n[[source]]  # a local one\nid = "odd"\n')
    assert all(words in text for words in ("# its front page", "# a b\n", "# passed\n"))


def test_an_override_twice_stands_once(tmp_path):
    path = tmp_path / "mine.toml"
    for day in (1, 2):
        override_sources(
            path,
            [Override(source_id="wired", fields={"last_seen": date(2026, 11, day)}, note="seen")],
        )
    assert path.read_text(encoding="utf-8").count("last_seen") == 1
    assert load_sources(path).get("wired").last_seen == date(2026, 11, 2)


def test_an_override_that_would_not_load_leaves_the_file_alone(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    with pytest.raises(SourceError, match="country is 'nowhere'"):
        override_sources(path, [Override(source_id="odd", fields={"country": "nowhere"}, note="")])
    assert path.read_text(encoding="utf-8") == MINE


def test_a_source_is_added_beside_overrides_of_ours(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[[source]]\nid = "geekwire"\nenabled = true\n', encoding="utf-8")
    add_sources(path, [ODD])
    assert load_sources(path).get("odd") == ODD


@pytest.mark.parametrize(
    "text", ["", "source = []\n", "# mine", '\ufeff[[source]]\r\nid = "geekwire"\r\nenabled = true']
)
def test_an_override_goes_into_any_file_that_loads(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8", newline="")
    override_sources(path, [Override(source_id="wired", fields={"enabled": False}, note="off")])
    assert not load_sources(path).get("wired").enabled
    assert load_sources(path).get("geekwire").enabled == ("geekwire" in text)


def test_sources_in_one_line_are_not_changed_but_told_of(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('source = [{id = "wired", enabled = false}]\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"lists its sources inline: write \[\[source\]\]"):
        override_sources(path, [Override(source_id="wired", fields={"enabled": True}, note="")])
