"""The settings of one installation, read once from the environment; whatever is missing or wrong is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from hrd_cases.domain.words import N_, Sentence

PROJECT = Path(__file__).resolve().parents[1]  # where a command is typed does not matter
KNOWN = ("HRD_INSTANCE", "HRD_DATABASE_URL", "HRD_EVIDENCE_URL", "HRD_HOSTS", "HRD_SESSION_URL")
# These steer ./run and the tests, and say nothing to the program.
OTHERS = frozenset(
    {
        "HRD_CHROMIUM",
        "HRD_HYPOTHESIS",
        "HRD_PYTHON",
        "HRD_SKIP_BROWSER",
        "HRD_SOAK_SEED",
        "HRD_SOAK_STEPS",
        "HRD_TEST_DATABASE",
        "HRD_TEST_OUTWARD",
        "HRD_UPGRADE",
        "HRD_WHEELS",
    }
)
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")


class BadSettings(ValueError):
    """One line that says what is wrong and what to do: a msgid with its values; as text it is English."""

    def __init__(self, text: str, **values: object) -> None:
        self.sentence = Sentence(msgid=text, values=values)
        super().__init__(str(self.sentence))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are: the instance folder, the database, and the folder that holds evidence (ciphertext only).

    `hosts` are the names by which people reach the pages, without ports, beside those of this machine itself.
    """

    instance: Path
    database_url: str
    evidence: Path
    hosts: tuple[str, ...] = ()


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the HRD_ variables; raises BadSettings for one that is unknown or cannot be used."""
    # A misspelt place would silently put an organisation elsewhere.
    strange = sorted(name for name in environment if name.startswith("HRD_") and name not in {*KNOWN, *OTHERS})
    if strange:
        near = get_close_matches(strange[0], KNOWN, n=1)
        if near:
            raise BadSettings(MISSPELT, name=strange[0], near=near[0])
        raise BadSettings(UNKNOWN, names=", ".join(strange), known=", ".join(KNOWN))
    instance = Path(environment.get("HRD_INSTANCE") or PROJECT / "instance").absolute()
    if environment.get("HRD_SESSION_URL"):
        raise BadSettings(N_("HRD_SESSION_URL is set, but sessions live in the memory of one process. Unset it."))
    return Settings(
        instance=instance,
        database_url=_database(environment.get("HRD_DATABASE_URL") or f"sqlite:///{instance / 'cases.sqlite'}"),
        evidence=_folder(environment.get("HRD_EVIDENCE_URL") or str(instance / "evidence")),
        hosts=_hosts(environment.get("HRD_HOSTS") or ""),
    )


def _database(url: str) -> str:
    if not url.startswith(DATABASES):
        raise BadSettings(N_("HRD_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."))
    return url


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    for host in hosts:
        if not is_host(host):
            raise BadSettings(NO_HOST, host=host)
    return hosts


def is_host(text: str) -> bool:
    """Whether this is the plain name or address of a machine: no scheme, port or path."""
    return HOST.fullmatch(text.lower()) is not None


def _folder(url: str) -> Path:
    if "://" in url and not url.startswith("file://"):
        raise BadSettings(N_("HRD_EVIDENCE_URL must be a folder, or file:// and a folder."))
    return Path(url.removeprefix("file://")).absolute()


NO_HOST = N_("%(host)s is no name or address of a server: leave out http://, the port and what follows.")
MISSPELT = N_("Unknown setting %(name)s. Did you mean %(near)s?")
UNKNOWN = N_("Unknown setting %(names)s. Known are %(known)s.")
