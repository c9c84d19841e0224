"""A case opened for a paper: everything one proceeding needs, read under one gate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hrd_cases.domain import page_redactions, recipients
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.cases import Case
from hrd_cases.domain.companies import Body, ColleagueCard, Company
from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.hearings import Hearing
from hrd_cases.domain.ids import CaseId, PersonId, RecordId, person_id, record_id
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.legal_actions import ActionParty, LegalAction
from hrd_cases.domain.letters import FROM_US, Letter, addressee_of
from hrd_cases.domain.names.questions import NameAnswer
from hrd_cases.domain.paper_matter import evidence_of
from hrd_cases.domain.papers import Variant
from hrd_cases.domain.people import Person
from hrd_cases.domain.redaction import Recipient
from hrd_cases.domain.vaults import PERSON_VAULT
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.details import Detail, cards_of, companies_of, of_colleague, of_company, of_person
from hrd_cases.services.drafting.name_answers import answers_in
from hrd_cases.services.drafting.plans import plan_of
from hrd_cases.services.evidence.sealed_files import KeptFile, stored_file
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault, people_of
from hrd_cases.services.records import answers
from hrd_cases.services.records.answers import PersonAnswers
from hrd_cases.services.records.records import in_directory, read_in
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import of_class

DAMAGED = N_("Something in this case was changed in the database without its key. Look at the case.")


@dataclass(frozen=True, kw_only=True)
class CaseSource:
    """One proceeding of a case: records by id, the court as the directory knows it, names of colleagues."""

    vault: CaseId
    case: Case
    action: LegalAction
    court: Body | None
    incidents: Mapping[RecordId, Incident]
    evidence: Mapping[RecordId, Evidence]
    hearings: tuple[Hearing, ...]
    answered: Mapping[PersonId, PersonAnswers]
    people: Mapping[PersonId, Person]
    bodies: Mapping[str, str]
    addressees: Mapping[str, str]  # bodies and companies that letters go to: a person is named in no list of letters
    offices: frozenset[str]
    colleagues: Mapping[str, str]
    me: str
    name_answers: Mapping[str, NameAnswer]
    companies: Mapping[RecordId, Company]
    counsel: Mapping[str, ColleagueCard]
    letters: tuple[Letter, ...]
    released: tuple[Paper, ...]
    every: tuple[object, ...]  # the values of all its records: names are typed in many of them
    variant: str = Variant.FULL.value

    def told(self) -> tuple[tuple[date | None, str, str], ...]:
        """What was sent in the case, and what was released in the proceeding: when, to whom, what; by day."""
        sent: list[tuple[date | None, str, str]] = [
            (letter.handed_in, addressee_of(letter, self.addressees), letter.subject)
            for letter in self.letters
            if letter.direction == FROM_US and letter.handed_in
        ]
        for paper in self.released:
            ways = [(each.on, each.to) for each in paper.sendings] or [(paper.released_on, "")]
            sent += [(on, to, f"{paper.title} № {paper.number}") for on, to in ways]
        return tuple(sorted(sent, key=lambda each: str(each[0])))

    def details(self) -> tuple[Detail, ...]:
        """What the heading of a filing may carry beside names and addresses; each once."""
        every = [detail for party in self.action.parties for detail in self.details_of(party)]
        every += self.details_of_counsel()
        return tuple({detail.key: detail for detail in every}.values())

    def details_of(self, party: ActionParty) -> tuple[Detail, ...]:
        """The same of one party."""
        person, company = self.people.get(party.person), self.companies.get(party.company)
        own = of_person(party.person, person, party.name) if person else ()
        return (*own, *(of_company(party.company, company, party.name) if company else ()))

    def details_of_counsel(self) -> tuple[Detail, ...]:
        """The same of our counsel."""
        return tuple(detail for item, card in self.counsel.items() for detail in of_colleague(item, card))

    def files(self, evidence: RecordId) -> tuple[KeptFile, ...]:
        """The sealed files of one exhibit, in order; where it is redacted for the readers of this paper, its copies."""
        result = self.evidence.get(evidence_of(evidence))
        if result is None:
            return ()
        redacted = page_redactions.copies(result, self.variant)
        return tuple(map(stored_file, (result.files or ()) if redacted is None else redacted))

    def is_redacted(self, evidence: RecordId) -> bool:
        """Whether something of an exhibit is redacted for the readers of this paper."""
        return page_redactions.copies(self.evidence[evidence_of(evidence)], self.variant) is not None

    def recipient(self, profile: str) -> Recipient:
        """Who will read a paper of this proceeding in this form."""
        return recipients.of_paper(profile, self.court.kind if self.court else "")


def open_for_paper(ctx: Context, case: CaseId, action: RecordId, *, sealing: bool = True) -> OpenVault:
    """Let nobody but the counsel of record of this proceeding in; raises NotFound or Forbidden.

    `sealing` False: to look, or to show a form again that was refused; what is kept is refused by the store then.
    """
    vault = open_vault(ctx, Act.READ_CASE, case)
    stored = read_in(ctx, vault, action, LegalAction)
    mine = ctx.actor.user in stored.value.counsel_of_record
    return open_vault(ctx, Act.COURT_DOSSIER, case, record=action, counsel_of_record=mine, sealing=sealing)


def recipient_of(ctx: Context, case: OpenVault, paper: Paper) -> Recipient:
    """Who will read a paper, from the form chosen for it and the body of its proceeding."""
    stored = read_in(ctx, case, paper.action, LegalAction)
    court = court_of(ctx, stored.value)
    return recipients.of_paper(plan_of(paper.plan).filing.profile, court.kind if court else "")


def gather(ctx: Context, vault: OpenVault, action: RecordId) -> CaseSource:
    """Read what a paper of this proceeding may need."""
    stored = {record.id: record for record in ctx.work.records.all(vault)}
    if any(record.doubts for record in stored.values()):
        raise RuleBroken(DAMAGED)
    stored_record = stored.get(action)
    if stored_record is None or not isinstance(stored_record.value, LegalAction):
        raise NotFound
    court = court_of(ctx, stored_record.value)
    bodies = names_of(ctx, Body)
    root = stored[record_id(vault.id)].value if vault.id in stored else None
    case = root if isinstance(root, Case) else Case()
    incidents = {record.id: record.value for record in of_class(stored.values(), Incident)}
    hearings = [record.value for record in of_class(stored.values(), Hearing) if record.value.action == action]
    papers = [record.value for record in of_class(stored.values(), Paper) if record.value.action == action]
    files = [person_id(file.id) for file in people_of(ctx, vault)]
    people = _people(ctx, files, case, stored_record.value, incidents.values())
    return CaseSource(
        vault=vault.case,
        case=case,
        action=stored_record.value,
        court=court,
        incidents=_in_order(incidents),
        evidence={record.id: record.value for record in of_class(stored.values(), Evidence)},
        hearings=tuple(sorted(hearings, key=lambda hearing: (str(hearing.on), hearing.at))),
        answered=answers.of_people(ctx, people, case=vault.case),
        people=people,
        bodies=bodies,
        addressees={**bodies, **names_of(ctx, Company)},
        offices=_offices(bodies, court),
        colleagues=names_of(ctx, ColleagueCard),
        me=ctx.actor.user,
        name_answers=answers_in(stored.values()),
        companies=companies_of(ctx, _companies_in(stored_record.value, incidents.values())),
        counsel=cards_of(ctx, stored_record.value),
        letters=tuple(record.value for record in of_class(stored.values(), Letter)),
        released=tuple(paper for paper in papers if paper.state == RELEASED),
        every=tuple(record.value for record in stored.values()),
    )


def _in_order(incidents: dict[RecordId, Incident]) -> dict[RecordId, Incident]:
    """By day; on one day what follows from another incident after it, then by title: never by ids drawn at random."""
    causes: dict[RecordId, set[RecordId]] = {record: set() for record in incidents}
    for record, incident in incidents.items():
        for link in incident.chain:
            if link.incident in causes:
                first, then = (record, link.incident) if link.kind == "leads_to" else (link.incident, record)
                causes[then].add(first)

    def depth(record: RecordId, above: frozenset[RecordId] = frozenset()) -> int:
        path = above | {record}
        return 1 + max((depth(cause, path) for cause in causes[record] - path), default=0)

    def place(pair: tuple[RecordId, Incident]) -> tuple[bool, str, int, str]:
        record, incident = pair
        return incident.when is None, _first(incident), depth(record), incident.title

    return dict(sorted(incidents.items(), key=place))


def _first(incident: Incident) -> str:
    return incident.when.first.isoformat() if incident.when else ""


def court_of(ctx: Context, action: LegalAction) -> Body | None:
    """The court or body of a proceeding, as the directory knows it."""
    return in_directory(ctx, action.forum, Body)


def _offices(bodies: Mapping[str, str], court: Body | None) -> frozenset[str]:
    """Names of bodies in the directory, and the address of the court: what names no person we protect."""
    names = [*bodies.values(), *((court.name, court.address, *(name.name for name in court.names)) if court else ())]
    return frozenset(" ".join(name.split()) for name in names if name.strip())


def _companies_in(action: LegalAction, incidents: Iterable[Incident]) -> list[RecordId]:
    parts = (part.company for incident in incidents for part in incident.companies)
    return [*(party.company for party in action.parties), *action.companies, *parts]


def _people(  # each record that says who is of the case
    ctx: Context, files: Iterable[PersonId], case: Case, action: LegalAction, incidents: Iterable[Incident]
) -> dict[PersonId, Person]:
    """Everybody of the case, as far as the writer's keys open them: also who stands in no record of it now."""
    ids = [*action.people, *(party.person for party in action.parties), *(custody.person for custody in action.custody)]
    ids += [part.person for incident in incidents for part in incident.attacked]
    people: dict[PersonId, Person] = {}
    for person in dict.fromkeys(item for item in (*ids, *case.people, *files) if item):
        try:
            vault = open_vault(ctx, Act.READ_PERSON, person, kind=PERSON_VAULT)
        except (NotFound, Forbidden):
            continue
        stored = ctx.work.records.read(vault, person)
        if stored is not None and isinstance(stored.value, Person):
            people[person] = stored.value
    return people
