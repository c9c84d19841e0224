"""Which act each endpoint is: a rule without an entry here stops the application from being built.

This table opens doors to pages only; what a page may show is decided by the gate, from keys and the permission table.
"""

import re
from enum import Enum

from flask import Flask

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.table import TABLE
from hrd_cases.web.kernel import handling


class Openness(Enum):
    """Endpoints that ask for less than an admitted, unlocked person."""

    PUBLIC = "anyone"
    LOCKED = "whoever has a session, locked or not"
    WAITING = "whoever is logged in, admitted or not"


class Unlisted(RuntimeError):
    """An endpoint has no entry in the policy, or shares its address with another."""


_UNNAMED = re.compile(r"<(?:([^:<>]+):)?\w+>")  # the name of a part of an address: not what tells two apart

POLICY: dict[str, Act | Openness] = {
    "static": Openness.PUBLIC,
    "home": Openness.WAITING,
    "language.choose": Openness.PUBLIC,
    "accessibility.show": Openness.PUBLIC,
    "enter.show": Openness.PUBLIC,
    "enter.log_in": Openness.PUBLIC,
    "enter_by_key.show": Openness.PUBLIC,
    "enter_by_key.log_in": Openness.PUBLIC,
    "enter.activation": Openness.PUBLIC,
    "enter.begin": Openness.PUBLIC,
    "enter.forgotten": Openness.PUBLIC,
    "enter.begin_anew": Openness.PUBLIC,
    "enter.offer": Openness.PUBLIC,
    "enter.picture": Openness.PUBLIC,
    "enter.finish": Openness.PUBLIC,
    "enter.locked": Openness.LOCKED,
    "enter.unlock": Openness.LOCKED,
    "enter.waiting": Openness.WAITING,
    **{f"locked_call.{name}": Openness.LOCKED for name in ("show", "take", "kept_page")},
    "leave.lock": Openness.LOCKED,
    "leave.lock_all": Openness.LOCKED,
    "leave.out": Openness.LOCKED,
    "leave.quickly": Openness.LOCKED,
    "leave.elsewhere": Openness.PUBLIC,
    "account.show": Act.OWN_ACCOUNT,
    **{f"manuals.{name}": Act.OWN_ACCOUNT for name in ("index", "show")},
    "account.passphrase": Act.CHANGE_LOG_IN,
    "account.change_passphrase": Act.CHANGE_LOG_IN,
    **{f"account.{name}": Act.CHANGE_LOG_IN for name in ("codes", "new_codes")},
    "account.end_one": Act.OWN_ACCOUNT,
    "step_up.confirm": Act.OWN_ACCOUNT,
    "step_up.by_key": Act.OWN_ACCOUNT,
    **{f"security_keys.{name}": Act.CHANGE_LOG_IN for name in ("show", "change", "new", "add")},
    "throttling.keep": Act.OWN_ACCOUNT,
    "throttling.forget": Act.OWN_ACCOUNT,
    "throttling.wake": Act.WAKE_ACCOUNT,
    "travelling.show": Act.OWN_ACCOUNT,
    "travelling.plan": Act.OWN_ACCOUNT,
    "travelling.leave": Act.TRAVEL,
    "travelling.away": Openness.WAITING,
    "travelling.let_in": Act.LET_IN_AGAIN,
    "travelling.end": Act.END_JOURNEY,
    "sealing_office.show": Act.SEAL_OFFICE,
    "sealing_office.ask": Act.SEAL_OFFICE,
    "sealing_office.confirm": Act.SEAL_OFFICE,
    "sealing_office.withdraw": Act.SEAL_OFFICE,
    "account.end_others": Act.OWN_ACCOUNT,
    "desk.renew": Act.RENEW_OFFICES,
    "desk.dismiss": Act.OWN_ACCOUNT,
    "second_people.show": Act.SEE_DESK,
    "own_keys.show": Act.OWN_ACCOUNT,
    "own_keys.end": Act.END_OWN_KEYS,
    "account.restore": Act.OWN_ACCOUNT,
    "account.kept_text": Act.OWN_ACCOUNT,
    "account.keep": Act.OWN_ACCOUNT,
    "account.drop": Act.OWN_ACCOUNT,
    "calls.index": Act.TAKE_CALL,
    "calls.new": Act.TAKE_CALL,
    "calls.take": Act.TAKE_CALL,
    "calls.show": Act.READ_CASE,
    "calls.edit": Act.WRITE_CASE,
    "calls.save": Act.WRITE_CASE,
    **{f"calls.{name}": Act.WRITE_CASE for name in ("split", "close", "reopen", "reached", "not_reached")},
    **{f"calls.{name}": Act.WRITE_CASE for name in ("take_back", "take_over")},
    "carrying.case_form": Act.CREATE_CASE,
    "carrying.make_case": Act.CREATE_CASE,
    **{f"carrying.{name}": Act.WRITE_CASE for name in ("choose", "add_form", "add")},
    "duty.show": Act.SEE_DUTY,
    **{f"duty.{name}": Act.CHANGE_DUTY for name in ("new", "put_on", "take_off", "every_call", "number")},
    "cases.index": Act.READ_CASE,
    "cases.find": Act.READ_CASE,
    "cases.new": Act.CREATE_CASE,
    "cases.create": Act.CREATE_CASE,
    "cases.show": Act.READ_CASE,
    "cases.timeline": Act.READ_CASE,
    "cases.edit": Act.WRITE_CASE,
    "cases.save": Act.WRITE_CASE,
    "cases.renew": Act.RENEW_KEYS,
    "cases.accept": Act.ACCEPT_STATE,
    "team.show": Act.READ_CASE,
    "team.share": Act.SHARE_CASE,
    "team.send_again": Act.SEND_KEYS,
    "team.found": Act.FOUND_PRIVILEGED,
    "team.member": Act.READ_CASE,
    "team.change": Act.CHANGE_MEMBER,
    "team.leaving_page": Act.READ_CASE,
    "team.leave": Act.LEAVE_CASE,
    "records.listing": Act.READ_CASE,
    **{f"records.{name}": Act.WRITE_CASE for name in ("new", "create", "edit", "save")},
    **{f"records.{name}": Act.READ_CASE for name in ("show", "reveal")},
    "versions.of_case": Act.READ_CASE,
    "versions.of_person": Act.READ_PERSON,
    **{f"versions.{place}": Act.READ_DIRECTORY for place in ("companies", "bodies", "recommendations", "studies")},
    **{f"versions.{place}": Act.READ_DIRECTORY for place in ("screenings", "assessments")},
    "people.index": Act.READ_PERSON,
    "people.find": Act.READ_PERSON,
    "people.new": Act.CREATE_PERSON,
    "people.create": Act.CREATE_PERSON,
    "people.show": Act.READ_PERSON,
    "people.reveal": Act.READ_PERSON,
    "people.edit": Act.WRITE_PERSON,
    "people.save": Act.WRITE_PERSON,
    "people.link": Act.WRITE_PERSON,
    **{
        f"imports.{name}": Act.IMPORT_LIST
        for name in (
            "index",
            "take",
            "show",
            "check_all",
            "columns",
            "save_columns",
            "correct",
            "import_rows",
            "remove",
        )
    },
    **{
        f"{place}.{name}": Act.WRITE_DIRECTORY if name in ("new", "create", "edit", "save") else Act.READ_DIRECTORY
        for place in ("companies", "bodies")
        for name in ("index", "find", "new", "create", "show", "edit", "save", "related")
    },
    **{f"companies.{name}": Act.READ_DIRECTORY for name in ("incidents", "begin_letter")},
    **{f"{place}.{name}": Act.READ_DIRECTORY for place in ("recommendations", "studies") for name in ("index", "show")},
    **{f"recommendation_dates.{name}": Act.WRITE_DIRECTORY for name in ("finish", "reopen")},
    "recommendation_cases.show": Act.READ_DIRECTORY,
    "recommendation_cases.save": Act.WRITE_CASE,
    "round_table.show": Act.READ_DIRECTORY,
    "recommendation_report.form": Act.READ_DIRECTORY,
    "recommendation_report.export": Act.EXPORT_LIST,
    **{f"recommendations.{name}": Act.WRITE_DIRECTORY for name in ("new", "create", "edit", "save")},
    **{f"studies.{name}": Act.WRITE_DIRECTORY for name in ("new", "create", "edit", "save")},
    **{f"screenings.{name}": Act.READ_DIRECTORY for name in ("index", "show")},
    **{f"screenings.{name}": Act.WRITE_DIRECTORY for name in ("new", "create", "edit", "save", "companies", "add")},
    **{f"pasted_results.{name}": Act.WRITE_DIRECTORY for name in ("show", "check", "keep")},
    "edition_comparison.show": Act.READ_DIRECTORY,
    "screening_exports.show": Act.READ_DIRECTORY,
    "screening_exports.export": Act.EXPORT_SCREENING,
    "assessments.show": Act.READ_DIRECTORY,
    **{f"assessments.{name}": Act.WRITE_DIRECTORY for name in ("edit", "save")},
    **{f"starting_bodies.{name}": Act.WRITE_DIRECTORY for name in ("show", "add")},
    **{f"published_recommendations.{name}": Act.WRITE_DIRECTORY for name in ("show", "add")},
    **{f"pasted_recommendations.{name}": Act.WRITE_DIRECTORY for name in ("paste", "split", "check", "add")},
    "deleting.index": Act.READ_CASE,
    "deleting.show": Act.READ_CASE,
    "deleting.person": Act.READ_PERSON,
    **{f"deleting.{name}": Act.ASK_DELETION for name in ("ask", "ask_person")},
    **{f"deleting.{name}": Act.CONFIRM_DELETION for name in ("confirm", "confirm_person")},
    **{f"deleting.{name}": Act.REFUSE_DELETION for name in ("refuse", "refuse_person")},
    "deleting.hold": Act.READ_CASE,
    "deleting.place_hold": Act.PLACE_HOLD,
    "deleting.keep_hold": Act.PLACE_HOLD,
    "deleting.lift_hold": Act.LIFT_HOLD,
    "deleting.periods": Act.MANAGE_SETTINGS,
    "deleting.save_periods": Act.CHANGE_PERIODS,
    "calendars.show": Act.MANAGE_SETTINGS,
    "calendars.save": Act.CHANGE_CALENDAR,
    "evidence_lists.show": Act.READ_CASE,
    "evidence_lists.find": Act.READ_CASE,
    "evidence.show": Act.READ_CASE,
    **{f"evidence.{name}": Act.ADD_EVIDENCE for name in ("add", "take", "take_more", "arrange", "press")},
    **{f"consent_files.{name}": Act.ADD_EVIDENCE for name in ("take", "take_more", "take_sheet")},
    **{f"prints.{name}": Act.OPEN_FILE for name in ("show", "page", "one", "large", "small")},
    **{
        f"page_redactions.{name}": Act.ADD_EVIDENCE
        for name in ("show", "page", "mark", "keep", "clear", "make", "compare")
    },
    "custody_logs.show": Act.OPEN_FILE,
    **{f"transcripts.{name}": Act.ADD_EVIDENCE for name in ("show", "make")},
    **{f"mail_letters.{name}": Act.WRITE_CASE for name in ("show", "keep")},
    **{f"page_redactions.{name}": Act.OPEN_FILE for name in ("before", "after")},
    "files.open": Act.OPEN_FILE,
    "letters.show": Act.PRINT_LETTER,
    "letters.make": Act.PRINT_LETTER,
    "letters.names": Act.PRINT_LETTER,
    "letters.save_names": Act.PRINT_LETTER,
    "letters.decide": Act.PRINT_LETTER,
    "letters.agree": Act.PRINT_LETTER,
    "letters.due": Act.WRITE_CASE,
    "letters.set_due": Act.WRITE_CASE,
    **{f"letter_chain.{name}": Act.WRITE_CASE for name in ("answered", "receive", "following", "climb")},
    "consents.show": Act.READ_CASE,
    "consents.sheet": Act.ANSWER,
    "consents.check_sheet": Act.ANSWER,
    "consents.keep_sheet": Act.ANSWER,
    "papers.index": Act.READ_PAPER,
    "papers.show": Act.READ_PAPER,
    "papers.file": Act.READ_PAPER,
    "papers.files": Act.READ_PAPER,
    "papers.agree": Act.READ_PAPER,
    **{
        f"papers.{name}": Act.COURT_DOSSIER
        for name in (
            *("new", "create", "step", "save_step", "names", "save_names", "consents", "decide", "approve"),
            *("built", "build", "choose_signs", "draft", "take_edited", "release", "supplement"),
        )
    },
    **{
        f"paper_matter.{name}": Act.COURT_DOSSIER
        for name in (
            *("facts", "save_facts", "fact", "save_fact"),
            *("exhibits", "save_exhibits", "exhibit", "save_exhibit"),
        )
    },
    **{f"sendings.{name}": Act.READ_PAPER for name in ("listing", "parts", "part")},
    **{f"sendings.{name}": Act.COURT_DOSSIER for name in ("new", "save", "remove")},
    **{f"paper_pages.{name}": Act.COURT_DOSSIER for name in ("show", "approve", "picture", "found", "decide_found")},
    **{f"own_templates.{name}": Act.CHANGE_TEMPLATES for name in ("index", "show", "take", "file", "remove")},
    "files.open_named": Act.OPEN_FILE,
    **{f"summons.{name}": Act.WRITE_CASE for name in ("paste", "read", "check", "save")},
    "desk.show": Act.SEE_DESK,
    "desk.to_code": Act.SEE_DESK,
    "sdg_records.show": Act.SEE_DESK,
    "sdg_records.choose": Act.CHOOSE_SDG_CLASS,
    "desk.forgotten": Act.SEE_DESK,
    "agenda.show": Act.READ_CASE,
    "months.show": Act.READ_CASE,
    "day_sheet.show": Act.READ_CASE,
    "letter_register.show": Act.READ_CASE,
    **{f"case_files.{name}": Act.EXPORT_CASE for name in ("form", "export")},
    **{f"record_lists.{name}": Act.EXPORT_LIST for name in ("form", "export")},
    "icalendar.form": Act.READ_CASE,
    "icalendar.export": Act.EXPORT_CALENDAR,
    "hearings.adjourn": Act.WRITE_CASE,
    "hearings.adjourn_to": Act.WRITE_CASE,
    **{f"tasks.{name}": Act.WRITE_CASE for name in ("finish", "reopen")},
    **{f"plans.{name}": Act.WRITE_CASE for name in ("choose", "fill", "make", "undo")},
    "plans.show": Act.READ_CASE,
    "ready_plans.index": Act.READ_DIRECTORY,
    **{f"ready_plans.{name}": Act.WRITE_DIRECTORY for name in ("new", "create", "edit", "save")},
    **{
        f"search.{name}": Act.READ_CASE for name in ("show", "ask", "found", "keep", "saved", "rename", "forget", "run")
    },
    "trends.show": Act.SEE_TRENDS,
    "trends.export_form": Act.SEE_TRENDS,
    "trends.export": Act.EXPORT_TRENDS,
    "saved_questions.show": Act.SAVE_QUESTION,
    "saved_questions.keep": Act.SAVE_QUESTION,
    "saved_questions.remove": Act.SAVE_QUESTION,
    "quarter.show": Act.SEE_TRENDS,
    "quarter.export_form": Act.SEE_TRENDS,
    "quarter.export": Act.EXPORT_TRENDS,
    "export_requests.show": Act.SEE_EXPORTS_ASKED,
    "export_requests.agree": Act.AGREE_EXPORT,
    "export_requests.refuse": Act.REFUSE_EXPORT,
    "export_requests.take": Act.EXPORT_LIST,
    "figure_requests.index": Act.SEE_FIGURES_ASKED,
    "figure_requests.show": Act.SEE_FIGURES_ASKED,
    "figure_requests.agree": Act.AGREE_FIGURES,
    "figure_requests.refuse": Act.REFUSE_FIGURES,
    "figure_requests.take": Act.EXPORT_TRENDS,
    "log.show": Act.READ_LOG,
    "log.verify": Act.VERIFY_LOG,
    "log.export_form": Act.VERIFY_LOG,
    "log.export": Act.EXPORT_LOG,
    "log.weekly": Act.VERIFY_LOG,
    "log.note": Act.VERIFY_LOG,
    "opened.who": Act.WHO_OPENED,
    "administration.show": Act.MANAGE_ACCOUNTS,
    "administration.invite": Act.MANAGE_ACCOUNTS,
    "administration.certify": Act.CERTIFY,
    "administration.closing": Act.MANAGE_ACCOUNTS,
    "administration.disable": Act.CLOSE_ACCOUNT,
    "administration.keep_open": Act.CLOSE_ACCOUNT,
    "administration.end_sessions": Act.END_SESSIONS,
    "administration.hand_over": Act.GRANT_OFFICE,
    **{
        f"new_keys.{name}": Act.CERTIFY
        for name in ("code", "agree", "withdraw", "change_roles", "factor", "factor_back")
    },
    **{f"letterhead.{name}": Act.MANAGE_SETTINGS for name in ("show", "save")},
    "letting_in_again.show": Act.SEE_DESK,
    "letting_in_again.let_in": Act.SEE_DESK,
    **{f"contacts.{name}": Act.OWN_ACCOUNT for name in ("mine", "save_mine")},
    **{f"contacts.{name}": Act.MANAGE_ACCOUNTS for name in ("of", "save_of")},
    "handing_over.show": Act.SEE_DESK,
    "handing_over.hand_over": Act.HAND_OVER,
    **{f"second_factor_lost.{name}": Openness.PUBLIC for name in ("show", "begin", "enrol", "picture", "finish")},
}


