"""A letter as it leaves the house: on our letterhead, as PDF and as DOCX, made by the worker process."""

from collections.abc import Mapping
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body, Organisation
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.letters import Letter
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import Language, LetterRequest
from hrd_cases.domain.printable import with_signs
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuiltLetter, build_letter
from hrd_cases.services.context import ZONE, Context
from hrd_cases.services.gate import open_vault, peek
from hrd_cases.services.papers.drafts import lines, paragraphs
from hrd_cases.services.papers.letter_consents import Named, called, names_in, without_consent
from hrd_cases.services.papers.named import NamesInPaper
from hrd_cases.services.papers.naming import keep
from hrd_cases.services.papers.signs import SignPlace, Unprinted, in_letter
from hrd_cases.services.records import read_in
from hrd_cases.services.sharing import names_of

PROFILE = "letter"
LEFT_OUT, NUMBERED = "out", "numbers"
SIGNER_HIDDEN = N_("A colleague whose name you do not see signs this letter. Ask the team to print it.")
SAID_NO = N_(
    "Somebody named in this letter said no. Take the name out of it, or ask them again and write down the answer."
)
NAMES_OPEN = N_("Names in this letter have no answer yet. Say for each whether it is the person or somebody else.")
NOT_THE_TEXT = ("pango", "timeout")  # what no other text of the letter would mend
UNUSUAL = N_("The letter could not be made. Look at its text for something unusual.")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a letter will say; `signer_hidden` when a colleague signs whose name the actor may not see."""

    letter: LetterRequest
    signer_hidden: bool
    named: tuple[Named, ...]  # without their yes
    unprinted: tuple[SignPlace, ...]
    unanswered: int  # questions about names

    @property
    def refusal(self) -> str:
        """Why it can not be printed; empty when it can."""
        if any(one.refused for one in self.named):
            return SAID_NO
        if self.unanswered:
            return NAMES_OPEN
        return SIGNER_HIDDEN if self.signer_hidden else ""


def request(ctx: Context, case: str, record: str, *, signs: str = "") -> LetterRequest:
    """What the letter says, for the worker; RuleBroken when something is empty that a letter needs, or is hidden.

    `signs` says what becomes of those that no font has: LEFT_OUT, NUMBERED, or nothing was said.
    """
    shown = preview(ctx, case, record)
    if shown.refusal:
        raise RuleBroken(shown.refusal)
    missing = dict.fromkeys(sign for place in shown.unprinted for sign in place.signs)
    if missing and signs not in (LEFT_OUT, NUMBERED):
        raise Unprinted(shown.unprinted)
    return with_signs(shown.letter, {one: f"[U+{ord(one):04X}]" if signs == NUMBERED else "" for one in missing})


def preview(ctx: Context, case: str, record: str) -> Preview:
    """A letter before it is printed; raises RuleBroken when something that a letter needs is empty."""
    vault = open_vault(ctx, Act.PRINT_LETTER, case, record=record)
    letter: Letter = read_in(ctx, vault, record, code="letter").value
    language = Language(letter.language) if letter.language in set(Language) else Language.RU
    addressee = (*_office(ctx, letter.addressee, language), *lines(letter.addressee_name))
    if not addressee:
        raise RuleBroken(N_("To print the letter, say whom it goes to."), place="addressee")
    if not letter.body.strip():
        raise RuleBroken(N_("To print the letter, write its text."), place="body")
    signatory = _signatory(ctx, letter)
    request = LetterRequest(
        language=language,
        profile=PROFILE,
        letterhead=_letterhead(ctx, language),
        addressee=addressee,
        applicants=tuple(lines(letter.applicants)),
        our_number=letter.our_number,
        their_number=letter.their_number,
        day=letter.dated or letter.handed_in or ctx.today,
        subject=letter.subject,
        body=tuple(paragraphs(letter.body)),
        attachments=tuple(lines(letter.attachments)),
        signatory=signatory,
        signatory_capacity="",
        built_at=ctx.now.astimezone(ZONE),
    )
    named = without_consent(ctx, vault, letter)
    return Preview(
        letter=request,
        signer_hidden=bool(letter.signed_by) and not signatory,
        named=named,
        unprinted=in_letter(request),
        unanswered=len(names_in(ctx, vault, letter).unanswered),
    )


@dataclass(frozen=True, kw_only=True)
class LetterNames:
    """The names in a letter, and what each person is called where they are asked about."""

    subject: str
    names: NamesInPaper
    called: Mapping[str, str]
    colleagues: Mapping[str, str]


def names(ctx: Context, case: str, record: str) -> LetterNames:
    """Who is named in a letter."""
    vault = open_vault(ctx, Act.PRINT_LETTER, case, record=record)
    letter: Letter = read_in(ctx, vault, record, code="letter").value
    return LetterNames(
        subject=letter.subject,
        names=names_in(ctx, vault, letter),
        called=called(ctx, vault),
        colleagues=names_of(ctx, "colleague"),
    )


def save_names(ctx: Context, case: str, record: str, sent: Mapping[str, str]) -> int:
    """Keep what was answered about names, for every letter and paper of the case; how many questions changed."""
    vault = open_vault(ctx, Act.WRITE_CASE, case, record=record)
    letter: Letter = read_in(ctx, vault, record, code="letter").value
    found, changed = names_in(ctx, vault, letter).said(sent)
    if found:
        keep(ctx, vault, found)
    return changed


def make(wanted: LetterRequest) -> BuiltLetter:
    """Set the letter; to be called after the act is in the log and outside any transaction. Raises RuleBroken."""
    try:
        return build_letter(wanted)
    except BuildFailed as failure:
        raise RuleBroken(REFUSALS[failure.code] if failure.code in NOT_THE_TEXT else UNUSUAL) from None


def _signatory(ctx: Context, letter: Letter) -> str:
    """The name under the letter; empty for who may not see the name of the colleague that signs."""
    if not letter.signed_by:
        return letter.signatory
    return names_of(ctx, "colleague").get(letter.signed_by, "")


def _letterhead(ctx: Context, language: Language) -> tuple[str, ...]:
    directory = ctx.runtime.organisation.directory
    vault = peek(ctx, directory)
    found = ctx.work.records.read(vault, directory) if vault else None
    if found is None or not isinstance(found.value, Organisation):
        return ()
    ours = found.value
    name = next((one.name for one in ours.names if one.language == language.value and one.name), ours.name)
    return tuple(line for line in (name, ours.address, ours.contact, ours.registration) if line)


def _office(ctx: Context, body: str, language: Language) -> tuple[str, ...]:
    vault = peek(ctx, ctx.runtime.organisation.directory)
    found = ctx.work.records.read(vault, body) if vault and body else None
    if found is None or not isinstance(found.value, Body):
        return ()
    office = found.value
    name = next((one.name for one in office.names if one.language == language.value and one.name), office.name)
    return tuple(line for line in (name, office.address) if line)
