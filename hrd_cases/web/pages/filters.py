"""What templates may do with values: dates and numbers in words, and invisible characters made visible."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache

from babel.support import NullTranslations
from flask import Flask, g
from markupsafe import Markup, escape

from hrd_cases.domain.calls import in_danger
from hrd_cases.domain.dates import PartialDate
from hrd_cases.domain.words import N_
from hrd_cases.services.records.records import Doubt
from hrd_cases.web.kernel import i18n
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages import date_words, doubt_lines
from hrd_cases.web.pages.layout import PART_WORDS, _, language, role_words, words
from hrd_cases.web.pages.lists import label

# Characters that turn the direction of a line, or hide inside a word, are shown as what they are.
_UNSEEN = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad]")


def day(value: date | None) -> str:
    """A day in full."""
    return i18n.say_day(value, language())


def short_day(value: date | None) -> str:
    """A day for a narrow column."""
    return i18n.say_short_day(value, language())


def near_day(value: date | None) -> str:
    """A day in a row of what is near: without its year when it is this one."""
    return i18n.say_near_day(value, language(), g.ctx.today)


def month(value: date) -> str:
    """A month of a year."""
    return i18n.say_month(value, language())


def moment(value: datetime | None) -> str:
    """A day and time, in the zone the work is done in."""
    return i18n.say_moment(value, language(), site().runtime.zone)


def when(value: PartialDate | None) -> str:
    """A date as exact as it is known."""
    return i18n.say_when(value, language(), words())


def number(value: float | None) -> str:
    """A number with its groups of figures."""
    return i18n.say_number(value, language())


def visible(text: object) -> Markup:
    """Text with its invisible characters marked, so that a name cannot be made to look like another."""
    escaped = escape(text)
    if not _UNSEEN.search(escaped):
        return escaped
    mark = escape(_(N_("hidden character")))
    return Markup(_UNSEEN.sub(f'<abbr class="unseen" title="{mark}">·</abbr>', str(escaped)))  # noqa: S704


def coded(codes: Iterable[str], name: str) -> str:
    """Stored codes in the words of their list."""
    return "; ".join(label(name, code) for code in codes if code)


def part_words(compartments: Collection[str]) -> str:
    """The parts of a record in plain words."""
    return "; ".join(_(word) for name, word in PART_WORDS.items() if name in compartments)


def doubted(results: Iterable[Doubt], title: str) -> list[doubt_lines.DoubtfulRecord]:
    """What is not as its last writer left it, on the page of one record with this title."""
    records = [doubt.record for doubt in results]
    return doubt_lines.lines(results, dict.fromkeys(records, title))


def sentence(text: str, **values: object) -> Markup:
    """A sentence of a template in the language of this request."""
    said = _markup(words(), text)
    return said % values if "%" in said else said


def counted_sentence(singular: str, plural: str, num: int, **values: object) -> Markup:
    """A sentence with a number, which its words follow."""
    return Markup(words().ungettext(singular, plural, num)) % {"num": num, **values}  # noqa: S704


@lru_cache(maxsize=10_000)
def _markup(catalogue: NullTranslations, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704


def install(app: Flask) -> None:
    """Give the filters and the translations to templates."""
    app.add_template_filter(day, "day")
    app.add_template_filter(short_day, "short_day")
    app.add_template_filter(near_day, "near_day")
    app.add_template_filter(month, "month")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(when, "when")
    app.add_template_filter(number, "number")
    app.add_template_filter(visible, "seen")
    app.add_template_filter(_, "translated")
    app.add_template_filter(coded, "coded")
    app.add_template_filter(role_words, "role_words")
    app.add_template_filter(part_words, "part_words")
    app.add_template_filter(doubted, "doubted")
    for function in (
        date_words.counted_in_words,
        date_words.rule_certainty,
        date_words.period_certainty,
        date_words.expiry_in_words,
    ):
        app.add_template_global(function)
    app.add_template_filter(in_danger, "call_in_danger")
    app.jinja_env.globals.update(_=sentence, gettext=sentence, ngettext=counted_sentence)
