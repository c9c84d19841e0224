"""A letter as it leaves the house: on our letterhead, as PDF and as DOCX, made by the worker process."""

from collections.abc import Mapping
from dataclasses import dataclass

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import Body, Company, OwnOrganisation
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId, record_id
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import Language, LetterRequest
from hrd_cases.domain.printable import with_signs
from hrd_cases.domain.profiles import LETTER_PROFILE
from hrd_cases.domain.redaction import Choice, LeftOut
from hrd_cases.domain.words import N_
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuiltLetter, build_letter
from hrd_cases.services.drafting import secrecy
from hrd_cases.services.drafting.own.own_templates import refuse_named
from hrd_cases.services.drafting.signs import SignPlace, Unprinted, in_letter
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.letters.letter_gate import LetterDesk, letter_desk
from hrd_cases.services.records.records import in_directory

LEFT_OUT, NUMBERED = "out", "numbers"
SIGNER_HIDDEN = N_("A colleague whose name you do not see signs this letter. Ask the team to print it.")
ADDRESSEE_HIDDEN = N_("This letter goes to a person whose file you cannot open. Ask the team to print it.")
NO_CONSENT = N_("Consents are missing for this letter. Answer for each person first.")
UNTOLD = N_("Say on the letter who will read it: the addressee does not tell, and somebody is named whom we must ask.")
NAMES_OPEN = N_("Names in this letter have no answer yet. Say for each whether it is the person or somebody else.")
NOTHING_LEFT = N_("Nothing of the text is left when these people are left out.")
NOT_THE_TEXT = ("pango", "timeout")  # what no other text of the letter would mend
UNUSUAL = N_("The letter could not be made. Look at its text for something unusual.")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a letter will say; `signer_hidden` when a colleague signs whose name the actor may not see."""

    letter: LetterRequest
    signer_hidden: bool
    desk: LetterDesk
    left_out: tuple[LeftOut, ...]
    people: Mapping[str, str]
    unprinted: tuple[SignPlace, ...]

    @property
    def refusal(self) -> str:
        """Why it can not be printed; empty when it can."""
        if self.desk.names.unanswered:
            return NAMES_OPEN
        if self.desk.untold:
            return UNTOLD
        if self.desk.missing or self.desk.waiting:
            return NO_CONSENT
        if not self.letter.body or not self.letter.addressee:
            return NOTHING_LEFT
        return SIGNER_HIDDEN if self.signer_hidden else ""


def request(ctx: Context, case: CaseId, record: RecordId, *, signs: str = "") -> LetterRequest:
    """What the letter says, for the worker; RuleBroken when something is empty that a letter needs, or is hidden,
    when a consent is missing, or pre-trial secrecy forbids it.

    `signs` says what becomes of those that no font has: LEFT_OUT, NUMBERED, or nothing was said.
    """
    visible = preview(ctx, case, record)
    if visible.refusal:
        raise RuleBroken(visible.refusal)
    missing = dict.fromkeys(sign for place in visible.unprinted for sign in place.signs)
    if missing and signs not in (LEFT_OUT, NUMBERED):
        raise Unprinted(visible.unprinted)
    hidden = {item for item, each in visible.desk.draft.decisions.items() if each.choice is not Choice.OVERRIDE}
    refuse_named(visible.desk.draft.own, visible.desk.names, hidden)
    return with_signs(visible.letter, {item: f"[U+{ord(item):04X}]" if signs == NUMBERED else "" for item in missing})


def preview(ctx: Context, case: CaseId, record: RecordId) -> Preview:
    """A letter before it is printed; raises RuleBroken when something that a letter needs is empty,
    SecrecyForbids while pre-trial secrecy forbids it."""
    vault = open_vault(ctx, Act.PRINT_LETTER, case, record=record)
    desk = letter_desk(ctx, vault, record)
    secrecy.refuse(ctx, vault, desk.recipients)
    letter, thinned = desk.letter, desk.thinned
    office = (*_office(ctx, letter.addressee, desk.language), *_company(ctx, letter.to_company, desk.language))
    if letter.to_person and letter.to_person not in desk.draft.people:
        raise RuleBroken(ADDRESSEE_HIDDEN, place="to_person")
    if not office and not letter.to_person and not letter.addressee_name.strip():
        raise RuleBroken(N_("To print the letter, say whom it goes to."), place="addressee")
    if not letter.body.strip():
        raise RuleBroken(N_("To print the letter, write its text."), place="body")
    words = thinned.words
    signatory = desk.colleagues.get(letter.signed_by, "") if letter.signed_by else words.signatory
    request = LetterRequest(
        language=desk.language,
        profile=LETTER_PROFILE,
        letterhead=letterhead(ctx, desk.language),
        addressee=(*office, *words.addressee),
        applicants=words.applicants,
        our_number=words.our_number,
        their_number=words.their_number,
        day=letter.dated or letter.handed_in or ctx.today,
        subject=words.subject,
        body=words.body,
        attachments=words.attachments,
        signatory=signatory,
        signatory_capacity="",
        built_at=ctx.local,
        forbidden=thinned.forbidden,
        template=desk.template.docx if desk.template else "",
    )
    return Preview(
        letter=request,
        signer_hidden=bool(letter.signed_by) and not signatory,
        desk=desk,
        left_out=thinned.left_out,
        people={item: person.name("") for item, person in desk.draft.people.items()},
        unprinted=in_letter(request),
    )


def make(letter_request: LetterRequest) -> BuiltLetter:
    """Set the letter; to be called after the act is in the log and outside any transaction. Raises RuleBroken."""
    try:
        return build_letter(letter_request)
    except BuildFailed as failure:
        raise RuleBroken(REFUSALS[failure.code] if failure.code in NOT_THE_TEXT else UNUSUAL) from None


def letterhead(ctx: Context, language: Language) -> tuple[str, ...]:
    """Name, address, contact and registration of our organisation, those that are kept."""
    ours = in_directory(ctx, record_id(ctx.runtime.organisation.directory), OwnOrganisation)
    if ours is None:
        return ()
    name = next((name.name for name in ours.names if name.language == language.value and name.name), ours.name)
    return tuple(line for line in (name, ours.address, ours.contact, ours.registration) if line)


def _office(ctx: Context, body: RecordId, language: Language) -> tuple[str, ...]:
    office = in_directory(ctx, body, Body)
    if office is None:
        return ()
    return tuple(line for line in (_named(office, language), office.address) if line)


def _company(ctx: Context, company: RecordId, language: Language) -> tuple[str, ...]:
    found = in_directory(ctx, company, Company)
    return (_named(found, language),) if found is not None else ()


def _named(of: Body | Company, language: Language) -> str:
    """The name of a body or company in this language, or the usual one."""
    return next((name.name for name in of.names if name.language == language.value and name.name), of.name)
