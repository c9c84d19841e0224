"""The manuals and the words of the pages: what stands in italics in a manual is a label, letter by letter."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
LANGUAGES = ("ru", "kk")
ROLES = ("administrator", "auditor", "caseworker", "coordinator", "custodian", "danger", "lawyer")
ITALICS = re.compile(r"(?<![*\w])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\w])")
ENDS = (":", ".", ",", " %(", " (", "?", ";")


def manual(role: str, language: str = "en") -> str:
    """The text of a manual."""
    name = f"{role}.md" if language == "en" else f"{role}.{language}.md"
    return (MANUAL / name).read_text(encoding="utf-8")


def labels(text: str) -> list[str]:
    """What a manual writes in italics, each once."""
    flat = re.sub(r"\s+", " ", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return list(dict.fromkeys(ITALICS.findall(flat)))


def shape(text: str, language: str) -> tuple[list[str], list[str]]:
    """The levels of the headings in their order, and where links and pictures lead, in whatever order."""
    targets = re.findall(r"\]\(([^)#]+)", text)
    return re.findall(r"^(#+) ", text, re.MULTILINE), sorted(item.replace(f".{language}.md", ".md") for item in targets)


@cache
def words(language: str) -> dict[str, list[str]]:
    """Every text of pages and every label of a vocabulary in English, and how a language says it."""
    with (ROOT / f"hrd_cases/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        pairs = [(_first(entry.id), _first(entry.string)) for entry in read_po(file) if entry.id]
    for path in (ROOT / "hrd_cases" / "vocabularies").rglob("*.toml"):
        pairs += _named(tomllib.loads(path.read_text(encoding="utf-8")), language)
    result: dict[str, list[str]] = {}
    for english, text in pairs:
        result.setdefault(english, []).append(text)
    return result


def same(label: str, language: str) -> list[str]:
    """The texts of a language that a label of the English manual is or begins; [] if there is none."""
    known = words(language)
    begun = [english for english in known if english.startswith(tuple(label + end for end in ENDS))]
    return known.get(label) or [text for english in begun for text in known[english]]


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _named(part: object, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if isinstance(part.get("en"), str) and isinstance(part.get(language), str):
            yield part["en"], part[language]
        for child in part.values():
            yield from _named(child, language)
    elif isinstance(part, list):
        for child in part:
            yield from _named(child, language)
