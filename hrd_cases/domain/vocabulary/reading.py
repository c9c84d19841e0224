"""Reading of the list files, which refuses a file that breaks the rules of a list."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hrd_cases.domain.data_files import DataTable
from hrd_cases.domain.paper_languages import of_list
from hrd_cases.domain.vocabulary.model import (
    LANGUAGES,
    MARKS,
    Mark,
    Vocabulary,
    VocabularyEntry,
    VocabularyGroup,
    VocabularySource,
)

OWN = "own"  # as a source and as a mark: our own word, which nobody has to confirm
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OWN_KEYS = frozenset(
    {
        "code",
        *LANGUAGES,
        *(f"{language}_mark" for language in LANGUAGES),
        "group",
        "source",
        "mark",
        "valid_from",
        "valid_to",
        "not_valid",
        "extra",
        "note",
    }
)


class VocabularyError(ValueError):
    """A list file is missing or breaks the rules of a list."""


@cache
def vocabulary(name: str) -> Vocabulary:
    """Give the list of that name; raise ``VocabularyError`` when there is none or its file is wrong."""
    return vocabulary_from(name, load(name))


def vocabulary_names() -> list[str]:
    """Name every list there is, sorted; data files that are not lists of choices are left out."""
    folder = files("hrd_cases").joinpath("vocabularies")
    stems = sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))
    return [stem for stem in stems if "list" in load(stem)]


def load(name: str) -> DataTable:
    """Give the content of one data file of the ``vocabularies`` folder."""
    if not _NAME.fullmatch(name):
        raise VocabularyError(f"{name!r} is not the name of a list")
    path = files("hrd_cases").joinpath("vocabularies", f"{name}.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise VocabularyError(f"there is no list named {name!r}") from None
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"{name}: not readable as TOML: {error}") from error


@cache
def source(key: str) -> VocabularySource:
    """Give the source of that key in ``sources.toml``."""
    results = load("sources").get(key)
    if not isinstance(results, dict):
        raise VocabularyError(f"there is no source with the key {key!r}")
    return VocabularySource(title=str(results["title"]), publisher=str(results["publisher"]), year=results.get("year"))


def vocabulary_from(name: str, content: DataTable) -> Vocabulary:
    """Turn the content of a list file into a list; raise ``VocabularyError`` naming the entry that is wrong."""
    head = content.get("list")
    if not isinstance(head, dict) or head.get("name") != name:
        raise VocabularyError(f"{name}: the [list] table must carry the name of its file")
    groups = tuple(_group(name, raw) for raw in content.get("group", []))
    default = str(head.get("source", ""))
    entries = tuple(_entry(name, raw, default) for raw in content.get("entry", []))
    _refuse_repeats(name, [entry.code for entry in entries])
    values = {"", *(group.code for group in groups)}
    for entry in entries:
        if entry.group not in values:
            raise VocabularyError(f"{name}: {entry.code}: there is no group {entry.group!r}")
    return Vocabulary(
        name=name,
        title=_label(name, "title", head.get("title", {})),
        status=str(head.get("status", "")),
        date_checked=_day(name, "date_checked", head.get("date_checked")),
        entries=entries,
        group_list=groups,
    )


def _group(name: str, raw: Mapping[str, object]) -> VocabularyGroup:
    code = str(raw.get("code", ""))
    return VocabularyGroup(code=code, label=_label(name, code, raw))


def _entry(name: str, raw: DataTable, default_source: str) -> VocabularyEntry:
    code = str(raw.get("code", ""))
    strange = set(raw) - _OWN_KEYS
    if not code or strange:
        raise VocabularyError(f"{name}: {code or 'an entry without code'}: unknown keys {sorted(strange)}")
    marks = {
        language: mark_of(name, code, raw[f"{language}_mark"]) for language in LANGUAGES if f"{language}_mark" in raw
    }
    source_key, mark = str(raw.get("source", default_source)), mark_of(name, code, raw.get("mark"))
    read_in = source(source_key)
    _refuse_own_as_read(name, code, source_key, mark)
    return VocabularyEntry(
        code=code,
        label=MappingProxyType({**_label(name, code, raw), **of_list(name, code)}),
        group=str(raw.get("group", "")),
        source=read_in,
        mark=mark,
        label_marks=MappingProxyType(marks),
        valid_from=_day_or_none(name, code, raw.get("valid_from")),
        valid_to=_day_or_none(name, code, raw.get("valid_to")),
        not_valid=tuple((_day(name, code, pair[0]), _day(name, code, pair[1])) for pair in raw.get("not_valid", [])),
        extra=MappingProxyType(dict(raw.get("extra", {}))),
        note=note_of(name, code, raw.get("note")),
    )


def _label(name: str, code: str, raw: Mapping[str, object]) -> Mapping[str, str]:
    label = {language: str(raw.get(language, "")).strip() for language in LANGUAGES}
    missing = [language for language, text in label.items() if not text]
    if missing:
        raise VocabularyError(f"{name}: {code}: no label in {', '.join(missing)}")
    return MappingProxyType(label)


def mark_of(name: str, code: str, raw: object) -> Mark:
    """Give the mark, refusing any word that is not one of ``MARKS``."""
    for mark in MARKS:
        if raw == mark:
            return mark
    raise VocabularyError(f"{name}: {code}: {raw!r} is not a mark")


def note_of(name: str, code: str, raw: object) -> Mapping[str, str]:
    """Give a remark in every language, or an empty mapping; people read it beside the mark."""
    if raw is None:
        return MappingProxyType({})
    if not isinstance(raw, Mapping):
        raise VocabularyError(f"{name}: {code}: a note is written in {', '.join(LANGUAGES)}")
    return _label(name, code, raw)


def _refuse_own_as_read(name: str, code: str, source_key: str, mark: Mark) -> None:
    if (mark == "verified" and source_key == OWN) or (mark == OWN and source_key != OWN):
        raise VocabularyError(f"{name}: {code}: {mark!r} and the source {source_key!r} do not go together")


def _day_or_none(name: str, code: str, raw: object) -> date | None:
    return None if raw is None else _day(name, code, raw)


def _day(name: str, code: str, raw: object) -> date:
    if not isinstance(raw, date):
        raise VocabularyError(f"{name}: {code}: {raw!r} is not a date")
    return raw


def _refuse_repeats(name: str, codes: list[str]) -> None:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise VocabularyError(f"{name}: codes given twice: {', '.join(repeated)}")
