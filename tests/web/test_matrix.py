"""Promise P13: every address, asked by everybody, in every way of holding what it is about: the exact answer.

The requests are generated from the application's own map of addresses; what must come back is written down here by
hand, a second time, from the product's description. An address that is not written down here fails.
Catalogue of attacks 1 to 3 and 59.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from flask import Flask, url_for
from hrd_visits import STALE, Restorable, Site
from hrd_world import CODED, EXPIRED, FULL, GRANTS, LEAD, NONE, ROLE_ACTORS, World
from hrd_world_fixtures import WorldOn
from sqlalchemy import select
from werkzeug.routing import Rule

from hrd_cases import app as application
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.team import administration
from hrd_cases.store import tables
from hrd_cases.web.kernel import handling, policy

ACTIVE = tuple(ROLE_ACTORS.values())
NAMES = {name: role for role, name in ROLE_ACTORS.items()}
STAFF = ("caseworker", "lawyer", "coordinator")
WHO = {
    "staff": STAFF,
    "lawyers": ("lawyer",),
    "all": tuple(NAMES.values()),
    "admins": ("administrator",),
    "auditors": ("auditor",),
    "coordinators": ("coordinator",),
    "offices": ("coordinator", "auditor"),
    "keepers": ("administrator", "coordinator", "auditor"),
    "nobody": (),
}
# What of a case must be held at least, and in which ways of holding it that is so.
LEAST = {"coded": (CODED, FULL, LEAD), "full": (FULL, LEAD), "lead": (LEAD,), "-": ()}

# Addresses that need no admitted person: the answer to a stranger, to a locked session, to who waits, to who is in
# (staff/others where they differ).
DOORS = """
GET  home               303 303 303 303
GET  static             200 200 200 200
GET  language.choose    303 303 303 303
GET  accessibility.show 200 200 200 200
GET  enter.show         200 303 303 303
POST enter.log_in       422 422 422 422
GET  enter_by_key.show      404 303 303 303
POST enter_by_key.log_in    404 404 404 404
GET  second_factor_lost.show    200 200 200 200
POST second_factor_lost.begin   422 422 422 422
GET  second_factor_lost.enrol   303 303 303 303
GET  second_factor_lost.picture 404 404 404 404
POST second_factor_lost.finish  303 303 303 303
GET  enter.activation   200 200 200 200
POST enter.begin        422 422 422 422
GET  enter.forgotten    200 200 200 200
POST enter.begin_anew   422 422 422 422
GET  enter.offer        303 303 303 303
POST enter.finish       422 422 422 422
GET  enter.picture      404 404 404 404
GET  enter.locked       303 200 303 303
POST enter.unlock       303 422 422 422
GET  locked_call.show       303 200 303 303
POST locked_call.take       303 422 403 422/403
GET  locked_call.kept_page  303 200 303 303
GET  enter.waiting      303 303 200 303
POST leave.out          303 303 303 303
POST leave.lock         303 303 303 303
POST leave.lock_all     303 303 303 303
GET  travelling.away    303 303 303 303
POST leave.quickly      303 303 303 303
GET  leave.elsewhere    200 200 200 200
"""

# Method, endpoint, what it is about, for whom, what must be held at least, and the answer when that is so.
# An empty form is sent: 422 says what is missing, 409 that the record was saved meanwhile (the form names no version),
# 404 that something named in the form or address is not there.
ACTS = """
GET  desk.show                 -     all          -     200
GET  account.show              -     all          -     200
GET  manuals.index             -     all          -     200
GET  manuals.show              -     all          -     200
GET  contacts.mine             -     all          -     200
POST contacts.save_mine        -     all          -     409
GET  account.passphrase        -     all          -     200
POST account.change_passphrase -     all          -     422
GET  account.codes             -     all          -     200
POST account.new_codes         -     all          -     422
POST account.end_one       -     all          -     404
POST step_up.confirm       -     all          -     422
POST step_up.by_key        -     all          -     404
GET  security_keys.show    -     all          -     404
POST security_keys.change  -     all          -     404
GET  security_keys.new     -     all          -     404
POST security_keys.add     -     all          -     422
POST account.end_others        -     all          -     303
POST desk.renew                -     keepers      -     404
POST desk.dismiss              -     all          -     303
GET  second_people.show        -     all          -     200
GET  own_keys.show             -     all          -     200
POST own_keys.end              -     all          -     422
GET  account.restore           -     all          -     404
POST account.drop              -     all          -     404
GET  account.kept_text         -     all          -     404
POST account.keep              -     all          -     422
POST throttling.keep           -     all          -     303
POST throttling.forget         -     all          -     303
POST throttling.wake           -     admins       -     303
GET  travelling.show           -     all          -     200
POST travelling.plan           -     all          -     422
POST travelling.leave          -     all          -     422
POST travelling.let_in         -     all          -     404
POST travelling.end            -     admins       -     404
GET  sealing_office.show       -     all          -     200
POST sealing_office.ask        -     all          -     422
POST sealing_office.confirm    -     all          -     422
POST sealing_office.withdraw   -     all          -     404
GET  calls.index               -     all          -     200
GET  calls.new                 -     staff        -     200
POST calls.take                -     staff        -     422
GET  calls.show                case  staff        coded 200
GET  calls.edit                case  staff        coded 200
POST calls.save                case  staff        coded 409
GET  carrying.case_form        case  staff        coded 200
POST carrying.make_case        case  staff        coded 422
GET  carrying.choose           case  staff        coded 200
GET  carrying.add_form         case  staff        coded 200
POST carrying.add              case  staff        full  303
POST calls.split               case  staff        full  303
POST calls.close               case  staff        coded 422
POST calls.reopen              case  staff        coded 422
POST calls.reached             case  staff        coded 422
POST calls.not_reached         case  staff        coded 303
POST calls.take_back           case  staff        coded 422
POST calls.take_over           case  staff        coded 422
GET  duty.show                 -     all          -     200
GET  duty.new                  -     staff        -     200
POST duty.put_on               -     staff        -     422
POST duty.take_off             -     staff        -     404
POST duty.every_call           -     staff        -     303
POST duty.number               -     staff        -     303
GET  desk.to_code              -     all          -     200
GET  sdg_records.show          -     all          -     200
POST sdg_records.choose        case  coordinators coded 422
GET  desk.forgotten            -     all          -     200
GET  cases.index               -     all          -     200
POST cases.find                -     all          -     200
GET  cases.new                 -     staff        -     200
POST cases.create              -     staff        -     422
GET  cases.show                case  staff        coded 200
GET  cases.timeline            case  staff        coded 200
GET  cases.edit                case  staff        coded 200
POST cases.save                case  staff        coded 409
POST cases.renew               case  staff        coded 404
POST cases.accept              case  staff        lead  404
GET  team.show                 case  staff        coded 200
POST team.share                case  staff        lead  422
POST team.send_again           case  staff        coded 422
POST team.found                case  lawyers      coded 303
GET  team.member               case  staff        lead  404
POST team.change               case  staff        lead  422
GET  team.leaving_page         case  staff        coded 200
POST team.leave                case  staff        coded 303
GET  opened.who                case  staff        coded 200
GET  records.listing           case  staff        coded 200
GET  records.new               case  staff        coded 200
POST records.create            case  staff        coded 422
GET  records.show              case  staff        coded 200
POST records.reveal            case  staff        coded 200
GET  records.edit              case  staff        coded 200
POST records.save              case  staff        coded 409
GET  versions.of_case          case  staff        coded 200
GET  versions.of_person        case  staff        coded 200
GET  versions.companies        -     staff        -     200
GET  versions.bodies           -     staff        -     200
GET  versions.recommendations  -     staff        -     200
GET  versions.studies          -     staff        -     200
GET  studies.index             -     staff        -     200
GET  studies.new               -     staff        -     200
POST studies.create            -     staff        -     422
GET  studies.show              -     staff        -     200
GET  studies.edit              -     staff        -     200
POST studies.save              -     staff        -     409
GET  versions.screenings       -     staff        -     200
GET  versions.assessments      -     staff        -     200
GET  hearings.adjourn          case  staff        coded 200
POST hearings.adjourn_to       case  staff        coded 422
GET  summons.paste             case  staff        full  200
POST summons.read              case  staff        full  422
GET  summons.check             case  staff        full  200
POST summons.save              case  staff        full  422
POST tasks.finish              case  staff        coded 303
POST tasks.reopen              case  staff        coded 303
GET  plans.choose              case  staff        full  200
GET  plans.fill                case  staff        full  404
POST plans.make                case  staff        full  404
GET  plans.show                case  staff        coded 404
POST plans.undo                case  staff        coded 404
GET  ready_plans.index         -     staff        -     200
GET  ready_plans.new           -     staff        -     200
POST ready_plans.create        -     staff        -     422
GET  ready_plans.edit          -     staff        -     404
POST ready_plans.save          -     staff        -     404
GET  letters.show              case  staff        full  200
GET  letters.make              case  staff        full  200
GET  letters.names             case  staff        full  200
POST letters.save_names        case  staff        full  303
POST letters.decide            case  staff        full  404
POST letters.agree             case  staff        full  422
GET  letters.due               case  staff        coded 200
POST letters.set_due           case  staff        coded 422
GET  letter_chain.answered     case  staff        full  200
POST letter_chain.receive      case  staff        full  422
GET  letter_chain.following    case  staff        full  200
POST letter_chain.climb        case  staff        full  422
GET  evidence_lists.show       case  staff        coded 200
POST evidence_lists.find       case  staff        coded 200
GET  evidence.add              case  staff        full  200
POST evidence.take             case  staff        full  400
GET  evidence.show             case  staff        coded 200
POST evidence.take_more        case  staff        full  400
POST evidence.arrange          case  staff        full  409
POST evidence.press            case  staff        full  422
POST consent_files.take        case  staff        full  400
POST consent_files.take_more   case  staff        full  400
POST consent_files.take_sheet  case  staff        full  400
GET  prints.show               case  staff        full  200
GET  prints.page               case  staff        full  404
GET  prints.one                case  staff        full  404
GET  prints.large              case  staff        full  404
GET  prints.small              case  staff        full  404
GET  transcripts.show          case  staff        full  404
POST transcripts.make          case  staff        full  404
GET  mail_letters.show         case  staff        full  404
POST mail_letters.keep         case  staff        full  422
GET  custody_logs.show         case  staff        full  200
GET  page_redactions.show      case  staff        full  200
GET  page_redactions.page      case  staff        full  404
POST page_redactions.mark      case  staff        full  404
POST page_redactions.keep      case  staff        full  404
POST page_redactions.clear     case  staff        full  303
POST page_redactions.make      case  staff        full  422
GET  page_redactions.compare   case  staff        full  404
GET  page_redactions.before    case  staff        full  404
GET  page_redactions.after     case  staff        full  404
GET  files.open                case  staff        full  404
POST files.open_named          case  staff        full  404
GET  consents.show             case  staff        coded 200
GET  consents.sheet            case  staff        full  200
POST consents.check_sheet      case  staff        full  422
POST consents.keep_sheet       case  staff        full  422
GET  deleting.index            -     all          -     200
GET  deleting.show             case  staff        coded 200
POST deleting.ask              case  staff        lead  422
POST deleting.confirm          case  staff        lead  404
POST deleting.refuse           case  staff        lead  404
GET  deleting.person           case  staff        coded 200
POST deleting.ask_person       case  staff        lead  422
POST deleting.confirm_person   case  staff        lead  404
POST deleting.refuse_person    case  staff        lead  404
GET  deleting.hold             case  staff        coded 200
POST deleting.place_hold       case  staff        full  422
POST deleting.lift_hold        case  staff        lead  404
POST deleting.keep_hold        case  staff        full  404
GET  deleting.periods          -     admins       -     200
POST deleting.save_periods     -     admins       -     422
GET  letterhead.show           -     admins       -     200
POST letterhead.save           -     admins       -     409
GET  calendars.show            -     admins       -     200
POST calendars.save            -     admins       -     422
GET  people.index              -     all          -     200
POST people.find               -     all          -     200
GET  people.new                case  staff        full  200
POST people.create             case  staff        coded 422
GET  people.show               case  staff        coded 200
POST people.reveal             case  staff        coded 200
GET  people.edit               case  staff        coded 200
POST people.save               case  staff        coded 409
POST people.link               gone  staff        -     404
GET  imports.index             -     staff        -     200
POST imports.take              -     staff        -     400
GET  imports.show              -     staff        -     404
GET  imports.columns           -     staff        -     404
GET  imports.check_all         -     staff        -     404
POST imports.save_columns      -     staff        -     404
POST imports.correct           -     staff        -     404
POST imports.import_rows       -     staff        -     404
POST imports.remove            -     staff        -     404
GET  companies.index           -     staff        -     200
POST companies.find            -     staff        -     200
GET  companies.new             -     staff        -     200
POST companies.create          -     staff        -     422
GET  companies.show            -     staff        -     200
GET  companies.edit            -     staff        -     200
POST companies.save            -     staff        -     409
GET  bodies.index              -     staff        -     200
POST bodies.find               -     staff        -     200
GET  bodies.new                -     staff        -     200
POST bodies.create             -     staff        -     422
GET  bodies.show               -     staff        -     200
GET  bodies.edit               -     staff        -     200
POST bodies.save               -     staff        -     409
GET  recommendations.index     -     staff        -     200
GET  recommendations.new       -     staff        -     200
POST recommendations.create    -     staff        -     422
GET  recommendations.show      -     staff        -     200
GET  recommendations.edit      -     staff        -     200
POST recommendations.save      -     staff        -     409
GET  recommendation_cases.show -     staff        -     200
POST recommendation_cases.save -     staff        -     303
GET  companies.related         -     staff        -     200
GET  companies.incidents       -     staff        -     200
GET  companies.begin_letter    -     staff        -     200
GET  bodies.related            -     staff        -     200
POST recommendation_dates.finish  -  staff        -     303
POST recommendation_dates.reopen  -  staff        -     303
GET  round_table.show          -     staff        -     200
GET  recommendation_report.form    -     staff    -     200
POST recommendation_report.export  -     staff    -     422
GET  screenings.index          -     staff        -     200
GET  screenings.new            -     staff        -     200
POST screenings.create         -     staff        -     422
GET  screenings.show           -     staff        -     200
GET  screenings.edit           -     staff        -     200
POST screenings.save           -     staff        -     409
GET  screenings.companies      -     staff        -     200
POST screenings.add            -     staff        -     422
GET  pasted_results.show       -     staff        -     200
POST pasted_results.check      -     staff        -     422
POST pasted_results.keep       -     staff        -     422
GET  edition_comparison.show   -     staff        -     200
GET  screening_exports.show    -     staff        -     200
POST screening_exports.export  -     staff        -     422
GET  assessments.show          -     staff        -     200
GET  assessments.edit          -     staff        -     200
POST assessments.save          -     staff        -     409
GET  starting_bodies.show       -     staff        -     200
POST starting_bodies.add        -     staff        -     422
GET  published_recommendations.show - staff        -     200
POST published_recommendations.add  - staff        -     303
GET  pasted_recommendations.paste   - staff        -     200
POST pasted_recommendations.split   - staff        -     422
GET  pasted_recommendations.check   - staff        -     200
POST pasted_recommendations.add     - staff        -     422
GET  agenda.show               -     all          -     200
GET  months.show               -     all          -     200
GET  day_sheet.show            -     all          -     200
GET  letter_register.show      -     all          -     200
GET  case_files.form           case  staff        full  200
POST case_files.export         case  staff        full  422
GET  record_lists.form         -     staff        -     200
POST record_lists.export       -     staff        -     422
GET  export_requests.show      -     staff        -     404
POST export_requests.agree     -     staff        -     404
POST export_requests.refuse    -     staff        -     404
POST export_requests.take      -     staff        -     404
GET  icalendar.form            -     all          -     200
POST icalendar.export          -     staff        -     200
GET  search.show               -     all          -     200
POST search.ask                -     all          -     422
GET  search.found              -     all          -     404
POST search.keep               -     all          -     404
GET  search.saved              -     all          -     404
POST search.rename             -     all          -     404
POST search.forget             -     all          -     404
POST search.run                -     all          -     404
GET  trends.show               desk  coordinators -     200
GET  trends.export_form        desk  coordinators -     200
POST trends.export             desk  coordinators -     422
GET  saved_questions.show      desk  coordinators -     200
POST saved_questions.keep      desk  coordinators -     422
POST saved_questions.remove    desk  coordinators -     404
GET  quarter.show              desk  coordinators -     200
GET  quarter.export_form       desk  coordinators -     200
POST quarter.export            desk  coordinators -     422
GET  figure_requests.index     -     staff        -     200
GET  figure_requests.show      -     staff        -     404
POST figure_requests.agree     -     staff        -     404
POST figure_requests.refuse    -     staff        -     404
POST figure_requests.take      desk  coordinators -     404
GET  log.show                  desk  auditors     -     200
GET  log.verify                desk  auditors     -     200
GET  log.weekly                desk  auditors     -     200
GET  log.note                  desk  auditors     -     200
GET  log.export_form           desk  auditors     -     200
POST log.export                desk  auditors     -     422
GET  administration.show       -     admins       -     200
POST administration.invite     -     admins       -     422
POST administration.certify    -     admins       -     404
POST administration.end_sessions - admins      -     303
GET  administration.closing    -     admins       -     404
POST administration.disable    -     admins       -     422
POST administration.keep_open  -     admins       -     404
POST administration.hand_over  -     offices      -     404
GET  contacts.of               -     admins       -     200
POST contacts.save_of          -     admins       -     409
POST new_keys.code             -     admins       -     200
POST new_keys.agree            -     admins       -     404
POST new_keys.withdraw         -     admins       -     404
POST new_keys.change_roles     -     admins       -     422
POST new_keys.factor           -     admins       -     404
POST new_keys.factor_back      -     admins       -     404
GET  letting_in_again.show     -     all          -     200
POST letting_in_again.let_in   -     all          -     404
GET  handing_over.show         -     all          -     200
POST handing_over.hand_over    -     staff        -     422
GET  papers.index              case  staff        full  200
GET  papers.new                case  nobody       -     200
POST papers.create             case  nobody       -     303
GET  papers.show               case  staff        full  404
GET  papers.step               case  staff        coded 404
POST papers.save_step          case  staff        coded 404
GET  papers.names              case  staff        coded 404
POST papers.save_names         case  staff        coded 404
GET  papers.consents           case  staff        coded 404
POST papers.decide             case  staff        coded 404
POST papers.approve            case  staff        coded 404
GET  paper_matter.facts        case  staff        coded 404
POST paper_matter.save_facts   case  staff        coded 404
GET  paper_matter.fact         case  staff        coded 404
POST paper_matter.save_fact    case  staff        coded 404
GET  paper_matter.exhibits     case  staff        coded 404
POST paper_matter.save_exhibits case staff        coded 404
GET  paper_matter.exhibit      case  staff        coded 404
POST paper_matter.save_exhibit case  staff        coded 404
GET  paper_pages.show          case  staff        coded 404
POST paper_pages.approve       case  staff        coded 404
GET  paper_pages.picture       case  staff        coded 404
GET  paper_pages.found         case  staff        coded 404
POST paper_pages.decide_found  case  staff        coded 404
POST papers.agree              case  staff        full  404
GET  papers.built              case  staff        full  404
POST papers.build              case  staff        coded 404
POST papers.choose_signs       case  staff        coded 404
GET  papers.draft              case  staff        coded 404
POST papers.take_edited        case  staff        coded 404
GET  papers.file               case  staff        full  404
POST papers.release            case  staff        coded 404
POST papers.supplement         case  staff        coded 404
GET  papers.files              case  staff        full  404
GET  sendings.listing          case  staff        full  200
GET  sendings.parts            case  staff        full  404
GET  sendings.part             case  staff        full  404
GET  sendings.new              case  staff        full  404
POST sendings.save             case  staff        full  404
POST sendings.remove           case  staff        full  404
GET  own_templates.index       -     lawyers      -     200
GET  own_templates.show        -     lawyers      -     200
POST own_templates.take        -     lawyers      -     400
GET  own_templates.file        -     lawyers      -     404
POST own_templates.remove      -     lawyers      -     404
"""


@dataclass(frozen=True)
class Door:
    """The answers of an address that needs no admitted person."""

    stranger: int
    locked: int
    waiting: int
    active: int
    others: int  # who is in, but does not work on cases


@dataclass(frozen=True)
class Asked:
    """The answers of an address behind which an act stands."""

    about: str
    roles: tuple[str, ...]
    least: tuple[str, ...]
    allowed: int


def _said() -> dict[tuple[str, str], Door | Asked]:
    result: dict[tuple[str, str], Door | Asked] = {}
    for line in filter(None, DOORS.splitlines()):
        method, endpoint, *answers = line.split()
        active, _slash, others = answers.pop().partition("/")
        result[method, endpoint] = Door(*map(int, answers), int(active), int(others or active))
    for line in filter(None, ACTS.splitlines()):
        method, endpoint, about, who, least, allowed = line.split()
        result[method, endpoint] = Asked(about, WHO[who], LEAST[least], int(allowed))
    return result


SAID = _said()
STRANGERS = ("anonymous", "stale", "disabled")
VISITORS = (*STRANGERS, "locked", "waiting", *ACTIVE)
WRONG_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")


class Case(NamedTuple):
    """One request of the matrix and the exact status of its answer."""

    visitor: str
    state: str
    method: str
    status: int


def _expected(request: Door | Asked, visitor: str, state: str) -> int:
    if isinstance(request, Door):
        kind = "stranger" if visitor in STRANGERS else visitor if visitor in ("locked", "waiting") else "active"
        others = kind == "active" and NAMES[visitor] not in STAFF
        return int(request.others if others else getattr(request, kind))
    if visitor not in ACTIVE:
        return 303
    role = NAMES[visitor]
    if request.about == "gone":
        return 404
    if request.about == "desk":
        return request.allowed if role in request.roles else 404
    if request.about == "case":
        if state in (NONE, EXPIRED):
            return 404
        return request.allowed if role in request.roles and state in request.least else 403
    return request.allowed if role in request.roles else 403


def cases_of(rule: Rule) -> Iterator[Case]:
    """Every request that one address of the map gets."""
    methods = (rule.methods or set()) - {"OPTIONS"}
    method = "POST" if "POST" in methods else "GET"
    request = SAID[method, rule.endpoint]
    states = GRANTS if isinstance(request, Asked) and request.about == "case" else (NONE,)
    for visitor in VISITORS:
        for state in states:
            yield Case(visitor, state, method, _expected(request, visitor, state))
        for wrong in WRONG_METHODS:
            existing = rule.endpoint == "static" and wrong == "OPTIONS"
            if existing:
                yield Case(visitor, NONE, wrong, 200)
            else:  # turned away like from any other address that does not exist
                yield Case(visitor, FULL if states is GRANTS else NONE, wrong, 404 if visitor in ACTIVE else 303)
    if method == "GET":
        for visitor in ("anonymous", "caseworker", "auditor"):
            for state in states:
                yield Case(visitor, state, "HEAD", _expected(request, visitor, state))


def _rules() -> list[Rule]:
    """The map of addresses does not depend on the organisation; an application without one serves to read it."""
    app = Flask("map")
    from hrd_cases.web.blueprints import BLUEPRINTS
    from hrd_cases.web.home import home

    app.add_url_rule("/", "home", home)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, sorted(rule.methods or ())))


RULES = _rules()


@dataclass
class Stage:
    """The application, everybody's session, and the moment to which the database is put back."""

    site: Site
    sessions: dict[str, Session | str | None]
    moment: Restorable

    def session(self, visitor: str) -> Session | str | None:
        """Somebody's session, begun anew when a visit ended it."""
        now, sessions = self.site.world.now, self.site.world.runtime.sessions
        existing = self.sessions.get(visitor)
        if isinstance(existing, Session):
            result = sessions.find(existing.cookie, now)
            if result is None or result.locked != (visitor == "locked"):
                self.sessions[visitor] = self._begin(visitor)
                self.moment = Restorable(self.site.world)
        return self.sessions[visitor]

    def _begin(self, visitor: str) -> Session | str | None:
        world = self.site.world
        if visitor == "locked":
            begun = world.sign_in("caseworker")
            world.runtime.sessions.lock(begun.cookie)
            return world.runtime.sessions.find(begun.cookie, world.now)
        return world.sign_in(visitor)


