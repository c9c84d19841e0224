"""The demo organisation: founded, staffed and filled through the same doors as the pages use.

Organisations and events come from the public record; every natural person is a pseudonym; staff, consents, evidence
files and everything dated from today on are invented and say so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from hrd_cases.crypto.core.passphrases import FLOOR, KdfParams
from hrd_cases.domain.access.roles import CASEWORKER, LAWYER, ROLES
from hrd_cases.domain.calls import Call
from hrd_cases.domain.cases import Case
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.evidence import Evidence
from hrd_cases.domain.ids import NO_CASE, CaseId, person_id
from hrd_cases.domain.people import Person
from hrd_cases.domain.screening import Assessment, EditionForm, Screening, written_indicators
from hrd_cases.domain.words import N_
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.demo import dossiers, exhibits, many
from hrd_cases.services.demo.values import STORIES, Planned, Story, planned, read, story, value_of
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.recommendations import published_recommendations
from hrd_cases.services.records import records
from hrd_cases.services.schedule import due_dates, duty
from hrd_cases.services.screening import editions
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration
from hrd_cases.services.team.administration import joined
from hrd_cases.store import instance, migrate
from hrd_cases.store.work import Database

_WHOLE = "demo"  # the setting that says the demo was built to its end

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account of the demo, shown once: role, name, handle, passphrase."""

    role: str
    name: str
    handle: str
    passphrase: str = field(repr=False)


@dataclass(kw_only=True)
class _Staff:
    """Who acts, by role, and what was written so far, by key."""

    runtime: Runtime
    now: datetime
    sessions: dict[str, Session]
    known: dict[str, str]

    @property
    def today(self) -> date:
        """The day it is where the work is done."""
        return self.runtime.today(self.now)


def is_demo(folder: Path) -> bool:
    """True when the folder holds a demo, False when it holds nothing; RuleBroken when it holds a real organisation."""
    if not instance.exists(folder):
        return False
    organisation, _ = instance.load(folder)
    if not organisation.demo:
        raise RuleBroken(N_("This folder holds a real organisation; a demo is made in an empty one."))
    return True


def is_whole(place: InstallPlace) -> bool:
    """True when the demo was built to its end, so that somebody has seen its passphrases."""
    runtime = organisation_setup.load(place.folder, place.database_url, place.evidence)
    try:
        with runtime.database.reading() as work:
            return bool(work.settings.get(_WHOLE))
    finally:
        runtime.database.close()


def remove(place: InstallPlace) -> None:
    """Remove a demo, and nothing but a demo: its tables, its evidence, its files in the instance folder."""
    if not is_demo(place.folder):
        return
    organisation, _ = instance.load(place.folder)
    database = Database(place.database_url, bytes.fromhex(organisation.org))
    try:
        migrate.downgrade(database, "base")
    finally:
        database.close()
    exhibits.clear(place.evidence)
    for name in instance.FILES:
        (place.folder / name).unlink(missing_ok=True)


def build(
    place: InstallPlace, now: datetime, *, say: Say, kdf: KdfParams = FLOOR, figures: bool = False
) -> tuple[Account, ...]:
    """Found the demo organisation and fill it; returns its accounts, whose passphrases are kept nowhere.

    `figures`: with many invented incidents too.
    """
    say("Founding the organisation: keys, directory, log")
    staffing = read("directory")
    plan = organisation_setup.FoundingPlan(
        folder=place.folder,
        database_url=place.database_url,
        evidence=place.evidence,
        organisation=staffing["organisation"]["name"],
        founder=staffing["staff"]["founder"],
        kdf=kdf,
        language="en",
        second_factor=False,
        demo=True,
    )
    runtime, founded = organisation_setup.create_organisation(plan, now)
    try:
        say("Accounts: one for each role")
        created, sessions = _accounts(runtime, founded, staffing["staff"], now)
        existing = {role: session.actor.user for role, session in sessions.items()}
        staff = _Staff(runtime=runtime, now=now, sessions=sessions, known=existing)
        say("Companies, courts and authorities; recommendations that were published")
        _write(staff, NO_CASE, planned(staffing, CASEWORKER))
        _recommend(staff)
        for name in STORIES:
            say(f"Cases: {name}")
            _create_records(staff, story(name))
        if figures:
            say("Invented incidents for the figures")
            many.write(runtime, sessions[CASEWORKER], now)
        with runtime.database.writing() as work:
            work.settings.put(_WHOLE, now.date().isoformat())
        runtime.remember(cards_read_back=True)
        for session in sessions.values():
            runtime.sessions.end(session.cookie)
    finally:
        runtime.database.close()
    return created


