import dataclasses
import string
from datetime import datetime

import pytest

from hrd_cases.domain import papers
from hrd_cases.domain.papers import DossierRequest, Exhibit, Fact, Language, Party, SharedCase, Variant
from hrd_cases.domain.profiles import months, profiles, terms

NEVER_IN_A_PAPER = {
    "mark",
    "reliability",
    "note",
    "notes",
    "consent",
    "consents",
    "approved_for",
    "person",
    "person_id",
    "sources",
}


def test_a_shared_case_has_no_place_for_what_may_not_be_shown() -> None:
    for kind in (SharedCase, Fact, Party, Exhibit, papers.Filing, papers.HistoryStep, papers.LegalSource):
        assert not {each.name for each in dataclasses.fields(kind)} & NEVER_IN_A_PAPER


def test_no_value_of_a_paper_can_be_changed_once_made() -> None:
    kinds = [kind for kind in vars(papers).values() if dataclasses.is_dataclass(kind)]
    assert len(kinds) > 15
    for kind in kinds:
        assert kind.__dataclass_params__.frozen  # type: ignore[union-attr]
        assert all(each.kw_only for each in dataclasses.fields(kind))


@pytest.mark.parametrize("language", Language)
def test_every_word_of_a_paper_exists_in_every_language(language: Language) -> None:
    words = terms(language)
    assert set(words) == set(terms(Language.RU))
    empty = {key for key, text in words.items() if not text.strip()}
    assert empty <= {"year_suffix"}
    for key, text in words.items():
        places = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert places == {name for _, name, _, _ in string.Formatter().parse(terms(Language.RU)[key]) if name}, key


@pytest.mark.parametrize("language", Language)
def test_a_year_has_twelve_months(language: Language) -> None:
    for form in ("of", "alone"):
        assert len(set(months(language)[form])) == 12


def test_each_forum_profile_names_itself_and_its_source() -> None:
    assert {"kz_court", "letter"} <= set(profiles())
    for profile in profiles().values():
        assert set(profile.names) == {"en", "ru", "kk"}
        assert profile.source
        assert profile.status
        assert set(profile.languages) <= {item.value for item in Language}


def test_the_court_of_kazakhstan_gets_the_margins_of_office_work() -> None:
    court = profiles()["kz_court"]
    assert (court.margin_left, court.margin_right, court.margin_top, court.margin_bottom) == (30, 15, 20, 20)


@pytest.mark.parametrize(
    ("scheme", "labels"),
    [
        ("number", ("1", "26", "27")),
        ("latin", ("A", "Z", "AA")),
        ("annex", ("A.1", "A.26", "A.27")),
        ("kazakh", ("А", "Ф", "Х")),
    ],
)
def test_exhibits_are_labelled_by_the_scheme_of_the_forum(scheme: str, labels: tuple[str, ...]) -> None:
    profile = dataclasses.replace(profiles()["kz_court"], label_scheme=scheme)
    assert (profile.label(1), profile.label(26), profile.label(27)) == labels


def test_labels_never_repeat() -> None:
    for scheme in ("number", "latin", "kazakh", "annex"):
        profile = dataclasses.replace(profiles()["kz_court"], label_scheme=scheme)
        assert len({profile.label(number) for number in range(1, 1500)}) == 1499


def test_the_hour_of_building_must_say_its_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        DossierRequest(
            case=None,  # type: ignore[arg-type]
            language=Language.RU,
            variant=Variant.FULL,
            profile="kz_court",
            version=1,
            paper_number="1",
            built_at=datetime(2026, 11, 22),
        )
