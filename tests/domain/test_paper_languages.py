"""Languages that only papers have: what their files say belongs somewhere, and no form that takes them lacks a word."""

from datetime import date

import pytest

from hrd_cases.domain.case_names import spellings_of_day
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.paper_languages import PAPER_ONLY, texts_in
from hrd_cases.domain.papers import Language
from hrd_cases.domain.profiles import FormatProfile, profiles, terms
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.writing import looks
from hrd_cases.render.words import PaperWords

EN, RU, KK, FR, ES = Language.EN, Language.RU, Language.KK, Language.FR, Language.ES
# Printed from the records of a case: kind_records.py, kind_fields.py, drafts.py.
PRINTED = ("custody_measures", "hearing_kinds", "hearing_outcomes", "decision_kinds", "filing_kinds", "genders")
PRINTED_TOO = ("age_bands", "perpetrators", "company_roles", "yes_no_unknown", "observer_status", "procedural_roles")
TAKE = [(form, language) for form in profiles().values() for language in PAPER_ONLY if language in form.languages]


def test_the_forms_of_the_united_nations_take_them() -> None:
    taking = {form.code for form, _ in TAKE}
    assert taking == {"un_letter", "un_detention", "un_treaty_body"}
    assert len(TAKE) == 2 * len(taking)


@pytest.mark.parametrize(("form", "language"), TAKE, ids=lambda value: getattr(value, "code", value))
def test_a_form_has_every_label_and_word_in_each_language_that_it_takes(form: FormatProfile, language: str) -> None:
    own = texts_in(language)["kind"][form.code]
    assert set(own) == {each.key for each in form.fields} | set(form.words)
    assert all(each.labels[language] == own[each.key] for each in form.fields)
    assert all(words[language] == own[key] for key, words in form.words.items())
    for each in form.fields:
        assert not each.list or set(texts_in(language)["list"][each.list]) == codes(each.list)


@pytest.mark.parametrize("language", PAPER_ONLY)
def test_what_a_file_says_belongs_somewhere_and_leaves_no_choice_out(language: str) -> None:
    texts = texts_in(language)
    assert set(texts["terms"]) <= set(terms(RU))
    assert {key for key in set(terms(RU)) - set(texts["terms"]) if not key.startswith("custodian_")} == set()
    assert set(texts["kind"]) <= set(profiles())
    for name, choices in texts["list"].items():
        assert set(choices) <= codes(name), name
    for name in (*PRINTED, *PRINTED_TOO, "how_counsel_authorised"):
        assert set(texts["list"][name]) == codes(name), name


def codes(name: str) -> set[str]:
    return {entry.code for entry in vocabulary(name).entries}


@pytest.mark.parametrize("language", PAPER_ONLY)
def test_what_is_not_translated_is_english_and_never_russian(language: str) -> None:
    entry = vocabulary("forums").entries[0]
    assert language not in entry.label
    assert entry.text(language) == entry.text("en")
    assert terms(Language(language))["custodian_card"] == terms(EN)["custodian_card"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (FR, ["1er décembre 2017", "14 décembre 2017", "décembre 2017", "vers le 14 décembre 2017", "vers 2017"]),
        (
            ES,
            [
                *("1 de diciembre de 2017", "14 de diciembre de 2017", "diciembre de 2017"),
                *("hacia el 14 de diciembre de 2017", "hacia 2017"),
            ],
        ),
    ],
)
def test_days_are_written_as_in_the_language(language: Language, expected: list[str]) -> None:
    days = [("2017-12-01", False), ("2017-12-14", False), ("2017-12", False), ("2017-12-14", True), ("2017", True)]
    words = PaperWords(language=language)
    written = [words.when(PartialDate(start=start, about=about)) for start, about in days]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in written] == expected


def test_a_day_of_birth_is_found_as_these_languages_write_it() -> None:
    spelled = set(spellings_of_day(date(1985, 3, 14)))
    assert {"14 mars 1985", "14 de marzo de 1985"} <= spelled


FRENCH = "Le tribunal a ordonné la détention pour deux mois et les avocats ont fait appel dans le délai."
SPANISH = "El tribunal ordenó la prisión por dos meses y los abogados apelaron con la familia."
ENGLISH = "The court ordered detention for two months and the lawyers appealed in time."


def test_a_text_in_another_language_of_the_same_letters_is_told() -> None:
    assert [looks(FRENCH, paper) for paper in (FR, EN, ES)] == [None, FR, FR]
    assert [looks(SPANISH, paper) for paper in (ES, EN, FR)] == [None, ES, ES]
    assert [looks(ENGLISH, paper) for paper in (EN, FR, ES)] == [None, EN, EN]
    assert looks("Ереуілді заңсыз деп тану", FR) == KK
    assert looks("Признать забастовку незаконной", ES) == RU
