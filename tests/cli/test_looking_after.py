"""What whoever looks after the server types: accounts, log, check, migrate; each error one line."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest
from hrd_disks import refusing
from sqlalchemy import event
from sqlalchemy.pool import Pool

from hrd_cases.crypto.core.primitives import totp
from hrd_cases.domain.cases import Case
from hrd_cases.services.casework import cases
from hrd_cases.services.install import last_check
from hrd_cases.services.signin import accounts, organisation_setup
from hrd_cases.services.team import administration
from hrd_cases.store import migrate
from hrd_cases.store.work import Database


def log_in(founder, code: int = 0) -> str:
    """The three lines that an administrator types; each recovery code is good once."""
    return f"{founder.handle}\n{founder.passphrase}\n{founder.codes[code]}\n"


@pytest.mark.parametrize("words", [("serve",), ("migrate",), ("check",), ("log", "verify"), ("user", "list")])
def test_without_an_organisation_every_command_says_what_to_do(run, words):
    text = run(*words)
    assert text.status == 1
    assert "hrd-cases init" in text.complaint


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        (),
        ("user",),
        ("user", "add"),
        ("user", "add", "--role", "king"),
        ("init", "--language", "xx"),
        ("serve", "--port", "http"),
        ("serve", "--port", "0"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "2"),
        ("serve", "--lan", "--socket", "x"),
        ("serve", "--socket", "/nowhere/at/all/x", "--address", "cases.onion"),
        ("serve", "--socket", "x"),
        ("serve", "--address", "http://192.168.1.20:8000/"),
        ("log",),
    ],
)
def test_wrong_use_is_one_line_and_status_2(run, words):
    text = run(*words)
    assert text.status == 2
    assert text.complaint.startswith("hrd-cases")


@pytest.mark.parametrize("name", ["HRD_DATBASE_URL", "HRD_INSTANSE"])
def test_an_unknown_setting_is_named(run, monkeypatch, name):
    monkeypatch.setenv(name, "sqlite:///x")
    text = run("check")
    assert text.status == 2
    assert name in text.complaint


@pytest.mark.parametrize(
    "url", ["sqlite:///{file}", "postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:///{folder}"]
)
def test_a_database_that_does_not_answer_is_one_line(run, founder, tmp_path, monkeypatch, url):
    (tmp_path / "text").write_text("this is no database, but it is long enough to be looked at as one" * 20)
    monkeypatch.setenv("HRD_DATABASE_URL", url.format(file=tmp_path / "text", folder=tmp_path))
    text = run("log", "verify")
    assert text.status == 1
    assert "HRD_DATABASE_URL" in text.complaint


def test_an_administrator_invites_lists_and_cannot_end_themselves(run, founder):
    added = run("user", "add", "--role", "caseworker", "--role", "lawyer", "--json", typed=log_in(founder))
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", added.told["code"])
    assert added.told["roles"] == ["caseworker", "lawyer"]
    listed = run("user", "list", "--json", typed=log_in(founder, 1))
    assert [line["state"] for line in listed.told] == ["active"]
    assert len(listed.told[0]["words"]) == 8
    refused = run("user", "disable", listed.told[0]["id"], typed=log_in(founder, 2))
    assert refused.status == 1
    assert "yourself" in refused.complaint
    assert run("user", "disable", "nobody", typed=log_in(founder, 3)).status == 1


def alone_with_a_case(founder) -> str:
    """A caseworker who was admitted on the pages and shared a case with nobody; their id."""
    place = founder.folder
    runtime = organisation_setup.load(place, f"sqlite:///{place / 'cases.sqlite'}", place / "evidence")
    now = datetime.now(UTC)
    session = accounts.sign_in(runtime, founder.handle, founder.passphrase, founder.codes[0], now)
    with runtime.writing(session, now) as ctx:
        code = administration.invite(ctx, frozenset({"caseworker"}))
    token = accounts.begin_activation(runtime, code, now)
    offer = accounts.offer(runtime, token, now)
    new = accounts.finish_activation(
        runtime, token, offer.passphrase, totp(offer.second.seed, int(now.timestamp())), now
    )
    with runtime.writing(session, now) as ctx:
        administration.certify(ctx, new.actor.user, "Caseworker", frozenset({"caseworker"}))
    session = accounts.sign_in(runtime, offer.handle, offer.passphrase, offer.recovery_codes[0], now)
    with runtime.writing(session, now) as ctx:
        cases.create(ctx, Case(title="Strike at the mine"))
    runtime.database.close()
    return new.actor.user


def test_disabling_who_alone_opens_a_case_names_the_way_on(run, founder):
    assert run("init", "--read-back", typed=founder.root + founder.recovery).status == 0
    user = alone_with_a_case(founder)
    refused = run("user", "disable", user, typed=log_in(founder, 1))
    assert refused.status == 1
    assert "handed over first" in refused.complaint
    command = re.search(r"cards alone: hrd-cases (user disable \S+ --leave-to-cards)$", refused.complaint)
    assert command
    assert run(*command[1].split(), typed=log_in(founder, 2)).status == 0
    states = {line["id"]: line["state"] for line in run("user", "list", "--json", typed=log_in(founder, 3)).told}
    assert states[user] == "disabled"


def test_a_wrong_passphrase_is_refused_in_one_line_without_repeating_it(run, founder):
    text = run("user", "list", typed=f"{founder.handle}\nnot my passphrase\n000000\n")
    assert text.status == 1
    assert "refused" in text.complaint
    assert "not my" not in text.err + text.out


def test_a_code_is_good_once(run, founder):
    assert run("user", "list", typed=log_in(founder)).status == 0
    assert run("user", "list", typed=log_in(founder)).status == 1


def test_a_whole_installation_passes_once_its_cards_were_read_back(run, founder, here):
    before = run("check", "--json")
    assert before.status == 1
    assert [item["name"] for item in before.told["findings"] if item["text"]] == ["cards"]
    assert last_check.read(here).wrong == ("cards",)
    run("init", "--read-back", typed=founder.root + founder.recovery)
    after = run("check", "--json")
    assert after.status == 0
    assert after.told["whole"]
    assert last_check.read(here).wrong == ()


def test_a_folder_that_others_can_read_is_found(run, founder, here):
    (here / "server.key").chmod(0o644)
    text = run("check")
    assert text.status == 1
    assert "chmod 600" in text.out


def test_an_altered_log_entry_is_found_and_named(run, founder, here):
    assert run("log", "verify").status == 0
    with sqlite3.connect(here / "cases.sqlite") as database:
        database.execute("UPDATE log SET entry_sealed = zeroblob(length(entry_sealed)) WHERE seq = 2")
    database.close()
    text = run("log", "verify", "--json")
    assert text.status == 1
    assert text.told["altered"] == 2
    assert not text.told["whole"]
    assert "entry 2" in run("log", "verify").out
    assert run("check").status == 1


def test_a_log_cut_short_is_found(run, founder, here):
    with sqlite3.connect(here / "cases.sqlite") as database:
        database.execute("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)")
    database.close()
    assert run("log", "verify").status == 1


def test_a_header_that_nobody_signed_is_found(run, founder, here):
    with sqlite3.connect(here / "cases.sqlite") as database:
        database.execute("UPDATE headers SET signature = zeroblob(length(signature))")
    database.close()
    text = run("check", "--json")
    assert text.status == 1
    assert "headers" in [item["name"] for item in text.told["findings"] if item["text"]]


def test_a_database_of_another_version_is_brought_up_by_migrate_alone(run, founder, here):
    with sqlite3.connect(here / "cases.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    for words in (("log", "verify"), ("user", "list"), ("serve",)):
        text = run(*words)
        assert text.status == 1
        assert "hrd-cases migrate" in text.complaint


def test_migrate_has_nothing_to_do_on_a_new_installation(run, founder):
    text = run("migrate", "--json")
    assert text.status == 0
    assert text.told["before"] == text.told["after"]


@pytest.fixture
def older(founder, here):
    """An organisation whose database is one migration behind."""
    database = Database(f"sqlite:///{here / 'cases.sqlite'}", bytes(16))
    migrate.downgrade(database, "0001")
    database.rewrite()  # leaves no free pages
    yield database
    database.close()


def no_room(raw, _):
    raw.execute("PRAGMA max_page_count=1")  # SQLite takes it for as many as there are


def test_a_migration_without_room_says_so_changes_nothing_and_can_be_done_again(run, older):
    event.listen(Pool, "connect", no_room)
    try:
        text = run("migrate")
    finally:
        event.remove(Pool, "connect", no_room)
    assert text.status == 1
    assert "The disk of the database is full. What was saved before is safe; this last step was not" in text.complaint
    assert migrate.current(older) == "0001"
    assert run("migrate").status == 0
    assert migrate.current(older) == migrate.head()


def impatient(raw, _):
    raw.execute("PRAGMA busy_timeout=50")


def test_a_migration_beside_somebody_who_writes_says_so_and_can_be_done_again(run, older):
    other = sqlite3.connect(older.engine.url.database, isolation_level=None)
    event.listen(Pool, "connect", impatient)
    try:
        other.execute("BEGIN IMMEDIATE")
        text = run("migrate")
    finally:
        event.remove(Pool, "connect", impatient)
        other.close()
    assert text.status == 1
    assert "The database is busy: another program writes. Run this again in a moment." in text.complaint
    assert migrate.current(older) == "0001"
    assert run("migrate").status == 0


def test_a_migration_on_a_disk_that_fails_says_so_and_changes_nothing(run, older):
    with refusing(40_000):
        text = run("migrate")
    assert text.status == 1
    assert "The disk of the database does not answer as it should" in text.complaint
    assert migrate.current(older) == "0001"
    assert run("migrate").status == 0
