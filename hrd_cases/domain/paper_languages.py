"""Languages that papers have and pages have not: each is one file of vocabularies/papers_in.

`[terms]` are the words of paper_terms.toml, `[kind.NAME]` the words and labels of one kind of paper, `[list.NAME]` the
choices of one list. What a file leaves out is printed in English.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hrd_cases.domain.data_files import DataTable, read_table

PAPER_ONLY = ("fr", "es")


@cache
def texts_in(language: str) -> DataTable:
    """The file of one language."""
    return read_table("papers_in", f"{language}.toml")


def of_list(name: str, code: str) -> Mapping[str, str]:
    """What a choice of a list is called in these languages."""
    return _each("list", name, code)


def of_kind(kind: str, key: str) -> Mapping[str, str]:
    """What a word or a field of a kind of paper is called in these languages."""
    return _each("kind", kind, key)


def _each(table: str, name: str, key: str) -> Mapping[str, str]:
    every = {language: texts_in(language)[table].get(name, {}).get(key, "") for language in PAPER_ONLY}
    return MappingProxyType({language: text for language, text in every.items() if text})
