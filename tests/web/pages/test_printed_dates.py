"""Whatever the program prints as a date can be typed back, in each language, and means the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.domain.dates import PartialDate, exactly
from hrd_cases.domain.papers import Language
from hrd_cases.domain.written_dates import read_date
from hrd_cases.render.words import PaperWords
from hrd_cases.services.kernel.catalogues import LANGUAGES, catalogues
from hrd_cases.web.forms.spelling import spell_when
from hrd_cases.web.kernel import i18n

TODAY = date(2026, 11, 28)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
EXACT = st.sampled_from([4, 7, 10])
CATALOGUES = catalogues()


@pytest.mark.parametrize("language", LANGUAGES)
@given(one=DAYS, other=DAYS, start=EXACT, end=EXACT, span=st.booleans(), about=st.booleans())
def test_a_printed_date_is_read_back(
    language: str, one: date, other: date, start: int, end: int, span: bool, about: bool
) -> None:
    first, last = sorted((one, other))
    created = PartialDate(start=first.isoformat()[:start], end=last.isoformat()[:end] if span else "", about=about)
    if created.last < created.first:
        return
    on_paper = PaperWords(language=Language(language))
    for printed in (
        i18n.say_when(created, language, CATALOGUES.of(language)),
        on_paper.when(created),
        spell_when(created),
    ):
        assert read_date(printed, TODAY) == created, printed


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=DAYS)
def test_a_printed_day_is_read_back(language: str, day: date) -> None:
    on_paper = PaperWords(language=Language(language))
    for printed in (i18n.say_day(day, language), i18n.say_short_day(day, language), on_paper.day(day)):
        assert read_date(printed, TODAY) == exactly(day), printed
    assert read_date(i18n.say_month(day, language), TODAY) == PartialDate(start=day.isoformat()[:7])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_for_unknown_is_read_back(language: str) -> None:
    unknown = PartialDate(start="")
    words = CATALOGUES.of(language)
    assert read_date(i18n.say_when(unknown, language, words), TODAY) == unknown
    assert read_date(words.gettext("unknown"), TODAY) == unknown


@pytest.mark.parametrize(
    ("language", "printed"),
    [("ru", "11–17 декабря 2017 г."), ("kk", "2017 ж. 11–17 желтоқсан"), ("en", "11–17 December 2017")],
)
def test_on_paper_the_days_of_a_month_stand_right_in_a_year_that_ends_like_the_last_of_them(
    language: str, printed: str
) -> None:
    week = PartialDate(start="2017-12-11", end="2017-12-17")
    assert PaperWords(language=Language(language)).when(week).replace("\N{NO-BREAK SPACE}", " ") == printed
