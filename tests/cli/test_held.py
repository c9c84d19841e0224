"""Log-ins held by two colleagues, as whoever looks after the server sees and lifts them."""

from datetime import UTC, datetime, timedelta

import pytest

from hrd_cases.cli.place import organisation
from hrd_cases.services.signin import login_freeze


def test_a_hold_is_shown_and_lifted_with_a_reason(run, founder):
    assert run("held", "show").out == "No log-ins are blocked.\n"
    with organisation() as runtime, runtime.database.writing() as work:
        now = datetime.now(UTC)
        login_freeze.hold(runtime, work, login_freeze.EVERYBODY, now + timedelta(hours=5), now)
    assert len(run("held", "show", "--json").told["held_until"]) == 1
    log_in = f"{founder.handle}\n{founder.passphrase}\n{founder.codes[0]}\n"
    assert run("user", "list", typed=log_in).status == 1
    assert run("held", "lift", "--reason", " ").status == 1
    assert run("held", "lift", "--reason", "The search is over").out.startswith("Unblocked: 1.")
    assert run("user", "list", typed=log_in).status == 0


@pytest.mark.parametrize("words", [("held",), ("held", "lift"), ("held", "for", "ever")])
def test_wrong_use_is_one_line(run, words):
    text = run(*words)
    assert text.status == 2
    assert text.complaint.startswith("hrd-cases")
