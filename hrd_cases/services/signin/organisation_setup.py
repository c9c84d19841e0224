"""The first minute of an organisation: keys on two cards, a founder, the directory, the trend desk and the log."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from hrd_cases.crypto.ceremony.cards import card_text
from hrd_cases.crypto.core.bundles import Bundle, SecondFactor, lock
from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.keys import ROOT, OrgSeeds, Pins, UserKeys
from hrd_cases.crypto.core.passphrases import KdfParams, new_salt, passphrase_keys, suggest, word_list, words_for
from hrd_cases.crypto.core.primitives import random
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.tokens import handle_token
from hrd_cases.domain.access.facts import ACTIVE, Actor
from hrd_cases.domain.access.roles import ADMINISTRATOR, AUDITOR, COORDINATOR
from hrd_cases.domain.calendars import DEFAULT_CALENDAR
from hrd_cases.domain.clock import DEFAULT_ZONE
from hrd_cases.domain.companies import ColleagueCard, OwnOrganisation
from hrd_cases.domain.ids import record_id
from hrd_cases.services.kernel import checkpoints, ownership
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Sessions
from hrd_cases.services.keys import vault_keys
from hrd_cases.services.keys.audit_writer import enter
from hrd_cases.services.records import trend_facts
from hrd_cases.services.schedule import visits
from hrd_cases.store import instance
from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.keys import CertificateRow
from hrd_cases.store.log_tags import new_generation
from hrd_cases.store.migrate import upgrade
from hrd_cases.store.users import UserRow
from hrd_cases.store.work import Database

FOUNDER = frozenset({ADMINISTRATOR, COORDINATOR, AUDITOR})


@dataclass(frozen=True, kw_only=True)
class FoundingPlan:
    """What the founder decides: where things are kept, and the organisation's policy."""

    folder: Path
    database_url: str
    evidence: Path
    organisation: str
    founder: str
    kdf: KdfParams
    language: str = "ru"
    second_factor: bool = True
    demo: bool = False
    idle_minutes: int = 15
    zone: str = DEFAULT_ZONE
    calendar: str = DEFAULT_CALENDAR
    passphrase: str = ""
    cards_wait: bool = False  # no case is begun until the two printed cards were read back


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """Where root and recovery key come from: the public halves, a way to the root's signature, cards if made here."""

    pins: Pins
    sign: Callable[[Certificate], bytes] = field(repr=False)  # called before anything is written
    card_set: bytes = b""  # signed public record of a set of cards made elsewhere
    root_card: str = field(default="", repr=False)
    recovery_card: str = field(default="", repr=False)


def made_here() -> Ceremony:
    """Fresh seeds, each on one whole card; they leave memory with what is returned."""
    seeds, latin = OrgSeeds.new(), word_list("latin")
    return Ceremony(
        pins=seeds.pins(),
        sign=lambda certificate: certificate.sign(seeds.root_seed),
        root_card=card_text(seeds.root_seed, "root", latin),
        recovery_card=card_text(seeds.recovery, "recovery", latin),
    )


@dataclass(frozen=True, kw_only=True)
class Founded:
    """Shown once, on paper: the founder's handle and passphrase, the second factor, and the two cards if made here."""

    handle: str
    passphrase: str = field(repr=False)
    second_secret: str = field(repr=False)
    second_uri: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)
    root_card: str = field(repr=False)
    recovery_card: str = field(repr=False)
    user: str


def load(folder: Path, database_url: str, evidence: Path) -> Runtime:
    """The running organisation of an instance folder; FileNotFoundError before it was founded."""
    organisation, server = instance.load(folder)
    return _runtime(folder, database_url, evidence, organisation, server)


