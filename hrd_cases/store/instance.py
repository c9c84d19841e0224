"""The instance folder: what the server must know when nobody is logged in. None of it opens content.

`organisation.json` holds public keys and policy; `server.key` holds the pepper for handles, the key that marks kept
forms, and the seed that signs log checkpoints (docs/threat-model.md says what a thief of this folder can do).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hrd_cases.store.safe_files import replace_file

ORGANISATION, SERVER_KEY, CHECKPOINT = "organisation.json", "server.key", "log.checkpoint"


@dataclass(frozen=True, kw_only=True)
class Organisation:
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
    demo: bool = False
    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 1
    cards_read_back: bool = False
    card_set: str = ""  # signed public record of the custodians' set in force; "" while there are two whole cards
    card_set_read: str = ""  # the set last read back, and on which day: "set day"


@dataclass(frozen=True, kw_only=True)
class ServerKeys:
    """Three 32-byte secrets of this server."""

    pepper: bytes
    marker: bytes
    checkpoint_seed: bytes

    def __repr__(self) -> str:
        return "<server keys>"


def exists(folder: Path) -> bool:
    """True once `init` has run here."""
    return (folder / ORGANISATION).exists()


def load(folder: Path) -> tuple[Organisation, ServerKeys]:
    """Read both files; FileNotFoundError when the organisation was not yet founded here."""
    organisation = Organisation(**json.loads((folder / ORGANISATION).read_text("utf-8")))
    raw = (folder / SERVER_KEY).read_bytes()
    return organisation, ServerKeys(pepper=raw[:32], marker=raw[32:64], checkpoint_seed=raw[64:96])


def save(folder: Path, organisation: Organisation, keys: ServerKeys) -> None:
    """Write both files, readable by their owner only, whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(folder / SERVER_KEY, keys.pepper + keys.marker + keys.checkpoint_seed)
    save_policy(folder, organisation)


def save_policy(folder: Path, organisation: Organisation) -> None:
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
