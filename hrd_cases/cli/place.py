"""Where this command works: the settings of the environment, and the organisation kept there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hrd_cases.cli.terminal import Stop, ask, ask_secret, not_right, rule_words
from hrd_cases.cli.words import _
from hrd_cases.config import Settings, settings_from
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.services.install import install, server_lock
from hrd_cases.services.install.install import InstallPlace
from hrd_cases.services.kernel import checkpoints, ownership
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.signin import accounts, organisation_setup


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings of this environment; raises BadSettings."""
    return settings_from(os.environ)


def place() -> InstallPlace:
    """Where the organisation is kept, or will be."""
    result = settings()
    return InstallPlace(folder=result.instance, database_url=result.database_url, evidence=result.evidence)


def refuse_served(folder: Path) -> None:
    """Stop while somebody serves what is in this folder: it can be neither removed nor replaced."""
    if server_lock.is_held(folder):
        raise Stop(_("What is in %(folder)s is being served: stop the server first.", folder=folder))


@contextmanager
def organisation(*, any_version: bool = False, unlike: bool = False) -> Iterator[Runtime]:
    """The organisation of this environment, closed at the end; Stop says what to do when there is none.

    A database that is not its own is refused, but for `unlike`: `check` says what is wrong with it.
    """
    where = place()
    runtime = _loaded(where)
    try:
        if not unlike:
            ownership.refuse_other(runtime, any_version=any_version)
        yield runtime
    finally:
        checkpoints.keep_at_exit(runtime)
        runtime.database.close()


def _loaded(where: InstallPlace) -> Runtime:
    if not install.begun(where):
        text = _("There is no organisation in %(folder)s: run hrd-cases init (or hrd-cases demo).", folder=where.folder)
        raise Stop(text)
    ownership.refuse_missing(where.folder, where.database_url)
    try:
        return organisation_setup.load(where.folder, where.database_url, where.evidence)
    except CryptoError:  # written as ours are, and no keys: altered by somebody
        raise Stop(rule_words(install.altered(where))) from None


@contextmanager
def signed_in() -> Iterator[tuple[Runtime, Session]]:
    """The organisation with a session: asks for handle, passphrase and code."""
    with organisation() as runtime:
        yield runtime, sign_in(runtime)


def sign_in(runtime: Runtime) -> Session:
    """A session of whoever types handle, passphrase and code; asked again while they are refused."""
    while True:
        handle, passphrase = ask(_("Handle")), ask_secret(_("Passphrase"))
        code = ask(_("Code (or a recovery code)")) if runtime.organisation.second_factor else ""
        try:
            return accounts.sign_in(runtime, handle, passphrase, code, now())
        except accounts.SignInRefused:
            refused = _("Log-in refused. Check handle, passphrase and code; after several tries wait a little.")
            time = f"{now().astimezone():%Y-%m-%d %H:%M:%S %z}"
            clock = _("A code works once, and only if this clock is right: %(time)s.", time=time)
            not_right(f"{refused} {clock}")
