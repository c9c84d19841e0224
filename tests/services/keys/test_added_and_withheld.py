"""Rows of every table appended, withheld, exchanged and put back by somebody who writes the database: promise P21.

Nothing of it makes a statement count, nothing is sealed to a key that somebody lost, an alarm is raised wherever one is
owed, each alarm names the act that ends it, that act ends it, and the newest backup puts everything right.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

import pytest
from hrd_every_table import fill
from hrd_named_acts import doubts_after_accepting, findings, lacking_after_sending, unrepaired
from hrd_replaced import ended
from hrd_rows import ACTS, APPENDED, REORDERED, REPLAYED, WITHHELD, Harm, Outside, Rows, harms
from hrd_shown import doubted, shown
from hrd_world import FULL, World
from sqlalchemy import select

from hrd_cases.domain.errors import Forbidden, NotFound, RuleBroken, SessionEnded
from hrd_cases.domain.notes import Note
from hrd_cases.services.access import access_log, missing_keys
from hrd_cases.services.audit import audit_reader
from hrd_cases.services.casework import cases, people
from hrd_cases.services.deletion import deleting, erasing
from hrd_cases.services.deletion.deleting import DeletionTarget
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.keys.vault_membership import Unverified, of_deleted, roster
from hrd_cases.services.records import records
from hrd_cases.services.schedule import alarms
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin.accounts import SignInRefused
from hrd_cases.services.team import member_removal, roles
from hrd_cases.store import tables

REFUSED = (NotFound, Forbidden, RuleBroken, SessionEnded, SignInRefused)
CHECK, PAGE, EITHER, AUDITOR, DESK, ANSWERS = "check", "page", "check or page", "auditor", "desk", "answers"
READER = "who reads a record in full"
SAME, LESS = "", "less"  # nobody is told: nobody reads anything else; or its owner misses what is theirs alone
SEED = 21
PROMISED = 5_000
A_BUILD, A_SOAK = 3, 150  # rows of each table: about 110, and 5,500


@dataclass(frozen=True)
class Seen:
    """What counts: keys that are certified in each role, and the newest list of each part of each vault."""

    certified: frozenset[tuple[bytes, str]]
    lists: frozenset[tuple[str, str, bytes]]
    epochs: dict[str, int]  # of the newest keys of the case, by part
    shown: Mapping[str, str]  # what people read
    let_in: frozenset[str]  # accounts that were ever certified


def stage(world: World) -> Rows:
    """Work after which every kind of statement is there; returns the rows of a day before."""
    case = world.strike.case
    for name in ("lana", "luka", "anna"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case)
    early = Outside(world).read()
    with world.writing("anna") as ctx:
        last = world.now.date() + timedelta(days=3)
        sharing.share(ctx, case, world.user("outsider"), "full", last_day=f"{last:%d.%m.%Y}")
    with world.writing("anna") as ctx:
        member_removal.change(ctx, case, world.user("luka"), member_removal.OUT)
    with world.writing("caseworker") as ctx:
        member_removal.leave(ctx, world.granted["full"].case)
    for _ in range(2):
        with world.writing("lana") as ctx:
            stored = records.read(ctx, case, world.strike.records["note"])
            value = replace(stored.value, subject=f"{stored.value.subject} more")
            records.save(ctx, case, world.strike.records["note"], value, stored.versions)
    with world.writing("founder") as ctx:
        roles.change(ctx, world.user("coordinator"), frozenset({"coordinator", "auditor"}))
    going = DeletionTarget(vault=world.granted["lead"].case)
    with world.writing("anna") as ctx:
        deleting.ask(ctx, going, "The family asked for it")
    with world.writing("caseworker") as ctx:
        files = deleting.confirm(ctx, going, sure=True)
    erasing.finish(world.runtime, world.session("caseworker"), world.now, files)
    ended(world, "lawyer", "founder")
    for name in ("lana", "outsider", "anna"):
        with world.reading(name) as ctx:
            cases.overview(ctx, case)
    fill(world)
    with world.runtime.database.reading() as work:
        checkpoints.keep(world.runtime, work.log.head())
    return early


def seen(world: World, shown: Mapping[str, str]) -> Seen:
    """What a server that is started now takes for signed by those who may, and what people read there."""
    with world.runtime.reading(None, world.now) as ctx:
        current = (item for item in ctx.trust.current() if not ctx.trust.has_ended(item.fingerprint))
        let_in = frozenset(item.user.hex() for item in ctx.trust.current())
        certified = frozenset((item.fingerprint, role) for item in current for role in item.roles)
        lists, epochs = set(), {}
        for vault in ctx.work.connection.scalars(select(tables.vaults.c.id)):
            try:
                membership = roster(ctx, vault) or of_deleted(ctx, vault)
            except Unverified:
                continue
            for name, chain in membership.chains.items() if membership is not None else ():
                if name not in membership.withheld:
                    lists.add((vault, name, chain.newest.hash()))
                    if vault == world.strike.case:
                        epochs[name] = chain.newest.epoch
    return Seen(certified, frozenset(lists), epochs, shown, let_in)


def by_check(world: World) -> bool:
    """`hrd-cases check` names something."""
    return bool(findings(world))


def by_page(world: World) -> bool:
    """Somebody reads on the page of the case or of its person, or on their desk, that something is not as it was."""
    case, person = world.strike.case, world.strike.person
    for name in ("lana", "anna"):
        try:
            with world.reading(name) as ctx:
                view = cases.overview(ctx, case)
                shown = people.view(ctx, person).person
                opened = access_log.who_opened(ctx, case)
                lacking = missing_keys.mine(ctx)
        except REFUSED:
            return True
        told = (view.doubts, view.broken, view.keys_missing, view.list_withheld, lacking, shown.doubts, shown.broken)
        if any(told) or opened.unread or any(day.made_up for day in opened.page.items):
            return True
    return False


def by_auditor(world: World) -> bool:
    """*Verify the log* names something."""
    try:
        with world.reading("auditor") as ctx:
            found = audit_reader.verify(ctx)
    except REFUSED:
        return True
    return bool(found.altered or found.fault or found.unopened or found.made_up or found.alarms)


def by_desk(world: World) -> bool:
    """An administrator reads on their desk that something was taken out of the database."""
    with world.reading("founder") as ctx:
        return bool(alarms.calls(ctx) or alarms.offices(ctx) or alarms.ends(ctx))


def by_answers(world: World) -> bool:
    """Who opens a case of which an answer waits for keys reads that it is not there any more."""
    with world.reading("anna") as ctx:
        return bool(cases.overview(ctx, world.granted[FULL].case).doubts)


def by_reader(world: World) -> bool:
    """Who reads a record of the case in full, or its earlier versions, is told of it there."""
    try:
        return doubted(world)
    except REFUSED:
        return True


def by_either(world: World) -> bool:
    """One of the two."""
    return by_check(world) or by_page(world)


CHANNELS: dict[str, Callable[[World], bool]] = {
    CHECK: by_check,
    PAGE: by_page,
    EITHER: by_either,
    AUDITOR: by_auditor,
    DESK: by_desk,
    ANSWERS: by_answers,
    READER: by_reader,
}


@dataclass(frozen=True)
class Owed:
    """Who must be told of what is done to a table, act by act; SAME or LESS: nobody, and why that harms nobody."""

    appended: str
    withheld: str
    reordered: str
    replayed: str
    why: str = ""

    def of(self, act: str) -> str:
        """Who is told of one act."""
        return {APPENDED: self.appended, WITHHELD: self.withheld, REORDERED: self.reordered, REPLAYED: self.replayed}[
            act
        ]


HINT = Owed(LESS, LESS, LESS, LESS, "opens nothing and lets nobody in; at worst somebody misses a notice")
OWN = Owed(LESS, LESS, LESS, LESS, "what one person typed for themselves: they miss it, and nobody else reads it")
OF_THE_LOG = Owed(CHECK, CHECK, CHECK, CHECK)


def only(*, withheld: str = SAME, appended: str = SAME, reordered: str = SAME, replayed: str = SAME, why: str) -> Owed:
    """A table where not everything is owed an alarm."""
    return Owed(appended, withheld, reordered, replayed, why)


OWED = {
    "access_rows": only(withheld=LESS, replayed=LESS, why="the entry in the log stands, with who did it"),
    "blobs": only(
        appended=CHECK, withheld=LESS, why="a file that does not fit its row is told by check and by whoever opens it"
    ),
    "certificates": only(withheld=CHECK, why="a statement counts, whatever row it stands in"),
    "deletions": OF_THE_LOG,
    "digests": Owed(SAME, PAGE, PAGE, EITHER, "of a part that is not there nothing is read"),
    "dropped_members": HINT,
    "duty_lines": only(why="a line that nobody signed counts for nothing, and members read the duty of the directory"),
    "endings": HINT,
    "fact_segments": OF_THE_LOG,
    "factor_leaves": HINT,
    "grants": only(why="who lacks a key reads it on the page or their desk, and it is sent again"),
    "headers": Owed(SAME, CHECK, CHECK, SAME, "a list of a part that its vault has not is read by nobody"),
    "imports": OWN,
    "invitations": only(why="a code that was not made here opens nothing"),
    "kept_forms": OWN,
    "keyring_deltas": only(why="its owner lacks keys, and is told where they are used"),
    "keyrings": only(withheld=PAGE, why="its owner lacks keys, and is told where they are used"),
    "later_certificates": Owed(CHECK, CHECK, SAME, CHECK, "a statement counts, whatever row it stands in"),
    "leavings": only(withheld=CHECK, reordered=CHECK, why="one that nobody signed lets nobody leave"),
    "locked_calls": only(withheld=DESK, reordered=DESK, why="a call that the log does not tell of is none"),
    "log": OF_THE_LOG,
    "log_head": Owed(SAME, CHECK, CHECK, CHECK, "only one row of it is ever read"),
    "log_keys": Owed(SAME, AUDITOR, AUDITOR, AUDITOR, "a key more opens nothing"),
    "login_notices": HINT,
    "manifests": Owed(SAME, EITHER, EITHER, EITHER, "a list of contents that the head does not name is not read"),
    "memberships": only(
        withheld=CHECK,
        appended=CHECK,
        reordered=CHECK,
        why="of what was deleted: an index that says more than the list of members opens nothing",
    ),
    "missing_keys": HINT,
    "packs": HINT,
    "record_history": only(withheld=CHECK, reordered=READER, why="one that nothing names is read by nobody"),
    # Parts that no list shows (sources, protection) have no count: whoever opens the vault is told of them.
    "records": only(appended=EITHER, withheld=EITHER, why="whoever reads the record in full is told: test_rollback"),
    "replacements": HINT,
    "revocations": only(withheld=CHECK, why="it counts, whatever row it stands in"),
    "saved_searches": OWN,
    "sealed_answers": only(withheld=ANSWERS, reordered=ANSWERS, why="a copy that its reader did not get opens nothing"),
    "settings": HINT,
    "successor_wraps": only(why="who lacks the next key on that day is told, and it is sent"),
    "successors": only(
        appended=CHECK,
        reordered=CHECK,
        why="where none follows, nothing is written after that day until a lead changes the keys",
    ),
    "text_packs": only(withheld=PAGE, reordered=PAGE, replayed=PAGE, why="of what is not there nothing is found"),
    "travel_vaults": HINT,
    "travels": HINT,
    "trend_facts": OF_THE_LOG,
    "tries": HINT,
    "used_forms": HINT,
    "users": only(withheld=CHECK, why="roles and keys follow from certificates: test_key_alarms"),
    "vault_keyrings": only(withheld=EITHER, reordered=PAGE, why="a key more is not used: test_other_keys"),
    "vaults": OF_THE_LOG,
}
# A newcomer's row before anybody certified it, or after somebody refused it.
NOT_LET_IN = only(
    withheld=LESS,
    reordered=LESS,
    why="nobody signed that it is there: who waits cannot log in and asks, and whoever certifies compares the words",
)


# Tables whose rows concern whoever opens one vault: those of the case, and of two people on it, are tried.
WHOSE = {
    "digests": "vault_id",
    "manifests": "vault_id",
    "records": "vault_id",
    "record_history": "vault_id",
    "text_packs": "vault_id",
    "vault_keyrings": "grantee_vault",
    "keyring_deltas": "user_id",
    "keyrings": "user_id",
}


def ours(world: World, rows: Rows) -> Rows:
    """The rows that are tried."""
    mine = {world.strike.case, world.user("lana"), world.user("anna")}
    return {
        name: [row for row in every if name not in WHOSE or row[WHOSE[name]] in mine] for name, every in rows.items()
    }


def try_each(world: World, number: int) -> Iterator[str]:
    """What went wrong, harm by harm: `number` of them in each table."""
    early, chance = stage(world), random.Random(SEED)
    outside, tried = Outside(world), 0
    assert not [name for name, rows in outside.rows.items() if not rows]
    early, late = ours(world, early), ours(world, outside.rows)
    outside.forget()
    before = seen(world, shown(world))
    outside.put_back()
    assert not any(told(world) for told in CHANNELS.values())
    outside.put_back()
    for table in tables.metadata.sorted_tables:
        for harm in islice(harms(table, early, late, chance), number):
            if outside.do(harm):
                tried += 1
                yield from (f"{harm}: {what}" for what in wrong(world, harm, before))
                outside.forget()
                yield from (f"{harm}: {what}" for what in repaired(world, outside))
            outside.put_back()
    assert tried > number * 30, tried
    assert number < A_SOAK or tried >= PROMISED, tried
    assert not by_check(world), "put right by the newest copy"


def wrong(world: World, harm: Harm, before: Seen) -> Iterator[str]:
    """What one harm did that it must not do."""
    owed = owed_for(harm, before)
    if owed in CHANNELS and not CHANNELS[owed](world):
        yield f"no alarm by {owed}"
    if owed == SAME:
        yield from otherwise(world, before)
    stopped = by_log(world)
    now = seen(world, before.shown)
    if not stopped and not now.certified <= before.certified:
        yield "a certificate counts"
    if not stopped and not now.lists <= before.lists:
        yield "a list of members counts"
    try:
        with world.writing("lana") as ctx:
            note = records.create(ctx, world.strike.case, Note(subject="written afterwards"))
    except REFUSED:
        return
    with world.runtime.database.reading() as work:
        rows = work.connection.execute(select(tables.records).filter_by(id=note)).all()
    if any(row.epoch != before.epochs[row.compartment] for row in rows):
        yield "sealed to a key that somebody lost"


def owed_for(harm: Harm, before: Seen) -> str:
    """Who must be told of one harm."""
    accounts = {row["id"] for row in harm.out} if harm.table == "users" else set()
    return (NOT_LET_IN if accounts and not accounts & before.let_in else OWED[harm.table]).of(harm.act)


def otherwise(world: World, before: Seen) -> Iterator[str]:
    """What somebody reads otherwise than before, where nobody is told that anything was changed."""
    now = shown(world)
    different = [place for place, text in now.items() if text != before.shown[place]]
    if different and not any(told(world) for told in CHANNELS.values()):
        yield f"nobody is told, and another is shown: {', '.join(different)}"


def repaired(world: World, outside: Outside) -> Iterator[str]:
    """What no act that is named puts right."""
    found = findings(world)
    yield from unrepaired(world, found, outside.forget)
    if by_log(world):
        return
    with suppress(*REFUSED):
        yield from lacking_after_sending(world)
        yield from doubts_after_accepting(world)


def by_log(world: World) -> bool:
    """All work stops, and every page says why."""
    with world.runtime.database.reading() as work:
        return bool(work.log.whole())


def test_every_table_says_what_is_owed() -> None:
    assert set(OWED) == set(tables.metadata.tables)
    for table, owed in OWED.items():
        assert owed.why or not {SAME, LESS}.intersection(owed.of(act) for act in ACTS), table


def test_nothing_that_is_added_or_withheld_counts_and_what_is_owed_is_told(make_world: Callable[[str], World]) -> None:
    assert "\n".join(try_each(make_world("sqlite"), A_BUILD)) == ""


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_five_thousand_rows_added_or_withheld(make_world: Callable[[str], World], kind: str) -> None:
    assert "\n".join(try_each(make_world(kind), A_SOAK)) == ""
