"""Small forms that belong to no declared record: their fields are written here, in the shape the macros draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hrd_cases.domain.dates import BadDate
from hrd_cases.domain.errors import Confirmed, RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.web.forms.model import FormField, Option, identifier
from hrd_cases.web.pages.layout import _
from hrd_cases.web.pages.lists import when


@dataclass(frozen=True, kw_only=True)
class SimpleForm:
    """Fields by name, and the errors found."""

    fields: tuple[FormField, ...]

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """Every error with the field it belongs to."""
        return tuple((field.id, f"{field.label}: {field.error}") for field in self.fields if field.error)


def line(name: str, label: str, **more: object) -> FormField:
    """One line of text."""
    return _control("line", name, label, more)


def secret(name: str, label: str, **more: object) -> FormField:
    """A passphrase: never sent back to the page."""
    return _control("secret", name, label, more)


def code_field(name: str, **more: object) -> FormField:
    """A code of the second factor, or a recovery code in its place."""
    hint = _(N_("Six digits from your telephone, or one of your recovery codes"))
    return line(name, _(N_("Code")), required=True, autocomplete="one-time-code", **{"hint": hint, **more})


def checks(
    name: str, label: str, choices: Iterable[tuple[str, str]], picked: Iterable[str], **more: object
) -> FormField:
    """Boxes to tick."""
    chosen = set(picked)
    options: tuple[Option, ...] = tuple((code, text, code in chosen) for code, text in choices)
    return _control("checks", name, label, {**more, "options": options})


def radios(name: str, label: str, choices: Iterable[tuple[str, str]], picked: str, **more: object) -> FormField:
    """One of a few."""
    options: tuple[Option, ...] = tuple((code, text, code == picked) for code, text in choices)
    return _control("radios", name, label, {**more, "options": options})


def refusal(broken: Exception) -> str:
    """What a service says against it, in the reader's language; nothing where it only wants it sent once more."""
    if isinstance(broken, Confirmed):
        return ""
    if not isinstance(broken, RuleBroken):
        raise broken
    return _(broken.text) % broken.values


def refused_at(broken: Exception | None) -> tuple[str, str]:
    """At which field a refusal belongs and what it says, in the reader's language; nothing when nothing was refused."""
    if broken is None:
        return "", ""
    return broken.place if isinstance(broken, RuleBroken) else "", refusal(broken)


def bad_date(bad: BadDate) -> str:
    """Why a date is not read, in the reader's language."""
    return _(bad.text) % bad.values(when)


def _control(kind: str, name: str, label: str, more: Mapping[str, object]) -> FormField:
    return FormField(kind=kind, name=name, id=identifier(name), label=label, **more)  # type: ignore[arg-type]
