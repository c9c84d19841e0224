"""The whole ceremony with real processes of the command line: cards made offline, an organisation founded with their
public halves, a case lost and opened again for a colleague. Catalogue of attacks 70, 71.

Promise P12: the server never holds the recovery seed.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.custody_record import CustodyRecord, CustodyRecordFile, SignedRecord, signed_by_root
from hrd_cases.crypto.ceremony.recovery import BY_PEOPLE, SignedRequest
from hrd_cases.crypto.ceremony.shares import Share, combine, read_share
from hrd_cases.crypto.core.keys import OrgSeeds, recovery_keys
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS
from hrd_cases.crypto.core.primitives import totp
from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.recovery import requests, sets
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration

HERE = Path(__file__).resolve().parent
TITLE = "Strike at the mine"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One custodian's paper."""

    root: Share
    recovery: Share


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody's way in; each code is good once."""

    user: str
    handle: str
    passphrase: str
    codes: list[str] = field(default_factory=list)

    def typed(self) -> str:
        """What they type to log in on the command line."""
        return f"{self.handle}\n{self.passphrase}\n{self.codes.pop()}\n"


@dataclass(kw_only=True)
class Ceremony:
    """Two machines: `offline` knows no organisation, `server` is one; files are carried between them."""

    folder: Path
    cards: list[Card] = field(default_factory=list)
    newer: list[Card] = field(default_factory=list)  # once a set was made that replaces the first

    @property
    def instance(self) -> Path:
        return self.folder / "server" / "instance"

    @property
    def dump(self) -> Path:
        return self.folder / "memory"

    def carried(self, name: str) -> str:
        return str(self.folder / "carried" / name)

    def _started(self, machine: str, *words: str, remember: bool = False) -> subprocess.Popen[str]:
        saved = {name: value for name, value in os.environ.items() if not name.startswith("HRD_")}
        saved["HRD_INSTANCE"] = str(self.instance if machine == "server" else self.folder / machine / "instance")
        program = [str(HERE / "remembering.py"), str(self.dump)] if remember else ["-m", "hrd_cases.cli"]
        (self.folder / machine).mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, *program, *words],
            env={**saved, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])},
            cwd=self.folder / machine,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, machine: str, *words: str, typed: str = "", remember: bool = False) -> str:
        """Run one command to its end; what it said."""
        out, err = self._started(machine, *words, remember=remember).communicate(typed, timeout=120)
        assert "hrd-cases:" not in err, err
        return out

    def refused(self, machine: str, *words: str, typed: str = "") -> str:
        """Run one command that must refuse; the line it said."""
        process = self._started(machine, *words)
        _, err = process.communicate(typed, timeout=120)
        assert process.returncode in (1, 2), err
        return err

    def init(self) -> str:
        """Found the organisation; while it waits, the custodians sign the founder's key."""
        words = ("--organisation", "Group", "--founder", "Founder", "--language", "en")
        files = ("--recovery", self.carried("public"), "--request", self.carried("founder"))
        process = self._started("server", "init", *words, *files)
        assert process.stdin is not None
        assert process.stdout is not None
        text = ""
        while "Leave this command waiting" not in text:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            text += line
        assert not (self.instance / "organisation.json").exists()
        self.run(
            "offline",
            "recovery",
            "certify",
            self.carried("founder"),
            self.carried("certificate"),
            typed="yes\n" + "".join(card.root.text() for card in self.cards[:2]),
        )
        rest, err = process.communicate(self.carried("certificate") + "\n", timeout=120)
        assert process.returncode == 0, err
        return text + rest


def _card(text: str) -> Card:
    at = text.index("# recovery")
    return Card(root=read_share(text[:at]), recovery=read_share(text[at:]))


