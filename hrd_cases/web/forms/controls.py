"""One control from one declared field, from what was typed and what was wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hrd_cases.domain.dates import UNKNOWN
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Day,
    Field,
    FieldKind,
    Flag,
    Link,
    Links,
    Number,
    Rows,
    Text,
    Texts,
    TimeOfDay,
    When,
    fields_of,
)
from hrd_cases.domain.words import N_
from hrd_cases.web.forms.model import (
    ASK,
    CHECKED,
    DRAFT,
    MORE,
    MOST_ROWS,
    SHOWN,
    TEXT_LANGUAGES,
    Choosing,
    Errors,
    FormField,
    Group,
    Lists,
    Option,
    Typed,
    first,
    identifier,
)
from hrd_cases.web.forms.parsing import row_indexes
from hrd_cases.web.forms.pickers import SEARCHED, Longest, is_long, picked

NONE = "—"
LONG = 8  # more boxes than these fold away
ASK_WORDS = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown"), "": N_("not asked")}
LANGUAGE_WORDS = {"ru": N_("Russian"), "kk": N_("Kazakh"), "en": N_("English")}
PILLS = frozenset({"topics"})  # lists whose usual choices stand side by side; the others fold under their headings
MARKS = "fact_marks"  # the list whose words have a look of their own


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """Choosing as boxes: those that stand by themselves, and groups under a heading, open or not."""

    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, bool, tuple[Option, ...]], ...] = ()


def control(
    declared: Field, typed: Typed, lists: Lists, errors: Errors, *, name: str = "", searched: bool = False
) -> FormField:
    """The control of a field; `name` when it stands in a row; `searched`: its form answers a search in a long list."""
    in_row, name = bool(name), name or declared.name
    empty = FormField(
        name=name,
        id=identifier(name),
        kind="line",
        label=lists.words(declared.label),
        hint=_hint(declared, lists),
        error=errors.get(name, ""),
        required=declared.required,
    )
    kind = declared.kind
    if isinstance(kind, Rows):
        return _rows(empty, kind, typed, lists, errors, searched=searched)
    if isinstance(kind, Texts):
        return replace(empty, kind="texts", parts=_texts(kind, name, typed, lists, errors))
    if isinstance(kind, Count):
        return replace(empty, kind="count", parts=_count(name, typed, lists, errors))
    if isinstance(kind, Coded | CodedMany | Link | Links | Flag | Ask):
        return _choice(empty, kind, typed, lists, SEARCHED[in_row] if searched else None)
    value = first(typed, name)
    if isinstance(kind, When) and value == str(UNKNOWN):
        value = lists.words(N_("unknown"))
    return replace(_written(empty, kind, lists), value=value)


def _hint(declared: Field, lists: Lists) -> str:
    hint = lists.words(declared.hint) if declared.hint else ""
    if not isinstance(declared.kind, Coded | CodedMany):
        return hint
    return " ".join(filter(None, (hint, lists.remark(declared.kind.list))))


def _written(empty: FormField, kind: FieldKind, lists: Lists) -> FormField:
    if isinstance(kind, Text):
        return replace(empty, kind="text", lines=kind.rows)
    if isinstance(kind, Day):
        return replace(empty, kind="date", hint=empty.hint or lists.words(N_("For example 14.12.2017")))
    if isinstance(kind, When | TimeOfDay):  # a time is as narrow as a date
        return replace(empty, kind="date")
    return replace(empty, kind="number") if isinstance(kind, Number) else empty


def _choice(
    empty: FormField, kind: Choosing | Flag | Ask, typed: Typed, lists: Lists, most: Longest | None
) -> FormField:
    chosen = [code for code in typed.get(empty.name, ()) if code]
    if isinstance(kind, Flag):
        return replace(empty, kind="checks", options=(("yes", lists.words(N_("yes")), "yes" in chosen),))
    if isinstance(kind, Ask):
        now = chosen[0] if chosen else ""
        options = tuple((code, lists.words(ASK_WORDS[code]), code == now) for code in ASK)
        return replace(empty, kind="radios", options=options)
    groups = _offered(kind, lists, chosen)
    if most is not None and is_long(kind, groups, most):
        return _picked(empty, kind, groups, chosen, typed, lists)
    if isinstance(kind, CodedMany | Links):
        return _checks(empty, kind, _boxes(groups, chosen), lists, bool(chosen))
    if isinstance(kind, Coded) and kind.list == MARKS:
        unsaid: Option = ("", lists.words(N_("not said")), not chosen)
        return replace(empty, kind="mark", options=(*_flat(groups, chosen[:1]), unsaid))
    boxes, nothing = _boxes(groups, chosen[:1]), ("", NONE, not chosen)
    return replace(empty, kind="select", options=(nothing, *boxes.options), groups=boxes.groups)


def _picked(
    empty: FormField, kind: Choosing, groups: Sequence[Group], chosen: Sequence[str], typed: Typed, lists: Lists
) -> FormField:
    """A control whose list is long: a search beside what is chosen, what was used lately, or what was found."""
    chosen = chosen if isinstance(kind, CodedMany | Links) else chosen[:1]
    picker, few = picked(empty.name, kind, groups, chosen, typed, lists)
    visible = replace(empty, picker=picker)
    if isinstance(kind, CodedMany | Links):
        return _checks(visible, kind, _boxes(few, chosen), lists, bool(chosen))
    nothing = ("", NONE, not chosen)
    if picker.found is not None:
        return replace(visible, kind="radios", options=(nothing, *_flat(few, chosen)))
    boxes = _boxes(few, chosen)
    return replace(visible, kind="select", options=(nothing, *boxes.options), groups=boxes.groups)


def _checks(empty: FormField, kind: CodedMany | Links, boxes: Boxes, lists: Lists, chosen: object) -> FormField:
    if isinstance(kind, CodedMany) and kind.list in PILLS:
        boxes = _behind(boxes, lists) if kind.folded else boxes
        return replace(empty, kind="checks", pills=True, folded=kind.folded, options=boxes.options, groups=boxes.groups)
    boxes = _folded(boxes, lists)
    within = any(picked for _, _, options in boxes.groups for _, _, picked in options)
    behind = isinstance(kind, CodedMany) and kind.folded and bool(chosen) and not within
    return replace(empty, kind="checks", folded=behind, options=boxes.options, groups=boxes.groups)


def _offered(kind: Choosing, lists: Lists, chosen: Sequence[str]) -> list[Group]:
    """The choices; a stored code that the list does not offer stays in view, so that saving does not lose it."""
    if isinstance(kind, Coded | CodedMany):
        groups = [(heading, list(choices)) for heading, choices in lists.coded(kind.list)]
        existing = {code: label for _, choices in lists.every(kind.list) for code, label in choices}
        gone = lists.words(N_("Not in the list any more: %(code)s"))
        strange = {code: existing.get(code) or gone % {"code": code} for code in chosen}
    else:
        groups = [("", list(lists.linked(kind.to)))]
        titles = {code for code, _ in lists.linked(kind.to)}
        strange = {code: lists.stranger(kind.to, code) for code in chosen if code not in titles}
    offered = {code for _, choices in groups for code, _ in choices}
    missing = [(code, strange[code]) for code in chosen if code not in offered]
    return [*groups, ("", missing)] if missing else list(groups)


def _options(choices: Iterable[tuple[str, str]], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple((code, label, code in chosen) for code, label in choices)


def _flat(groups: Sequence[Group], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(option for _, choices in groups for option in _options(choices, chosen))


def _boxes(groups: Sequence[Group], chosen: Sequence[str]) -> Boxes:
    headed = [(heading, choices) for heading, choices in groups if heading]
    if len(headed) < 2:
        return Boxes(options=_flat(groups, chosen))
    loose = [(heading, choices) for heading, choices in groups if not heading]
    return Boxes(
        options=_flat(loose, chosen),
        groups=tuple((heading, False, _options(choices, chosen)) for heading, choices in headed),
    )


def _folded(boxes: Boxes, lists: Lists) -> Boxes:
    """A long flat list folds away, so that a form stays a page and not a scroll."""
    if len(boxes.options) <= LONG or boxes.groups:
        return boxes
    return Boxes(groups=((lists.words(N_("Choose from the list")), False, boxes.options),))


def _behind(boxes: Boxes, lists: Lists) -> Boxes:
    """What is chosen stands open; all else goes behind one fold, the usual ones first."""
    usual = tuple(option for option in boxes.options if not option[2])
    first_group = ((lists.words(N_("Usual ones")), True, usual),) if usual else ()
    return Boxes(options=tuple(option for option in boxes.options if option[2]), groups=(*first_group, *boxes.groups))


def _count(name: str, typed: Typed, lists: Lists, errors: Errors) -> tuple[FormField, ...]:
    labels = {"low": N_("lowest"), "high": N_("highest"), "used": N_("the number we use"), "source": N_("who said it")}
    return tuple(
        FormField(
            name=f"{name}-{part}",
            id=identifier(f"{name}-{part}"),
            kind="line" if part == "source" else "number",
            label=lists.words(label),
            error=errors.get(f"{name}-{part}", ""),
            value=first(typed, f"{name}-{part}"),
        )
        for part, label in labels.items()
    )


def _texts(kind: Texts, name: str, typed: Typed, lists: Lists, errors: Errors) -> tuple[FormField, ...]:
    start, end = f"{name}-", "-text"
    stored = [key[len(start) : -len(end)] for key in typed if key.startswith(start) and key.endswith(end)]
    return tuple(_text_in(kind, name, code, typed, lists, errors) for code in dict.fromkeys([*stored, *TEXT_LANGUAGES]))


def _text_in(kind: Texts, name: str, language: str, typed: Typed, lists: Lists, errors: Errors) -> FormField:
    start = f"{name}-{language}"
    label = lists.words(LANGUAGE_WORDS[language]) if language in LANGUAGE_WORDS else language
    text = FormField(
        name=f"{start}-text",
        id=identifier(f"{start}-text"),
        kind="text",
        label=label,
        error=errors.get(f"{start}-text", ""),
        value=first(typed, f"{start}-text"),
        lines=kind.rows,
    )
    translation = FormField(
        name=start,
        id=identifier(f"{start}-translation"),
        kind="count",
        label=lists.words(N_("If this is a translation")),
        parts=_translation(start, typed, lists, errors),
    )
    return FormField(name=start, id=identifier(start), kind="group", label=label, parts=(text, translation))


def _translation(start: str, typed: Typed, lists: Lists, errors: Errors) -> tuple[FormField, ...]:
    state = first(typed, f"{start}-state") or DRAFT
    words = {DRAFT: N_("not checked"), CHECKED: N_("checked")}
    return (
        FormField(
            name=f"{start}-translator",
            id=identifier(f"{start}-translator"),
            kind="line",
            label=lists.words(N_("Translator")),
            hint=lists.words(N_("Empty: this is the original")),
            error=errors.get(f"{start}-translator", ""),
            value=first(typed, f"{start}-translator"),
        ),
        FormField(
            name=f"{start}-state",
            id=identifier(f"{start}-state"),
            kind="select",
            label=lists.words(N_("State")),
            options=tuple((code, lists.words(word), code == state) for code, word in words.items()),
        ),
    )


def _rows(empty: FormField, kind: Rows, typed: Typed, lists: Lists, errors: Errors, *, searched: bool) -> FormField:
    name = empty.name
    used = list(row_indexes(typed, name))
    following, more = max(used, default=-1) + 1, first(typed, MORE) == name
    indexes = (*used, *range(following, following + _empty(kind, name, typed, used) + more))
    parts = fields_of(kind.item)
    rows = []
    for index in indexes:
        cells = (
            control(part, typed, lists, errors, name=f"{name}-{index}-{part.name}", searched=searched) for part in parts
        )
        rows.append(tuple(cells))
    return replace(empty, kind="rows", rows=tuple(rows), indexes=indexes, opened=more or not used)


def _empty(kind: Rows, name: str, typed: Typed, used: Sequence[int]) -> int:
    """How many empty rows follow: a form that is drawn again has as many rows as before."""
    visible = first(typed, SHOWN + name)
    if not visible.isascii() or not visible.isdecimal() or len(visible) > 3:
        return kind.blank
    return max(0, min(int(visible), MOST_ROWS) - len(used))
