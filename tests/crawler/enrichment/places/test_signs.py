"""Words and people that are spelt like places."""

import pytest

from crawler.enrichment.places.places import find_places


def countries(title: str, body: str = "", language: str = "en") -> set[str]:
    return {place.country_code for place in find_places(title, body, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Vista previa: así será el móvil"),
        ("es", "Nada de anuncios en la app"),
        ("es", "Tanta memoria para tan poco uso"),
        ("pt", "Plano de celular fica mais caro"),
        ("pt", "Praia digital: Mesa de som vira app"),
        ("it", "Regina delle app: Porto il telefono sempre con me"),
        ("it", "Parla come mangi, dice il chatbot"),
        ("de", "Klang und Bild überzeugen"),
        ("de", "Kita-App spart Zeit"),
        ("nl", "Van wie is de data?"),
        ("nl", "Welkom bij de nieuwe app"),
        ("sv", "Lampa styrs med rösten"),
        ("da", "Lille robot hjælper ældre"),
        ("nb", "Lille robot hjelper eldre"),
        ("fi", "Jos puhelin hajoaa, näin toimit"),
        ("pl", "Marka telefonu ma znaczenie"),
        ("pl", "Rada nadzorcza wybrała prezesa"),
        ("hu", "Van új telefon"),
        ("tr", "Kara delik görüntülendi"),
        ("tr", "Kent merkezinde robot"),
        ("id", "Kita punya AI sendiri"),
        ("id", "Batu baterai ini lebih ringan"),
        ("ms", "Anda boleh guna aplikasi"),
        ("ro", "Tema zilei: telefoane"),
        ("ar", "الجديد في الهواتف"),
        ("ar", "خبر عاجل عن الهواتف"),
        ("fa", "خبر تازه از گوشی"),
        ("ko", "세부 사양 공개"),
        ("ko", "배터리 양산 시작"),
        ("ko", "화성 탐사선 발사"),
        ("ja", "コーチ向けの新機能"),
        ("zh-Hans", "冰糖雪梨饮料上市"),
    ],
)
def test_a_common_word_of_the_language_is_no_place_for_its_spelling_alone(
    language: str, text: str
) -> None:
    assert countries(text, text, language) == set()


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("es", "La firma abre un laboratorio en Salta", "AR"),
        ("en", "Engineers move to the city of Bath", "GB"),
        ("nl", "Het bedrijf opent een kantoor in Bergen, Noorwegen", "NO"),
        ("ko", "화성시에 반도체 공장", "KR"),
        ("zh-Hans", "学者在雪梨演讲", "AU"),
        ("it", "La startup apre a Prato, in Toscana", "IT"),
    ],
)
def test_a_second_sign_makes_it_a_place(language: str, text: str, code: str) -> None:
    assert code in countries(text, "", language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Володимир Кравченко очолив компанію"),
        ("ru", "Владимир Соколов возглавил стартап"),
        ("ru", "Основатель Артем Киров продал долю"),
        ("en", "Wikipedia founder Jimmy Wales spoke"),
        ("en", "Singer India Arie leaves the platform"),
        ("en", "Engineer Stanley Douglas leads the lab"),
        ("it", "Francesco Rossi guida la startup"),
        ("it", "Francesca Verdi guida la startup"),
    ],
)
def test_a_persons_name_is_no_place(language: str, text: str) -> None:
    assert countries(text, text, language) == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "بأنه وان قال"),
        ("ar", "وان النموذج الجديد بأنه سريع"),
        ("ar", "وافقت السلطات على الخدمة"),
    ],
)
def test_arabic_prefixes_are_not_cut_off_into_names(language: str, text: str) -> None:
    assert countries(text, text, language) == set()


def test_arabic_prefixes_stay_readable_before_large_cities_and_countries() -> None:
    assert countries("مكتب جديد للشركة ببيروت ولندن", "", "ar") == {"LB", "GB"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tartu startup raises a round", "EE"),
        ("Lund spin-off maps proteins", "SE"),
        ("Delft lab builds a qubit", "NL"),
        ("Grenoble fab grows", "FR"),
        ("Leuven researchers print chips", "BE"),
        ("Sophia Antipolis hosts a lab", "FR"),
        ("Hsinchu Science Park runs dry", "TW"),
        ("Oulu radio firm grows", "FI"),
        ("Kista campus empties", "SE"),
    ],
)
def test_small_towns_of_tech_are_known(text: str, code: str) -> None:
    assert countries(text) == {code}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Milan court orders a platform to pay", "IT"),
        ("Lyon police arrest two hackers", "FR"),
        ("Bergen residents wait for fibre", "NO"),
    ],
)
def test_a_city_is_believed_by_its_court_its_police_and_its_people(text, country):
    assert [place.country_code for place in find_places(text, "", "en")] == [country]
