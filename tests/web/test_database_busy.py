"""What a person meets while the database is busy or away: a page that says to try again, with all that was typed."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import quote_plus

import psycopg
import pytest
from hrd_pages import Forms, Visitor
from hrd_served import served, status
from hrd_world import World
from psycopg import sql
from sqlalchemy import event, make_url

from hrd_cases.services.casework import cases
from hrd_cases.store import work
from hrd_cases.web.kernel.csrf import FIELD

TYPED = "They came at five. " * 40


@contextmanager
def queue_held(world: World) -> Iterator[None]:
    """Somebody of this process writes for longer than others wait."""
    world.runtime.database.queue.patience = 0.1
    with world.runtime.database.queue.turn():
        yield


@contextmanager
def file_held(world: World) -> Iterator[None]:
    """Another process writes for longer than others wait."""
    engine = world.runtime.database.engine
    listen = "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout=50")
    event.listen(engine, *listen)
    try:
        with held(world.url):
            yield
    finally:
        event.remove(engine, *listen)
        world.runtime.database.close()


@contextmanager
def held(url: str) -> Iterator[None]:
    """A transaction of another connection that writes."""
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def _owner(world: World) -> Iterator[Callable[[str], None]]:
    address = make_url(world.url)
    with psycopg.connect(host=address.query["host"], user="postgres", dbname="postgres", autocommit=True) as other:
        yield lambda text: other.execute(sql.SQL(text).format(sql.Identifier(str(address.database))))  # type: ignore[arg-type]


@contextmanager
def lock_held(world: World) -> Iterator[None]:
    """Another session holds the lock of who writes."""
    statement = work.ONE_WRITER
    work.ONE_WRITER = ("SET LOCAL lock_timeout = '50ms'", statement[1])
    try:
        with psycopg.connect(
            host=make_url(world.url).query["host"], user="postgres", dbname=make_url(world.url).database
        ) as other:
            other.execute(statement[1])
            yield
    finally:
        work.ONE_WRITER = statement


@contextmanager
def away(world: World) -> Iterator[None]:
    """The server ends every connection and takes no other, as one does that is being stopped."""
    with _owner(world) as say:
        say("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        try:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            say(end.replace("current_database()", f"'{make_url(world.url).database}'"))
            yield
        finally:
            say("ALTER DATABASE {} ALLOW_CONNECTIONS true")


FAULTS = {
    "queue": ("sqlite", queue_held),
    "file": ("sqlite", file_held),
    "lock": ("postgresql", lock_held),
    "away": ("postgresql", away),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_database_that_gives_no_answer_is_a_page_with_what_was_typed(
    make_world: Callable[[str], World], caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    kind, beginning = FAULTS[fault]
    world = make_world(kind)
    anna = Visitor(world).enter("anna")
    fields = {**anna.fields("/c/new"), "title": "The night at the gate", "summary": TYPED}
    with beginning(world):
        answer, page = anna.send("/c/new", fields), anna.get("/c")
    assert (answer.status_code, page.status_code) == (503, 503)
    assert answer.headers["Retry-After"]
    assert "Try again in a moment" in answer.text
    assert "no answer from the database in /c/new" in caplog.text
    assert TYPED.strip() not in caplog.text
    assert 'href="/c"' in page.text
    again = Forms(answer.text).forms["/c/new"]
    assert again["summary"] == [TYPED]
    assert anna.send("/c/new", again).status_code == 303
    assert anna.send("/c/new", again).status_code == 303, "the same sending: nothing is saved twice"
    assert anna.get("/c").text.count("The night at the gate") == 1


def test_fifty_who_save_at_once_are_all_saved(sqlite_world: World) -> None:
    world = sqlite_world
    app = Visitor(world).app
    forms: list[tuple[Visitor, dict[str, object]]] = []
    for number in range(50):
        anna = Visitor(world, app=app).enter("anna")
        forms.append((anna, {**anna.fields("/c/new"), "title": f"Search no. {number}, at the gate"}))
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one, sent=sent: answers.append(one.send("/c/new", sent).status_code))
        for one, sent in forms
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 50
    with world.reading("anna") as ctx:
        saved = cases.listing(ctx, cases.CaseFilter(text="Search no. ")).total
    assert saved == 50


@pytest.mark.slow
def test_the_served_program_answers_while_another_process_writes(make_world: Callable[[str], World]) -> None:
    """Through the real door, with the patience that it has."""
    world = make_world("sqlite")
    world.now = datetime.now(UTC)
    with served(world) as server:
        person = world.people["anna"]
        server.log_in(person.handle, person.passphrase)
        page = server.get("/c/new", inside=True).decode()
        fields = {**Forms(page.partition("\r\n\r\n")[2]).forms["/c/new"], "title": ["At the gate"], "summary": [TYPED]}
        body = "&".join(f"{name}={quote_plus(text)}" for name, texts in fields.items() for text in texts).encode()
        with held(world.url):
            answer = server.ask(server.form("/c/new", body, inside=True), body, timeout=60)
        assert status(answer) == 503, answer[:500]
        assert TYPED.strip() in answer.decode()
        assert re.search(f'name="{FIELD}"', answer.decode())
        assert status(server.ask(server.form("/c/new", body, inside=True), body)) == 303