@pytest.fixture(scope="module")
def stage(world_on: WorldOn) -> Stage:
    world = world_on("sqlite")
    site = Site(world)
    left = world.sign_in("luka")
    from hrd_cases.web.kernel import cookies

    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("luka"))
    sessions: dict[str, Session | str | None] = {
        "anonymous": None,
        "stale": STALE,
        "disabled": cookies.spell(left.cookie),
    }
    created = Stage(site=site, sessions=sessions, moment=Restorable(world))
    for visitor in ("locked", "waiting", *ACTIVE):
        sessions[visitor] = created._begin(visitor)
    created.moment = Restorable(world)
    return created


def _values(world: World, endpoint: str, state: str) -> dict[str, object]:
    """What fills an address: the case held in this way, and a record of it of the right kind."""
    current = world.granted[state]
    place, _, page = endpoint.partition(".")
    record = {
        "people": current.person,
        "companies": world.company,
        "bodies": world.body,
        "recommendations": world.recommendation,
        "studies": world.study,
        "recommendation_cases": world.recommendation,
        "recommendation_dates": world.recommendation,
        "screenings": world.screening,
        "pasted_results": world.screening,
        "edition_comparison": world.screening,
        "screening_exports": world.screening,
        "assessments": world.assessment,
        "evidence": current.records["evidence"],
        "files": current.records["evidence"],
        "prints": current.records["evidence"],
        "page_redactions": current.records["evidence"],
        "custody_logs": current.records["evidence"],
        "transcripts": current.records["evidence"],
        "mail_letters": current.records["evidence"],
        "hearings": current.records["hearing"],
        "tasks": current.records["task"],
        "letters": current.records["letter"],
        "letter_chain": current.records["letter"],
        "papers": current.records["letter"],
        "paper_pages": current.records["letter"],
        "paper_matter": current.records["letter"],
    }.get(page if place == "versions" else place, current.records["incident"])
    return {
        "case": current.case,
        "record": record,
        "evidence": current.records["evidence"],
        "other": world.screening,
        "call": current.call,
        "person": current.person,
        "letter": "n",
        "variant": "protected",
        "user": world.user("outsider"),
        "form": "0" * 32,
        "search_id": "0" * 32,
        "session": "0" * 32,
        "sheet": "0" * 32,
        "use": "letter",
        "request_id": "0" * 32,
        "page": "0",
        "code": "en",
        "manual": "custodian",
        "filename": "style.css",
        "number": 2,
        "part": "0-20300101-20301231",
        "key": 1,
        "kind": "docx",
    }


