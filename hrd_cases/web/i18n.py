"""Languages: catalogues read at start; dates and numbers as people write them in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.words import N_

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
DRAFT = frozenset({"kk"})  # complete, and unsigned by a native lawyer
FIRST = "en"
_WRITTEN = {"en": "en_GB"}  # the day before the month, as everywhere but in America
TRANSLATIONS = Path(__file__).parent.parent / "translations"

# "LLLL y" gives Kazakh in the wrong order and with a capital, so the month of a year has a pattern of its own there.
_MONTH = {"kk": "y 'ж'. MMMM"}


class Sentences(Translations):
    """A compiled catalogue whose head is no translation: the words for nothing are nothing."""

    def gettext(self, message: str) -> str:
        """The translation, the sentence itself where there is none, and nothing for nothing."""
        return super().gettext(message) if message else ""

    ugettext = gettext


@dataclass(frozen=True, kw_only=True)
class Catalogues:
    """The words of every language; English needs none, since its sentences are the keys."""

    by_language: Mapping[str, NullTranslations]

    def of(self, language: str) -> NullTranslations:
        """The catalogue of a language, or the empty one."""
        return self.by_language.get(language) or NullTranslations()


def catalogues(folder: Path = TRANSLATIONS) -> Catalogues:
    """Read every catalogue; one whose compiled file is missing or older than its source is compiled in memory."""
    return Catalogues(by_language={code: _catalogue(folder / code / "LC_MESSAGES") for code in LANGUAGES})


def _catalogue(folder: Path) -> NullTranslations:
    source, compiled = folder / "messages.po", folder / "messages.mo"
    if compiled.exists() and not (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime):
        return Sentences(BytesIO(compiled.read_bytes()))
    if not source.exists():
        return NullTranslations()
    made = BytesIO()
    write_mo(made, read_po(BytesIO(source.read_bytes())))
    made.seek(0)
    return Sentences(made)


def say_day(day: date | None, language: str) -> str:
    """A day in full: 14 December 2017."""
    return format_date(day, "long", locale=_WRITTEN.get(language, language)) if day else ""


def say_short_day(day: date | None, language: str) -> str:
    """A day in a narrow column: 14 Dec 2017."""
    return format_date(day, "medium", locale=_WRITTEN.get(language, language)) if day else ""


def say_moment(moment: datetime | None, language: str, zone: ZoneInfo) -> str:
    """A day and time where the work is done."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    pattern = "long" if language == "kk" else "d MMMM y, HH:mm"
    return format_datetime(aware, pattern, tzinfo=zone, locale=_WRITTEN.get(language, language))


def say_month(day: date, language: str) -> str:
    """A month of a year: December 2017."""
    return format_date(day, _MONTH.get(language, "LLLL y"), locale=_WRITTEN.get(language, language))


def say_when(when: PartialDate | None, language: str, words: NullTranslations) -> str:
    """A date as exact as it is known."""
    if when is None:
        return ""
    if not when.known:
        return words.gettext(N_("unknown"))
    text = _point(when.start, language)
    if when.end:
        text = words.gettext(N_("%(start)s to %(end)s")) % {"start": text, "end": _point(when.end, language)}
    return words.gettext(N_("about %(date)s")) % {"date": text} if when.about else text


def say_number(number: float | None, language: str) -> str:
    """A number with its groups of figures."""
    return "" if number is None else format_decimal(number, locale=_WRITTEN.get(language, language))


def _point(text: str, language: str) -> str:
    if len(text) == 4:
        return text
    if len(text) == 7:
        return say_month(date.fromisoformat(f"{text}-01"), language)
    return say_day(date.fromisoformat(text), language)
