"""What a story is about and why, and which stories are refused."""

import pytest

from crawler.enrichment.topics.topics import judge


def roots(title: str, body: str = "", language: str | None = "en") -> list[str]:
    return [topic.id for topic in judge(title, body, language).topics if topic.parent is None]


@pytest.mark.parametrize(
    ("title", "body", "group"),
    [
        (
            "Central bank keeps its rate at 5%",
            "Inflation eased, the governor said.",
            "central bank",
        ),
        ("Oil cartel agrees to raise output", "OPEC will add barrels from April.", "oil"),
        ("Striker scores twice in cup final", "The goalkeeper left the match injured.", "sport"),
        ("Prime minister wins a third term", "Turnout in the election was low.", "elections"),
        ("Hurricane nears the coast", "Thousands were told to evacuate.", "weather"),
        ("Man jailed for murder of neighbour", "Police found the knife in May.", "crime"),
        ("Actress wins third Oscar", "The film also took best picture.", "entertainment"),
        ("Supermarket chain buys its rival", "The takeover is worth $2 billion.", "business"),
        ("Bank raises $2bn in a bond sale", "The lender sold to investors.", "business"),
        ("Train delays grow in the north", "The rail line needs new tracks.", "transport"),
    ],
)
def test_a_story_without_tech_is_refused_and_its_group_named(title, body, group):
    verdict = judge(title, body, "en")

    assert not verdict.tech_relevant
    assert verdict.topics == ()
    assert verdict.reason.startswith("off-topic: ")
    assert verdict.reason.count("off-topic") == 1
    assert group in verdict.reason


@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        ("zh-Hans", "央行宣布降息", "货币政策委员会认为通胀压力减轻。"),
        ("ja", "日銀、利上げを決定", "物価の上昇を受けた。"),
        ("ko", "한국은행, 기준금리 동결", "물가가 안정됐다."),
        ("es", "El banco central sube los tipos de interés", "La inflación sigue alta."),
        ("pt", "Petróleo sobe após decisão da Opep", "O barril passou de 80 dólares."),
        ("fr", "Le PSG s'impose en demi-finale", "Les joueurs ont marqué trois buts."),
        ("de", "Bundestagswahl: Koalition verliert Stimmen", "Die Parteien beraten."),
        ("id", "Bank sentral tahan suku bunga", "Inflasi masih rendah."),
        ("ar", "البنك المركزي يثبت أسعار الفائدة", "التضخم تراجع."),
        ("hi", "भारत ने मैच जीता", "कप्तान ने शतक बनाया।"),
    ],
)
def test_general_news_is_refused_in_other_languages_too(language, title, body):
    assert not judge(title, body, language).tech_relevant


def test_soft_topics_alone_make_no_tech_story():
    verdict = judge("Court settles takeover fight", "Shares rose after the ruling.", "en")

    assert not verdict.tech_relevant
    assert verdict.reason.startswith("off-topic: no sign of tech (")


def test_a_soft_topic_comes_along_with_an_anchor():
    assert set(roots("Chipmaker's shares jump on profit")) == {"semiconductors", "markets"}


def test_a_national_digital_id_is_tech_policy():
    assert roots("Government launches national digital ID")[0] == "policy"


def test_a_basketball_team_is_no_rocket():
    assert not judge("火箭队击败湖人", "休斯敦火箭队在篮球比赛中获胜。", "zh-Hans").tech_relevant
    assert roots("我国成功发射一枚火箭", "卫星顺利入轨。", "zh-Hans") == ["space"]


def test_a_term_with_capitals_is_no_plain_word():
    assert "ai" not in roots("Ai Weiwei opens a show of cloud photographs and software art")
    assert roots("AI beats doctors") == ["ai"]


def test_a_word_of_one_language_says_nothing_in_another():
    assert "devices" not in roots("A handy guide to chatbots", language="en")
    assert "devices" in roots("Das neue Handy kostet 300 Euro", language="de")


def test_a_startup_word_counts_with_a_sum_of_money():
    assert roots("Nairobi firm lands $6.5m to lend against harvests")[0] == "startups"
    assert roots("米ソフト新興、100億円調達", language="ja")[0] == "startups"
    assert "startups" not in roots("Tech firm lands in Nairobi")
    assert "startups" not in roots("White House raises fee for H-1B visas to $100,000")


def test_subtopics_follow_their_topic():
    topics = judge("Hospital hit by ransomware attack", "Hackers demand money.", "en").topics

    assert [topic.id for topic in topics] == ["security", "security.ransomware"]
    assert topics[1].parent == "Cybersecurity"
    assert "ransomware" in topics[1].phrases


def test_a_word_inside_a_longer_one_of_its_topic_counts_once():
    (topic, *_) = judge("Memory chips grow scarce", "", "en").topics

    assert topic.phrases == ("memory chips",)


def test_a_weak_word_deep_in_a_long_text_is_no_tech_story():
    body = "The village band played on. " * 100 + "A video was shared on social media."

    assert not judge("Village marks its fair", body, "en").tech_relevant


def test_a_short_text_needs_fewer_words():
    lead = "The new gadget sold out within an hour."

    assert roots("Queues in Osaka", lead) == ["devices"]
    assert roots("Queues in Osaka", lead + " People waited in the cold." * 100) == []


def test_the_reason_of_a_tech_story_names_its_topic():
    assert judge("Robotaxis arrive", "", "en").reason == "tech: Mobility, EVs & autonomous driving"


def test_at_most_three_topics_are_given():
    title = "Startup raises $5m for AI chips, drones, satellites, crypto wallets and e-bikes"

    assert 1 <= len(roots(title)) <= 3


def test_an_empty_story_is_refused():
    assert judge("", "", None).reason == "off-topic: no sign of tech"


def test_a_word_alone_may_be_too_little_for_a_second_topic_where_a_longer_term_is_enough() -> None:
    first = "Cloud provider in Ohio lets {} clean its data centre servers and its private cloud"

    assert roots(first.format("a robot")) == ["cloud"]
    assert roots(first.format("a robot dog")) == ["cloud", "robotics"]


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("te", "హైదరాబాద్ స్టార్టప్ రూ.40 కోట్లు సమీకరించింది", ["startups"]),
        ("ta", "இஸ்ரோ புதிய செயற்கைக்கோளை விண்ணில் செலுத்தியது", ["space"]),
        ("ta", "தேர்தல் ஆணையம் வாக்காளர் பட்டியல் வெளியீடு", []),
        ("gu", "અમદાવાદની કંપનીએ એઆઈ ચેટબોટ લોન્ચ કર્યો", ["ai"]),
        ("ur", "پاکستان میں فائیو جی سپیکٹرم کی نیلامی", ["telecom"]),
        ("hr", "Zagrebački startup prikupio 5 milijuna eura", ["startups"]),
        ("sr", "Hajduk slavio u utakmici protiv Dinama", []),
        ("lt", "Vilniaus startuolis pritraukė 5 mln. eurų", ["startups"]),
        ("az", "Azərbaycanda süni intellekt mərkəzi açılıb", ["ai"]),
    ],
)
def test_smaller_languages_have_words_of_their_own(
    language: str, title: str, expected: list[str]
) -> None:
    assert roots(title, language=language) == expected
