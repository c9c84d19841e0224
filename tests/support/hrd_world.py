"""A small organisation to test in: everybody signs in, and there is a case for every way in which one can be shared.

It is built once for each kind of database and copied for each test, so a test may break what it likes. Who there is:

founder      administrator, coordinator and auditor in one, as the first minute makes them
admin        administrator only
anna         caseworker, lead of every case of the world
lana         lawyer, lead of the strike case, holds its lawyers' part, counsel of record of its action
luka         lawyer, full access to the strike case and its lawyers' part
coordinator  coordinator only, holds the trend desk
auditor      auditor only, holds the log
external     lawyer, sees the coded part of the strike case and nothing else
outsider     caseworker with a case of their own and no other
waiting      activated, not admitted
disabled     was refused admission

For each state in GRANTS there is a case (`world.granted[state]`) that every role's actor (ROLE_ACTORS) holds in just
that way: also those whom no page would ever let in, so that a test can show that the table refuses them all the same.
"""

import base64
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hrd_filled import filled

from hrd_cases.crypto.core.headers import USER, Member
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.crypto.core.primitives import totp
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain import entities
from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, COORDINATOR, LAWYER
from hrd_cases.domain.calls import Call
from hrd_cases.domain.consents import PARAGRAPHS
from hrd_cases.domain.dates import exactly
from hrd_cases.domain.screening import AssessmentForm, EditionForm, written_indicators
from hrd_cases.domain.vaults import ALL_RIGHTS, CORE, IDENTITY, PRIVILEGED, SOURCE
from hrd_cases.services.casework import calls, cases, people
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session, Sessions
from hrd_cases.services.keys import vault_keys, vault_membership
from hrd_cases.services.records import records
from hrd_cases.services.screening import assessments, editions
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration
from hrd_cases.store import instance

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NONE, CODED, FULL, LEAD, EXPIRED = "none", "coded", "full", "lead", "expired"
GRANTS = (NONE, CODED, FULL, LEAD, EXPIRED)
ROLES = {
    "admin": {ADMINISTRATOR},
    "anna": {CASEWORKER},
    "lana": {LAWYER},
    "luka": {LAWYER},
    "coordinator": {COORDINATOR},
    "auditor": {AUDITOR},
    "external": {LAWYER},
    "outsider": {CASEWORKER},
    "caseworker": {CASEWORKER},
    "lawyer": {LAWYER},
}
# One person of each role alone: they hold the granted cases and nothing else.
ROLE_ACTORS = {
    CASEWORKER: "caseworker",
    LAWYER: "lawyer",
    COORDINATOR: "coordinator",
    AUDITOR: "auditor",
    ADMINISTRATOR: "admin",
}
PARTS = {CODED: (CORE,), FULL: (CORE, IDENTITY, SOURCE), LEAD: (CORE, IDENTITY, SOURCE), EXPIRED: (CORE, IDENTITY)}


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How somebody of the world comes in."""

    handle: str
    passphrase: str
    user: str
    fingerprint: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class CaseIds:
    """A case and one record of everything in it; `records` by entity code."""

    case: str
    person: str
    call: str
    call_vault: str
    records: Mapping[str, str]


@dataclass(kw_only=True)
class Blueprint:
    """What a built world consists of, apart from its database."""

    folder: Path
    people: dict[str, Credentials] = field(default_factory=dict)
    strike: CaseIds | None = None
    granted: dict[str, CaseIds] = field(default_factory=dict)
    own: CaseIds | None = None
    company: str = ""
    body: str = ""
    recommendation: str = ""
    study: str = ""
    screening: str = ""
    assessment: str = ""
    root_card: str = ""
    recovery_card: str = ""


class World:
    """One copy of the organisation: its running server, and everybody's way in."""

    def __init__(self, blueprint: Blueprint, runtime: Runtime, url: str, folder: Path, now: datetime = NOW) -> None:
        self.runtime = runtime
        self.url = url
        self.folder = folder
        self.now = now
        self.ticks = 0.0  # the clock that nobody sets, in seconds: it stands still unless a test moves it
        runtime.sessions = Sessions(runtime.org, runtime.sessions.idle, ticks=lambda: self.ticks)
        self.people = blueprint.people
        self.granted = blueprint.granted
        self.company, self.body = blueprint.company, blueprint.body
        self.recommendation, self.study = blueprint.recommendation, blueprint.study
        self.screening, self.assessment = blueprint.screening, blueprint.assessment
        self.root_card, self.recovery_card = blueprint.root_card, blueprint.recovery_card
        self._blueprint = blueprint
        self._sessions: dict[str, Session] = {}
        self._later: list[World] = []  # the same organisation after the server was started anew

    @property
    def strike(self) -> CaseIds:
        """The case of the miners' strike: Anna's and Lana's, with a lawyers' part."""
        assert self._blueprint.strike is not None
        return self._blueprint.strike

    @property
    def own(self) -> CaseIds:
        """The outsider's own case."""
        assert self._blueprint.own is not None
        return self._blueprint.own

    def user(self, name: str) -> str:
        """The account id of somebody."""
        return self.people[name].user

    def sign_in(self, name: str, now: datetime | None = None) -> Session:
        """A new session of somebody."""
        existing = self.people[name]
        return accounts.sign_in(self.runtime, existing.handle, existing.passphrase, "", now or self.now)

    def session(self, name: str) -> Session:
        """Somebody's session, the same one each time it is asked for."""
        if name not in self._sessions:
            self._sessions[name] = self.sign_in(name)
        return self._sessions[name]

    def again(self, name: str) -> Session:
        """Somebody logs in anew: what ended their session was expected."""
        self._sessions[name] = self.sign_in(name)
        return self._sessions[name]

    @contextmanager
    def reading(self, name: str) -> Iterator[Context]:
        """Look at something as somebody."""
        with self.runtime.reading(self.session(name), self.now) as ctx:
            yield ctx

    @contextmanager
    def writing(self, name: str) -> Iterator[Context]:
        """Do something as somebody."""
        with self.runtime.writing(self.session(name), self.now) as ctx:
            yield ctx

    def day_is_sure(self, now: datetime) -> datetime:
        """Work has gone on until this moment: its day is no surprise to the server. Returns the moment."""
        instance.save_sure_day(self.runtime.instance, self.runtime.today(now))
        return now

    def restarted(self) -> "World":
        """The same organisation after the server was started anew: nobody is logged in."""
        self.runtime.database.close()
        runtime = organisation_setup.load(self.folder / "instance", self.url, self.folder / "evidence")
        again = World(self._blueprint, runtime, self.url, self.folder, self.now)
        again.people = self.people
        self._later.append(again)
        return again

    def close(self) -> None:
        """Close the database, of every start."""
        for again in self._later:
            again.close()
        self.runtime.database.close()


