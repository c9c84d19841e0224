"""The papers of a case in a list, and who may prepare them."""

from dataclasses import dataclass
from functools import partial

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.companies import ColleagueCard
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.filings import RELEASED, Paper, Sending
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.render.places import WHOLE
from hrd_cases.services.evidence.sealed_files import stored_file
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.papers import recalls
from hrd_cases.services.records.records import read_in, title
from hrd_cases.services.sharing.sharing import names_of
from hrd_cases.store.records import is_of, of_class


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """One paper in the list of a case."""

    id: RecordId
    title: str
    action: str
    state: str
    number: int
    released_on: object
    recalled: bool


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """A paper that went to somebody: when, how, the title of the evidence that shows it, and the hash of what went."""

    paper: RecordId
    title: str
    number: int
    sha256: str
    sending: Sending
    proof: str


@dataclass(frozen=True, kw_only=True)
class ServiceList:
    """What was sent in a case, by day, and the released papers of which nobody wrote down that they were."""

    lines: tuple[SentLine, ...]
    unsent: tuple[PaperLine, ...]


def service_list(ctx: Context, case: CaseId) -> ServiceList:
    """Who was sent which paper, when and how."""
    vault = open_vault(ctx, Act.READ_PAPER, case)
    titles = {card.id: title(card) for card in ctx.work.records.cards([vault]) if is_of(card, Evidence)}
    papers = [paper for paper in listing(ctx, case) if paper.state == RELEASED]
    lines = []
    for paper in papers:
        value = read_in(ctx, vault, paper.id, Paper).value
        hashes = (file.sha256 for file in map(stored_file, value.files or ()) if file.name == WHOLE)
        line = partial(SentLine, paper=paper.id, title=paper.title, number=paper.number, sha256=next(hashes, ""))
        lines += [line(sending=each, proof=titles.get(each.proof, "")) for each in value.sendings]
    sent = {line.paper for line in lines}
    ctx.note("read", "look at the proof of service", vault=case)
    return ServiceList(
        lines=tuple(sorted(lines, key=lambda line: (str(line.sending.on), line.number))),
        unsent=tuple(paper for paper in papers if paper.id not in sent),
    )


def listing(ctx: Context, case: CaseId) -> list[PaperLine]:
    """Every paper of a case, released ones with their number."""
    vault = open_vault(ctx, Act.READ_PAPER, case)
    cards = ctx.work.records.cards([vault])
    titles = {card.id: title(card) for card in cards if is_of(card, LegalAction)}
    papers = of_class(cards, Paper)
    recalled = {of_card.record for of_card in recalls.of_cards(ctx, papers)}
    lines = [
        PaperLine(
            id=card.id,
            title=title(card),
            action=titles.get(card.value.action, ""),
            state=card.value.state,
            number=card.value.number,
            released_on=card.value.released_on,
            recalled=card.id in recalled,
        )
        for card in papers
    ]
    return sorted(lines, key=lambda line: (line.state == RELEASED, -line.number, line.title.casefold()))


def counsel_names(ctx: Context, case: CaseId) -> list[str]:
    """Who may prepare papers in a case, for the page that refuses it to everybody else."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    names = names_of(ctx, ColleagueCard)
    cards = of_class(ctx.work.records.cards([vault]), LegalAction)
    users = dict.fromkeys(user for card in cards for user in card.value.counsel_of_record)
    return sorted(names[user] for user in users if user in names)


def counsel_actions(ctx: Context, case: CaseId) -> dict[RecordId, str]:
    """Title by id of the proceedings in which the actor may file papers; raises Forbidden when there is none."""
    vault = open_vault(ctx, Act.READ_CASE, case)
    cards = of_class(ctx.work.records.cards([vault]), LegalAction)
    mine = {card.id: title(card) for card in cards if ctx.actor.user in card.value.counsel_of_record}
    open_vault(ctx, Act.COURT_DOSSIER, case, counsel_of_record=bool(mine), sealing=False)
    return mine