def _new_organisation(plan: FoundingPlan, created: Ceremony) -> instance.PinnedOrganisation:
    """What the instance folder says of a new organisation before it has vaults."""
    return instance.PinnedOrganisation(
        org=random(16).hex(),
        pins=created.pins.encode().hex(),
        directory="",
        trends="",
        log="",
        first_headers={},
        generations={new_generation(): 1},
        second_factor=plan.second_factor,
        idle_minutes=plan.idle_minutes,
        zone=plan.zone,
        calendar=plan.calendar,
        demo=plan.demo,
        memory_kib=plan.kdf.memory_kib,
        iterations=plan.kdf.iterations,
        lanes=plan.kdf.lanes,
        cards_read_back=not plan.cards_wait,
        card_set=created.card_set.hex(),
    )


def create_organisation(plan: FoundingPlan, now: datetime, ceremony: Ceremony | None = None) -> tuple[Runtime, Founded]:
    """Found an organisation in an empty instance folder and database; its keys are made here, or were elsewhere."""
    created = ceremony or made_here()
    server = instance.ServerKeys.new()
    instance.private(plan.folder)
    runtime = _runtime(plan.folder, plan.database_url, plan.evidence, _new_organisation(plan, created), server)
    handle = new_handle()
    passphrase = plan.passphrase or suggest(words_for(plan.language))
    person = make_person(runtime, handle, passphrase, now, with_second=plan.second_factor)
    certificate = Certificate(
        org=runtime.org,
        user=bytes.fromhex(person.row.id),
        sign_public=person.keys.sign_public,
        kem_public=person.keys.kem_public,
        roles=FOUNDER,
        issuer=ROOT,
    )
    signature = created.sign(certificate)
    upgrade(runtime.database)
    session = runtime.sessions.begin(
        Actor(user=person.row.id, fingerprint=person.row.fingerprint, roles=FOUNDER, state=ACTIVE),
        person.bundle,
        now,
    )
    with runtime.database.writing() as work:
        work.users.add(replace(person.row, state=ACTIVE))
        work.keys.add_certificate(certificate_row(certificate, signature))
    with runtime.writing(session, now, plan.language) as ctx:
        ctx.entering.marks += certificate.marks  # the first statement of the log
        ctx.trust = runtime.trust(ctx.work, ctx.entering)
        _first_vaults(ctx, plan)
        ownership.mark(ctx)
        runtime.organisation = instance.save(plan.folder, runtime.organisation, server)
        ownership.remember_address(runtime)
    runtime.sessions.end(session.cookie)
    return runtime, Founded(
        handle=handle,
        passphrase=passphrase,
        second_secret=person.second.base32() if person.second else "",
        second_uri=person.second.uri(handle, "Notes") if person.second else "",
        recovery_codes=person.codes,
        root_card=created.root_card,
        recovery_card=created.recovery_card,
        user=person.row.id,
    )


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """An account's row with what its owner is shown once."""

    row: UserRow
    keys: UserKeys
    bundle: Bundle
    second: SecondFactor | None
    codes: tuple[str, ...]


def make_person(  # what an account is made of
    runtime: Runtime,
    handle: str,
    passphrase: str,
    now: datetime,
    *,
    with_second: bool = True,
    second: tuple[SecondFactor, tuple[str, ...]] | None = None,
    account: str = "",
) -> NewPerson:
    """Make keys and bundle of a new account, or new ones of `account`; one Argon2id: never inside a transaction."""
    user, salt, params = bytes.fromhex(account) or random(16), new_salt(), kdf_of(runtime)
    with runtime.passphrase_slots.one():
        derived = passphrase_keys(passphrase, salt, params, runtime.org, user, floor=params)
    own = UserKeys.new()
    bundle = Bundle(
        user_keys=own,
        pins=runtime.pins,
        trends_headers=_pinned(runtime, runtime.organisation.trends),
        log_headers=_pinned(runtime, runtime.organisation.log),
    )
    second_factor, codes = second or (SecondFactor.new() if with_second else (None, ()))
    row = UserRow(
        id=user.hex(),
        handle_mac=handle_token(Secret(runtime.server.pepper), handle),
        state="waiting",
        kdf=encode_kdf(params),
        salt=salt,
        bundle_sealed=lock(bundle, derived.kek, runtime.org, user, 1),
        bundle_version=1,
        second_sealed=second_factor.sealed(derived.ktotp, runtime.org, user, 1) if second_factor else None,
        second_version=1,
        sign_public=own.sign_public,
        kem_public=own.kem_public,
        fingerprint=own.fingerprint.hex(),
        day=now.date(),
    )
    return NewPerson(row=row, keys=own, bundle=bundle, second=second_factor, codes=codes)


