"""The instance folder: what the server must know when nobody is logged in. None of it opens content.

`organisation.json` holds public keys and policy; `server.key` holds the pepper for handles, the key that marks kept
forms, the seed that signs log checkpoints, and the key of the log's tags (docs/threat-model.md says what a thief of
this folder can do).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from hrd_cases.crypto.core.primitives import random
from hrd_cases.domain.calendars import DEFAULT_CALENDAR
from hrd_cases.domain.clock import DEFAULT_ZONE, zone_of
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.store.log_tags import new_generation
from hrd_cases.store.safe_files import replace_file

ORGANISATION, SERVER_KEY, CHECKPOINT = "organisation.json", "server.key", "log.checkpoint"
CLOCK, ADDRESS = "clock.day", "database.address"
ENDED = "ended.keys"  # public: signed statements of keys that count no more
FILES = (ENDED, CHECKPOINT, CLOCK, ADDRESS, SERVER_KEY, ORGANISATION)  # removed in this order, the last makes it count
_KEYS_LENGTH = 128


@dataclass(frozen=True, kw_only=True)
class PinnedOrganisation:
    """Pinned facts and policy; ids and keys as hex."""

    version: int = 1
    org: str
    pins: str
    directory: str
    trends: str
    log: str
    first_headers: dict[str, str]  # "vault/compartment" -> hash of its first header
    second_factor: bool = True
    idle_minutes: int = 15
    zone: str = DEFAULT_ZONE  # where days begin and end
    calendar: str = DEFAULT_CALENDAR  # code of the holiday table; "" counts weekends alone
    demo: bool = False
    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 1
    cards_read_back: bool = False
    card_set: str = ""  # signed public record of the custodians' set in force; "" while there are two whole cards
    card_set_read: str = ""  # the set last read back, and on which day: "set day"
    custody_record: str = ""  # newest record that the custodians keep, as its file; "" before the first
    keys_digest: str = ""  # SHA-256 of server.key, 128 random bytes: another server's, or an altered one, is found out
    generations: dict[str, int] = field(default_factory=dict)  # of the log: the first entry that each covers

    @property
    def mark(self) -> str:
        """What the database keeps to know its folder by: SHA-256 of what never changes here."""
        pinned = [self.org, self.pins, self.directory, self.trends, self.log, self.first_headers]
        return hashlib.sha256(json.dumps(pinned, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ServerKeys:
    """Four 32-byte secrets of this server."""

    pepper: bytes
    marker: bytes
    checkpoint_seed: bytes
    log_key: bytes

    @classmethod
    def new(cls) -> "ServerKeys":
        """Draw all of them."""
        return cls(*(random(32) for _ in range(4)))

    def __repr__(self) -> str:
        return "<server keys>"


def exists(folder: Path) -> bool:
    """True once `init` has run here."""
    return (folder / ORGANISATION).exists()


def load(folder: Path) -> tuple[PinnedOrganisation, ServerKeys]:
    """Read both files.

    FileNotFoundError when no organisation was ever founded here; RuleBroken names the file that is missing or damaged.
    """
    if not exists(folder) and not (folder / SERVER_KEY).exists():
        raise FileNotFoundError(folder)
    organisation = _organisation(folder / ORGANISATION)
    raw = _read(folder / SERVER_KEY)
    if len(raw) != _KEYS_LENGTH:
        raise damaged(folder / SERVER_KEY)
    if hashlib.sha256(raw).hexdigest() != organisation.keys_digest:
        raise RuleBroken(OTHER_KEYS, values={"file": folder / SERVER_KEY})
    return organisation, ServerKeys(*(raw[at : at + 32] for at in range(0, _KEYS_LENGTH, 32)))


def damaged(path: Path) -> RuleBroken:
    """What is said of a file of this folder that is not as it was written."""
    return RuleBroken(DAMAGED, values={"file": path})


def _organisation(path: Path) -> PinnedOrganisation:
    try:
        text = json.loads(_read(path))
        organisation = PinnedOrganisation(**text)
        right = [type(getattr(organisation, name)) is type(value) for name, value in asdict(_LIKE).items()]
        bytes.fromhex(organisation.org + organisation.pins + organisation.card_set + organisation.custody_record)
    except (ValueError, TypeError):
        raise damaged(path) from None
    if not all(right):
        raise damaged(path)
    zone_of(organisation.zone)
    return organisation


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RuleBroken(MISSING, values={"file": path}) from None


def save(folder: Path, organisation: PinnedOrganisation, keys: ServerKeys) -> PinnedOrganisation:
    """Write both files, readable by their owner only, whole or not at all; the organisation as it was written."""
    private(folder)
    raw = keys.pepper + keys.marker + keys.checkpoint_seed + keys.log_key
    replace_file(folder / SERVER_KEY, raw)
    marked = replace(organisation, keys_digest=hashlib.sha256(raw).hexdigest())
    save_policy(folder, marked)
    return marked


def private(folder: Path) -> None:
    """Have a folder that only its owner looks into, whoever made it before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def begin_generation(folder: Path, first: int) -> None:
    """From entry `first` on the log is of a new generation: what was written after the backup does not fit in it."""
    organisation = _organisation(folder / ORGANISATION)
    covered = {name: at for name, at in organisation.generations.items() if at < first}
    save_policy(folder, replace(organisation, generations={**covered, new_generation(): first}))


def save_policy(folder: Path, organisation: PinnedOrganisation) -> None:
    """Write the organisation file anew."""
    replace_file(folder / ORGANISATION, json.dumps(asdict(organisation), indent=1, sort_keys=True).encode())


def save_note(folder: Path, note: str) -> None:
    """Keep the newest checkpoint of the log."""
    replace_file(folder / CHECKPOINT, note.encode())


def read_note(folder: Path) -> str:
    """The checkpoint kept last, empty before the first."""
    try:
        return (folder / CHECKPOINT).read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def save_sure_day(folder: Path, day: date) -> None:
    """Keep the newest day that was sure, where whoever writes the database does not reach it."""
    replace_file(folder / CLOCK, f"{day.isoformat()}\n".encode())


def read_sure_day(folder: Path) -> date | None:
    """The newest day that was sure; None before the first, or when the file tells no day."""
    try:
        return date.fromisoformat((folder / CLOCK).read_text("ascii").strip())
    except (FileNotFoundError, ValueError):
        return None


def save_address(folder: Path, address: str) -> None:
    """Keep where the database is when it is not in this folder; never with a password."""
    replace_file(folder / ADDRESS, f"{address}\n".encode())


def read_address(folder: Path) -> str:
    """Where the database is; empty when it is in this folder, or nothing is kept."""
    try:
        return (folder / ADDRESS).read_text("utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


_LIKE = PinnedOrganisation(org="", pins="", directory="", trends="", log="", first_headers={})
MISSING = N_(
    "%(file)s is missing, and without it nothing here can be opened. Restore the newest "
    "backup into an empty folder and take the file from there. Do not create a new "
    "organisation."
)
DAMAGED = N_("%(file)s is damaged. Restore the newest backup into an empty folder and take the file from there.")
OTHER_KEYS = N_(
    "%(file)s was altered, or is another server's: nobody could log in. Restore the newest backup into an empty folder "
    "and take the file from there."
)