def plan(folder: Path, url: str = "", **more: Any) -> organisation_setup.FoundingPlan:
    """How an organisation in `folder` is founded for a test: passphrases cost little, nobody has a second factor."""
    content = {
        "folder": folder / "instance",
        "database_url": url or f"sqlite:///{folder / 'cases.sqlite'}",
        "evidence": folder / "evidence",
        "organisation": "Defenders of Miners",
        "founder": "Founder Person",
        "kdf": CHEAP_FOR_TESTS,
        "second_factor": False,
    }
    return organisation_setup.FoundingPlan(**{**content, **more})


def build(url: str, folder: Path) -> Blueprint:
    """Found the organisation and everything in it; closes its connections."""
    runtime, founded = organisation_setup.create_organisation(plan(folder, url), NOW)
    blueprint = Blueprint(folder=folder, root_card=founded.root_card, recovery_card=founded.recovery_card)
    with runtime.database.reading() as work:
        row = work.users.by_id(founded.user)
    assert row is not None
    blueprint.people["founder"] = Credentials(
        handle=founded.handle,
        passphrase=founded.passphrase,
        user=founded.user,
        fingerprint=row.fingerprint,
        roles=frozenset(organisation_setup.FOUNDER),
    )
    world = World(blueprint, runtime, url, folder)
    _people(world)
    _directory(world)
    blueprint.strike = _strike(world)
    for state in GRANTS:
        blueprint.granted[state] = _granted(world, state)
    blueprint.own = _case(world, "outsider", "The outsider's own case")
    world.close()
    runtime.database.close()
    return blueprint


