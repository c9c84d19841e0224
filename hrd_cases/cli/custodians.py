"""Custodians at a keyboard: their cards typed in one after the other, and the files that they carry away."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from hrd_cases.cli.terminal import Stop, ask, refuse, say
from hrd_cases.crypto import cards, shares
from hrd_cases.crypto.card_sets import CardSet
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.recovery.custody import KINDS, Hands

TRIES = 5
ASKED = f"its {shares.GROUPS} groups, or its {shares.WORDS} words"
TAKEN = "%s is there already: name another file, nothing is overwritten."
LARGEST = 512 * 1024 * 1024


def gather(kinds: tuple[str, ...] = KINDS, record: CardSet | None = None) -> dict[str, Hands]:
    """Ask one custodian after the other for their card, or the parts of it that are needed, until there are enough."""
    hands = {kind: Hands(kind=kind, record=record) for kind in kinds}
    custodian = 0
    while any(one.missing for one in hands.values()):
        custodian += 1
        for kind in (kind for kind in kinds if hands[kind].missing):
            say(f"Custodian {custodian}: the {kind} key of the card. Type {ASKED}.")
            take: Callable[[str], object] = hands[kind].take
            until_right(take, share_lines)
            left = hands[kind].missing
            share = hands[kind].shares[-1]
            say(f"Card {share.number} of set {share.set_name} is right; {left} more needed." if left else "Enough.")
    return hands


def until_right(read: Callable[[str], object], lines: Callable[[], str], then: str = "begin anew.") -> None:
    """Let a person type again what was not right; a script is told once. `then`: what to do when it never was."""
    for _ in range(TRIES):
        try:
            read(lines())
        except RuleBroken as rule:
            if not sys.stdin.isatty():
                raise
            say(rule.text % rule.values if rule.values else rule.text)
        else:
            return
    raise Stop(f"The card could not be read. Look at it again, then {then}")


def share_lines() -> str:
    """Lines of one part of a card until all its groups, or all its words, are there; an empty line ends it too."""
    return _lines(lambda typed: shares.GROUPS if any(any(map(str.isdigit, one)) for one in typed) else shares.WORDS)


def whole_lines() -> str:
    """Lines of a whole card as `init` prints it."""
    return _lines(lambda _: cards.GROUPS)


def _lines(wanted: Callable[[list[str]], int]) -> str:
    lines: list[str] = []
    typed: list[str] = []
    # A word has no digit; seventeen groups without any do not happen.
    while len(typed) < wanted(typed):
        line = ask("")
        if not line and typed:
            break
        lines.append(line)
        typed += [] if line.lstrip().startswith("#") else line.replace("-", " ").split()
    return "\n".join(lines)


def read_file(path: Path) -> bytes:
    """The bytes of a file that people carried here."""
    if path.stat().st_size > LARGEST:
        refuse(f"{path} is larger than any file of a ceremony.")
    return path.read_bytes()


def free(path: Path) -> None:
    """Stop, before anybody types anything, when there is a file of this name already."""
    if path.exists():
        refuse(TAKEN % path)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads; Stop when there is one already."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        refuse(TAKEN % path)


def agree(question: str) -> None:
    """Go on only when a person answers yes."""
    if ask(f"{question} Type yes to go on") != "yes":
        raise Stop("Stopped; nothing was made.")
