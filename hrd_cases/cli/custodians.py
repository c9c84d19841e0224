"""Custodians at a keyboard: their cards typed in one after the other, and the files that they carry away.

People have come together for this, so no slip of theirs ends it: what is not right is asked for again.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from hrd_cases.cli.terminal import Stop, ask, ask_right, not_right, refuse, say, until_right
from hrd_cases.cli.words import _, ngettext
from hrd_cases.crypto.ceremony import cards, shares
from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.words import N_
from hrd_cases.services.recovery.custody import KEY_WORDS, KINDS, Hands

TAKEN = N_("%(file)s is there already: name another file, nothing is overwritten.")
LARGEST = 512 * 1024 * 1024
ROOM = 1 << 20  # bytes that must be free where a small file is to be written
YES = ("yes", "да", "иә")
NO = ("no", "нет", "жоқ")
Read = TypeVar("Read")


def gather(kinds: tuple[str, ...] = KINDS, record: CardSet | None = None, *, every: bool = False) -> dict[str, Hands]:
    """Ask one custodian after the other for their card, or the parts of it that are needed, until there are enough.

    `every`: until all cards of the set were typed.
    """
    hands = {kind: Hands(kind=kind, record=record, every=every) for kind in kinds}
    custodian = 0
    while any(hand.missing for hand in hands.values()):
        custodian += 1
        for kind in (kind for kind in kinds if hands[kind].missing):
            say(_("Custodian %(number)s: the %(kind)s key of the card.", number=custodian, kind=_(KEY_WORDS[kind])))
            _say_what_to_type()
            take: Callable[[str], object] = hands[kind].take
            until_right(take, share_lines)
            left = hands[kind].missing
            share = hands[kind].shares[-1]
            say(_("Card %(number)s of set %(set)s is right.", number=share.number, set=share.set_name))
            say(ngettext("%(num)s more is needed.", "%(num)s more are needed.", left) if left else _("Enough."))
    return hands


def one_card(record: CardSet) -> int:
    """Ask one custodian for both keys of their own card; its number, once both are right and of the same card."""
    hands = {kind: Hands(kind=kind, record=record) for kind in KINDS}
    for kind in KINDS:
        say(_("The %(kind)s key of the card.", kind=_(KEY_WORDS[kind])))
        _say_what_to_type()

        def take(text: str, kind: str = kind) -> None:
            number = hands[kind].take(text).number
            if any(other.shares[0].number != number for other in hands.values() if other.shares):
                hands[kind].shares.clear()
                raise RuleBroken(OTHER_CARD)

        until_right(take, share_lines)
    return hands[KINDS[0]].shares[0].number


def share_lines() -> str:
    """Lines of one part of a card until all its groups, or all its words, are there; an empty line ends it too."""
    return _lines(lambda typed: shares.GROUPS if any(any(map(str.isdigit, item)) for item in typed) else shares.WORDS)


def whole_lines() -> str:
    """Lines of a whole card as `init` prints it."""
    return _lines(lambda _typed: cards.GROUPS)


def _say_what_to_type() -> None:
    say(_("Type its %(groups)s groups, or its %(words)s words.", groups=shares.GROUPS, words=shares.WORDS))


def _lines(requested: Callable[[list[str]], int]) -> str:
    lines: list[str] = []
    typed: list[str] = []
    # A word has no digit; seventeen groups without any do not happen.
    while len(typed) < requested(typed):
        line = ask("")
        if not line and typed:
            break
        lines.append(line)
        typed += [] if line.lstrip().startswith("#") else line.replace("-", " ").split()
    return "\n".join(lines)


def read_file(path: Path) -> bytes:
    """The bytes of a file that people carried here; RuleBroken when it is not there, empty, or far too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise RuleBroken(TOO_LARGE, values={"file": path})
        data = path.read_bytes()
    except OSError as error:
        raise RuleBroken(UNREADABLE, values={"file": path, "why": error.strerror or ""}) from None
    if not data:
        raise RuleBroken(EMPTY, values={"file": path})
    return data


def ask_file(question: str, read: Callable[[bytes], Read]) -> Read:
    """What `read` makes of a file whose name is asked for until it is the right one."""

    def named(name: str) -> Read:
        if not name:
            raise RuleBroken(NO_NAME)
        return read(read_file(Path(name)))

    return ask_right(question, named)


def free(path: Path, room: int = ROOM) -> None:
    """Stop, before anybody types anything, unless a new file of this name can be written."""
    if path.exists():
        refuse(_(TAKEN, file=path))
    writable(path.absolute().parent, room)


def writable(folder: Path, room: int = ROOM) -> None:
    """Stop unless there is such a folder, it may be written to, and so many bytes are free."""
    if not folder.is_dir():
        refuse(_("There is no folder %(folder)s.", folder=folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        refuse(_("Nothing can be written into the folder %(folder)s.", folder=folder))
    if shutil.disk_usage(folder).free < room:
        refuse(_("The disk of the folder %(folder)s is full.", folder=folder))


def write_new(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file that only its owner reads, wholly or not at all; Stop when there is one already."""
    try:
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except FileExistsError:
        refuse(_(TAKEN, file=path))
    try:
        with file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def agree(question: str) -> None:
    """Go on only when a person answers yes; asked again until it is a yes or a no."""
    while True:
        answer = ask(_("%(question)s Type yes or no", question=question)).casefold()
        if answer in YES:
            return
        if answer in NO:
            raise Stop(_("Stopped; nothing was made."))
        not_right(_("Type yes or no."))


OTHER_CARD = N_("This is the key of another card. Type the key on the same card.")
TOO_LARGE = N_("%(file)s is larger than any file of a ceremony.")
UNREADABLE = N_("%(file)s can not be read: %(why)s.")
EMPTY = N_("%(file)s is empty.")
NO_NAME = N_("Type the name of a file.")
