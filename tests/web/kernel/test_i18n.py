"""Languages: dates as people write them, catalogues that are fresh, words where they are looked for."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from babel.support import NullTranslations

from hrd_cases.domain.dates import parse
from hrd_cases.services.kernel.catalogues import catalogues
from hrd_cases.web.kernel import i18n

WORDS = NullTranslations()


def _catalogue(folder: Path, *, po: str = "", mo: str = "", older: str = "") -> None:
    place = folder / "ru" / "LC_MESSAGES"
    place.mkdir(parents=True)
    for name, text, write in (("messages.po", po, write_po), ("messages.mo", mo, write_mo)):
        if text:
            created = Catalog(locale="ru")
            created.add("Cases", text)
            with (place / name).open("wb") as file:
                write(file, created)
    if older:
        os.utime(place / older, (1, 1))


def test_a_catalogue_that_was_not_compiled_is_read_all_the_same(tmp_path: Path) -> None:
    _catalogue(tmp_path, po="Кейсы")
    assert catalogues(tmp_path).of("ru").gettext("Cases") == "Кейсы"


def test_a_compiled_catalogue_older_than_its_source_is_not_used(tmp_path: Path) -> None:
    _catalogue(tmp_path, po="new", mo="old", older="messages.mo")
    assert catalogues(tmp_path).of("ru").gettext("Cases") == "new"


def test_a_compiled_catalogue_newer_than_its_source_is_used(tmp_path: Path) -> None:
    _catalogue(tmp_path, po="source", mo="compiled", older="messages.po")
    assert catalogues(tmp_path).of("ru").gettext("Cases") == "compiled"


def test_a_language_without_a_catalogue_speaks_english(tmp_path: Path) -> None:
    assert catalogues(tmp_path).of("kk").gettext("Cases") == "Cases"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "14 December 2017"), ("ru", "14 декабря 2017 г."), ("kk", "2017 ж. 14 желтоқсан")],
)
def test_a_day_in_full(language: str, text: str) -> None:
    assert i18n.say_day(date(2017, 12, 14), language).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "December 2017"), ("ru", "декабрь 2017"), ("kk", "2017 ж. желтоқсан")]
)
def test_a_month_stands_in_the_order_of_its_language(language: str, text: str) -> None:
    assert i18n.say_month(date(2017, 12, 1), language).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2017", "2017"),
        ("12.2017", "December 2017"),
        ("~2017", "about 2017"),
        ("14.12.2017", "14 December 2017"),
        ("12.2017..02.2018", "December 2017 to February 2018"),
        ("", ""),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(typed: str, said: str) -> None:
    assert i18n.say_when(parse(typed), "en", WORDS) == said


def test_a_moment_is_said_in_the_time_of_the_place() -> None:
    noon = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
    assert i18n.say_moment(noon, "en", ZoneInfo("Asia/Almaty")) == "23 November 2026, 00:30"
    assert i18n.say_moment(noon, "ru", ZoneInfo("Asia/Almaty")) == "23 ноября 2026, 00:30"
    assert i18n.say_moment(noon, "kk", ZoneInfo("Asia/Almaty")) == "2026\u202fж. 23 қараша, 00:30"


def test_numbers_have_their_groups() -> None:
    assert i18n.say_number(1200, "ru").replace("\u202f", "\xa0") == "1\xa0200"
    assert i18n.say_number(None, "ru") == ""
