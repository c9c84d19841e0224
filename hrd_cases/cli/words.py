"""The words of the command line, in the language of whoever types: --language, else what the terminal is set to."""

import gettext
import os
from collections.abc import Collection, Mapping
from contextvars import ContextVar

from babel.support import NullTranslations

from hrd_cases.domain.access.roles import role_labels
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.kernel.catalogues import LANGUAGES, TRANSLATIONS, catalogue

FIRST = "en"
_SETTINGS = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which they count
_spoken: ContextVar[tuple[str, NullTranslations]] = ContextVar("spoken", default=(FIRST, NullTranslations()))


def speak(language: str) -> None:
    """Say everything in this language from now on; so does click, which asks Python's own gettext."""
    gettext.bindtextdomain("messages", str(TRANSLATIONS))
    os.environ["LANGUAGE"] = language
    _spoken.set((language, catalogue(language)))


def language() -> str:
    """The language that is spoken."""
    return _spoken.get()[0]


def chosen(words: list[str], environment: Mapping[str, str]) -> str:
    """The language that a command line asks for, before the rest of it is read; else that of the terminal."""
    for at, word in enumerate(words):
        if word == "dossier":  # from here on it is the language of the paper
            break
        name, _, value = word.partition("=")
        if name == "--language":
            request = value or next(iter(words[at + 1 :]), "")
            if request in LANGUAGES:
                return request
    setting = next((environment[name] for name in _SETTINGS if environment.get(name)), "")
    return setting[:2] if setting[:2] in LANGUAGES else FIRST


def _(text: str, **values: object) -> str:
    """A msgid in the language spoken, with its values."""
    wording = str(_spoken.get()[1].gettext(text)) if text else ""
    return wording % {name: _value(value) for name, value in values.items()} if values else wording


def role_words(roles: Collection[str]) -> str:
    """Roles in words, in the order of the table."""
    return ", ".join(map(_, role_labels(roles)))


def _value(value: object) -> object:
    """A value as it is said: what people typed is never looked up, a sentence of ours is."""
    if isinstance(value, tuple):
        return "; ".join(str(_value(item)) for item in value)
    return _(value.msgid, **value.values) if isinstance(value, Sentence) else value


def ngettext(item: str, many: str, number: int, **values: object) -> str:
    """The same for something counted; %(num)s is the number."""
    return str(_spoken.get()[1].ngettext(item, many, number)) % {"num": number, **values}


def N_n(item: str, many: str) -> tuple[str, str]:  # noqa: N802  # the name that `./run words` looks for
    """Mark a sentence of click that is counted, so that the catalogues have it."""
    return item, many


# What click says itself: it asks Python's gettext for these.
OF_CLICK = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("required"),
    N_("default: {default}"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Choose from:\n\t{choices}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_n("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    N_n("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    N_n("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    N_n("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
)
