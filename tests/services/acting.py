"""A process that acts through the services, says what it was told is done, and is killed at a named point.

It reads one job a line (JSON) and forks for each, so that the program is loaded once: see test_durability.py.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hrd_failing import killed_at
from hrd_filled import filled
from hrd_world import activated

from hrd_cases.domain.evidence import Evidence
from hrd_cases.services.casework import cases
from hrd_cases.services.deletion import deleting, erasing
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.evidence import uploads
from hrd_cases.services.figures import trends
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.records import records
from hrd_cases.services.recovery import answering
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration, handing_over, key_replacement, readmission, roles
from hrd_cases.services.travel import travel

PIECE = 70_000


def incident(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Save an incident; its id."""
    value = filled("incident", write=lambda name: f"turn {number}")
    with runtime.writing(session, now) as ctx:
        return records.create(ctx, job["case"], value)


def grant(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Let the next colleague into the case; their id."""
    with runtime.writing(session, now) as ctx:
        sharing.share(ctx, job["case"], job["users"][number], "full")
    return str(job["users"][number])


def first_use(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Open the next case that was shared; its id."""
    with runtime.reading(session, now) as ctx:
        cases.overview(ctx, job["cases"][number])
    return str(job["cases"][number])


def certificate(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Admit the next who waits; their id."""
    with runtime.writing(session, now) as ctx:
        administration.certify(ctx, job["users"][number], f"Colleague {number}", frozenset({"caseworker"}))
    return str(job["users"][number])


def upload(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Take a file of 140 kB in; the id of its exhibit."""
    intake = uploads.begin(runtime, session, now, case=job["case"])
    incoming = intake.begin_file(f"photo {number}.jpg", "image/jpeg")
    for _ in range(2):
        incoming.write(bytes([number + 1]) * PIECE)
    intake.finish_file(incoming, now)
    return intake.keep(Evidence(title=f"turn {number}"), now)[0]


def recovery(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Take in what the custodians opened; how many cases."""
    with runtime.writing(session, now) as ctx:
        return str(answering.take_in(ctx, bytes.fromhex(job["answers"][number])).cases)


def deletion(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Confirm that the case is deleted for good; its id."""
    with runtime.writing(session, now) as ctx:
        files = deleting.confirm(ctx, DeletionTarget(vault=job["case"]), sure=True)
    erasing.finish(runtime, session, now, files)
    return str(job["case"])


def journey(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Give every key up to a colleague; their id."""
    with runtime.writing(session, now) as ctx:
        travel.give_up(ctx, job["users"][number])
    return str(job["users"][number])


def replacement(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Certify new keys as the second administrator; whose."""
    with runtime.writing(session, now) as ctx:
        key_replacement.agree(ctx, job["user"], job["keys"])
    return str(job["user"])


def new_keys(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Make new keys with a code; whose they are."""
    return activated(runtime, job["code"], now)[0].user


def roles_changed(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Give somebody other roles; whom."""
    with runtime.writing(session, now) as ctx:
        roles.change(ctx, job["user"], frozenset(job["roles"]))
    return str(job["user"])


def again(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Let somebody with new keys into their cases again; whom."""
    with runtime.writing(session, now) as ctx:
        readmission.let_in(ctx, job["user"], job["keys"])
    return str(job["user"])


def folding(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Look at the figures, which folds the facts that wait; how many waited."""
    with runtime.reading(session, now) as ctx:
        return str(trends.ask(ctx, trends.TrendQuestion()).waiting)


def handover(runtime: Runtime, session: Session, job: dict[str, Any], number: int, now: datetime) -> str:
    """Hand every case to a colleague; whom."""
    with runtime.writing(session, now) as ctx:
        handing_over.hand_over(ctx, job["user"])
    return str(job["user"])


ACTS: dict[str, Callable[[Runtime, Session, dict[str, Any], int, datetime], str]] = {
    "incident": incident,
    "grant": grant,
    "first use": first_use,
    "certificate": certificate,
    "upload": upload,
    "journey": journey,
    "deletion": deletion,
    "recovery": recovery,
    "replacement": replacement,
    "new keys": new_keys,
    "roles": roles_changed,
    "again": again,
    "folding": folding,
    "handover": handover,
}


def act(job: dict[str, Any], content: int) -> None:
    """Do an act again and again until `failpoint` was reached `times` times; then end as a pulled plug would."""
    now = datetime.fromisoformat(job["now"])
    folder = Path(job["folder"])
    runtime = organisation_setup.load(folder / "instance", job["url"], folder / "evidence")
    session = accounts.sign_in(runtime, job["handle"], job["passphrase"], "", now)
    killed_at(job["failpoint"], job["times"])
    for number in range(job["turns"]):
        done = ACTS[job["act"]](runtime, session, job, number, now)
        os.write(content, f"{done}\n".encode())


def main(act: Callable[[dict[str, Any], int], None] = act) -> None:
    """Answer each job with how its process ended and what it said was done."""
    for line in sys.stdin:
        job = json.loads(line)
        reading, telling = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(reading)
                act(job, telling)
                status = 0
            finally:
                os._exit(status)
        os.close(telling)
        with os.fdopen(reading) as text:
            done = text.read().split()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status), "done": done}), flush=True)


if __name__ == "__main__":
    main()
