"""The database is the truth about a session: what ends one ends it at its next request, from whichever process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from hrd_failing import broken_off
from hrd_pages import Visitor
from hrd_recovered import answered, asked, asked_by_root
from hrd_replaced import agree, new_keys
from hrd_world import Credentials, World, admit, code_of
from sqlalchemy import func, select, update

from hrd_cases.crypto.core.headers import Header, header_mark
from hrd_cases.domain.cases import Case
from hrd_cases.domain.errors import Forbidden, SessionEnded
from hrd_cases.services.casework import cases
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys import vault_keys, vault_membership
from hrd_cases.services.recovery import answering
from hrd_cases.services.recovery.requests import RequestedKeys
from hrd_cases.services.sharing import sharing
from hrd_cases.services.signin import accounts, live_sessions, organisation_setup, throttling
from hrd_cases.services.signin.login_freeze import EVERYBODY
from hrd_cases.services.team import (
    administration,
    key_replacement,
    own_key_revocation,
    roles,
    sealing_office,
    second_factor_lost,
)
from hrd_cases.services.travel import travel
from hrd_cases.store import tables


@contextmanager
def another_process(world: World) -> Iterator[World]:
    """The same organisation, loaded once more: nothing in memory is shared, as with a command beside it."""
    runtime = organisation_setup.load(world.folder / "instance", world.url, world.folder / "evidence")
    other = World(world._blueprint, runtime, world.url, world.folder, world.now)
    other.people = world.people
    try:
        yield other
    finally:
        other.close()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """`prepare` runs before the session begins, `act` ends it; `who` has the session."""

    who: str
    act: Callable[[World], object]
    prepare: Callable[[World], object] = lambda world: None


def _as(name: str, do: Callable[..., object], *args: object, **more: object) -> Callable[[World], object]:
    def act(world: World) -> object:
        with world.writing(name) as ctx:
            return do(ctx, *(arg(world) if callable(arg) else arg for arg in args), **more)

    return act


def _user(name: str) -> Callable[[World], str]:
    return lambda world: world.user(name)


def _both(*acts: Callable[[World], object]) -> Callable[[World], object]:
    return lambda world: [act(world) for act in acts]


def _shared(world: World) -> None:
    with world.writing("anna") as ctx:
        sharing.share(ctx, world.strike.case, world.user("luka"), "lead")


_away = _both(_shared, _as("lana", travel.give_up, _user("luka")))


def _new_keys(world: World) -> None:
    world.people["new luka"] = new_keys(world, "luka")


def _changed_passphrase(world: World) -> None:
    existing = world.people["anna"]
    accounts.change_passphrase(
        world.runtime, world.session("anna"), existing.passphrase, "a sentence nobody else says", world.now
    )


def _held(scope: Callable[[World], str]) -> Callable[[World], object]:
    def act(world: World) -> object:
        with world.writing("lana") as ctx:
            request = sealing_office.ask(ctx, scope(world), 5)
        return sealing_office.confirm(world.runtime, world.session("luka"), request, world.now)

    return act


def _with_factor(world: World) -> None:
    runtime = world.runtime
    world.session("founder")  # has none
    runtime.organisation = replace(runtime.organisation, second_factor=True)
    admit(world, "lost", frozenset({"caseworker"}), by="founder")
    runtime.organisation = replace(runtime.organisation, second_factor=False)
    for name in ("admin", "founder"):
        with world.writing(name) as ctx:
            second_factor_lost.agree(ctx, world.user("lost"))
    with world.runtime.database.writing() as work:  # the session is made without the factor, which no test can show
        row = work.users.by_id(world.user("lost"))
        assert row is not None
        world.people["sealed"] = Credentials(
            handle="", passphrase="", user="", fingerprint=(row.second_sealed or b"").hex(), roles=frozenset()
        )
        work.connection.execute(update(tables.users).filter_by(id=row.id).values(second_sealed=None))


def _enrolled(world: World) -> None:
    existing = world.people["lost"]
    sealed = bytes.fromhex(world.people["sealed"].fingerprint)
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.users).filter_by(id=existing.user).values(second_sealed=sealed))
    token = second_factor_lost.begin(world.runtime, existing.handle, existing.passphrase, world.now)
    offer = second_factor_lost.offer(world.runtime, token, world.now)
    assert offer is not None
    code = code_of(offer.secret, world.now)
    second_factor_lost.finish(world.runtime, token, existing.passphrase, code, world.now)


def _opened_by_custodians(world: World) -> None:
    """The keys of a case are handed to somebody who is at work."""
    requested = RequestedKeys(account=world.user("caseworker"), of=world.user("outsider"), reason="lost")
    answer = answered(world, asked(world, requested).data)
    with world.runtime.writing(world.session("founder"), world.now) as ctx:
        answering.take_in(ctx, answer)


def _by_root(name: str) -> Callable[[World], object]:
    """The root certifies whoever waits under this name: a newcomer, or an account that came back with new keys."""

    def act(world: World) -> None:
        account = world.user(name)
        requested = RequestedKeys(account=account, certify=frozenset({"administrator"}), reason="nobody can log in")
        answer = answered(world, asked_by_root(world, requested).data, root=True)
        with world.runtime.writing(None, world.now) as ctx:
            answering.take_in(ctx, answer)

    return act


ENDINGS = {
    "cases opened by the custodians": Ending(who="caseworker", act=_opened_by_custodians),
    "admitted by the root": Ending(who="waiting", act=_by_root("waiting")),
    "account restored by the root, the old session": Ending(who="luka", prepare=_new_keys, act=_by_root("luka")),
    "account restored by the root, the new session": Ending(who="new luka", prepare=_new_keys, act=_by_root("luka")),
    "closed": Ending(who="anna", act=_as("admin", administration.disable, _user("anna"), lose=True)),
    "admitted": Ending(
        who="waiting",
        act=_as("admin", administration.certify, _user("waiting"), "New Person", frozenset({"caseworker"})),
    ),
    "refused": Ending(who="waiting", act=_as("admin", administration.disable, _user("waiting"))),
    "other roles": Ending(who="anna", act=_as("admin", roles.change, _user("anna"), frozenset({"lawyer"}))),
    "own role given up": Ending(
        who="founder", act=_as("founder", roles.change, _user("founder"), frozenset({"administrator", "coordinator"}))
    ),
    "new keys count, the old session": Ending(
        who="luka", prepare=_new_keys, act=lambda world: agree(world, world.people["new luka"], "admin", "founder")
    ),
    "new keys count, the new session": Ending(
        who="new luka", prepare=_new_keys, act=lambda world: agree(world, world.people["new luka"], "admin", "founder")
    ),
    "new keys thrown away": Ending(
        who="new luka", prepare=_new_keys, act=_as("admin", key_replacement.withdraw, _user("luka"))
    ),
    "travels": Ending(who="lana", prepare=_shared, act=_as("lana", travel.give_up, _user("luka"))),
    "let in again": Ending(who="lana", prepare=_away, act=_as("luka", travel.let_in_again, _user("lana"))),
    "travel mode without the named colleague": Ending(
        who="lana",
        prepare=_both(_away, _as("admin", administration.disable, _user("luka"), lose=True)),
        act=_as("admin", travel.end_without, _user("lana")),
    ),
    "own keys ended": Ending(who="anna", act=_as("anna", own_key_revocation.end_own_keys, sure=True)),
    "another passphrase": Ending(who="anna", act=_changed_passphrase),
    "other sessions ended": Ending(who="anna", act=_as("anna", live_sessions.end_others)),
    "ended by an administrator": Ending(who="anna", act=_as("admin", live_sessions.end_all_of, _user("anna"))),
    "woken": Ending(who="anna", act=_as("admin", throttling.wake, _user("anna"))),
    "office sealed": Ending(who="anna", act=_held(lambda world: EVERYBODY)),
    "one account held": Ending(who="anna", act=_held(_user("anna"))),
    "second factor enrolled": Ending(who="lost", prepare=_with_factor, act=_enrolled),
}


def _vaults(world: World) -> int:
    with world.runtime.database.reading() as work:
        return int(work.connection.scalar(select(func.count()).select_from(tables.vaults)) or 0)


@pytest.mark.parametrize("where", ["the same process", "another process"])
@pytest.mark.parametrize("name", sorted(ENDINGS))
def test_the_next_request_is_at_the_log_in_page(sqlite_world: World, name: str, where: str) -> None:
    world, ending = sqlite_world, ENDINGS[name]
    ending.prepare(world)
    browser, typing = (Visitor(world) for _ in range(2))
    for visitor in (browser, typing):
        world.again(ending.who)
        visitor.enter(ending.who)
    before = browser.get("/d")
    staff = before.status_code == 200 and "/c/new" in browser.get("/c").text
    form = typing.fields("/c/new") if staff else {}
    world._sessions.pop(ending.who)
    if where == "another process":
        with another_process(world) as other:
            ending.act(other)
    else:
        ending.act(world)
    vaults = _vaults(world)
    for visitor, ask in ((browser, lambda: browser.get("/d")), (typing, lambda: typing.send("/c/new", form))):
        answer = ask()
        assert answer.status_code == 303, name
        assert answer.headers["Location"].split("?")[0] == "/e", (name, answer.headers["Location"])
        assert visitor.get("/e").status_code == 200
    assert _vaults(world) == vaults, "nothing was saved"


@pytest.mark.parametrize("path", ["/", "/no/such/page", "/e/w", "/e/u", "/m/p", "/m/t/w"])
def test_pages_without_a_transaction_of_their_own_ask_too(sqlite_world: World, path: str) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    with another_process(sqlite_world) as other, other.writing("admin") as ctx:
        administration.disable(ctx, other.user("anna"), lose=True)
    assert anna.get(path).headers["Location"].startswith("/e?m=")
    assert not sqlite_world.runtime.sessions.of(sqlite_world.user("anna")), "its row is gone, and its keys with it"


def test_a_file_on_its_way_is_not_taken(sqlite_world: World) -> None:
    anna = Visitor(sqlite_world).enter("anna")
    with another_process(sqlite_world) as other, other.writing("admin") as ctx:
        administration.disable(ctx, other.user("anna"), lose=True)
    path = f"/c/{sqlite_world.strike.case}/e"
    answer = anna.client.post(path, base_url=anna.base, data={"file": (b"x", "a.txt")}, headers={"Origin": anna.base})
    assert answer.status_code in (303, 404)
    assert answer.headers.get("Location", "/e").startswith("/e")


def test_the_session_that_ends_the_others_goes_on(sqlite_world: World) -> None:
    world = sqlite_world
    anna = Visitor(world).enter("anna")
    other = world.sign_in("anna")
    assert anna.fill("/m", "/m/s").status_code == 303
    assert anna.get("/d").status_code == 200
    with pytest.raises(SessionEnded), world.runtime.reading(other, world.now):
        pass


def test_an_act_that_is_undone_ends_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    session = world.session("anna")

    def refused() -> None:
        with world.writing("anna") as ctx:
            live_sessions.end_others(ctx)
            live_sessions.end_all_of(ctx, world.user("lana"))

    with pytest.raises(Forbidden):
        refused()
    with world.runtime.reading(session, world.now):
        pass
    with world.writing("admin") as ctx:
        live_sessions.end_all_of(ctx, world.user("anna"))
    with pytest.raises(SessionEnded), world.runtime.reading(session, world.now):
        pass


def test_an_act_whose_commit_fails_leaves_the_session_no_second_number(sqlite_world: World) -> None:
    """Else the next act that ends every session would give it just that number, and it would go on."""
    world = sqlite_world
    session = world.session("anna")
    with broken_off("work.before_commit"), world.writing("anna") as ctx:
        live_sessions.end_others(ctx)
    with world.writing("admin") as ctx:
        live_sessions.end_all_of(ctx, world.user("anna"))
    with pytest.raises(SessionEnded), world.runtime.reading(session, world.now):
        pass


def test_an_older_number_ends_a_session_too(sqlite_world: World) -> None:
    """A database put back beside a server that goes on: unequal, not only smaller."""
    world = sqlite_world
    with world.writing("admin") as ctx:
        live_sessions.end_all_of(ctx, world.user("anna"))
    session = world.session("anna")
    with world.runtime.database.writing() as work:
        work.connection.execute(update(tables.users).filter_by(id=world.user("anna")).values(session_epoch=0))
    with pytest.raises(SessionEnded), world.runtime.reading(session, world.now):
        pass


def test_a_form_of_somebody_who_may_not_come_back_is_not_kept(sqlite_world: World) -> None:
    world = sqlite_world
    anna = Visitor(world).enter("anna")
    form = {**anna.fields("/c/new"), "title": "typed before the account was closed"}
    with another_process(world) as other, other.writing("admin") as ctx:
        administration.disable(ctx, other.user("anna"), lose=True)
    assert anna.send("/c/new", form).headers["Location"] == "/e?m=d"
    with world.runtime.database.reading() as work:
        assert not work.forms.of_user(world.user("anna"))


def test_a_revoked_key_founds_and_signs_nothing_below_the_gate(sqlite_world: World) -> None:
    """Whatever the session says: the act that ends the keys stands in the same transaction."""

    def sign(ctx: Context) -> None:
        existing = vault_membership.roster(ctx, sqlite_world.strike.case)
        assert existing is not None
        newest = existing.chains["core"].newest
        vault_keys.sign_next(ctx, newest.follow(newest.members))

    def attempt(act: Callable[[Context], object]) -> None:
        with sqlite_world.writing("anna") as ctx:
            own_key_revocation.end_own_keys(ctx, sure=True)
            act(ctx)

    for act in (sign, lambda ctx: vault_keys.create_vault(ctx, "case")):
        with pytest.raises(Forbidden):
            attempt(act)


def test_a_header_that_the_log_knows_only_since_its_signer_was_revoked_does_not_count(sqlite_world: World) -> None:
    world = sqlite_world
    with world.writing("anna") as ctx:
        existing = vault_membership.roster(ctx, world.strike.case)
        assert existing is not None
        newest = existing.chains["core"].newest
        signed: Header = newest.follow(newest.members)
        own = ctx.keys
    with world.writing("admin") as ctx:
        administration.disable(ctx, world.user("anna"), lose=True)
    with world.writing("lana") as ctx:
        assert vault_membership.roster(ctx, world.strike.case) is not None, "what she signed before stands"
        ctx.asked = True
        ctx.work.keys.add_headers(vault_keys.sign_header(signed, own))
        ctx.entering.marks.append(header_mark(signed))
    with world.reading("lana") as ctx:
        assert vault_membership.roster_if_verified(ctx, world.strike.case) is None


def test_work_goes_on_for_everybody_else(sqlite_world: World) -> None:
    lana = Visitor(sqlite_world).enter("lana")
    with another_process(sqlite_world) as other, other.writing("admin") as ctx:
        administration.disable(ctx, other.user("anna"), lose=True)
    assert lana.get("/d").status_code == 200
    with sqlite_world.writing("lana") as ctx:
        assert cases.create(ctx, Case(title="Another case"))
