"""Who is on duty, as a page may know it on which nobody is logged in: account ids and days, signed, in the clear.

Beside each line of the sealed list stands a copy without name and number. What it costs and what it is worth:
docs/adr/0030-a-call-from-the-locked-page.md.
"""

from hrd_cases.crypto.core.duty import SignedDuty
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.table import STAFF as WORK_ON_CASES
from hrd_cases.domain.dates import day_number
from hrd_cases.domain.duty import Duty
from hrd_cases.domain.ids import RecordId
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.sharing.sharing import certificate_of, is_external
from hrd_cases.store.duty_lines import DutyRow
from hrd_cases.store.users import UserRow

NUMBER = "duty/number"  # setting, in the clear, only where the organisation set one


def put_on(ctx: Context, record: RecordId, line: Duty) -> None:
    """Sign a line of duty for the locked page too; lines that are over are swept."""
    if line.begins is None or line.ends is None:
        return
    for row in ctx.work.duty_lines.all():
        signed_duty = _read(ctx, row)
        if signed_duty is None or signed_duty.ends < ctx.day_number:
            ctx.work.duty_lines.remove(row.id)
    signed = SignedDuty(
        org=ctx.runtime.org,
        record=bytes.fromhex(record),
        user=bytes.fromhex(line.who),
        begins=day_number(line.begins),
        ends=day_number(line.ends),
        signer=ctx.keys.fingerprint,
    )
    signature = signed.sign(ctx.keys.sign_seed)
    ctx.work.duty_lines.add(DutyRow(id=record, body=signed.encode(), signature=signature))


def take_off(ctx: Context, record: RecordId) -> None:
    """Take a line off."""
    ctx.work.duty_lines.remove(record)


def today(ctx: Context) -> tuple[UserRow, ...]:
    """The accounts on duty today that may take calls, in no order; needs no key."""
    lines = (_read(ctx, row) for row in ctx.work.duty_lines.all())
    day = day_number(ctx.today)
    users = {line.user.hex() for line in lines if line is not None and line.begins <= day <= line.ends}
    user_rows = (ctx.work.users.by_id(user) for user in sorted(users))
    return tuple(row for row in user_rows if row is not None and takes_calls(ctx, row))


def takes_calls(ctx: Context, row: UserRow) -> bool:
    """Whether an account works on cases, is no external counsel's and does not travel without its keys."""
    certificate = certificate_of(ctx, row)
    works = certificate is not None and bool(certificate.roles & WORK_ON_CASES)
    return works and not is_external(ctx, row.fingerprint) and ctx.work.travels.of(row.id) is None


def number(ctx: Context) -> str:
    """The telephone of whoever is on duty, if the organisation set one that may be read without a key."""
    return ctx.work.settings.get(NUMBER)


def _read(ctx: Context, row: DutyRow) -> SignedDuty | None:
    """A line that holds: of this organisation, in its own row, signed by somebody who works on cases."""
    try:
        line = SignedDuty.decode(row.body)
        signer = ctx.trust.certificate(line.signer)
        line.check_signature(signer.sign_public, row.signature)
    except (CryptoError, ValueError):
        return None
    right = (line.org, line.record.hex()) == (ctx.runtime.org, row.id)
    return line if right and signer.roles & WORK_ON_CASES else None
