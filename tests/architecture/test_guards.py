"""The guards of the tests themselves: they must be able to fail."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hrd_outward
import pytest
from hrd_databases import Databases
from sqlalchemy import create_engine, text

SOMEWHERE = "192.0.2.7"  # a documentation address: never anybody's


@pytest.fixture
def attempts() -> Iterator[Callable[[], str]]:
    """Reads the attempts written down so far, and clears them, since here they are meant."""
    report = Path(hrd_outward.report_of_this_process())
    yield lambda: report.read_text(encoding="utf-8")
    report.write_text("", encoding="utf-8")


def test_a_connection_outward_is_refused_and_written_down(attempts: Callable[[], str]) -> None:
    with socket.socket() as outward, pytest.raises(hrd_outward.OutwardConnection):
        outward.connect((SOMEWHERE, 80))
    assert SOMEWHERE in attempts()


def test_looking_up_a_name_is_refused(attempts: Callable[[], str]) -> None:
    with pytest.raises(hrd_outward.OutwardConnection):
        socket.getaddrinfo("example.org", 443)
    assert "example.org" in attempts()


def test_a_datagram_outward_is_refused(attempts: Callable[[], str]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outward, pytest.raises(hrd_outward.OutwardConnection):
        outward.sendto(b"x", (SOMEWHERE, 53))
    assert SOMEWHERE in attempts()


def test_another_process_is_guarded_too_even_when_it_hides_the_error(attempts: Callable[[], str]) -> None:
    code = f"import socket\ntry: socket.create_connection(({SOMEWHERE!r}, 80), 1)\nexcept BaseException: pass"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert SOMEWHERE in attempts()


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", None, "", b"localhost"])
def test_names_of_this_machine_are_known(host: object) -> None:
    assert hrd_outward.stays_here(host)


@pytest.mark.parametrize(
    "host", [SOMEWHERE, "10.0.0.1", "fe80::1%eth0", "localhost.example.org", "127.0.0.1.example.org"]
)
def test_other_machines_are_not_taken_for_this_one(host: str) -> None:
    assert not hrd_outward.stays_here(host)


def test_each_test_gets_a_database_of_its_own(database_url: str, databases: Databases) -> None:
    kind = database_url.partition("+")[0].partition(":")[0]
    other = databases.fresh(kind)
    first, second = create_engine(database_url), create_engine(other)
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE seen (word TEXT)"))
        connection.execute(text("INSERT INTO seen VALUES ('Әділет')"))
        assert connection.execute(text("SELECT word FROM seen")).scalar_one() == "Әділет"
    with second.begin() as connection:
        connection.execute(text("CREATE TABLE seen (word TEXT)"))
        assert connection.execute(text("SELECT count(*) FROM seen")).scalar_one() == 0
    first.dispose()
    second.dispose()
    databases.drop(other)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_prepares_a_database_runs_once_and_is_found_in_each_copy(kind: str, databases: Databases) -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE house (name TEXT)"))
        engine.dispose()

    for _ in range(2):
        url = databases.fresh(kind, prepare)
        engine = create_engine(url)
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM house")).scalar_one() == 0
            connection.execute(text("INSERT INTO house VALUES ('one')"))
        engine.dispose()
        databases.drop(url)
    assert len(prepared) == 1
