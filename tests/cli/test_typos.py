"""A ceremony of many people survives a slip at every one of its questions: what is not right is asked for again."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hrd_world import code_of

from hrd_cases.cli import main
from hrd_cases.cli.place import now
from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.shares import combine, read_share
from hrd_cases.domain.cases import Case
from hrd_cases.render import process
from hrd_cases.render.process import BuildLimits
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.recovery import offline
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration

Question = tuple[str, str]  # a wrong answer, and the right one


class Script:
    """A terminal whose lines come from a person who acts between two questions."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def readline(self) -> str:
        return next(self.lines, "")

    def isatty(self) -> bool:
        return False


@pytest.fixture
def play(here, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Run a command against lines that are made one after the other."""

    def command(*words: str, lines: Iterator[str]) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", Script(lines))
        mask = os.umask(0o022)
        try:
            status = main(words)
        finally:
            os.umask(mask)
        return status, *capsys.readouterr()

    return command


def typed(questions: list[Question], slip: int) -> Iterator[str]:
    """The answers, with a wrong one before the right one at question `slip`."""
    for at, (wrong, right) in enumerate(questions):
        if at == slip:
            yield from wrong.splitlines(keepends=True)
        yield from right.splitlines(keepends=True)


def miswritten(card: str) -> str:
    """A card with one letter of its second group wrong."""
    head, rest = card.split("\n", 1)
    groups = rest.split()
    letter = "2" if groups[1][0] != "2" else "3"
    groups[1] = letter + groups[1][1:]
    return f"{head}\n{' '.join(groups)}\n"


@pytest.fixture(scope="module")
def cards(tmp_path_factory) -> tuple[Path, list[tuple[str, str]]]:
    """A set of three cards, two of which open: its record, and what the custodians hold."""
    public = tmp_path_factory.mktemp("set") / "set.hrd"
    words = ["recovery", "create", "--needed", "2", "--cards", "3", "--public", str(public)]
    text = subprocess.run(
        [sys.executable, "-m", "hrd_cases.cli", *words], capture_output=True, text=True, check=True
    ).stdout
    current = re.findall(r"=== CARD \d of 3 ===\n(# root .*?\n)(# recovery .*?\n)(?=Words)", text, flags=re.DOTALL)
    assert len(current) == 3
    assert text.count("Words of the keys: ") == 4, "each card says which keys it belongs to"
    return public, current


def _blocks(current: list[tuple[str, str]], kinds: tuple[int, ...] = (0, 1)) -> list[Question]:
    return [(miswritten(card[kind]), card[kind]) for card in current for kind in kinds]


@pytest.mark.parametrize("slip", range(4))
def test_reading_back(play, cards, tmp_path, slip):
    public, current = cards
    proof = tmp_path / "proof.hrd"
    words = ("recovery", "check", "--public", str(public), "--proof", str(proof))
    status, out, err = play(*words, lines=typed(_blocks(current[:2]), slip))
    assert status == 0, err
    assert "Group 2 is not right" in err
    assert proof.exists()
    assert "--all reads every card" in out


@pytest.mark.parametrize("slip", range(6))
def test_reading_every_card_back(play, cards, slip):
    public, current = cards
    status, out, err = play("recovery", "check", "--all", "--public", str(public), lines=typed(_blocks(current), slip))
    assert status == 0, err
    assert "The cards give the pinned keys." in out
    short = play("recovery", "check", "--all", "--public", str(public), lines=typed(_blocks(current[:2]), 9))
    assert short[0] != 0, "two of three are not all"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("slip", range(2))
def test_one_custodian_proves_one_card_alone(play, cards, number, slip):
    public, current = cards
    words = ("recovery", "check", "--card", "--public", str(public))
    status, out, err = play(*words, lines=typed(_blocks([current[number - 1]]), slip))
    assert status == 0, err
    assert f"Card {number} of set" in out
    mixed = [("", current[0][0]), ("", current[1][1])]
    assert play(*words, lines=typed(mixed, 9))[0] == 1, "the halves of two cards are no card"


@pytest.mark.parametrize("slip", range(3))
def test_certifying(play, cards, tmp_path, slip):
    public, current = cards
    request = tmp_path / "founder.hrd"
    answer = tmp_path / "certificate.hrd"
    names = ("--organisation", "O", "--founder", "F", "--language", "en")
    init = ("init", *names, "--recovery", str(public), "--request", str(request))
    questions = [("yse\n", "yes\n"), *_blocks(current[:2], (0,))]
    assert play(*init, lines=iter(()))[0] == 2
    status, _, err = play("recovery", "certify", str(request), str(answer), lines=typed(questions, slip))
    assert status == 0, err
    assert answer.exists()


WRONG_FILES = ("\n", "nope.hrd\n", "{empty}\n", "{other}\n", "{folder}\n")


@pytest.mark.parametrize("wrong", WRONG_FILES)
@pytest.mark.parametrize("slip", range(4))
def test_founding_with_cards(play, cards, here, tmp_path, slip, wrong):
    public, current = cards
    request, answer, empty = tmp_path / "founder.hrd", tmp_path / "answer.hrd", tmp_path / "empty.hrd"
    empty.write_bytes(b"")
    if slip < 3 and wrong != WRONG_FILES[0]:
        pytest.skip("a file is asked for last")
    bad_file = wrong.format(empty=empty, other=public, folder=tmp_path)

    def lines() -> Iterator[str]:
        yield from typed([("\n", "Group\n"), ("\n", "Founder\n"), ("xx\n", "en\n")], slip)
        record = CardSet.from_file(public.read_bytes())
        root = combine([read_share(card[0]) for card in current[:2]], record.marks("root"))
        answer.write_bytes(offline.certify(offline.read_certify(request.read_bytes()), root))
        yield from typed([(bad_file, f"{answer}\n")], slip - 3)

    status, out, err = play("init", "--recovery", str(public), "--request", str(request), lines=lines())
    assert status == 0, err
    assert (here / "organisation.json").exists()
    assert "Your handle:" in out


@pytest.mark.parametrize("slip", range(5))
def test_founding_with_two_cards(play, here, monkeypatch, capsys, slip):
    visible: list[str] = []

    def lines() -> Iterator[str]:
        yield from typed([("\n", "Group\n"), (f"{'x' * 201}\n", "Founder\n"), ("english\n", "en\n")], slip)
        visible.append(capsys.readouterr().out)
        root, recovery = re.findall(r"CARD: [^\n]*\n(# (?:root|recovery) [^\n]*\n(?:[^#\n][^\n]*\n){4})", visible[0])
        yield from typed([(recovery, root), (root, recovery)], slip - 3)

    status, _, err = play("init", lines=lines())
    assert status == 0, err
    assert '"cards_read_back": true' in (here / "organisation.json").read_text()


@pytest.mark.parametrize("slip", range(2))
def test_splitting_the_two_cards(play, founder, tmp_path, slip):
    public = tmp_path / "set.hrd"
    words = ("recovery", "create", "--from-cards", "--needed", "2", "--cards", "2", "--public", str(public))
    questions = [(founder.recovery, founder.root), (miswritten(founder.recovery), founder.recovery)]
    status, out, err = play(*words, lines=typed(questions, slip))
    assert status == 0, err
    assert public.exists()
    assert "CARD 2 of 2" in out


@pytest.mark.parametrize("slip", range(3))
def test_asking_opening_and_taking_in(play, founder, tmp_path, slip):
    """The request of a founder who has codes left: its log-ins, its cards, its way back."""
    codes = iter(founder.codes)

    def log_in() -> Question:
        wrong = f"{founder.handle}\nwrong wrong wrong\n{next(codes)}\n"
        return wrong, f"{founder.handle}\n{founder.passphrase}\n{next(codes)}\n"

    request, answer = tmp_path / "request.hrd", tmp_path / "answer.hrd"
    newcomer = play("recovery", "newcomer", lines=iter(()))
    assert newcomer[0] == 0
    account = _account(play, next(codes), founder)
    words = ("recovery", "export", str(request), "--for", account, "--of", account, "--reason", "Lost")
    status, _, err = play(*words, lines=typed([log_in(), log_in()], slip))
    assert "Unforeseen" not in err
    assert ("Log-in refused" in err) is (slip < 2)
    assert status == 1
    assert "Two people are needed" in err or "no account" in err.lower() or "second" in err.lower()
    assert not request.exists()
    assert not answer.exists()


def every(questions: list[Question]) -> Iterator[str]:
    """The answers, each after a wrong one."""
    for pair in questions:
        for text in pair:
            yield from text.splitlines(keepends=True)


@dataclass
class Staff:
    """Somebody who logs in on the command line, with the codes that are left."""

    user: str
    handle: str
    passphrase: str
    codes: list[str]

    def log_in(self) -> Question:
        """A wrong passphrase, then the right one; each takes a code."""
        return tuple(  # type: ignore[return-value]
            f"{self.handle}\n{text}\n{self.codes.pop()}\n" for text in ("wrong wrong wrong", self.passphrase)
        )

    def session(self, runtime: Runtime) -> Session:
        """The same at the pages."""
        return accounts.sign_in(runtime, self.handle, self.passphrase, self.codes.pop(), now())


def _founder(out: str) -> Staff:
    codes = re.search(r"lost:\n((?:    [^\n]*\n)+)", out)
    handle, passphrase = re.search(r"handle:\s+(\S+)", out), re.search(r"passphrase:\s+([^\n]+)", out)
    assert codes
    assert handle
    assert passphrase
    return Staff(user="", handle=handle[1], passphrase=passphrase[1], codes=codes[1].split())


def _joins(runtime: Runtime, session: Session, role: str) -> Staff:
    """Somebody new, by the pages."""
    with runtime.writing(session, now()) as ctx:
        code = administration.invite(ctx, frozenset({role}))
    token = accounts.begin_activation(runtime, code, now())
    offer = accounts.offer(runtime, token, now())
    assert offer is not None
    figures = code_of(offer.secret, now())
    user = accounts.finish_activation(runtime, token, offer.passphrase, figures, now()).actor.user
    with runtime.writing(session, now()) as ctx:
        administration.certify(ctx, user, f"The {role}", frozenset({role}))
    return Staff(user=user, handle=offer.handle, passphrase=offer.passphrase, codes=list(offer.recovery_codes))


def test_the_whole_chain_with_a_slip_at_every_question(play, cards, here, tmp_path):
    """Founded with cards, read back, adopted; then a lost account's case: asked for, opened, taken in."""
    public, current = cards
    carried = {name: tmp_path / f"{name}.hrd" for name in ("asked", "signed", "proof", "request", "answer")}

    def founding_lines() -> Iterator[str]:
        yield from every([("\n", "Group\n"), ("\n", "Founder\n"), ("xx\n", "en\n")])
        record = CardSet.from_file(public.read_bytes())
        root = combine([read_share(card[0]) for card in current[:2]], record.marks("root"))
        carried["signed"].write_bytes(offline.certify(offline.read_certify(carried["asked"].read_bytes()), root))
        yield from ("\n", "nope.hrd\n", f"{public}\n", f"{tmp_path}\n")
        yield f"{carried['signed']}\n"

    def done(*words: str, lines: Iterator[str] | None = None) -> str:
        status, out, err = play(*words, lines=lines or iter(()))
        assert status == 0, (words, err)
        assert "Unforeseen" not in err
        return out

    founder = _founder(
        done("init", "--recovery", str(public), "--request", str(carried["asked"]), lines=founding_lines())
    )
    read = ("recovery", "check", "--public", str(public), "--proof", str(carried["proof"]))
    done(*read, lines=every(_blocks(current[:2])))
    done("recovery", "adopt", str(carried["proof"]))
    runtime = organisation_setup.load(here, f"sqlite:///{here / 'cases.sqlite'}", here / "evidence")
    session = founder.session(runtime)
    second, lost, heir = (_joins(runtime, session, role) for role in ("administrator", "caseworker", "caseworker"))
    with runtime.writing(
        accounts.sign_in(runtime, lost.handle, lost.passphrase, lost.codes.pop(), now()), now()
    ) as ctx:
        case = cases.create(ctx, Case(title="Left behind"))
    runtime.database.close()
    asking = ("recovery", "export", str(carried["request"]), "--for", heir.user, "--of", lost.user, "--reason", "Lost")
    assert "a request for 1 case" in done(*asking, lines=every([founder.log_in(), second.log_in()]))
    using = ("recovery", "use", str(carried["request"]), str(carried["answer"]))
    # Nobody brought the custodians' record: the root cards are asked for as well.
    done(*using, lines=every([("yse\n", "yes\n"), *_blocks(current[1:])]))
    assert "wait for account" in done("recovery", "import", str(carried["answer"]), lines=every([founder.log_in()]))
    runtime = organisation_setup.load(here, f"sqlite:///{here / 'cases.sqlite'}", here / "evidence")
    with runtime.reading(
        accounts.sign_in(runtime, heir.handle, heir.passphrase, heir.codes.pop(), now()), now()
    ) as ctx:
        assert cases.overview(ctx, case).case.value.title == "Left behind"
    runtime.database.close()


def _account(play, code: str, founder) -> str:
    out = play("user", "list", "--json", lines=iter([f"{founder.handle}\n", f"{founder.passphrase}\n", f"{code}\n"]))[1]
    return re.search(r'"id": "([0-9a-f]{32})"', out)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("recovery", "create", "--needed", "2", "--cards", "3", "--public", "MISSING/set.hrd"),
        ("recovery", "create", "--needed", "2", "--cards", "3", "--public", "set.hrd", "--out", "MISSING/deep/cards"),
        ("recovery", "create", "--needed", "4", "--cards", "3", "--public", "set.hrd"),
        ("recovery", "create", "--from-cards", "--needed", "2", "--cards", "3", "--public", "MISSING/set.hrd"),
        ("recovery", "check", "--public", "PUBLIC", "--proof", "MISSING/p.hrd"),
        ("recovery", "check", "--public", "nothing.hrd"),
        ("recovery", "use", "PUBLIC", "MISSING/a.hrd"),
        ("recovery", "use", "nothing.hrd", "a.hrd"),
        ("recovery", "certify", "PUBLIC", "MISSING/a.hrd"),
        ("recovery", "certify", "PUBLIC", "a.hrd"),
        ("recovery", "export", "MISSING/r.hrd", "--for", "x", "--reason", "y"),
        ("recovery", "import", "nothing.hrd"),
        ("init", "--recovery", "PUBLIC", "--request", "MISSING/f.hrd"),
        ("init", "--recovery", "nothing.hrd", "--request", "f.hrd"),
    ],
    ids=" ".join,
)
def test_nothing_is_asked_before_everything_was_looked_at(play, cards, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    shutil.copy(cards[0], tmp_path / "PUBLIC")

    def nobody() -> Iterator[str]:
        raise AssertionError("somebody was asked")
        yield ""

    status, out, err = play(*words, lines=nobody())
    assert status in (1, 2)
    assert "Unforeseen" not in err
    assert "CARD" not in out
    assert {path.name for path in tmp_path.iterdir()} <= {"PUBLIC", "instance"}


def test_no_card_is_left_when_one_can_not_be_made(play, tmp_path, monkeypatch):
    real = process.build_card
    created: list[int] = []

    def breaks_off(card, limits: BuildLimits | None = None) -> bytes:
        created.append(card.number)
        if len(created) == 2:
            raise OSError(28, "No space left on device", "card-2.pdf")
        return real(card, limits)

    monkeypatch.setattr("hrd_cases.services.recovery.custody.build_card", breaks_off)
    words = ("--needed", "2", "--cards", "3", "--public", str(tmp_path / "set.hrd"), "--out", str(tmp_path / "cards"))
    status, _, err = play("recovery", "create", *words, lines=iter(()))
    assert status == 1
    assert "No space left" in err
    assert not (tmp_path / "set.hrd").exists()
    assert not any((tmp_path / "cards").glob("*"))


@pytest.mark.parametrize("out", [(), ("--out", "cards")], ids=["shown", "as files"])
def test_no_card_is_made_when_its_record_can_not_be_written(play, tmp_path, monkeypatch, out):
    """A link that leads nowhere: it looks free, and nothing is written through it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set.hrd").symlink_to(tmp_path / "nowhere" / "set.hrd")
    status, text, err = play(
        "recovery", "create", "--needed", "2", "--cards", "2", "--public", "set.hrd", *out, lines=iter(())
    )
    assert status == 2
    assert "set.hrd is there already" in err
    assert "CARD" not in text
    assert not any(tmp_path.rglob("*.pdf"))
