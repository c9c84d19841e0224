"""The custodians' record on the server: drawn up, signed by two administrators or the root, kept; when it is old."""

from datetime import datetime

from hrd_cases.crypto.ceremony.custody_record import CustodyRecord, CustodyRecordFile, ListedKey, SignedRecord
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.access.roles import ADMINISTRATOR, LAWYER
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import allow
from hrd_cases.services.recovery.requests import signatures_of

OLD_DAYS = 90


def in_force(runtime: Runtime) -> CustodyRecordFile | None:
    """The newest record, with those that vouch for it; None before the first."""
    saved = runtime.organisation.custody_record
    return CustodyRecordFile.decode(bytes.fromhex(saved)) if saved else None


def is_record(data: bytes) -> bool:
    """True for the file of a signed record, whoever signed it."""
    return CustodyRecordFile.has_label(data)


def draw_up(ctx: Context) -> CustodyRecord:
    """What stands today, for the root or two administrators to sign."""
    file, head = in_force(ctx.runtime), ctx.work.log.head()
    return CustodyRecord(
        org=ctx.runtime.org,
        pins=ctx.runtime.pins,
        day=ctx.day_number,
        keys=_listed(ctx),
        card_set=bytes.fromhex(ctx.runtime.organisation.card_set),
        log_size=head.size,
        log_root=head.root,
        previous=file.newest().hash() if file else b"",
    )


def sign(ctx: Context, second: Session) -> CustodyRecordFile:
    """Let the two administrators who logged in sign it; RuleBroken unless the record before lists both."""
    allow(ctx, Act.RECOVER)
    file, record = in_force(ctx.runtime), draw_up(ctx)
    signed = SignedRecord(record, signatures_of(record, ctx.session, second))
    try:
        newer = file.followed_by(signed) if file else None
    except CryptoError:
        newer = None
    if newer is None:
        raise RuleBroken(ROOT_SIGNS)
    _count(ctx, newer)
    return newer


def adopt(runtime: Runtime, data: bytes, now: datetime) -> CustodyRecord:
    """Let a record that was signed elsewhere count; RuleBroken for another organisation's or an older one."""
    try:
        file = CustodyRecordFile.decode(data)
        record = file.newest()
    except CryptoError:
        raise RuleBroken(NOT_SIGNED) from None
    if (record.org, record.pins) != (runtime.org, runtime.pins):
        raise RuleBroken(OTHER)
    before = in_force(runtime)
    if before is not None and record.log_size <= before.newest().log_size:
        raise RuleBroken(OLDER)
    with runtime.writing(None, now) as ctx:
        if record.keys != _listed(ctx) or ctx.work.log.root_at(record.log_size) != record.log_root:
            raise RuleBroken(NOT_SO)
        ctx.asked = True
        _count(ctx, file)
    return record


def _count(ctx: Context, file: CustodyRecordFile) -> None:
    record = file.newest()
    ctx.note("admin", "a new record of the custodians counts", record=record.hash().hex())
    ctx.policy["custody_record"] = file.encode().hex()


def due(ctx: Context) -> Sentence | None:
    """Why the custodians need a newer record, None while they do not, or keep whole cards and no record."""
    file = in_force(ctx.runtime)
    if file is None:
        return Sentence(msgid=NONE_YET) if ctx.runtime.organisation.card_set else None
    record = file.newest()
    if (record.keys, record.card_set.hex()) != (_listed(ctx), ctx.runtime.organisation.card_set):
        return Sentence(msgid=CHANGED)
    days = ctx.day_number - record.day
    return Sentence(msgid=OLD, values={"days": days}) if days > OLD_DAYS else None


def _listed(ctx: Context) -> tuple[ListedKey, ...]:
    """The keys of administrators and lawyers that count today."""
    keys = [
        ListedKey(certificate.fingerprint, certificate.sign_public, certificate.roles & {ADMINISTRATOR, LAWYER})
        for certificate in ctx.trust.current()
        if certificate.roles & {ADMINISTRATOR, LAWYER}
        and not ctx.trust.is_revoked(certificate.fingerprint, ctx.day_number)
    ]
    return tuple(sorted(keys, key=lambda key: key.fingerprint))


ROOT_SIGNS = N_(
    "Two administrators whom the record before lists must sign; where there are none, the root does: "
    "hrd-cases recovery record --by-custodians."
)
NOT_SIGNED = N_("This record is not signed by the root, or by two administrators of the record before.")
OTHER = N_("This is the record of another organisation.")
OLDER = N_("This record is older than the one that counts here.")
NOT_SO = N_("This record says otherwise than this server who is an administrator or lawyer, or how the log began.")
NONE_YET = N_("The custodians have no record of who counts as administrator: run hrd-cases recovery record.")
CHANGED = N_(
    "Administrators, lawyers or cards changed since the custodians' record: run hrd-cases recovery record and print it."
)
OLD = N_("The custodians' record is %(days)s days old: run hrd-cases recovery record and print it.")
