"""Lists of choices: complete in three languages, in proper letters, and forgiving towards old data."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import Coded, CodedMany, Field, Rows, fields_of
from hrd_cases.domain.paper_languages import PAPER_ONLY
from hrd_cases.domain.profiles import profiles
from hrd_cases.domain.vocabulary import LANGUAGES, VocabularyError, vocabulary, vocabulary_names
from hrd_cases.domain.vocabulary.reading import vocabulary_from

LISTS = vocabulary_names()
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0259]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
NOT_RUSSIAN = re.compile(r"[^\u0401\u0451\u0410-\u044f]")
KAZAKH_ONLY = "\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u0456"
# Cyrillic letters of other languages that look like Kazakh ones (Tajik, Bashkir, Ukrainian, Serbian and the like).
NOT_KAZAKH = re.compile(r"[\u0400\u0402-\u0405\u0407-\u040f\u0450\u0452-\u0455\u0457-\u045f\u0460-\u0491\u0494-\u0499]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\ufeff]")
LATIN_WORDS = {"SLAPP", "V", "VI"}  # no Cyrillic spelling in use; Roman numerals of laws
REGIONS_NAMED_IN_KAZAKH = {"KZ-33", "KZ-62"}  # their Russian name keeps a Kazakh letter


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def shown(name: str) -> Iterator[tuple[str, str, str]]:
    """Every label of a list with its code and language, headings and title included."""
    existing = vocabulary(name)
    for language in LANGUAGES:
        yield "title", language, existing.title[language]
        yield from ((group.code, language, group.label[language]) for group in existing.group_list)
        yield from ((entry.code, language, entry.label[language]) for entry in existing.entries)


def coded_lists(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        if isinstance(field.kind, Coded | CodedMany):
            yield field.kind.list
        if isinstance(field.kind, Rows):
            yield from coded_lists(fields_of(field.kind.item))


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_has_three_labels_a_source_and_a_mark(name: str) -> None:
    existing = vocabulary(name)
    assert existing.entries
    for entry in existing.entries:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_]*|(?:KZ|KG|TJ|TM|UZ)-[A-Z0-9]{1,2}", entry.code), entry.code
        assert set(entry.label) - set(PAPER_ONLY) == set(LANGUAGES)
        assert all(entry.label.values())
        assert entry.source is not None
        assert entry.source.title
        assert entry.mark
        assert "kk" in entry.label_marks, "say how well the Kazakh is checked"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_choices_never_read_the_same(name: str, language: str) -> None:
    labels = [entry.label[language].casefold() for entry in vocabulary(name).entries]
    assert sorted(labels) == sorted(set(labels))


@pytest.mark.parametrize("name", LISTS)
def test_no_letter_pretends_to_be_another(name: str) -> None:
    for code, language, text in shown(name):
        assert not INVISIBLE.search(text), (code, text)
        if language == "en":
            assert not CYRILLIC.search(text), (code, text)
            continue
        for word in words(text):
            assert not LATIN.search(word) or word in LATIN_WORDS, (code, language, word)


@pytest.mark.parametrize("name", LISTS)
def test_kazakh_letters_are_the_proper_ones(name: str) -> None:
    for code, language, text in shown(name):
        if language == "kk":
            assert not NOT_KAZAKH.search(text), (code, text)


@pytest.mark.parametrize("name", LISTS)
def test_russian_labels_hold_no_kazakh_letters(name: str) -> None:
    for code, language, text in shown(name):
        if language == "ru" and code not in REGIONS_NAMED_IN_KAZAKH:
            strange = [word for word in words(text) if NOT_RUSSIAN.search(word) and word not in LATIN_WORDS]
            assert not strange, (code, strange)


def test_the_kazakh_alphabet_is_really_used() -> None:
    together = "".join(text for name in LISTS for _, language, text in shown(name) if language == "kk").casefold()
    assert set(KAZAKH_ONLY) <= set(together)


def test_every_list_a_form_asks_for_exists() -> None:
    request = {name for result in ENTITIES.values() for name in coded_lists(result.fields)}
    assert request <= set(LISTS), request - set(LISTS)


def test_an_unknown_code_still_shows() -> None:
    entry = vocabulary("attack_kinds").get("kind_of_long_ago")
    assert entry.text("ru") == "kind_of_long_ago"
    assert entry.mark == "unverified"
    assert not vocabulary("attack_kinds").has("kind_of_long_ago")


def test_an_unknown_list_is_refused_by_name() -> None:
    with pytest.raises(VocabularyError, match="no_such_list"):
        vocabulary("no_such_list")
    with pytest.raises(VocabularyError, match="not the name of a list"):
        vocabulary("../domain/words")


def test_a_missing_language_falls_back_to_russian_then_english() -> None:
    entry = vocabulary("attack_kinds").get("arrest")
    assert entry.text("de") == entry.label["ru"]
    only_english = dataclasses.replace(entry, label={"en": "Apprehension"})
    assert only_english.text("kk") == "Apprehension"


def test_regions_carry_the_names_of_their_day() -> None:
    regions = vocabulary("regions")
    now, then = dict(regions.choices("en", date(2026, 11, 22))), dict(regions.choices("en", date(2017, 1, 4)))
    assert sum(code.startswith("KZ-") for code in now) == 20
    assert "south_kazakhstan" in then
    assert "south_kazakhstan" not in now
    assert {"KZ-61", "KZ-10"} <= now.keys()
    assert not {"KZ-61", "KZ-10"} & then.keys()
    assert {"outside_kazakhstan", "unknown"} <= now.keys() & then.keys()


def test_the_capital_has_one_name_on_any_day() -> None:
    regions = vocabulary("regions")
    for day, name in [
        (date(2017, 5, 16), "KZ-71"),
        (date(2019, 3, 22), "KZ-71"),
        (date(2019, 3, 23), "nur_sultan"),
        (date(2022, 9, 16), "nur_sultan"),
        (date(2022, 9, 17), "KZ-71"),
    ]:
        offered = {code for code, _ in regions.choices("ru", day)} & {"KZ-71", "nur_sultan"}
        assert offered == {name}, day


def test_former_names_lead_to_names_of_today() -> None:
    regions = vocabulary("regions")
    for entry in regions.entries:
        assert all(regions.has(code) for code in entry.extra.get("successors", []))


def test_choices_keep_the_order_of_the_file_under_their_headings() -> None:
    kinds = vocabulary("attack_kinds")
    headed = kinds.grouped("ru", kinds.entries)
    assert [heading for heading, _ in headed][:2] == ["Жизнь и здоровье", "Угрозы, слежка и травля"]
    assert [entry for _, inside in headed for entry in inside] == list(kinds.entries)


def test_choices_without_a_heading_come_last() -> None:
    articles = vocabulary("law_articles")
    heading, inside = articles.grouped("en", articles.entries)[-1]
    assert (heading, [entry.code for entry in inside]) == ("", ["other"])


def test_the_articles_in_force_before_2015_are_those_of_the_old_code() -> None:
    codes = {code for code, _ in vocabulary("law_articles").choices("en", date(2011, 8, 8))}
    assert "cc1997_334" in codes
    assert "cc_400" not in codes


def test_every_forum_has_a_format_profile_a_kind_and_a_region_we_know() -> None:
    for entry in vocabulary("forums").entries:
        assert entry.extra["profile"] in profiles(), entry.code
        assert vocabulary("body_kinds").has(entry.extra["body_kind"]), entry.code
        region = entry.extra.get("region")
        assert region is None or vocabulary("regions").has(region), entry.code


def test_eighteen_scopes_of_consent_open_through_five_paragraphs() -> None:
    scopes = vocabulary("consent_scopes").entries
    assert [entry.extra["number"] for entry in scopes] == [f"C{number}" for number in range(1, 19)]
    assert {entry.extra["bundle"] for entry in scopes} == {"keep", "court", "international", "publish", "statistics"}


def test_codes_of_huridocs_have_twelve_digits() -> None:
    for name in ("attack_kinds", "perpetrators"):
        for entry in vocabulary(name).entries:
            for key in ("huridocs", "huridocs_nearest"):
                if key in entry.extra:
                    assert re.fullmatch(r"\d{12}", entry.extra[key]), entry.code


def test_perpetrators_that_a_report_tells_apart_have_codes_of_their_own() -> None:
    kinds = (
        "state_official",
        "local_official",
        "armed_forces",
        "police",
        "prison_official",
        "security_service",
        "employer",
        "supervisor",
        "company",
        "transnational_company",
    )
    codes = {vocabulary("perpetrators").get(code).extra["huridocs"] for code in kinds}
    assert len(codes) == len(kinds)


def test_breaches_of_labour_rights_are_told_from_attacks() -> None:
    flagged = {entry.code for entry in vocabulary("attack_kinds").entries if entry.extra.get("grievance")}
    assert flagged == {"hazardous_conditions", "wages_denied", "bargaining_denied", "excessive_hours"}


def test_whether_an_end_is_good_depends_on_the_side_where_it_does() -> None:
    for code in ("claim_withdrawn", "left_without_consideration", "proceedings_ended"):
        text = vocabulary("outcomes").get(code).extra
        assert (text["tendency"], text["for_respondent"], text["for_claimant"]) == (
            "depends",
            "favourable",
            "unfavourable",
        )


@pytest.mark.parametrize("name", ["legal_action_kinds", "procedural_roles"])
def test_what_is_none_of_the_list_stands_under_no_other_heading(name: str) -> None:
    assert vocabulary(name).get("other").group == "other"
    assert [entry.code for entry in vocabulary(name).entries if entry.group == "other"] == ["other"]


def test_the_regions_of_central_asia_are_those_of_iso_3166_2() -> None:
    existing = {
        "KG": "B C GB GO J N O T Y",
        "TJ": "DU GB KT RA SU",
        "TM": "A B D L M S",
        "UZ": "AN BU FA JI NG NW QA QR SA SI SU TK TO XO",
    }
    for country, codes in existing.items():
        ours = {entry.code for entry in vocabulary("regions").entries if entry.code.startswith(f"{country}-")}
        assert ours == {f"{country}-{code}" for code in codes.split()}


def test_codes_of_their_time_end_when_the_next_began() -> None:
    day = date(2011, 12, 16)
    offered = {code for code, _ in vocabulary("law_articles").choices("en", day)}
    assert {"lc2007", "cao2001", "crpc1997", "cc1997_334"} <= offered
    assert not {"lc_171", "cao_488", "crpc_106", "cc_400"} & offered


def content(**entry: Any) -> dict[str, Any]:
    title = dict.fromkeys(LANGUAGES, "Title")
    whole = {"code": "a", "en": "A", "ru": "Б", "kk": "В", "source": "own", "mark": "own", **entry}
    head = {"name": "trial", "title": title, "date_checked": date(2026, 11, 22)}
    return {"list": head, "entry": [{key: value for key, value in whole.items() if value is not None}]}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kk": None}, "no label in kk"),
        ({"ru": "  "}, "no label in ru"),
        ({"mark": "certain"}, "not a mark"),
        ({"mark": None}, "not a mark"),
        ({"mark": "verified"}, "do not go together"),
        ({"mark": "own", "source": "huridocs"}, "do not go together"),
        ({"kk_mark": "sure"}, "not a mark"),
        ({"note": "In one language"}, "a note is written in"),
        ({"source": "nobody"}, "no source"),
        ({"group": "nowhere"}, "no group"),
        ({"valid_from": "2018"}, "not a date"),
        ({"lable": "A"}, "unknown keys"),
        ({"code": ""}, "without code"),
    ],
)
def test_a_broken_list_is_refused_with_the_reason(change: dict[str, Any], complaint: str) -> None:
    assert vocabulary_from("trial", content()).has("a")
    with pytest.raises(VocabularyError, match=complaint):
        vocabulary_from("trial", content(**change))


def test_a_code_given_twice_is_refused() -> None:
    twice = content()
    twice["entry"] *= 2
    with pytest.raises(VocabularyError, match="given twice: a"):
        vocabulary_from("trial", twice)


def test_a_list_under_another_name_is_refused() -> None:
    with pytest.raises(VocabularyError, match="name of its file"):
        vocabulary_from("other", content())
