"""The canary: a tiny organisation made anew for every backup, whose passphrase lies beside it in the backup.

Its log-in, keys, case and exhibit are made, sealed, dumped and restored by the very code that does it for the real
ones, so that a test of a backup proves that what it holds still opens, without anybody's passphrase and without an
account in the real organisation that could open anything (docs/adr/0017).
"""

import json
from datetime import datetime
from io import BytesIO
from pathlib import Path

from hrd_cases.crypto.core.passphrases import KdfParams
from hrd_cases.domain.access.roles import CASEWORKER
from hrd_cases.domain.cases import Case
from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.backups.about import CANARY, LOG_IN
from hrd_cases.services.backups.packing import pack
from hrd_cases.services.backups.parts import PartsOut
from hrd_cases.services.casework import cases
from hrd_cases.services.evidence import evidence, uploads
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team.administration import joined

TITLE, EXHIBIT = "A canary, and nobody's case", "What a canary sings"
SONG = "This file was sealed when the backup was made, and nothing in it is secret. " * 40
# The passphrase lies beside what it opens: a cost for guessing would only make every backup slower.
_COST = KdfParams(memory_kib=64, iterations=1, lanes=1)


def hatch(room: Path, now: datetime) -> dict[str, bytes]:
    """Make one in an empty folder, which may be removed afterwards: how to log in to it, and its backup, by part."""
    plan = organisation_setup.FoundingPlan(
        folder=room / "instance",
        database_url=f"sqlite:///{room / 'canary.sqlite'}",
        evidence=room / "evidence",
        organisation="Canary",
        founder="Canary",
        kdf=_COST,
        second_factor=False,
        demo=True,
    )
    runtime, founded = organisation_setup.create_organisation(plan, now)
    try:
        handle, passphrase = _caseworker(runtime, founded, now)
        case, exhibit = _case(runtime, handle, passphrase, now)
        content = {"handle": handle, "passphrase": passphrase, "case": case, "exhibit": exhibit}
        packed = BytesIO()
        pack(runtime, PartsOut(packed.write), now, {}, _quietly)
    finally:
        runtime.database.close()
    return {LOG_IN: json.dumps(content).encode(), CANARY: packed.getvalue()}


def _quietly(_text: str, _done: int = 0, _total: int = 0, /) -> None:
    """Nobody waits for an organisation of one file."""


def sings(runtime: Runtime, data: bytes, now: datetime) -> bool:
    """True when the restored canary's passphrase opens its case and its exhibit, and both say what they said."""
    document = json.loads(data)
    session = accounts.sign_in(runtime, document["handle"], document["passphrase"], "", now)
    with runtime.reading(session, now) as ctx:
        case = cases.overview(ctx, document["case"])
        song = b"".join(evidence.open_file(ctx, document["case"], document["exhibit"], 1).pieces)
    return case.case.value.title == TITLE and case.broken == () and song == SONG.encode()


def _caseworker(runtime: Runtime, founded: organisation_setup.Founded, now: datetime) -> tuple[str, str]:
    founder = accounts.sign_in(runtime, founded.handle, founded.passphrase, "", now)
    offer, _ = joined(runtime, founder, "Canary", frozenset({CASEWORKER}), now)
    return offer.handle, offer.passphrase


def _case(runtime: Runtime, handle: str, passphrase: str, now: datetime) -> tuple[str, str]:
    session = accounts.sign_in(runtime, handle, passphrase, "", now)
    with runtime.writing(session, now) as ctx:
        case = cases.create(ctx, Case(title=TITLE))
    intake = uploads.begin(runtime, session, now, case=case)
    incoming = intake.begin_file("song.txt", "text/plain")
    incoming.write(SONG.encode())
    intake.finish_file(incoming, now)
    return case, intake.keep(Evidence(title=EXHIBIT), now)[0]
