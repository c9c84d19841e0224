"""Beginning a real organisation on this machine, and proving that its two cards can be read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hrd_cases.crypto.ceremony.recovery import CertifyRequest, read_certified
from hrd_cases.crypto.core.certificates import Certificate
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import OrgSeeds, Pins
from hrd_cases.crypto.core.passphrases import FLOOR, KdfParams, calibrate
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.calendars import DEFAULT_CALENDAR
from hrd_cases.domain.clock import DEFAULT_ZONE, zone_named
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.typed_text import single
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.papers.seals import root_words
from hrd_cases.services.recovery.custody import read_set, whole_card
from hrd_cases.services.schedule import calendars
from hrd_cases.services.signin import organisation_setup
from hrd_cases.store import instance, migrate
from hrd_cases.store.work import Database

LANGUAGES = ("ru", "kk", "en")
TARGET_SECONDS = 0.5  # docs/crypto-format.md section 4: one log-in costs a guesser 0.3 to 0.8 s of this machine


@dataclass(frozen=True, kw_only=True)
class InstallPlace:
    """Where an organisation is kept: the instance folder, the database, the folder of evidence."""

    folder: Path
    database_url: str
    evidence: Path


@dataclass(frozen=True, kw_only=True)
class LocalTime:
    """Time zone and calendar of a new organisation."""

    zone: str = DEFAULT_ZONE
    calendar: str = DEFAULT_CALENDAR

    @property
    def calendar_name(self) -> str:
        """The calendar as a command names it."""
        return self.calendar or calendars.WEEKENDS


def local_time(zone: str = "", calendar: str = "") -> LocalTime:
    """Time zone and calendar as they were typed, the usual ones where nothing was; RuleBroken when there are none."""
    return LocalTime(
        zone=zone_named(zone) if zone else DEFAULT_ZONE,
        calendar=calendars.calendar_code(calendar) if calendar else DEFAULT_CALENDAR,
    )


def founded(place: InstallPlace) -> bool:
    """True once an organisation was founded here."""
    return instance.exists(place.folder)


def begun(place: InstallPlace) -> bool:
    """True when a file of an organisation is here, whole or not: then nothing is founded in this place."""
    return any((place.folder / name).exists() for name in (instance.ORGANISATION, instance.SERVER_KEY))


def altered(place: InstallPlace) -> RuleBroken:
    """What is said when the folder's own file holds no keys."""
    return instance.damaged(place.folder / instance.ORGANISATION)


def install(  # what a founder is asked, and where it goes
    place: InstallPlace,
    *,
    organisation: str,
    founder: str,
    language: str,
    now: datetime,
    local: LocalTime = LocalTime(),
    kdf: KdfParams | None = None,
    ceremony: organisation_setup.Ceremony | None = None,
) -> tuple[Runtime, organisation_setup.Founded]:
    """Found an organisation at a passphrase cost that suits this machine; RuleBroken when something is here already."""
    refuse_used(place)
    plan = organisation_setup.FoundingPlan(
        folder=place.folder,
        database_url=place.database_url,
        evidence=place.evidence,
        organisation=name(organisation, "organisation"),
        founder=name(founder, "founder"),
        kdf=kdf or calibrate(TARGET_SECONDS),
        language=language if language in LANGUAGES else "en",
        zone=local.zone,
        calendar=local.calendar,
        cards_wait=True,
    )
    return organisation_setup.create_organisation(plan, now, ceremony)


def keys_made_elsewhere(
    card_set: bytes, ask: Callable[[bytes, Callable[[bytes], bytes]], bytes]
) -> organisation_setup.Ceremony:
    """Found with the keys of a set of cards.

    `ask` carries the request for the root's signature there, and back what `right` makes of an answer; RuleBroken from
    `right` says that the answer is another one, so that it is asked for again while the keys are in memory.
    """
    record = read_set(card_set)

    def sign(certificate: Certificate) -> bytes:
        def right(answer: bytes) -> bytes:
            try:
                return read_certified(answer, certificate, record.pins)
            except CryptoError:
                raise RuleBroken(NOT_CERTIFIED) from None

        return ask(CertifyRequest(pins=record.pins, certificate=certificate).encode(), right)

    return organisation_setup.Ceremony(pins=record.pins, sign=sign, card_set=card_set)


def refuse_used(place: InstallPlace) -> None:
    """Raise RuleBroken when the folder holds an organisation, or the database holds anything."""
    if begun(place):
        organisation, _ = instance.load(place.folder)
        raise RuleBroken(DEMO_HERE if organisation.demo else ORGANISATION_HERE)
    instance.private(place.folder)
    database = Database(place.database_url, bytes(16))
    try:
        if migrate.current(database) is not None:
            raise RuleBroken(DATABASE_USED)
    finally:
        database.close()


def read_back(runtime: Runtime, kind: str, text: str) -> Secret:
    """The seed of a typed card, if it is this organisation's; RuleBroken says which group is wrong."""
    seed = whole_card(text, kind)
    if not _belongs(kind, seed, runtime.pins):
        raise RuleBroken(OTHER_CARD, place=kind)
    return seed


def words_of_root(runtime: Runtime) -> tuple[str, ...]:
    """The eight words by which whoever verifies our papers knows our root."""
    return root_words(runtime.pins.root_public)


def cards_were_read_back(runtime: Runtime) -> None:
    """Remember that both cards were typed in again and were right."""
    runtime.remember(cards_read_back=True)


def _belongs(kind: str, seed: Secret, pins: Pins) -> bool:
    created = OrgSeeds(root_seed=seed, recovery=seed).pins()
    if kind == "root":
        return created.root_public == pins.root_public
    return created.recovery_sign_public == pins.recovery_sign_public


def name(text: str, place: str = "") -> str:
    """A name as it is kept; RuleBroken when it is none."""
    saved = single(text, place, 200)  # what one line of text holds everywhere
    if not saved:
        raise RuleBroken(EMPTY_NAME, place=place)
    return saved


ORGANISATION_HERE = N_("An organisation was founded here already. Choose another folder with HRD_INSTANCE.")
DEMO_HERE = N_("This folder holds the demo. Choose another folder with HRD_INSTANCE, or run: hrd-cases demo --remove")
DATABASE_USED = N_("The database is not empty. Choose an empty one with HRD_DATABASE_URL, or remove what is in it.")
EMPTY_NAME = N_("Write a name of at most 200 characters.")
NOT_CERTIFIED = N_("This is not the founder's certificate, signed by the root of these cards. Name the right file.")
OTHER_CARD = N_("This is a card of another organisation.")

__all__ = [
    "FLOOR",
    "LANGUAGES",
    "InstallPlace",
    "cards_were_read_back",
    "install",
    "founded",
    "keys_made_elsewhere",
    "read_back",
    "read_set",
    "refuse_used",
]
