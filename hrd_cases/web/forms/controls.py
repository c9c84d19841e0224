"""One control from one declared field, from what was typed and what was wrong with it."""

from collections.abc import Iterable, Sequence
from typing import Any

from hrd_cases.domain.dates import UNKNOWN
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Day,
    Field,
    Flag,
    Link,
    Links,
    Number,
    Rows,
    Text,
    TextLine,
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

NONE = "—"
LONG = 8  # more boxes than these fold away
ASK_WORDS = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown"), "": N_("not asked")}
LANGUAGE_WORDS = {"ru": N_("Russian"), "kk": N_("Kazakh"), "en": N_("English")}
PILLS = frozenset({"topics"})  # lists whose usual choices stand side by side; the others fold under their headings
MARKS = "fact_marks"  # the list whose words have a look of their own


def control(declared: Field, typed: Typed, lists: Lists, errors: Errors, *, name: str = "") -> FormField:
    """The control of a field; `name` when it stands in a row."""
    name = name or declared.name
    ends: dict[str, Any] = {
        "name": name,
        "id": identifier(name),
        "label": lists.words(declared.label),
        "hint": _hint(declared, lists),
        "error": errors.get(name, ""),
        "required": declared.required,
    }
    kind: Any = declared.kind
    if isinstance(kind, Rows):
        return FormField(kind="rows", **ends, **_rows(kind, name, typed, lists, errors))
    if isinstance(kind, Texts):
        return FormField(kind="texts", **ends, parts=_texts(kind, name, typed, lists, errors))
    if isinstance(kind, Count):
        return FormField(kind="count", **ends, parts=_count(name, typed, lists, errors))
    if isinstance(kind, Coded | CodedMany | Link | Links | Flag | Ask):
        return FormField(**ends, **_choice(kind, name, typed, lists))
    value = first(typed, name)
    if isinstance(kind, When) and value == str(UNKNOWN):
        value = lists.words(N_("unknown"))
    return FormField(**{**ends, **_written(kind, ends["hint"], lists)}, value=value)


def _hint(declared: Field, lists: Lists) -> str:
    hint = lists.words(declared.hint) if declared.hint else ""
    if not isinstance(declared.kind, Coded | CodedMany):
        return hint
    return " ".join(filter(None, (hint, lists.remark(declared.kind.list))))


def _written(kind: Any, hint: str, lists: Lists) -> dict[str, Any]:
    if isinstance(kind, Text):
        return {"kind": "text", "lines": kind.rows}
    if isinstance(kind, TextLine):
        return {"kind": "line"}
    if isinstance(kind, Day):
        return {"kind": "date", "hint": hint or lists.words(N_("14.12.2017"))}
    if isinstance(kind, When):
        return {"kind": "date"}
    if isinstance(kind, TimeOfDay):  # as narrow as a date
        return {"kind": "date"}
    return {"kind": "number"} if isinstance(kind, Number) else {"kind": "line"}


def _choice(kind: Any, name: str, typed: Typed, lists: Lists) -> dict[str, Any]:
    chosen = [code for code in typed.get(name, ()) if code]
    if isinstance(kind, Flag):
        return {"kind": "checks", "options": (("yes", lists.words(N_("yes")), "yes" in chosen),)}
    if isinstance(kind, Ask):
        now = chosen[0] if chosen else ""
        return {"kind": "radios", "options": tuple((code, lists.words(ASK_WORDS[code]), code == now) for code in ASK)}
    groups = _offered(kind, lists, chosen)
    if isinstance(kind, CodedMany) and kind.list in PILLS:
        boxes = _boxes(groups, chosen)
        return {
            "kind": "checks",
            "pills": True,
            "folded": kind.folded,
            **(_behind(boxes, lists) if kind.folded else boxes),
        }
    if isinstance(kind, CodedMany | Links):
        boxes = _folded(_boxes(groups, chosen), lists)
        within = any(picked for _, _, options in boxes.get("groups", ()) for _, _, picked in options)
        behind = isinstance(kind, CodedMany) and kind.folded and bool(chosen) and not within
        return {"kind": "checks", "folded": behind, **boxes}
    nothing: Option = ("", NONE, not chosen)
    if isinstance(kind, Coded) and kind.list == MARKS:
        unsaid: Option = ("", lists.words(N_("not said")), not chosen)
        return {"kind": "mark", "options": (*_flat(groups, chosen[:1]), unsaid)}
    return {"kind": "select", **_select(groups, chosen[:1], nothing)}


def _offered(kind: Any, lists: Lists, chosen: Sequence[str]) -> list[Group]:
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


def _boxes(groups: Sequence[Group], chosen: Sequence[str]) -> dict[str, Any]:
    headed = [(heading, choices) for heading, choices in groups if heading]
    if len(headed) < 2:
        return {"options": _flat(groups, chosen)}
    loose = [(heading, choices) for heading, choices in groups if not heading]
    return {
        "options": _flat(loose, chosen),
        "groups": tuple((heading, False, _options(choices, chosen)) for heading, choices in headed),
    }


def _folded(boxes: dict[str, Any], lists: Lists) -> dict[str, Any]:
    """A long flat list folds away, so that a form stays a page and not a scroll."""
    if len(boxes["options"]) <= LONG or "groups" in boxes:
        return boxes
    return {"groups": ((lists.words(N_("Choose from the list")), False, boxes["options"]),)}


def _behind(boxes: dict[str, Any], lists: Lists) -> dict[str, Any]:
    """What is chosen stands open; all else goes behind one fold, the usual ones first."""
    usual = tuple(option for option in boxes["options"] if not option[2])
    groups = (
        ((lists.words(N_("Usual ones")), True, usual), *boxes.get("groups", ())) if usual else boxes.get("groups", ())
    )
    return {"options": tuple(option for option in boxes["options"] if option[2]), "groups": groups}


def _select(groups: Sequence[Group], chosen: Sequence[str], nothing: Option) -> dict[str, Any]:
    boxes = _boxes(groups, chosen)
    return {**boxes, "options": (nothing, *boxes["options"])}


def _count(name: str, typed: Typed, lists: Lists, errors: Errors) -> tuple[FormField, ...]:
    labels = {"low": N_("lowest"), "high": N_("highest"), "used": N_("the one we use"), "source": N_("whose figure")}
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
    words = {DRAFT: N_("draft"), CHECKED: N_("checked")}
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


def _rows(kind: Rows, name: str, typed: Typed, lists: Lists, errors: Errors) -> dict[str, Any]:
    used = list(row_indexes(typed, name))
    following, more = max(used, default=-1) + 1, first(typed, MORE) == name
    indexes = (*used, *range(following, following + _empty(kind, name, typed, used) + more))
    parts = fields_of(kind.item)
    rows = []
    for index in indexes:
        cells = (control(part, typed, lists, errors, name=f"{name}-{index}-{part.name}") for part in parts)
        rows.append(tuple(cells))
    return {"rows": tuple(rows), "indexes": indexes, "opened": more or not used}


def _empty(kind: Rows, name: str, typed: Typed, used: Sequence[int]) -> int:
    """How many empty rows follow: a form that is drawn again has as many rows as before."""
    visible = first(typed, SHOWN + name)
    if not visible.isascii() or not visible.isdecimal() or len(visible) > 3:
        return kind.blank
    return max(0, min(int(visible), MOST_ROWS) - len(used))