def _path(stage: Stage, rule: Rule, state: str) -> str:
    values = _values(stage.site.world, rule.endpoint, state)
    with stage.site.app.test_request_context():
        return (
            url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}) if rule.arguments else rule.rule
        )


EFFECTS = {
    *("carrying.add", "calls.split", "calls.not_reached", "duty.every_call"),
    *(
        "tasks.finish",
        "tasks.reopen",
        "recommendation_dates.finish",
        "recommendation_dates.reopen",
        "published_recommendations.add",
    ),
    *("team.found", "team.leave", "administration.disable", "account.end_others"),
}


def _name(rule: Rule) -> str:
    return f"{rule.endpoint}-{'POST' if 'POST' in (rule.methods or ()) else 'GET'}"


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_everybody_gets_exactly_the_answer_written_down(stage: Stage, rule: Rule) -> None:
    wrong, answers = [], {}
    for case in cases_of(rule):
        session = stage.session(case.visitor)
        account = session.row.accounts if isinstance(session, Session) else ()
        answer = stage.site.visit(session, case.method, _path(stage, rule, case.state))
        answers[case] = answer
        if answer.status_code != case.status:
            wrong.append((case, answer.status_code))
        if answer.status_code in (303, 403, 404) or case.method == "HEAD":
            assert b"text of" not in answer.data, case
            assert b"Held" not in answer.data, case
        if case.method == "HEAD":
            assert answer.data == b"", case
        if case.method == "POST" and rule.endpoint in EFFECTS and answer.status_code < 400:
            stage.moment.put_back()
            if isinstance(session, Session):  # it remembers what the database says of its account
                session.row.accounts = account
        answer.close()
    assert wrong == []


