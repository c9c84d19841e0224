"""What is still to be set up before real work begins: each step is looked up in what there is, none is ticked off."""

from dataclasses import dataclass

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.recovery import sets
from hrd_cases.services.schedule import duty
from hrd_cases.services.signin.accounts import actor_of
from hrd_cases.services.team import letterhead, second_people

LETTERHEAD, ADMINISTRATORS, BACKUP = "letterhead", "administrators", "backup"
CUSTODIANS, ON_DUTY, SECOND = "custodians", "on_duty", "second"
LEAST_ADMINISTRATORS = 2


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """One step, and whether it is done as things are now."""

    code: str
    done: bool


def first_steps(ctx: Context, *, backup_opens: bool) -> tuple[FirstStep, ...]:
    """Every step while one of them is to be done, nothing afterwards, and nothing in a demonstration.

    `backup_opens`: one was proved to open.
    """
    allow(ctx, Act.MANAGE_ACCOUNTS)
    if ctx.runtime.organisation.demo:
        return ()
    actors = [actor_of(ctx, row) for row in ctx.work.users.all()]
    administrators = [actor for actor in actors if actor.state == ACTIVE and ADMINISTRATOR in actor.roles]
    done = {
        LETTERHEAD: letterhead.is_written(ctx),
        ADMINISTRATORS: len(administrators) >= LEAST_ADMINISTRATORS,
        BACKUP: backup_opens,
        CUSTODIANS: sets.in_force(ctx.runtime) is not None and sets.was_read(ctx.runtime),
        ON_DUTY: bool(duty.today(ctx)),
        SECOND: all(line.names for line in second_people.office(ctx)),
    }
    return () if all(done.values()) else tuple(FirstStep(code=code, done=is_done) for code, is_done in done.items())
