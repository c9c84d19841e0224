"""Messages chosen on an export's page, among the facts of a paper in work: each with its number in the transcript."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.filings import RELEASED, Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.legal_actions import LegalAction
from hrd_cases.domain.messenger_exports import Message
from hrd_cases.domain.paper_matter import FactPlan, whole
from hrd_cases.domain.papers import Language
from hrd_cases.domain.words import N_
from hrd_cases.render.words import PaperWords
from hrd_cases.services.evidence.messenger_transcripts import MadeTranscript
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.papers.papers import desk, save_matter
from hrd_cases.services.records.records import title
from hrd_cases.store.records import of_class

NONE_TICKED = N_("Tick the messages that are to be facts of the paper.")


def papers_in_work(ctx: Context, case: CaseId) -> list[tuple[RecordId, str]]:
    """Id and title of each paper that is not released and that the actor may prepare."""
    cards = ctx.work.records.cards([open_vault(ctx, Act.READ_CASE, case)])
    mine = {card.id for card in of_class(cards, LegalAction) if ctx.actor.user in card.value.counsel_of_record}
    papers = (card for card in of_class(cards, Paper) if card.value.state != RELEASED and card.value.action in mine)
    return [(card.id, title(card)) for card in papers]


def add(  # one form
    runtime: Runtime,
    session: Session,
    now: datetime,
    case: CaseId,
    paper: RecordId,
    transcript: MadeTranscript,
    numbers: Collection[int],
) -> None:
    """Put the messages with these numbers behind the facts of a paper; one that is there already stays as it is."""
    chosen = [message for message in transcript.conversation.messages if message.number in numbers]
    if not chosen:
        raise RuleBroken(NONE_TICKED)
    with runtime.writing(session, now) as ctx:
        here = desk(ctx, case, paper)
        matter = here.plan.matter
        known = {(fact.text, fact.exhibits) for fact in matter.facts}
        facts = _facts(chosen, transcript.record, PaperWords(language=Language(here.paper.language)))
        new = tuple(fact for fact in facts if (fact.text, fact.exhibits) not in known)
        save_matter(ctx, case, paper, replace(matter, facts=(*matter.facts, *new)), here.stored.versions)


def _facts(messages: Iterable[Message], transcript: RecordId, words: PaperWords) -> Iterable[FactPlan]:
    for message in messages:
        said = f"{message.who}: «{message.text.strip()}»" if message.who else message.text.strip()
        hour = f"{message.at:%H:%M}, " if message.dated else ""
        yield FactPlan(
            use=True,
            when=exactly(message.at.date()) if message.dated else None,
            text=f"{hour}{said} ({words.fill('transcript_message', n=message.number)})",
            exhibits=whole((transcript,)),
        )