@pytest.fixture(scope="module")
def ceremony(tmp_path_factory: pytest.TempPathFactory) -> Ceremony:
    """Cards made on a machine without organisation, shown on its screen."""
    created = Ceremony(folder=tmp_path_factory.mktemp("ceremony"))
    (created.folder / "carried").mkdir()
    out = created.run(
        "offline", "recovery", "create", "--needed", "2", "--cards", "3", "--public", created.carried("public")
    )
    visible = re.findall(r"=== CARD \d of 3 ===\n(# root .*?\n)(# recovery .*?\n)\n", out + "\n", flags=re.DOTALL)
    created.cards = [Card(root=read_share(root), recovery=read_share(recovery)) for root, recovery in visible]
    assert len(created.cards) == 3
    return created


@pytest.fixture(scope="module")
def founder(ceremony: Ceremony) -> Person:
    """The founder, after the custodians signed their key and the cards were read back offline."""
    out = ceremony.init()
    assert "CARD:" not in out, "a card was printed on the server"
    codes = re.search(r"lost:\n((?:    [^\n]*\n)+)", out)
    handle, passphrase = re.search(r"handle:\s+(\S+)", out), re.search(r"passphrase:\s+([^\n]+)", out)
    assert codes
    assert handle
    assert passphrase
    with _server(ceremony) as runtime:
        assert sets.unread(runtime)
    both = "".join(card.root.text() + " ".join(card.recovery.words("kk")) + "\n" for card in ceremony.cards[1:])
    ceremony.run(
        "offline",
        *("recovery", "check", "--public", ceremony.carried("public"), "--proof", ceremony.carried("proof")),
        typed=both,
    )
    ceremony.run("server", "recovery", "adopt", ceremony.carried("proof"))
    _make_passphrases_cheap(ceremony.instance / "organisation.json")
    return Person(user="", handle=handle[1], passphrase=passphrase[1], codes=codes[1].split())


def _make_passphrases_cheap(policy: Path) -> None:
    """Who joins from now on derives at the tests' cost: many log-ins follow."""
    cheap = asdict(CHEAP_FOR_TESTS)
    policy.write_text(json.dumps({**json.loads(policy.read_text()), **cheap}))


@contextmanager
def _server(ceremony: Ceremony) -> Iterator[Runtime]:
    """The server's organisation, for what people do on its pages."""
    with _opened(ceremony.instance) as runtime:
        yield runtime


@contextmanager
def _opened(folder: Path) -> Iterator[Runtime]:
    runtime = organisation_setup.load(folder, f"sqlite:///{folder / 'cases.sqlite'}", folder / "evidence")
    try:
        yield runtime
    finally:
        runtime.database.close()


def _joins(runtime: Runtime, by: Person, name: str, role: str) -> Person:
    """Somebody comes in through the pages and is admitted."""
    session = accounts.sign_in(runtime, by.handle, by.passphrase, by.codes.pop(), now())
    with runtime.writing(session, now()) as ctx:
        code = administration.invite(ctx, frozenset({role}))
    token = accounts.begin_activation(runtime, code, now())
    offer = accounts.offer(runtime, token, now())
    assert offer is not None
    assert offer.second is not None
    code = totp(offer.second.seed, int(now().timestamp()))
    new = accounts.finish_activation(runtime, token, offer.passphrase, code, now())
    with runtime.writing(session, now()) as ctx:
        administration.certify(ctx, new.actor.user, name, frozenset({role}))
    codes = list(offer.recovery_codes)
    return Person(user=new.actor.user, handle=offer.handle, passphrase=offer.passphrase, codes=codes)


def _needles(ceremony: Ceremony, kind: str = "recovery") -> list[bytes]:
    """Everything by which a seed could be recognised: its bytes, what follows from them, how they may be written."""
    seed = combine([getattr(card, kind) for card in ceremony.cards])
    secrets = [seed.reveal()]
    if kind == "recovery":
        keys = recovery_keys(seed)
        secrets += [keys.kem_seed.reveal(), keys.sign_seed.reveal()]
    secrets += [getattr(card, kind).value.reveal() for card in ceremony.cards]
    written = [
        form(secret) for secret in secrets for form in (bytes.hex, lambda item: base64.b64encode(item).decode()[:40])
    ]
    groups = [" ".join(getattr(card, kind).groups[:4]) for card in ceremony.cards]
    words = [
        " ".join(getattr(card, kind).words(lang)[4:8]) for card in ceremony.cards for lang in ("latin", "ru", "kk")
    ]
    return [*secrets, *(text.encode() for text in (*written, *groups, *words))]


