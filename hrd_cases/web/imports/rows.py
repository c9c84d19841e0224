"""Rows of a list as a form would send them: checked by what checks a form, corrected in the fields of a form."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hrd_cases.domain import crosswalk
from hrd_cases.domain.fields import (
    Ask,
    Coded,
    CodedMany,
    Count,
    Declared,
    FieldKind,
    Flag,
    Link,
    Links,
    Rows,
    Texts,
    fields_of,
)
from hrd_cases.domain.importers.exported import CASE, REMARK, STATE, controls_by_heading, meaning_of
from hrd_cases.domain.importers.model import (
    Importer,
    Meaning,
    answer_of,
    code_meant,
    codes_of,
    meanings,
    meanings_at,
    proposed,
)
from hrd_cases.domain.importers.near_words import folded
from hrd_cases.domain.importers.written_cells import as_typed, first_line, name_and_number, standing_alone
from hrd_cases.domain.sheets.model import SheetRow
from hrd_cases.domain.typed_text import tidy
from hrd_cases.domain.vocabulary import vocabulary
from hrd_cases.domain.words import N_
from hrd_cases.services.imports.importing import NEW, OUT, Existing, mark_of
from hrd_cases.services.imports.lists import ImportState
from hrd_cases.services.kernel.catalogues import LANGUAGES
from hrd_cases.web.forms.controls import control
from hrd_cases.web.forms.engine import AT, read_form
from hrd_cases.web.forms.links import linked_by
from hrd_cases.web.forms.model import CHECKED, Errors, FormField, Lists, Typed, identifier
from hrd_cases.web.kernel.i18n import FIRST
from hrd_cases.web.kernel.site import site
from hrd_cases.web.pages.layout import _

READY, WRONG, HERE, TWICE, LIKE, ALONE, LEFT = "ready", "wrong", "here", "twice", "like", "alone", "left"
_INDEX = re.compile(r"-\d+-")  # of a row of a group, in the name of a control
NOT_LISTED = N_("“%(word)s” is not in the list. Choose what it means: it then holds for every row.")
EMPTY, LEFT_EMPTY = "_empty", N_("leave it empty")
_MOST_SHOWN = 200  # letters of a row in a line of the report

Cells = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class CheckedRow:
    """One row: what it would become, what is wrong with it, and what seems to be here already."""

    number: int
    state: str
    title: str
    text: str
    value: Declared
    errors: Errors
    fields: tuple[FormField, ...] = ()
    like: tuple[tuple[str, str], ...] = ()
    choice: str = ""
    other: int = 0  # the row that says the same
    existing: str = ""
    typed: Typed = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RowCheck:
    """What the rows of one list are checked with; `allowed`: the parts of a record that may be filled in."""

    importer: Importer
    state: ImportState
    headings: Sequence[str]
    base: Declared
    lists: Lists
    allowed: frozenset[str]
    existing: Existing
    language: str = FIRST
    read_as: dict[str, str] = field(default_factory=dict)  # words and what they were read as, for the page

    @cached_property
    def _known(self) -> Mapping[str, Meaning]:
        known = meanings_at(self.importer, self.allowed)
        exact = (meaning_of(self.importer, code) for code in self.state.columns.values() if code not in known)
        return known | {meaning.code: meaning for meaning in exact if meaning and meaning.at in self.allowed}

    @cached_property
    def _ours(self) -> bool:
        """Whether this program made the list: then an empty cell is an answer, and no default stands in for it."""
        return is_exported(self.importer, self.headings)

    def every(self, rows: Iterable[SheetRow]) -> list[CheckedRow]:
        """Every row that stands below the headings, in order."""
        seen: dict[str, int] = {}
        below = [row for row in rows if row.number > self.state.head]
        alone = set() if self._ours else standing_alone(below, len(self.state.columns))
        results = []
        for row in below:
            mark = mark_of(row, self.headings)
            results.append(self._checked(row, mark, seen.setdefault(mark, row.number), alone=row.number in alone))
        return results

    def _checked(self, row: SheetRow, mark: str, first: int, *, alone: bool) -> CheckedRow:
        typed = self._typed(row, mark)
        value, errors = read_form(self.importer.entity, typed, self.base, self.lists, self.allowed)
        value = replace(value, sheet_row=mark)
        known, like = self.existing.rows.get(mark, ""), self.existing.like(value)
        choice = self._choice(row, like)
        state = READY
        if known or first != row.number:
            state = HERE if known else TWICE
        elif choice == OUT:
            state = LEFT
        elif alone and not choice:
            state = ALONE
        elif errors and choice in ("", NEW):
            state = WRONG
        elif like and not choice:
            state = LIKE
        return CheckedRow(
            number=row.number,
            state=state,
            title=str(self.importer.entity.title(value)),
            text=" · ".join(cell for cell in row.cells if cell)[:_MOST_SHOWN],
            value=value,
            errors=errors,
            fields=tuple(self._fields(row.number, typed, errors)) if state == WRONG else (),
            like=like,
            choice=choice,
            other=first,
            typed=typed,
            existing=choice if choice not in ("", NEW, OUT) else "",
        )

    def _choice(self, row: SheetRow, like: Sequence[tuple[str, str]]) -> str:
        choice = self.state.choices.get(str(row.number), "")
        return choice if choice in (NEW, OUT, *(record for record, _title in like)) else ""

    def _typed(self, row: SheetRow, mark: str) -> Cells:
        """The row as a form would send it, with what was typed on the page in place of what stood there."""
        typed: Cells = {AT: [" ".join(self.allowed)]}
        for at, text in enumerate(row.cells):
            meaning = self._known.get(self.state.columns.get(str(at), ""))
            if meaning is not None and text.strip():
                self._add(typed, meaning, tidy(text).strip())
        self._fill(typed, row, mark)
        for name, texts in self.state.same.items():
            if not any(typed.get(name, ())):
                typed[name] = list(texts)
        typed.update({name: list(texts) for name, texts in self.state.fixed.get(str(row.number), {}).items()})
        return typed

    def _fill(self, typed: Cells, row: SheetRow, mark: str) -> None:
        """What a record gets where its row says nothing."""
        for name, text in self.importer.filled.items():
            if not typed.get(name) and not self._answered(name):
                typed[name] = [_(text) % {"row": row.number, "number": int(mark[:8], 16) % 1000}]
        for name, text_of in self.importer.told.items():
            told = typed.get(text_of) or typed.get(f"{text_of}-{self.state.language}-text") or [""]
            if told[0] and not any(typed.get(name, ())) and not self._answered(name):
                typed[name] = [first_line(told[0])]
        for declared in self.importer.entity.fields:  # what a new form proposes
            default = getattr(self.base, declared.name)
            missing = declared.name not in typed and not self._answered(declared.name)
            if isinstance(declared.kind, Coded) and default and missing:
                typed[declared.name] = [str(default)]

    def _answered(self, name: str) -> bool:
        return self._ours and name in self.state.columns.values()

    def _add(self, typed: Cells, meaning: Meaning, text: str) -> None:
        if meaning.exact:
            typed[meaning.code] = self._exactly(meaning, text)
            return
        if not self._meanings(meaning.code, text):
            text = as_typed(
                meaning.kind, text, of_group=meaning.row is not None, limit=meaning.code in self.importer.limits
            )
        if not text:
            return
        if meaning.row is not None:
            self._add_row(typed, meaning, text)
            return
        name, texts = self._spelled(meaning, meaning.code, text)
        if isinstance(meaning.kind, CodedMany):
            typed.setdefault(name, []).extend(texts)
        elif name in typed and meaning.several:
            sign = "\n" if isinstance(meaning.kind, Texts) else " "
            typed[name] = [sign.join([*typed[name], *texts])]
        else:
            typed.setdefault(name, texts)

    def _add_row(self, typed: Cells, meaning: Meaning, text: str) -> None:
        """A row of a group: of its own, or one text with what other columns say of it."""
        column = meaning.row
        if column is None:
            return
        if column.joined:
            text, number = name_and_number(text) if column.beside else (text, "")
            name = f"{column.group}-0-{column.part}"
            typed[name] = [" ".join([*typed.get(name, []), text])]
            if number and column.beside in self._known:
                self._add_row(typed, self._known[column.beside], number)
            return
        taken = {name.split("-")[1] for name in typed if name.startswith(f"{column.group}-")}
        index = next(number for number in range(1, 1000) if str(number) not in taken)
        name, texts = self._spelled(meaning, f"{column.group}-{index}-{column.part}", text)
        typed[name] = texts
        for part, code in column.preset.items():
            typed[f"{column.group}-{index}-{part}"] = [code]

    def _exactly(self, meaning: Meaning, text: str) -> list[str]:
        """What a cell says that this program wrote, as the control that it stands for has it."""
        match meaning.kind:
            case Links(to=to):
                return [self._linked(to, part) for part in text.split("\n")]
            case Flag() if meaning.code.endswith(STATE):
                return [CHECKED] if answer_of(text) == "yes" else []
            case Coded() | CodedMany() | Link() | Ask() | Flag():
                return self._meanings(meaning.code, text) or self._codes(meaning.kind, text)
        return [text]

    def _spelled(self, meaning: Meaning, name: str, text: str) -> tuple[str, list[str]]:
        """The control that a cell fills, and what it says there: codes for words of a list."""
        said = self._meanings(meaning.code, text)
        if said:
            return name, said
        match meaning.kind:
            case Texts():
                name = f"{name}-{self.state.language}-text"
            case Count():
                name = f"{name}-used"
            case Coded() | CodedMany() | Link() | Ask() | Flag():
                return name, self._codes(meaning.kind, text)
        return name, [text]

    def _codes(self, kind: FieldKind, text: str) -> list[str]:
        match kind:
            case Coded():
                return self._understood(kind.list, text, [code_meant(kind.list, text)])
            case CodedMany():
                return self._understood(kind.list, text, codes_of(kind.list, text))
            case Link():
                return [self._linked(kind.to, text)]
        answer = answer_of(text)
        return [] if isinstance(kind, Flag) and answer == "no" else [answer]

    def _understood(self, name: str, text: str, codes: list[str]) -> list[str]:
        """The codes, once it is noted for the page that a text only nearly says them."""
        meant = [code for code in codes if vocabulary(name).has(code)]
        labels = [vocabulary(name).get(code).text(self.language) for code in meant]
        if meant == codes and folded(text) not in map(folded, [*labels, *codes]):
            self.read_as[text] = ", ".join(labels)
        return codes

    def _meanings(self, field_name: str, text: str) -> list[str]:
        """What somebody said on the page that this word means, or what it always means in such lists."""
        said = self.state.words.get(field_name, {}).get(folded(text))
        always = self.importer.says.get(field_name, {}).get(text.strip().casefold().rstrip("."), "")
        return list(said or ([always] if always else []))

    def word_for_all(self, typed: Typed, name: str) -> tuple[str, str] | None:
        """The meaning and the word of a control that no list has, which explained once holds for every row."""
        exact = self._known.get(name)
        meaning = exact if exact is not None and exact.exact else self._meaning_of(name)
        said = typed.get(name, ())
        if meaning is None or not isinstance(meaning.kind, Coded | CodedMany | Ask | Link):
            return None
        return (meaning.code, said[0]) if len(said) == 1 and said[0] else None

    def _meaning_of(self, name: str) -> Meaning | None:
        """What the column means that fills a control."""
        bare = _INDEX.sub(".", name)
        every = ((f"{m.row.group}.{m.row.part}" if m.row else m.code, m) for m in meanings(self.importer))
        return next((meaning for place, meaning in every if place == bare), None)

    def _linked(self, to: str, text: str) -> str:
        return linked_by(self.lists, to, text)

    def _fields(self, row: int, typed: Typed, errors: Errors) -> Iterable[FormField]:
        """The fields of a form that are wrong in a row, each with its error, named after the row."""
        for name, error in errors.items():
            asked, word = self._field(name, typed, errors), self.word_for_all(typed, name)
            named = replace(asked, name=f"{row}.{name}", id=identifier(f"{row}-{name}"), error=error)
            yield named if word is None else self._explained(named, word[1])

    def _explained(self, question: FormField, word: str) -> FormField:
        """The field in which somebody says what a word means that its list has not, or that it means nothing."""
        options = tuple(option for option in question.options if option[0] != word)
        nothing = ((EMPTY, self.lists.words(LEFT_EMPTY), False),) if question.kind == "select" else ()
        error = self.lists.words(NOT_LISTED) % {"word": word}
        return replace(question, options=(*options[:1], *nothing, *options[1:]), error=error)

    def _field(self, name: str, typed: Typed, errors: Errors) -> FormField:
        group, _dash, rest = name.partition("-")
        declared = self.importer.entity.field(group)
        if not rest:
            return control(declared, typed, self.lists, errors)
        if isinstance(declared.kind, Rows):
            part = next(part for part in fields_of(declared.kind.item) if part.name == rest.partition("-")[2])
            return control(part, typed, self.lists, errors, name=name)
        kind = "text" if isinstance(declared.kind, Texts) else "line"
        value = (typed.get(name) or [""])[0]
        label = self.lists.words(declared.label)
        return FormField(name=name, id=identifier(name), kind=kind, label=label, value=value, lines=4)


def names_of(importer: Importer) -> Mapping[str, tuple[str, ...]]:
    """Every name of every meaning: the label of its field in each language, and what people call the column."""
    return {meaning.code: (*meaning.words, *_labels(meaning.label)) for meaning in meanings(importer)}


def exported_headings(importer: Importer, headings: Sequence[str]) -> Mapping[str, str]:
    """The controls that headings stand for which this program wrote, in the language that knows most of them."""
    found: Mapping[str, str] = {}
    for language in LANGUAGES:
        say = site().catalogues.of(language).gettext
        here = controls_by_heading(importer.entity, headings, language, say)
        if len(here) > len(found):
            found = {heading: column.control for heading, column in here.items()}
    return found


def is_exported(importer: Importer, headings: Sequence[str]) -> bool:
    """Whether every heading is one that this program wrote."""
    beside = {site().catalogues.of(language).gettext(text) for language in LANGUAGES for text in (CASE, REMARK)}
    for language in LANGUAGES:
        beside.update(crosswalk.headings(language, site().catalogues.of(language).gettext))
    written = {heading for heading in headings if heading} - beside
    return len(written) > 1 and written <= exported_headings(importer, headings).keys()


def _labels(label: str) -> list[str]:
    others = [site().catalogues.of(language) for language in LANGUAGES if language != FIRST]
    return [label, *(str(words.gettext(label)) for words in others)]


def propose(importer: Importer, headings: Sequence[str], before: Mapping[str, str]) -> dict[str, str]:
    """What each column most likely means: as the last time, else by its heading; nothing twice that may stand once."""
    known, names = {meaning.code: meaning for meaning in meanings(importer)}, names_of(importer)
    exact, ours = exported_headings(importer, headings), is_exported(importer, headings)
    columns: dict[str, str] = {}
    for at, heading in enumerate(headings):
        if heading in exact or ours:
            columns |= {str(at): exact[heading]} if heading in exact else {}
            continue
        code = before.get(folded(heading), proposed(heading, names))
        if code in known and (known[code].several or code not in columns.values()):
            columns[str(at)] = code
    return columns
