"""Where this command works: the settings of the environment, and the organisation kept there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hrd_cases.cli.terminal import Stop, ask, ask_secret
from hrd_cases.config import Settings, settings_from
from hrd_cases.services import accounts, check, founding, serving
from hrd_cases.services.context import Runtime
from hrd_cases.services.installing import Place
from hrd_cases.services.sessions import Session


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings of this environment; raises BadSettings."""
    return settings_from(os.environ)


def place() -> Place:
    """Where the organisation is kept, or will be."""
    found = settings()
    return Place(folder=found.instance, database_url=found.database_url, evidence=found.evidence)


def refuse_served(folder: Path) -> None:
    """Stop while somebody serves what is in this folder: it can be neither removed nor replaced."""
    if serving.is_held(folder):
        raise Stop(f"What is in {folder} is being served: stop the server first.")


@contextmanager
def organisation(*, any_version: bool = False) -> Iterator[Runtime]:
    """The organisation of this environment, closed at the end; Stop says what to do when there is none."""
    where = place()
    try:
        runtime = founding.load(where.folder, where.database_url, where.evidence)
    except FileNotFoundError:
        text = f"There is no organisation in {where.folder}: run hrd-cases init (or hrd-cases demo)."
        raise Stop(text) from None
    try:
        if not any_version and check.behind(runtime):
            raise Stop("The database is of another version: run hrd-cases migrate.")
        yield runtime
    finally:
        runtime.database.close()


@contextmanager
def signed_in() -> Iterator[tuple[Runtime, Session]]:
    """The organisation with a session: asks for handle, passphrase and code."""
    with organisation() as runtime:
        yield runtime, sign_in(runtime)


def sign_in(runtime: Runtime) -> Session:
    """A session of whoever types handle, passphrase and code; Stop when they are refused."""
    handle, passphrase = ask("Handle"), ask_secret("Passphrase")
    code = ask("Code (or a recovery code)") if runtime.organisation.second_factor else ""
    try:
        return accounts.sign_in(runtime, handle, passphrase, code, now())
    except accounts.SignInRefused:
        raise Stop("Log-in refused. Check handle, passphrase and code; after several tries wait a little.") from None
