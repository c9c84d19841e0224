"""Dated things in words: what kind they are, how near, and where their page is; for the desk and the agenda."""

from collections.abc import Container
from datetime import date

from flask import request, url_for

from hrd_cases.domain import agenda
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services.schedule.agenda import OVERDUE, AgendaLine
from hrd_cases.web.kernel import urls
from hrd_cases.web.pages.layout import _, words
from hrd_cases.web.pages.lists import label

KINDS = {
    agenda.HEARING: N_("Hearing"),
    agenda.UNRECORDED: N_("Hearing: write down what happened"),
    agenda.LETTER: N_("Letter: answer due"),
    agenda.REPLY: N_("Letter to us: our answer due"),
    agenda.TASK: N_("Task"),
    agenda.CUSTODY_END: N_("Custody ends"),
    agenda.CUSTODY_REVIEW: N_("Custody review"),
    agenda.CUSTODY_UNREVIEWED: N_("Custody without a next review"),
    agenda.CHALLENGE: N_("Last day to challenge a decision"),
    agenda.ANSWER: N_("Answer to a filing due"),
    agenda.CASE_REVIEW: N_("Case review"),
    agenda.CONSENT_REVIEW: N_("Consent: ask again"),
    agenda.SUPPORT_END: N_("Support ends"),
    agenda.RECOMMENDATION_REVIEW: N_("Recommendation: review"),
    agenda.RECOMMENDATION_DATE: N_("Recommendation: date"),
    agenda.MEETING_PROMISE: N_("Meeting: what was promised"),
}
TICKED = frozenset({agenda.TASK, *agenda.RECOMMENDATIONS})
MOST_DAYS = 99


def in_words(line: AgendaLine, today: date, writable: Container[str] = (), back: str = "") -> dict[str, object]:
    """A line for the macros: date, hour, kind, title, address, case, remark, how near in a word, how late in days.

    Whoever may not see the title of something reads what kind of thing it is. What is in a case among the
    writable ones can be ticked off, and a letter of one answered; `back` is the query of the page to come back to.
    """
    state = line.state(today)
    kind = _(KINDS[line.kind] if line.kind in KINDS else ENTITIES[line.code].label)
    title = line.person_name if line.kind == agenda.CONSENT_REVIEW else line.title
    of_mine = line.kind in TICKED and line.case in writable
    can_finish, can_reopen = of_mine and not line.done, of_mine and line.done
    answerable = line.kind == agenda.LETTER and line.case in writable and line.title and not line.done
    remark = (
        line.place,
        label(line.words, line.detail) if line.words and line.detail else "",
        line.note,
        line.person_name,
        line.who_name,
    )
    return {
        "on": line.on,
        "at": line.at,
        "kind": kind,
        "title": title or kind,
        "url": urls.of(line.code, line.record, line.case),
        "case_title": line.case_title if line.record != line.case else "",
        "remark": " · ".join(part for part in remark if part and part != title),
        "state": state,
        "finish": _button("finish", line) + back if can_finish else "",
        "reopen": _button("reopen", line) + back if can_reopen else "",
        "answer": url_for("letter_chain.answered", case=line.case, record=line.record) if answerable else "",
        "late": days_late(line.on, today) if state == OVERDUE else "",
    }


def _button(act: str, line: AgendaLine) -> str:
    """Where something is ticked off, or not done after all."""
    if line.part:
        return url_for(f"recommendation_dates.{act}", record=line.record, part=line.part)
    return url_for(f"tasks.{act}", case=line.case, record=line.record)


def agenda_page() -> str:
    """The page of the agenda on which a button was pressed; empty on the desk."""
    if not request.args.get("h"):
        return ""
    period = {name: request.args.get(name, "")[:10] for name in ("f", "t", "w", "n")}
    return url_for("agenda.show", **{name: text for name, text in period.items() if text})  # type: ignore[arg-type]


def days_late(on: date, today: date) -> str:
    """How many days went by since a day; beyond some months the date says it better."""
    days = (today - on).days
    return words().ungettext("%(num)s day", "%(num)s days", days) % {"num": days} if days <= MOST_DAYS else ""