def copied(blueprint: Blueprint, url: str, folder: Path) -> World:
    """A world of one's own: `url` is a copy of the built database, the folders are copied here."""
    for name in ("instance", "evidence"):
        shutil.copytree(blueprint.folder / name, folder / name)
    runtime = organisation_setup.load(folder / "instance", url, folder / "evidence")
    world = World(blueprint, runtime, url, folder)
    world.people = dict(blueprint.people)
    return world


def code_of(secret: str, now: datetime) -> str:
    """What an authenticator shows at a moment for the secret that was typed into it."""
    return totp(Secret(base64.b32decode(secret + "=" * (-len(secret) % 8))), int(now.timestamp()))


def activated(runtime: Runtime, code: str, now: datetime) -> tuple[Credentials, Session]:
    """Use a one-time code as its page does, with an authenticator where one is asked for; no roles yet."""
    token = accounts.begin_activation(runtime, code, now)
    offer = accounts.offer(runtime, token, now)
    assert offer is not None
    visible = code_of(offer.secret, now) if offer.secret else ""
    session = accounts.finish_activation(runtime, token, offer.passphrase, visible, now)
    existing = Credentials(
        handle=offer.handle,
        passphrase=offer.passphrase,
        user=session.actor.user,
        fingerprint=session.actor.fingerprint,
        roles=frozenset(),
    )
    return existing, session


def newcomer(world: World, name: str, roles: frozenset[str], *, code: str = "") -> Credentials:
    """Somebody invited, activated, not yet admitted; known to the world under `name` from now on."""
    if not code:
        with world.writing("founder") as ctx:
            code = administration.invite(ctx, roles)
    existing, session = activated(world.runtime, code, world.now)
    world.runtime.sessions.end(session.cookie)
    world.people[name] = existing
    return existing


def admit(world: World, name: str, roles: frozenset[str], by: str = "founder") -> Credentials:
    """Invite, activate and certify somebody."""
    existing = newcomer(world, name, roles)
    with world.writing(by) as ctx:
        administration.certify(ctx, existing.user, f"{name.title()} Person", roles)
    world.people[name] = replace(existing, roles=roles)
    return world.people[name]


def hand(world: World, case: str, name: str, state: str, by: str = "anna") -> None:
    """Hand a case to somebody in one of the ways of GRANTS, whoever they are: below what the pages would do."""
    if state == NONE:
        return
    rights = ALL_RIGHTS if state == LEAD else frozenset({"read", "write"})
    fingerprint = bytes.fromhex(world.people[name].fingerprint)
    with world.writing(by) as ctx:
        ctx.asked = True
        vault_keys.share(ctx, case, fingerprint, dict.fromkeys(PARTS[state], rights))


def expire(world: World, case: str, names: list[str], by: str = "anna") -> None:
    """Let the access of some people to a case end yesterday."""
    with world.writing(by) as ctx:
        ctx.asked = True
        existing = vault_membership.roster(ctx, case)
        assert existing is not None
        ending = {bytes.fromhex(world.people[name].fingerprint) for name in names}
        yesterday = ctx.day_number - 1
        for compartment in (SOURCE, IDENTITY, CORE):
            newest = existing.newest(compartment)
            assert newest is not None
            members = [
                Member(kind=USER, id=member.id, rights=member.rights, last_day=yesterday)
                if member.id in ending
                else member
                for member in newest.members
            ]
            vault_keys.sign_next(ctx, newest.follow(members))


def _people(world: World) -> None:
    for name, roles in ROLES.items():
        admit(world, name, frozenset(roles))
    for name in ("coordinator", "auditor"):
        with world.writing("founder") as ctx:
            administration.hand_office(ctx, world.user(name))
    newcomer(world, "waiting", frozenset({CASEWORKER}))
    newcomer(world, "disabled", frozenset({CASEWORKER}))
    with world.writing("founder") as ctx:
        administration.disable(ctx, world.user("disabled"))