def _found(needles: list[bytes], *places: Path) -> list[str]:
    paths = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file()]
    assert paths
    return [str(path) for path in paths if any(needle in path.read_bytes() for needle in needles)]


def test_the_whole_ceremony_and_the_server_never_holds_the_recovery_seed(ceremony: Ceremony, founder: Person) -> None:
    with _server(ceremony) as runtime:
        assert sets.unread(runtime) == ""
        second = _joins(runtime, founder, "Second administrator", "administrator")
        leaver = _joins(runtime, founder, "Leaver", "caseworker")
        heir = _joins(runtime, founder, "Heir", "caseworker")
        session = accounts.sign_in(runtime, leaver.handle, leaver.passphrase, leaver.codes.pop(), now())
        with runtime.writing(session, now()) as ctx:
            case = cases.create(ctx, Case(title=TITLE))

    drawn_up = ("recovery", "record", ceremony.carried("draft"), "--by-custodians")
    out = ceremony.run("server", *drawn_up)
    listed = re.findall(r"Administrator: +(\S.*)\n", out)
    assert len(listed) == 2
    signing = ("recovery", "certify", ceremony.carried("draft"), ceremony.carried("record"))
    root = "yes\n" + "".join(card.root.text() for card in ceremony.cards[:2])
    assert listed == re.findall(r"Administrator: +(\S.*)\n", ceremony.run("offline", *signing, typed=root))
    ceremony.run("server", "recovery", "adopt", ceremony.carried("record"))
    newer = ("recovery", "record", ceremony.carried("kept"))
    ceremony.run("server", *newer, typed=founder.typed() + second.typed())

    assert "changed since the custodians' record" not in ceremony.run("server", "check")
    with _server(ceremony) as runtime:
        _joins(runtime, founder, "Lawyer", "lawyer")
    assert "changed since the custodians' record" in ceremony.run("server", "check")

    asking = ("recovery", "export", ceremony.carried("request"), "--for", heir.user, "--of", leaver.user)
    out = ceremony.run(
        "server", *asking, "--reason", "passphrase forgotten", typed=founder.typed() + second.typed(), remember=True
    )
    assert "a request for 1 case." in out
    words = re.search(r"to compare there: (.+)", out)
    assert words
    memory_of_export = _found(_needles(ceremony), ceremony.dump)
    assert _found([b"passphrase forgotten"], ceremony.dump), "the memory that was searched is none"

    words_alone = ("recovery", "use", ceremony.carried("request"), ceremony.carried("answer"))
    opening = (*words_alone, "--record", ceremony.carried("kept"))
    two = ceremony.cards[0].recovery.text() + "\n".join(ceremony.cards[2].recovery.words("ru")) + "\n"
    assert "Stopped" in ceremony.refused("offline", *opening, typed="no\n" + two)
    out = ceremony.run("offline", *opening, typed="yes\n" + two, remember=True)
    assert words[1] in out
    assert "passphrase forgotten" in out
    assert sorted(re.findall(r"Signed by administrator: +(\S.*)\n", out)) == sorted(listed)
    assert "the record is 0 days old" in out
    assert "root cards are needed" not in out
    assert re.search(r"Lawyers' parts in all: +0\n", out)
    assert re.search(r"Cases in all: +1\n", out)
    assert _found(_needles(ceremony), ceremony.dump), "the custodians' machine held the seed: so the search can find it"

    out = ceremony.run("server", "recovery", "import", ceremony.carried("answer"), typed=founder.typed(), remember=True)
    assert "Keys of cases (1) wait for account" in out
    assert _found(_needles(ceremony), ceremony.dump) == memory_of_export == []

    with _server(ceremony) as runtime:
        session = accounts.sign_in(runtime, heir.handle, heir.passphrase, heir.codes.pop(), now())
        with runtime.reading(session, now()) as ctx:
            assert cases.overview(ctx, case).case.value.title == TITLE
    secret = _needles(ceremony) + _needles(ceremony, "root")
    carried = ceremony.folder / "carried"
    assert _found(secret, ceremony.instance, ceremony.folder / "server", carried) == []
    assert [path for path in (ceremony.folder / "offline").rglob("*") if path.is_file()] == []


