"""Dated things in words: what kind they are, how near, and where their page is; for the desk and the agenda."""

from datetime import date

from flask import url_for

from hrd_cases.domain import agenda
from hrd_cases.domain.fields import ENTITIES
from hrd_cases.domain.words import N_
from hrd_cases.services.schedule.agenda import DONE, AgendaLine
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
    agenda.CHALLENGE: N_("Last day to challenge a decision"),
    agenda.ANSWER: N_("Answer to a filing due"),
    agenda.CASE_REVIEW: N_("Case review"),
    agenda.CONSENT_REVIEW: N_("Consent: ask again"),
    agenda.SUPPORT_END: N_("Support ends"),
}


def in_words(line: AgendaLine, today: date) -> dict[str, object]:
    """A line for the macros: date, hour, kind, title, address, case, remark, how near in a word and in days."""
    state = line.state(today)
    title = line.person if line.kind == agenda.CONSENT_REVIEW else line.title
    remark = (label(line.words, line.detail) if line.words else "", line.person, line.who_name)
    return {
        "on": line.on,
        "at": line.at,
        "kind": _(KINDS[line.kind] if line.kind in KINDS else ENTITIES[line.code].label),
        "title": title or _(N_("Title not shared with you")),
        "url": urls.of(line.code, line.record, line.case),
        "case_title": line.case_title if line.record != line.case else "",
        "case_url": url_for("cases.show", case=line.case),
        "remark": " · ".join(part for part in remark if part and part != title),
        "state": state,
        "near": near(line.on, today) if state != DONE else "",
    }


def near(on: date, today: date) -> str:
    """How many days there are until a day, or were since; beyond some months the date says it better."""
    days = (on - today).days
    if days == 0 or abs(days) > 99:
        return ""
    if days > 0:
        return words().ungettext("in %(num)s day", "in %(num)s days", days) % {"num": days}
    return words().ungettext("by %(num)s day", "by %(num)s days", -days) % {"num": -days}
