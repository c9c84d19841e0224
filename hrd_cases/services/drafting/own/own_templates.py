"""Templates of our own: taken in clean, one for each use and language, and found for a paper or a letter."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import NotFound, RuleBroken
from hrd_cases.domain.ids import NO_RECORD, NamedId, RecordId, is_id
from hrd_cases.domain.names.questions import Recogniser
from hrd_cases.domain.own_templates import LARGEST, OwnTemplate, TemplateFile, places_of
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import Language
from hrd_cases.domain.redaction import RedactedText
from hrd_cases.domain.vocabulary import LANGUAGES
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import clean_template
from hrd_cases.services.drafting.name_questions import NamesInPaper
from hrd_cases.services.drafting.standing import pieces
from hrd_cases.services.evidence.sealed_files import ArrivingBytes, plain_name
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault, peek
from hrd_cases.services.signin.saved_drafts import Once
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import is_of, of_class
from hrd_cases.store.stored import new_record_id

ONE_DOCX = N_("Send one DOCX.")
NO_LANGUAGE = N_("Choose a language.")
NAMES_IN_TEMPLATE = N_("Our own template names somebody who must not be named here: %(words)s")


@dataclass(frozen=True, kw_only=True)
class TemplateLine:
    """One template in the list."""

    id: RecordId
    use: str
    language: str
    name: str


class TemplateIntake:
    """One template on its way in."""

    def __init__(self, runtime: Runtime, session: Session, use: str) -> None:
        self._runtime, self._session, self._use = runtime, session, use
        self._name, self._data = "", b""

    def begin_file(self, name: str, _claimed: str) -> ArrivingBytes:
        """Begin the file; raises RuleBroken for a second one."""
        if self._data:
            raise RuleBroken(ONE_DOCX, place="files")
        self._name = plain_name(name)
        return ArrivingBytes(LARGEST)

    def finish_file(self, incoming: ArrivingBytes, _now: datetime) -> None:
        """The file is here."""
        self._data = bytes(incoming.data)

    def keep(self, language: str, now: datetime, *, once: Once, to: str) -> None:
        """Look through it, and keep it in the place of the one before; raises RuleBroken with what is wrong."""
        if language not in LANGUAGES:
            raise RuleBroken(NO_LANGUAGE, place="language")
        if not self._data:
            raise RuleBroken(ONE_DOCX, place="files")
        clean, words = _clean(self._data, tuple(places_of(self._use, Language(language))))
        value = OwnTemplate(
            use=self._use, language=language, name=self._name, docx=b64encode(clean).decode(), words="\n".join(words)
        )
        with self._runtime.writing(self._session, now) as ctx:
            vault = _open(ctx)
            once.check(ctx)
            once.done(ctx, to)
            for line in _lines(ctx, vault):
                if (line.use, line.language) == (self._use, language):
                    ctx.work.records.remove(vault, line.id)
            record = new_record_id()
            ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
            ctx.note("write", "bring in a template", vault=vault.id, record=record)


def begin(runtime: Runtime, session: Session, now: datetime, use: str) -> TemplateIntake:
    """Decide, before the first byte, whether this person may change templates; NotFound for a use that is none."""
    with runtime.reading(session, now) as ctx:
        _open(ctx)
        places_of(use, Language.EN)
    return TemplateIntake(runtime, session, use)


def listing(ctx: Context) -> tuple[TemplateLine, ...]:
    """Every template, for who may change them."""
    return tuple(_lines(ctx, _open(ctx)))


def file(ctx: Context, record: RecordId) -> bytes:
    """The clean file of a template; NotFound for what is none."""
    return b64decode(_read(ctx, _open(ctx), record).docx)


def remove(ctx: Context, record: RecordId) -> None:
    """Take a template away: papers and letters have our usual layout again."""
    vault = _open(ctx)
    _read(ctx, vault, record)
    ctx.work.records.remove(vault, record)
    ctx.note("write", "remove a template", vault=vault.id, record=record)


def in_use(ctx: Context, uses: Sequence[str], language: Language) -> OwnTemplate | None:
    """The template for the first of these uses that has one in this language."""
    vault = peek(ctx, ctx.runtime.organisation.directory)
    lines = {line.use: line.id for line in _lines(ctx, vault) if line.language == language.value} if vault else {}
    record = next((lines[use] for use in uses if use in lines), NO_RECORD)
    return _read(ctx, vault, record) if vault and record else None


def own_texts(template: OwnTemplate | None, recogniser: Recogniser) -> tuple[RedactedText, ...]:
    """What stands in a template besides its places, for the gate: somebody may be named there, too."""
    texts = template.words.splitlines() if template is not None else ()
    return tuple(RedactedText(pieces=pieces(recogniser, text), written=text) for text in texts)


def refuse_named(texts: Sequence[RedactedText], names: NamesInPaper, hidden: Collection[NamedId]) -> None:
    """Raise RuleBroken where the words of a template name somebody who must not be named in this paper or letter."""
    places = names.named_in((text.written for text in texts), hidden)
    if places:
        words = ", ".join(dict.fromkeys(word for _, word in places))
        raise RuleBroken(NAMES_IN_TEMPLATE, place="template", values={"words": words})


def _clean(data: bytes, places: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    try:
        return clean_template(TemplateFile(docx=b64encode(data).decode(), places=places))
    except BuildFailed as failed:
        code = "template_kind" if failed.code in ("worker_died", "timeout", "internal") else failed.code
        unknown = ", ".join(place.word for place in failed.places if place.word)
        raise RuleBroken(REFUSALS[code], place="files", values={"places": unknown}) from None


def _open(ctx: Context) -> OpenVault:
    return open_vault(ctx, Act.CHANGE_TEMPLATES, ctx.runtime.organisation.directory, kind="directory")


def _read(ctx: Context, vault: OpenVault, record: RecordId) -> OwnTemplate:
    stored = ctx.work.records.read(vault, record) if is_id(record) else None
    if stored is None or not is_of(stored, OwnTemplate):
        raise NotFound
    return stored.value


def _lines(ctx: Context, vault: OpenVault) -> Iterator[TemplateLine]:
    for card in of_class(ctx.work.records.cards([vault], of=(OwnTemplate,)), OwnTemplate):
        if card.opened:
            value = card.value
            yield TemplateLine(id=card.id, use=value.use, language=value.language, name=value.name)