def test_who_alone_asks_for_everything_is_told_that_the_root_cards_are_needed(
    ceremony: Ceremony, founder: Person, at: Callable[..., Any]
) -> None:
    """A request of one's own making, with the true record; a record of one's own making; an old record; none."""
    place = {name: Path(ceremony.carried(f"attack.{name}")) for name in ("draft", "record", "request", "answer")}
    server = ("recovery", "record", str(place["draft"]), "--by-custodians")
    assert at("server", *server).status == 0
    draft = CustodyRecord.decode(place["draft"].read_bytes())
    root = combine([card.root for card in ceremony.cards])
    with _server(ceremony) as runtime:
        session = accounts.sign_in(runtime, founder.handle, founder.passphrase, founder.codes.pop(), now())
        with runtime.writing(session, now()) as ctx:
            requested = requests.RequestedKeys(account=session.actor.user, reason="mine")
            with pytest.raises(RuleBroken):
                requests.ask(ctx, requested, None)
        with runtime.writing(None, now()) as ctx:
            asked = SignedRequest.decode(requests.ask(ctx, requested, None).data)
        forged = replace(asked.request, authority=BY_PEOPLE)
        signatures = requests.signatures_of(forged, session)
        alone = SignedRequest(request=forged, signatures=signatures * 2)
        planted = SignedRecord(draft, requests.signatures_of(draft, session))
    place["request"].write_bytes(alone.encode())
    place["record"].write_bytes(signed_by_root(draft, root).encode())
    use = ("recovery", "use", str(place["request"]), str(place["answer"]))
    brought = ("--record", str(place["record"]))
    recovery = "yes\n" + "".join(card.recovery.text() for card in ceremony.cards[1:])
    for words, because in (((), "record is not here"), (brought, "[Ff]ewer than two administrators")):
        screen = at("offline", *use, *words, typed=recovery)
        assert re.search(rf"The root cards are needed: .*{because}", screen.out), screen.err
        assert screen.status != 0
        assert not place["answer"].exists()
    place["record"].write_bytes(CustodyRecordFile(records=(planted,)).encode())
    assert "those who must sign it did not" in at("offline", *use, *brought, typed=recovery).complaint
    place["record"].write_bytes(signed_by_root(replace(draft, day=draft.day - 91), root).encode())
    old = at("offline", *use, *brought, typed="no\n")
    assert "the record is 91 days old" in old.out
    assert "WARNING: it is older than 90 days" in old.out


def test_the_public_record_holds_no_share_and_is_read_by_its_owner_alone(ceremony: Ceremony) -> None:
    path = Path(ceremony.carried("public"))
    record = CardSet.from_file(path.read_bytes())
    assert (record.needed, record.count) == (2, 3)
    assert (
        record.pins
        == OrgSeeds(
            root_seed=combine([card.root for card in ceremony.cards[:2]]),
            recovery=combine([card.recovery for card in ceremony.cards[1:]]),
        ).pins()
    )
    assert path.stat().st_mode & 0o077 == 0