def _accounts(
    runtime: Runtime, founded: organisation_setup.Founded, names: dict[str, str], now: datetime
) -> tuple[tuple[Account, ...], dict[str, Session]]:
    """Invite, activate and certify one person for each role, as an administrator does it on the pages."""
    founder = accounts.sign_in(runtime, founded.handle, founded.passphrase, "", now)
    created, sessions = [], {}
    for role in ROLES:
        name = names.get(role, f"{role} (вымышлено)")
        offer, session = joined(runtime, founder, name, frozenset({role}), now, "en")
        if role in administration.OFFICES:
            with runtime.writing(founder, now) as ctx:
                administration.hand_office(ctx, session.actor.user)
        created.append(Account(role=role, name=name, handle=offer.handle, passphrase=offer.passphrase))
        sessions[role] = session
    runtime.sessions.end(founder.cookie)
    return tuple(created), sessions


def _recommend(staff: _Staff) -> None:
    with staff.runtime.writing(staff.sessions[CASEWORKER], staff.now) as ctx:
        published_recommendations.add(ctx)


def _create_records(staff: _Staff, content: Story) -> None:
    if content.case is None:
        _write(staff, NO_CASE, content.records)
        return
    with staff.runtime.writing(staff.sessions[content.by], staff.now) as ctx:
        case = cases.create(ctx, value_of(Case, content.case, staff.known, ctx.today))
    staff.known[content.key] = case
    for values in content.share:
        with staff.runtime.writing(staff.sessions[content.by], staff.now) as ctx:
            sharing.share(ctx, case, staff.sessions[values["role"]].actor.user, values["level"])
    if content.lawyers_part:
        with staff.runtime.writing(staff.sessions[LAWYER], staff.now) as ctx:
            sharing.found_privileged(ctx, case)
    _write(staff, case, content.records)
    if content.paper is not None:
        dossiers.prepare(staff.runtime, staff.sessions[LAWYER], staff.now, case, content.paper, staff.known)


def _write(staff: _Staff, case: CaseId, planned_records: Iterable[Planned]) -> None:
    """Write records in their order; those of one author that follow each other share a transaction."""
    for (by, with_files), group in groupby(
        planned_records, key=lambda planned_record: (planned_record.by, bool(planned_record.make))
    ):
        session = staff.sessions[by]
        if with_files:
            for record in group:
                value = value_of(Evidence, record.fields, staff.known, staff.today)
                staff.known[record.key] = exhibits.add(staff.runtime, session, case, value, record.make, staff.now)
            continue
        with staff.runtime.writing(session, staff.now) as ctx:
            for record in group:
                created = _record(ctx, case, record, staff.known)
                if record.key:
                    staff.known[record.key] = created


def _record(ctx: Context, case: CaseId, planned_record: Planned, ids: dict[str, str]) -> str:
    if planned_record.entity == "link":  # somebody known from another case
        person = person_id(ids[planned_record.fields["person"]])
        people.link(ctx, person, case)
        return person
    value = value_of(ENTITIES[planned_record.entity].cls, planned_record.fields, ids, ctx.today)
    if isinstance(value, Person):
        return people.create(ctx, value, case)
    if isinstance(value, Call):
        return calls.take(ctx, value)
    if isinstance(value, Duty):
        duty.put_on(ctx, value)
        return ""
    if isinstance(value, Screening | Assessment):
        return _screened(ctx, value)
    created = records.create(ctx, case or None, value)
    if planned_record.clock:
        due_dates.use(ctx, case, created, planned_record.clock, due_dates.clock(ctx, case, created).versions)
    return created


def _screened(ctx: Context, value: Screening | Assessment) -> str:
    """Write an edition of a screening, or the results of a company in one."""
    if isinstance(value, Screening):
        return editions.create(ctx, EditionForm(**vars(value), lines=written_indicators(value.indicators)))
    editions.enter(ctx, editions.directory(ctx, write=True), value.screening, [value])
    return ""