def test_every_address_is_written_down_and_nothing_else_is() -> None:
    result = {("POST" if "POST" in (rule.methods or ()) else "GET", rule.endpoint) for rule in RULES}
    assert result == set(SAID)
    assert {endpoint for _, endpoint in SAID} <= set(policy.POLICY)


def test_an_address_without_an_entry_in_the_policy_stops_the_application(sqlite_world: World) -> None:
    app = application.assemble(sqlite_world.runtime)
    policy.check(app)
    app.add_url_rule("/surprise", "surprise", lambda: "")
    with pytest.raises(policy.Unlisted, match="surprise"):
        policy.check(app)


def test_no_address_answers_to_two_methods_that_change(stage: Stage) -> None:
    for rule in stage.site.app.url_map.iter_rules():
        assert (rule.methods or set()) - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"}), rule.rule


def test_the_matrix_has_at_least_five_thousand_cases() -> None:
    assert sum(1 for rule in RULES for _ in cases_of(rule)) >= 5_000


CASE_PAGES = [rule for rule in RULES if rule.arguments & {"case", "call"} and "GET" in (rule.methods or ())]


@pytest.mark.slow
@pytest.mark.parametrize("rule", CASE_PAGES, ids=_name)
def test_not_yours_and_not_there_are_the_same_page_byte_for_byte(stage: Stage, rule: Rule) -> None:
    """Also for what was once yours, and for an id that no one ever had."""
    for visitor in ("caseworker", "auditor", "admin"):
        pages = set()
        for state in (NONE, EXPIRED):
            answer = stage.site.visit(stage.session(visitor), "GET", _path(stage, rule, state))
            pages.add((answer.status_code, answer.data, str(answer.headers)))
        current = stage.site.world.granted[NONE]
        existing = _path(stage, rule, NONE)
        unknown = existing.replace(current.case, "0" * 32).replace(current.call, "0" * 32)
        for path in (unknown, existing.replace(current.case, "e" * 32).replace(current.call, "e" * 32)):
            answer = stage.site.visit(stage.session(visitor), "GET", path)
            pages.add((answer.status_code, answer.data, str(answer.headers)))
        assert len(pages) == 1