@pytest.fixture
def at(ceremony: Ceremony, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a command in this process, on the one machine or the other."""

    def command(machine: str, *words: str, typed: str = "") -> Any:
        folder = ceremony.instance if machine == "server" else ceremony.folder / "nothing"
        monkeypatch.setenv("HRD_INSTANCE", str(folder))
        return run(*words, typed=typed)

    return command


def test_a_custodian_was_lost_and_a_new_set_replaces_the_old_one(
    ceremony: Ceremony, founder: Person, at: Callable[..., Any]
) -> None:
    typed = "".join(card.root.text() + card.recovery.text() for card in ceremony.cards[:2])
    wording = at(
        "offline",
        *("recovery", "reshare", "--old", ceremony.carried("public"), "--public", ceremony.carried("newer")),
        *("--needed", "3", "--cards", "4"),
        typed=typed,
    )
    assert wording.status == 0, wording.err
    old = ceremony.cards[0].root.set_name
    assert f"burns their card of set {old}" in wording.out
    assert f"Set {old} is void" in at("server", "recovery", "adopt", ceremony.carried("newer")).out
    assert "does not replace" in at("server", "recovery", "adopt", ceremony.carried("public")).complaint
    assert "replaced: it is no longer valid" in at("server", "recovery", "check", typed=typed).complaint
    assert "never read back" in at("server", "check").out
    new = re.findall(r"=== CARD \d of 4 ===\n(# root .*?\n# recovery .*?\n)\n", wording.out + "\n", flags=re.DOTALL)
    assert len(new) == 4
    ceremony.newer = [_card(text) for text in new]
    read = at("server", "recovery", "check", typed="".join(new[1:]))
    assert "Remembered here" in read.out, read.err
    assert at("server", "check").status == 0


def test_cards_as_sheets_are_readable_by_their_owner_alone(ceremony: Ceremony, at: Callable[..., Any]) -> None:
    folder = ceremony.folder / "sheets"
    words = ("--needed", "2", "--cards", "2", "--language", "kk", "--public", str(ceremony.folder / "sheets.public"))
    text = at("offline", "recovery", "create", *words, "--out", str(folder))
    assert text.status == 0, text.err
    assert sorted(sheet.name for sheet in folder.iterdir()) == ["card-1.pdf", "card-2.pdf"]
    assert all(item.stat().st_mode & 0o077 == 0 for item in (folder, *folder.iterdir()))
    assert all(sheet.read_bytes()[:5] == b"%PDF-" for sheet in folder.iterdir())
    assert "=== CARD" not in text.out
    again = at("offline", "recovery", "create", *words[:-1], str(ceremony.folder / "x"), "--out", str(folder))
    assert "қалтасы бос емес" in again.complaint, "the language of the cards is that of the command"


def test_wrong_use_says_what_to_do_and_makes_nothing(
    ceremony: Ceremony, founder: Person, at: Callable[..., Any]
) -> None:
    public, never = ceremony.carried("public"), ceremony.carried("never")
    create = ("offline", "recovery", "create", "--cards", "3", "--needed")
    wrong = "".join(
        card.root.text() + card.recovery.text().replace(card.recovery.groups[3], "QQQQQ") for card in ceremony.cards
    )
    for words, typed, complaint in (
        ((*create, "2", "--public", public), "", "is there already"),
        ((*create, "1", "--public", never), "", "at least 2"),
        (("offline", "recovery", "check", "--public", ceremony.carried("proof")), "", "public record"),
        (("offline", "recovery", "check", "--public", public), wrong, "Group 4"),
        (("offline", "recovery", "use", public, never), "", "not a request"),
        (("offline", "recovery", "certify", public, never), "", "not a request"),
        (("offline", "recovery", "adopt", public), "", "no organisation"),
        (("server", "recovery", "import", public), "", "not an answer"),
        (("server", "init", "--read-back"), "", "recovery check"),
        (("offline", "init", "--recovery", public), "", "belong together"),
        (("server", "recovery", "export", public, "--for", "x", "--reason", "y"), "", "is there already"),
        (
            ("server", "recovery", "export", never, "--for", "x", "--reason", "y", "--by-custodians"),
            "",
            "no such account",
        ),
    ):
        text = at(*words, typed=typed)
        assert complaint in text.complaint
        assert text.status in (1, 2)
    assert not Path(never).exists()


def test_the_two_cards_of_init_are_split_by_one_command(
    ceremony: Ceremony, founded_once: tuple[Path, str], at: Callable[..., Any], tmp_path: Path
) -> None:
    """The organisation keeps its keys: the record made from its two cards is adopted there, and nowhere else."""
    folder, out = founded_once
    cards = re.findall(r"CARD: [^\n]*\n(# (?:root|recovery) [^\n]*\n(?:[^#\n][^\n]*\n){4})", out)
    words = (
        "recovery",
        "create",
        "--from-cards",
        "--needed",
        "2",
        "--cards",
        "2",
        "--public",
        str(tmp_path / "public"),
    )
    assert "the other card" in at("offline", *words, typed=cards[1] + cards[0]).complaint
    text = at("offline", *words, typed="".join(cards))
    assert text.status == 0, text.err
    assert "burn the two whole cards" in text.out
    instance = tmp_path / "instance"
    shutil.copytree(folder, instance)
    with _opened(instance) as runtime:
        sets.adopt(runtime, (tmp_path / "public").read_bytes(), now())
        assert sets.unread(runtime)
    assert "another organisation" in at("server", "recovery", "adopt", str(tmp_path / "public")).complaint


def test_the_only_administrator_is_gone_and_the_root_admits_another(
    ceremony: Ceremony, founder: Person, at: Callable[..., Any]
) -> None:
    """Without any log-in on the server: a code, a request, root and recovery cards, the answer."""
    text = at("server", "recovery", "newcomer")
    code = re.search(r"One-time code: (\S+)", text.out)
    assert code, text.err
    with _server(ceremony) as runtime:
        token = accounts.begin_activation(runtime, code[1], now())
        offer = accounts.offer(runtime, token, now())
        assert offer is not None
        assert offer.second is not None
        figures = totp(offer.second.seed, int(now().timestamp()))
        session = accounts.finish_activation(runtime, token, offer.passphrase, figures, now())
    listed = at("server", "recovery", "newcomer", "--list").out
    words = next(line.partition("  ")[2] for line in listed.splitlines() if line.startswith(session.actor.user))
    request, answer = ceremony.carried("asked"), ceremony.carried("answered")
    who = ("--for", session.actor.user, "--by-custodians", "--certify", "administrator", "--reason", "nobody left")
    assert at("server", "recovery", "export", request, *who).status == 0
    asked = SignedRequest.decode(Path(request).read_bytes())
    hiding = replace(asked.request, reason="Lost\x1b[8m\nCase:  none\u202e")
    Path(ceremony.carried("hiding")).write_bytes(replace(asked, request=hiding).encode())
    screen = at("offline", "recovery", "use", ceremony.carried("hiding"), answer, typed="no\n").out
    assert "Lost<U+001B>[8m<U+000A>Case:  none<U+202E>\n" in screen
    cards = (ceremony.newer or ceremony.cards)[1:]
    if ceremony.newer:
        old = "yes\n" + ceremony.cards[0].root.text()
        assert (
            "replaced: it is no longer valid" in at("offline", "recovery", "use", request, answer, typed=old).complaint
        )
    typed = "yes\n" + "".join(card.root.text() + card.recovery.text() for card in cards)
    used = at("offline", "recovery", "use", request, answer, typed=typed)
    assert used.status == 0, used.err
    assert words in used.out
    assert re.search(r"Admitted by: +the root\n", used.out)
    assert re.search(r"The root cards are needed: +The root admits the person.\n", used.out)
    taken = at("server", "recovery", "import", answer)
    assert "The root admitted" in taken.out, taken.err
    with _server(ceremony) as runtime:
        handle, passphrase, backup = offer.handle, offer.passphrase, offer.recovery_codes[0]
        assert accounts.sign_in(runtime, handle, passphrase, backup, now()).actor.roles == {"administrator"}


@pytest.mark.slow
def test_the_drill_plays_it_all_with_the_cards_typed_by_itself(at: Callable[..., Any]) -> None:
    text = at("offline", "recovery", "drill", "--auto", "--json")
    assert text.status == 0, text.err
    assert text.told["good"]
    assert len(text.told["steps"]) == 10