def new_handle() -> str:
    """Two neutral words: a handle that says nothing about its owner."""
    return suggest(word_list("latin"), 2).replace(" ", "-")


def kdf_of(runtime: Runtime) -> KdfParams:
    """The cost that new passphrases are given here."""
    policy = runtime.organisation
    return KdfParams(memory_kib=policy.memory_kib, iterations=policy.iterations, lanes=policy.lanes)


def encode_kdf(params: KdfParams) -> str:
    """Memory in KiB, passes, lanes."""
    return f"argon2id {params.memory_kib} {params.iterations} {params.lanes}"


def decode_kdf(text: str) -> KdfParams:
    """Undo encode_kdf; ValueError for anything else."""
    name, memory, passes, lanes = text.split()
    if name != "argon2id":
        raise ValueError("unknown derivation")
    return KdfParams(memory_kib=int(memory), iterations=int(passes), lanes=int(lanes))


def certificate_row(certificate: Certificate, signature: bytes) -> CertificateRow:
    """A signed certificate as it rests."""
    return CertificateRow(
        fingerprint=certificate.fingerprint.hex(),
        user_id=certificate.user.hex(),
        body=certificate.encode(),
        signature=signature,
        issuer=certificate.issuer.hex(),
    )


def _first_vaults(ctx: Context, plan: FoundingPlan) -> None:
    """Directory, trend desk and log, pinned in the instance folder; who we are, and the founder's name."""
    vaults = {kind: vault_keys.create_vault(ctx, kind) for kind in ("directory", "trends", "log")}
    first = {f"{vault.id}/{name}": hashed.hex() for vault in vaults.values() for name, hashed in vault.headers.items()}
    runtime = ctx.runtime
    runtime.organisation = replace(
        runtime.organisation,
        directory=vaults["directory"].id,
        trends=vaults["trends"].id,
        log=vaults["log"].id,
        first_headers=first,
    )
    directory = vaults["directory"]
    ctx.work.records.add(
        directory, ctx.author, record_id(directory.id), OwnOrganisation(name=plan.organisation), ctx.today
    )
    ctx.work.records.add(directory, ctx.author, record_id(ctx.actor.user), ColleagueCard(name=plan.founder), ctx.today)
    ctx.asked = True
    ctx.note("admin", "found the organisation")


def _pinned(runtime: Runtime, vault: str) -> tuple[bytes, ...]:
    result = runtime.organisation.first_headers.items()
    return tuple(bytes.fromhex(hashed) for place, hashed in sorted(result) if vault and place.startswith(vault))


def _runtime(
    folder: Path,
    database_url: str,
    evidence: Path,
    organisation: instance.PinnedOrganisation,
    server: instance.ServerKeys,
) -> Runtime:
    org = bytes.fromhex(organisation.org)
    return Runtime(
        instance=folder,
        organisation=organisation,
        server=server,
        database=Database(database_url, org, checkpoints.tags_of(folder, organisation, server)),
        blobs=BlobStore(evidence),
        sessions=Sessions(org, timedelta(minutes=organisation.idle_minutes)),
        pins=Pins.decode(bytes.fromhex(organisation.pins)),
        count=trend_facts.count,
        enter=enter,
        visit=visits.visit,
        written=checkpoints.keep_each_minute,
    )
