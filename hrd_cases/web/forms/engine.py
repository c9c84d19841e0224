"""A form from a declaration: begin with `form_of`, `typed_form` and `read_form`. Pure: no request, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from hrd_cases.domain.fields import Declared, Entity, Field, Hidden
from hrd_cases.domain.words import N_
from hrd_cases.web.forms import controls
from hrd_cases.web.forms.model import (
    DROP,
    FIND,
    LOOK,
    LOOKED,
    MORE,
    SHOWN,
    Errors,
    Form,
    FormField,
    FormSection,
    Lists,
    Picker,
    Typed,
    first,
)
from hrd_cases.web.forms.parsing import read
from hrd_cases.web.forms.spelling import spell

V = TypeVar("V", bound=Declared)
NOTHING_ODD: Mapping[str, str] = MappingProxyType({})
AT = "_at"  # the hidden field that says which parts of the record the form showed


def shown(entity: Entity, allowed: Collection[str]) -> tuple[Field, ...]:
    """The fields of a form for somebody who may write the compartments `allowed`."""
    return tuple(f for f in entity.fields if f.at in allowed and not isinstance(f.kind, Hidden))


def questions(typed: Typed, allowed: Collection[str]) -> frozenset[str]:
    """The compartments the sent form had shown, if they may be written: what was not shown must not be emptied."""
    return frozenset(" ".join(typed.get(AT, ())).split()) & frozenset(allowed)


def form_of(
    entity: Entity, value: object, lists: Lists, allowed: Collection[str], odd: Mapping[str, str] = NOTHING_ODD
) -> Form:
    """The form that shows `value`; `odd` is what is stored and fits no field, in its control to be put right."""
    fields = shown(entity, allowed)
    typed = {**spell(fields, value), **{name: [text] for name, text in odd.items()}}
    errors = {name: lists.words(N_("The saved value does not fit this field. Enter it again.")) for name in odd}
    return typed_form(entity, typed, lists, allowed, errors=errors)


def typed_form(
    entity: Entity, typed: Typed, lists: Lists, allowed: Collection[str], *, errors: Errors | None = None
) -> Form:
    """The form that shows what was typed, every letter of it, with the errors found."""
    fields = shown(entity, allowed)
    pairs = [(declared, controls.control(declared, typed, lists, errors or {}, searched=True)) for declared in fields]
    return Form(
        sections=tuple(_sections(pairs, lists, _group(typed))),
        errors=tuple(error for _, control in pairs for error in _errors(control)),
    )


def read_form(entity: Entity, typed: Typed, base: V, lists: Lists, allowed: Collection[str]) -> tuple[V, Errors]:
    """The value `base` with what was typed; the errors by name of control."""
    return read(shown(entity, questions(typed, allowed)), typed, base, lists)


def with_search(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed, with the button of a search that nobody has answered yet as if it had been pressed."""
    if first(typed, LOOK):
        return dict(typed)
    answered = typed.get(LOOKED, ())
    searches = [
        Picker(name=name.removeprefix(FIND), text=first(typed, name)) for name in typed if name.startswith(FIND)
    ]
    waiting = [search.name for search in searches if search.text.strip() and search.asked not in answered]
    return dict(typed) | ({LOOK: waiting[:1]} if waiting else {})


def wants_more(typed: Typed) -> bool:
    """True when a button that only changes the form was pressed instead of the one that saves."""
    return bool(typed.get(MORE) or typed.get(DROP) or typed.get(LOOK))


def without_row(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The form without the row that was taken out."""
    row = first(typed, DROP)
    if not row:
        return dict(typed)
    rest = {name: texts for name, texts in typed.items() if not name.startswith(f"{row}-")}
    visible = first(rest, SHOWN + _group(typed))
    return rest | ({SHOWN + _group(typed): [str(max(0, int(visible) - 1))]} if visible.isdecimal() else {})


def pressed_group(typed: Mapping[str, str]) -> str:
    """The same of a form as it was sent; empty where no such button was pressed."""
    return _group({name: [text] for name, text in typed.items()})


def _group(typed: Typed) -> str:
    """The group of rows, or the field, whose button was pressed."""
    return first(typed, MORE) or first(typed, DROP).rpartition("-")[0] or first(typed, LOOK).partition("-")[0]


def _sections(pairs: Sequence[tuple[Field, FormField]], lists: Lists, pressed: str) -> Iterable[FormSection]:
    if not any(declared.section for declared, _ in pairs):
        return _two_parts(pairs, lists, pressed)
    headed: dict[str, list[FormField]] = {}
    for declared, control in pairs:
        headed.setdefault(declared.section, []).append(control)
    sections = []
    for number, (title, fields) in enumerate(headed.items()):
        always_open = number == 0 or not title or any(field.required for field in fields)
        sections.append(
            FormSection(
                title=lists.words(title) if title else "",
                fields=tuple(fields),
                open=None if always_open else _open(fields, pressed),
                filled=sum(map(_used, fields)),
            )
        )
    return sections


def _open(fields: Sequence[FormField], pressed: str) -> bool:
    """A fold stands open where something is in it, and where a button in it was pressed."""
    return any(_used(control) or control.name == pressed for control in fields)


def _two_parts(pairs: Sequence[tuple[Field, FormField]], lists: Lists, pressed: str) -> Iterable[FormSection]:
    """What is asked for stands open; what comes after the last required field folds away."""
    needed = max((number for number, (_, control) in enumerate(pairs) if control.required), default=-1) + 1
    controls_made = [control for _, control in pairs]
    if needed == 0 or len(pairs) - needed < 4:
        return [FormSection(title="", fields=tuple(controls_made))]
    rest = tuple(controls_made[needed:])
    return [
        FormSection(title="", fields=tuple(controls_made[:needed])),
        FormSection(title=lists.words(N_("More details, if known")), fields=rest, open=_open(rest, pressed)),
    ]


def _used(control: FormField) -> bool:
    """True when somebody put something into a control, or something is wrong with it."""
    within = [*control.parts, *(part for row in control.rows for part in row)]
    offered = control.options[1:] if control.kind == "select" else control.options
    chosen = [option[2] for option in offered if option[0]]
    chosen += [option[2] for _, _, options in control.groups for option in options]
    written = control.value if not control.options and not control.groups else ""
    return bool(control.error or written or any(chosen) or any(map(_used, within)))


def _errors(control: FormField) -> Iterable[tuple[str, str]]:
    if control.error:
        yield control.id, f"{control.label}: {control.error}"
    for part in [*control.parts, *(part for row in control.rows for part in row)]:
        yield from _errors(part)
