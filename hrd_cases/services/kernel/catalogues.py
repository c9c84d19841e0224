"""The words of every language, for pages and for the command line: read from the catalogues beside the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
TRANSLATIONS = Path(__file__).parents[2] / "translations"


class Sentences(Translations):
    """A compiled catalogue whose head is no translation: the words for nothing are nothing."""

    def gettext(self, message: str) -> str:
        """The translation, the sentence itself where there is none, and nothing for nothing."""
        return super().gettext(message) if message else ""

    ugettext = gettext


@dataclass(frozen=True, kw_only=True)
class Catalogues:
    """The words of every language; English needs none, since its sentences are the keys."""

    by_language: Mapping[str, NullTranslations]

    def of(self, language: str) -> NullTranslations:
        """The catalogue of a language, or the empty one."""
        return self.by_language.get(language) or NullTranslations()


def catalogues(folder: Path = TRANSLATIONS) -> Catalogues:
    """Read every catalogue; one whose compiled file is missing or older than its source is compiled in memory."""
    return Catalogues(by_language={code: _catalogue(folder / code / "LC_MESSAGES") for code in LANGUAGES})


def catalogue(language: str) -> NullTranslations:
    """The words of one language alone, for a program that speaks one."""
    return _catalogue(TRANSLATIONS / language / "LC_MESSAGES")


def _catalogue(folder: Path) -> NullTranslations:
    source, compiled = folder / "messages.po", folder / "messages.mo"
    if compiled.exists() and not (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime):
        return Sentences(BytesIO(compiled.read_bytes()))
    if not source.exists():
        return NullTranslations()
    buffer = BytesIO()
    write_mo(buffer, read_po(BytesIO(source.read_bytes())))
    buffer.seek(0)
    return Sentences(buffer)
