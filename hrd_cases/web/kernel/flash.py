"""After an act: a code to say what was done, and on to another page."""

from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.web.kernel.messages import MESSAGES


def say(code: str) -> None:
    """Remember a message for the next page of this person."""
    if code not in MESSAGES:
        raise KeyError(code)
    g.session.row.messages.append(code)


def go(code: str, endpoint: str, **values: Any) -> ResponseReturnValue:  # noqa: ANN401  # as url_for() takes them
    """Answer a form that was carried out: say so on the page that follows."""
    if code:
        say(code)
    return redirect(url_for(endpoint, **values), 303)
