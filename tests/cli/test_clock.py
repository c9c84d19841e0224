"""A wrong clock at the command line: said by name, with what to do, and nothing is removed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hrd_cases.cli import place
from hrd_cases.services.backups import keeping


@pytest.fixture
def set_clock(monkeypatch):
    """Sets the clock of the command line."""

    def to(moment: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        monkeypatch.setattr(place, "datetime", Clock)

    return to


@pytest.fixture
def nights(run, founder, tmp_path) -> Path:
    """A folder with backups of the last days, and the plan of the nightly run."""
    folder = tmp_path / "stick"
    folder.mkdir()
    recipients = [word for _ in range(2) for word in ("--recipient", _recipient(run))]
    assert run("backup", "setup", *recipients, "--to", str(folder), "--keep", "1", "0", "0").status == 0
    today = datetime.now(UTC)
    for days in (3, 2, 1):
        (folder / keeping.file_name(today - timedelta(days=days))).write_bytes(b"x")
    return folder


def _recipient(run) -> str:
    return next(word for word in run("backup", "keygen").out.split() if word.startswith("age1pq1"))


@pytest.mark.parametrize("year", [2020, 2030])
def test_a_wrong_clock_is_named_and_removes_nothing(run, nights, set_clock, year):
    before = set(nights.iterdir())
    set_clock(datetime(year, 6, 1, 3, tzinfo=UTC))
    created = run("backup")
    assert created.status == 1
    assert f"{year}-06-01" in created.out
    assert "hrd-cases clock confirm" in created.out
    assert before < set(nights.iterdir())
    for command in (("clock",), ("check",)):
        text = run(*command)
        assert text.status == 1
        assert f"The clock of this machine says {year}-06-01" in text.out
    set_clock(datetime.now(UTC))
    assert run("clock").status == 0
    assert run("backup", "--json").told["doubt"] == ""


def test_a_person_says_that_a_clock_is_right_after_a_long_pause(run, nights, set_clock):
    after = datetime.now(UTC) + timedelta(days=40)
    set_clock(after)
    assert run("clock").status == 1
    for wrong, status in (("yesterday", 2), (datetime.now(UTC).date().isoformat(), 1)):
        assert run("clock", "confirm", wrong).status == status
    day = run("clock", "--json").told["today"]
    assert run("clock", "confirm", day).status == 0
    assert run("clock").status == 0
    assert len(run("backup", "--json").told["removed"]) == 3


def test_a_refused_log_in_names_the_time_of_this_machine(run, founder, set_clock):
    """The usual cause when handle and passphrase are right: the clock, which nobody would look at."""
    moment = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    set_clock(moment)
    text = run("user", "list", typed=f"{founder.handle}\n{founder.passphrase}\n000000\n")
    assert text.status == 1
    local = moment.astimezone()
    assert f"only if this clock is right: {local:%Y-%m-%d %H:%M:%S %z}." in text.err
