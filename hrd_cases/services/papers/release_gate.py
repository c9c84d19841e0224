"""What is asked once more when a paper is released: secrecy, consents, names, and what it was made of."""

from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.redaction import Thinned
from hrd_cases.domain.words import N_
from hrd_cases.services.drafting.name_questions import NAMES_OPEN
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.papers.jobs import Order
from hrd_cases.services.papers.papers import PaperDesk, desk, refuse_edited

CONSENTS = N_("Somebody's answer changed after this version was built. Look at the consents again.")
NAMES = N_("Names or marks of people were changed after this version was built. Build it again.")
EXHIBITS = N_("An exhibit was changed after this version was built. Build it again.")
PARTIES = N_("The parties of the proceeding were changed after this version was built. Build it again.")
TEMPLATE = N_("Our own template was changed after this version was built. Build it again.")
TEXTS = N_("What this version prints was changed in the case after it was built. Build it again.")


def unchanged(ctx: Context, case: CaseId, record: RecordId, order: Order) -> PaperDesk:
    """The paper as it stands now; RuleBroken (SecrecyForbids, too) when it is not what was built, or may not leave.

    Whoever calls it has compared the choices with those of the order, in the same transaction (edited.same).
    """
    here = desk(ctx, case, record)
    if here.names.unanswered:
        raise RuleBroken(NAMES_OPEN, place="names")
    refuse_edited(here)
    if here.missing or here.waiting:
        raise RuleBroken(CONSENTS, place="consents")
    if set(order.request.settled) - set(here.names.settled(here.thinned.hidden)):
        raise RuleBroken(NAMES, place="consents")  # an answer was taken back or changed
    if (here.template.docx if here.template else "") != order.request.template:
        raise RuleBroken(TEMPLATE, place="template")
    changed = _changed(here.thinned, order.thinned)
    if changed:
        raise RuleBroken(changed, place="consents")
    return here


def _changed(now: Thinned, then: Thinned) -> str:
    """What is not as it was built, as a msgid; empty when all of it is."""
    if now == then:
        return ""
    if now.forbidden != then.forbidden:
        return NAMES
    if now.case.parties != then.case.parties:
        return PARTIES
    return EXHIBITS if now.case.exhibits != then.case.exhibits else TEXTS
