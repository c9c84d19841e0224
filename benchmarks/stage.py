"""An organisation in a temporary folder with as many cases as a benchmark asks for."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient

from hrd_cases.app import assemble
from hrd_cases.crypto.core.passphrases import FLOOR, KdfParams
from hrd_cases.domain import dates
from hrd_cases.domain.cases import Case
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.domain.fields import LangText
from hrd_cases.domain.incidents import Incident
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import claim_all
from hrd_cases.services.records import records
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration
from hrd_cases.web.kernel import cookies

NARRATIVE = "Рабочие остались под землёй после смены и потребовали повышения оплаты. " * 14


@dataclass
class Stage:
    """A founded organisation and one lawyer who is logged in."""

    runtime: Runtime
    founder: Session
    lawyer: Session
    handle: str
    passphrase: str
    folder: Path
    database_url: str
    now: datetime


@contextmanager
def stage(kdf: KdfParams = FLOOR, role: str = "lawyer", database_url: str = "") -> Iterator[Stage]:
    """Found, invite, activate, certify; removed at the end. Without a database SQLite in the folder."""
    if not ENTITIES:
        raise RuntimeError("nothing is declared")
    folder = Path(tempfile.mkdtemp(prefix="hrd-bench-"))
    now = datetime.now(UTC)
    plan = organisation_setup.FoundingPlan(
        folder=folder / "instance",
        database_url=database_url or f"sqlite:///{folder}/cases.sqlite",
        evidence=folder / "evidence",
        organisation="Benchmark",
        founder="Founder",
        kdf=kdf,
        second_factor=False,
    )
    runtime, founded = organisation_setup.create_organisation(plan, now)
    founder = accounts.sign_in(runtime, founded.handle, founded.passphrase, "", now)
    _, offer = admit(runtime, founder, now, "Lawyer", role)
    lawyer = accounts.sign_in(runtime, offer.handle, offer.passphrase, "", now)
    try:
        yield Stage(runtime, founder, lawyer, offer.handle, offer.passphrase, folder, plan.database_url, now)
    finally:
        runtime.database.close()
        shutil.rmtree(folder, ignore_errors=True)


def admit(runtime: Runtime, founder: Session, now: datetime, name: str, role: str) -> tuple[str, accounts.Offer]:
    """Invite, activate, certify: the account id, and the handle and passphrase it was offered."""
    with runtime.writing(founder, now) as ctx:
        code = administration.invite(ctx, frozenset({role}))
    token = accounts.begin_activation(runtime, code, now)
    offer = accounts.offer(runtime, token, now)
    if offer is None:
        raise RuntimeError("no offer")
    waiting = accounts.finish_activation(runtime, token, offer.passphrase, "", now)
    with runtime.writing(founder, now) as ctx:
        administration.certify(ctx, waiting.actor.user, name, frozenset({role}))
    return waiting.actor.user, offer


def add_cases(here: Stage, count: int, per_transaction: int = 500) -> list[str]:
    """So many cases, a title each."""
    made: list[str] = []
    while len(made) < count:
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            for _ in range(min(per_transaction, count - len(made))):
                made.append(cases.create(ctx, Case(title=f"Дело о забастовке, участок {len(made)}")))
    fold(here)
    return made


def fold(here: Stage) -> None:
    """What log-in does: many added keys become one packed keyring."""
    here.runtime.sessions.end_of(here.lawyer.actor.user)
    here.lawyer = accounts.sign_in(here.runtime, here.handle, here.passphrase, "", here.now)
    with here.runtime.reading(here.lawyer, here.now) as ctx:
        claim_all(ctx)  # what was handed over is claimed at the first page, once


def browser(here: Stage) -> FlaskClient:
    """The whole application, and a browser in which the lawyer is logged in."""
    client = assemble(here.runtime, clock=lambda: here.now).test_client()
    client.set_cookie(f"__Host-{cookies.SESSION}", cookies.spell(here.lawyer.cookie), domain="localhost", secure=True)
    return client


def incident(number: int) -> Incident:
    """An incident with a narrative of about a kilobyte of text."""
    return Incident(
        title=f"Вызов в суд по SMS, номер {number}",
        when=dates.parse("15.12.2017"),
        region="KZ-35",
        place="Шахтинск",
        kinds=("summons",),
        narrative=(LangText(language="ru", text=NARRATIVE),),
        perpetrators=("corporation_national",),
        mark="single_source",
        impact="Люди боятся выходить на смену и говорить с журналистами.",
    )


def add_incidents(here: Stage, case: str, count: int) -> None:
    """So many incidents in one case."""
    with here.runtime.writing(here.lawyer, here.now) as ctx:
        for number in range(count):
            records.create(ctx, case, incident(number))
