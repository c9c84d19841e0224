"""The whole ceremony with an invented organisation: keys made, cards read back, a case lost, asked for, opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hrd_cases.crypto.ceremony.card_sets import NewCardSet
from hrd_cases.crypto.ceremony.custody_record import CustodyRecord
from hrd_cases.crypto.ceremony.shares import Share
from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.crypto.core.passphrases import FLOOR, KdfParams
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.access.roles import ADMINISTRATOR, CASEWORKER
from hrd_cases.domain.cases import Case
from hrd_cases.domain.words import N_, Sentence
from hrd_cases.services.casework import cases
from hrd_cases.services.install import install
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.recovery import answering, custody, custody_records, offline, requests, sets
from hrd_cases.services.recovery.requests import RequestedKeys
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team.administration import joined

NEEDED, COUNT = 2, 3
MADE = N_("Root and recovery key were made and split: any %(needed)s of %(count)s cards.")
TITLE = "A case that nobody could open any more"
# Given the made cards, the kind and how many are needed, the custodians' hands return shares of that kind.
HandsOf = Callable[[NewCardSet, str], Sequence[Share]]


@dataclass(frozen=True, kw_only=True)
class DrillStep:
    """One step of the drill and how it went; `problem` is empty when it went well."""

    sentence: Sentence
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class _Person:
    handle: str
    passphrase: str
    user: str


@dataclass(kw_only=True)
class Drill:
    """An invented organisation in a folder that the caller throws away."""

    folder: Path
    now: datetime
    hands: HandsOf
    said: Callable[[DrillStep], None]
    kdf: KdfParams = FLOOR

    def play(self) -> bool:
        """Play every step; True when the case was opened again and no seed lies in the folder."""
        seeds = OrgSeeds.new()
        created = custody.make(seeds, needed=NEEDED, count=COUNT)
        self._say(MADE, needed=NEEDED, count=COUNT)
        runtime, founded = self._found(created, seeds)
        self._say(N_("An organisation was founded with the public halves; the custodians signed the founder's key."))
        try:
            sets.read_back(runtime, self._restored(created), self.now)
            self._say(N_("The cards were read back."))
            first = _Person(handle=founded.handle, passphrase=founded.passphrase, user=founded.user)
            return self._lose_and_recover(runtime, created, first) and self._nothing_left(runtime, seeds)
        finally:
            runtime.database.close()

    def _found(self, created: NewCardSet, seeds: OrgSeeds) -> tuple[Runtime, organisation_setup.Founded]:
        def ask(request: bytes, right: Callable[[bytes], bytes]) -> bytes:
            return right(offline.certify(offline.read_certify(request), self._seed(created, "root")))

        plan = organisation_setup.FoundingPlan(
            folder=self.folder / "instance",
            database_url=f"sqlite:///{self.folder / 'cases.sqlite'}",
            evidence=self.folder / "evidence",
            organisation="Drill",
            founder="First administrator",
            kdf=self.kdf,
            second_factor=False,
            cards_wait=True,
        )
        return organisation_setup.create_organisation(
            plan, self.now, install.keys_made_elsewhere(created.record.to_file(seeds), ask)
        )

    def _lose_and_recover(self, runtime: Runtime, created: NewCardSet, first: _Person) -> bool:
        second = self._admitted(runtime, first, "Second administrator", ADMINISTRATOR)
        lost = self._admitted(runtime, first, "Caseworker who leaves", CASEWORKER)
        heir = self._admitted(runtime, first, "Colleague", CASEWORKER)
        with runtime.writing(self._in(runtime, lost), self.now) as ctx:
            case = cases.create(ctx, Case(title=TITLE))
        self._say(N_("A caseworker began a case alone, and lost passphrase and codes."))
        kept = self._record(runtime, created, first, second)
        requested = RequestedKeys(account=heir.user, of=lost.user, reason="Drill")
        two = self._in(runtime, first), self._in(runtime, second)
        with runtime.writing(two[0], self.now) as ctx:
            request_data = requests.ask(ctx, requested, two[1])
        self._say(N_("Two administrators asked the custodians to open it for a colleague."))
        request = offline.read_request(request_data.data)
        summary = offline.summary(request, kept)
        self._say(
            N_("The custodians compared the words of the colleague's key: %(words)s"),
            words=" ".join(summary.person_words),
        )
        answered = offline.answer(request, kept, self._seed(created, "recovery"), None)
        self._say(N_("They opened what was asked for and wrapped it to the colleague's key."))
        with runtime.writing(self._in(runtime, first), self.now) as ctx:
            answering.take_in(ctx, answered.data)
        with runtime.reading(self._in(runtime, heir), self.now) as ctx:
            title = cases.overview(ctx, case).case.value.title
        self._say(N_("The colleague opened the case."), "" if title == TITLE else N_("It does not say what it said."))
        return bool(title == TITLE)

    def _record(self, runtime: Runtime, created: NewCardSet, first: _Person, second: _Person) -> CustodyRecord:
        """The first record by the root, a later one by two administrators, as the custodians keep it."""
        with runtime.reading(None, self.now) as ctx:
            draft = offline.read_draft(custody_records.draw_up(ctx).encode())
        custody_records.adopt(runtime, offline.sign_record(draft, self._seed(created, "root")), self.now)
        two = self._in(runtime, first), self._in(runtime, second)
        with runtime.writing(two[0], self.now) as ctx:
            signed = custody_records.sign(ctx, two[1])
        self._say(N_("The root signed the custodians' record, and two administrators signed the next one."))
        return offline.read_record(signed.encode())

    def _nothing_left(self, runtime: Runtime, seeds: OrgSeeds) -> bool:
        """No seed of the drill lies in what the server wrote."""
        runtime.database.close()
        needles = [secret.reveal() for secret in (seeds.root_seed, seeds.recovery)]
        needles += [needle.hex().encode() for needle in needles]
        files = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        left = any(needle in data for data in files for needle in needles)
        self._say(
            N_("Everything the server wrote was searched for the seeds."), N_("A seed was found there.") if left else ""
        )
        return not left

    def _admitted(self, runtime: Runtime, by: _Person, name: str, role: str) -> _Person:
        offer, session = joined(runtime, self._in(runtime, by), name, frozenset({role}), self.now)
        return _Person(handle=offer.handle, passphrase=offer.passphrase, user=session.actor.user)

    def _in(self, runtime: Runtime, person: _Person) -> Session:
        return accounts.sign_in(runtime, person.handle, person.passphrase, "", self.now)

    def _restored(self, created: NewCardSet) -> OrgSeeds:
        return OrgSeeds(root_seed=self._seed(created, "root"), recovery=self._seed(created, "recovery"))

    def _seed(self, created: NewCardSet, kind: str) -> Secret:
        hands = custody.Hands(kind=kind, record=created.record)
        hands.shares.extend(self.hands(created, kind))
        return hands.seed()

    def _say(self, text: str, problem: str = "", **values: object) -> None:
        self.said(DrillStep(sentence=Sentence(msgid=text, values=values), problem=problem))


def own_hands(created: NewCardSet, kind: str) -> Sequence[Share]:
    """Hands that need no people: the last cards, written down as groups and as words and read again."""
    shares = (created.root if kind == "root" else created.recovery)[COUNT - NEEDED :]
    hands = custody.Hands(kind=kind, record=created.record)
    for at, share in enumerate(shares):
        hands.take(share.text() if at else " ".join(share.words("ru")))
    return hands.shares