def _directory(world: World) -> None:
    with world.writing("anna") as ctx:
        world._blueprint.company = records.create(ctx, None, filled("company"))
        world._blueprint.body = records.create(ctx, None, filled("body"))
        world._blueprint.recommendation = records.create(ctx, None, filled("recommendation"))
        world._blueprint.study = records.create(ctx, None, filled("study"))
    world.company, world.body = world._blueprint.company, world._blueprint.body
    world.recommendation, world.study = world._blueprint.recommendation, world._blueprint.study
    _screening(world)


def _screening(world: World) -> None:
    """An edition with one indicator, and the results of the company in it."""
    edition = filled("screening")
    with world.writing("anna") as ctx:
        form = EditionForm(**vars(edition), lines=written_indicators(edition.indicators))
        screening = editions.create(ctx, form)
        editions.add_companies(ctx, screening, [world.company])
        (row,) = editions.view(ctx, screening).rows.items
    with world.writing("anna") as ctx:
        values = {**vars(filled("assessment", _links(world, screening=screening))), "read_on": NOW.date()}
        (result,) = values["results"]
        typed = replace(result, indicator=edition.indicators[0].code, link=f"https://mine.example/{result.link}")
        assessments.save(ctx, row.id, AssessmentForm(**{**values, "results": (typed,)}), {"reference": 1})
    world._blueprint.screening, world._blueprint.assessment = screening, row.id
    world.screening, world.assessment = screening, row.id


def _links(world: World, person: str = "", **more: str) -> dict[str, tuple[str, ...]]:
    result = {
        "company": (world.company,),
        "body": (world.body,),
        "recommendation": (world.recommendation,),
        "person": (person,) if person else (),
    }
    return {**result, "colleague": (world.user("lana"),), **{code: (item,) for code, item in more.items()}}


def _case(world: World, lead: str, title: str) -> CaseIds:
    """A case with a person, a call beside it, and one record of every entity that is not for lawyers alone."""
    with world.writing(lead) as ctx:
        case = cases.create(ctx, filled("case", _links(world), lambda name: f"{title}: {name}"))
        person = people.create(ctx, filled("person", _links(world)), case)
        call = calls.take(ctx, Call(what="What happened", when=exactly(NOW.date()), who="A miner", reach="at night"))
        created: dict[str, str] = {}
        for code in (entity.code for entity in entities.in_case()):
            if code != "advice":
                value = filled(code, _links(world, person, **created), within=(CORE, IDENTITY, SOURCE))
                if code == "consent":
                    value = replace(value, said="withdraws", scopes=(), **dict.fromkeys(PARAGRAPHS, ""))
                created[code] = records.create(ctx, case, value)
    return CaseIds(case=case, person=person, call=call, call_vault=vault_of(world, call), records=created)


def vault_of(world: World, record: str) -> str:
    """The vault in which a record rests."""
    with world.runtime.database.reading() as work:
        return work.records.vaults_of(record)[0]


def _strike(world: World) -> CaseIds:
    ids = _case(world, "anna", "Strike")
    for name, level in (("lana", "lead"), ("luka", "full"), ("external", "coded")):
        with world.writing("anna") as ctx:
            sharing.share(ctx, ids.case, world.user(name), level)
    with world.writing("lana") as ctx:
        sharing.found_privileged(ctx, ids.case)
    with world.writing("lana") as ctx:
        sharing.share(ctx, ids.case, world.user("luka"), "full", privileged=True)
        advice = records.create(ctx, ids.case, filled("advice", within=(PRIVILEGED,)))
    return replace(ids, records={**ids.records, "advice": advice})


def _granted(world: World, state: str) -> CaseIds:
    ids = _case(world, "anna", f"Held {state}")
    for name in ROLE_ACTORS.values():
        hand(world, ids.case, name, state)
        hand(world, ids.call_vault, name, state)
    if state == EXPIRED:
        expire(world, ids.case, list(ROLE_ACTORS.values()))
        expire(world, ids.call_vault, list(ROLE_ACTORS.values()))
    return ids


def later(world: World, **more: float) -> datetime:
    """A moment after the world's own."""
    return world.now + timedelta(**more)