@pytest.mark.slow
def test_nobody_changed_anything_by_being_refused(stage: Stage) -> None:
    """Every form is sent by everybody who may not, and the tables of what people write stay as they are."""
    watched = (
        tables.records,
        tables.digests,
        tables.text_packs,
        tables.record_history,
        tables.vaults,
        tables.headers,
        tables.certificates,
    )
    stage.moment.put_back()

    def everything() -> list[object]:
        with stage.site.world.runtime.database.reading() as work:
            return [work.connection.execute(select(table).order_by(*table.primary_key)).all() for table in watched]

    before, sent = everything(), 0
    for rule in RULES:
        if "POST" not in (rule.methods or ()):
            continue
        for case in cases_of(rule):
            refused = case.method == "POST" and case.status in (403, 404)
            if refused and case.visitor in ("caseworker", "coordinator", "admin"):
                stage.site.visit(stage.session(case.visitor), "POST", _path(stage, rule, case.state)).close()
                sent += 1
    assert sent > 200
    assert everything() == before


WITH_FORMS = [rule for rule in RULES if "POST" in (rule.methods or ()) and rule.endpoint != "static"]


@pytest.mark.slow
@pytest.mark.parametrize("rule", WITH_FORMS, ids=_name)
def test_a_form_that_does_not_come_from_our_own_page_is_refused(stage: Stage, rule: Rule) -> None:
    """Catalogue 59: no token, another person's or form's token, another site's page."""
    path = _path(stage, rule, LEAD)
    session, other = stage.session("lawyer"), stage.session("caseworker")
    assert isinstance(session, Session)
    assert isinstance(other, Session)
    if rule.endpoint in handling.STREAMED:
        sent = [({}, {"Sec-Fetch-Site": "cross-site"}), ({}, {"Origin": "https://elsewhere.example"})]
    else:
        sent = [
            ({"csrf_token": ""}, {}),
            ({"csrf_token": "x" * 43}, {}),
            ({"csrf_token": other.csrf(path)}, {}),
            ({"csrf_token": session.csrf("/another/form")}, {}),
            ({}, {"Sec-Fetch-Site": "cross-site"}),
            ({}, {"Sec-Fetch-Site": "same-site"}),
            ({}, {"Origin": "https://elsewhere.example"}),
            ({"csrf_token": ""}, {"Origin": "null"}),
        ]
    for data, headers in sent:
        answer = stage.site.visit(session, "POST", path, data, headers=headers)
        assert answer.status_code == 400, (data, headers)
        answer.close()