def of(endpoint: str | None) -> Act | Openness | None:
    """What an endpoint asks for; None for an address that does not exist."""
    return POLICY.get(endpoint or "")


# What goes on while the disk has no room: small, and each ends access, or lets somebody in.
WITHOUT_ROOM = frozenset(
    {
        Act.OWN_ACCOUNT,
        Act.CHANGE_LOG_IN,
        Act.END_OWN_KEYS,
        Act.END_SESSIONS,
        Act.CLOSE_ACCOUNT,
        Act.WAKE_ACCOUNT,
        Act.SEAL_OFFICE,
        Act.UNSEAL_OFFICE,
        Act.TRAVEL,
    }
)


def needs_room(endpoint: str | None) -> bool:
    """True for a form that is refused while the disk has room for reading alone."""
    act = of(endpoint)
    return isinstance(act, Act) and act not in WITHOUT_ROOM and endpoint not in handling.LOOKING


def of_secrets(endpoint: str | None) -> bool:
    """True for the forms in which somebody types passphrases and codes: nothing typed there is carried on or kept."""
    if endpoint == "locked_call.take":  # what is typed on a locked page is a call, and no secret
        return False
    act = of(endpoint)
    return isinstance(act, Openness) or act is Act.CHANGE_LOG_IN


def roles_for(endpoint: str) -> frozenset[str]:
    """The roles that the act behind an endpoint is for: what a menu offers, not what is allowed."""
    act = POLICY.get(endpoint)
    return TABLE[act].roles if isinstance(act, Act) else frozenset()


def check(app: Flask) -> None:
    """Raise Unlisted when the application has an endpoint that this table does not know, or two at one address: which
    of them answers would follow from the order in which they were registered."""
    unknown = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - set(POLICY))
    if unknown:
        raise Unlisted(f"no entry in web/kernel/policy.py for: {', '.join(unknown)}")
    answering: dict[tuple[str, str], set[str]] = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            answering.setdefault((_UNNAMED.sub(r"<\1>", rule.rule), method), set()).add(rule.endpoint)
    for (address, _method), endpoints in answering.items():
        if len(endpoints) > 1:
            raise Unlisted(f"one address, {address}, for: {', '.join(sorted(endpoints))}")
