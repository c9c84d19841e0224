"""The first page: whoever comes in is sent to the first place they have a use for."""

from flask import current_app, g, redirect, url_for
from flask.typing import ResponseReturnValue

from hrd_cases.domain.access.facts import ACTIVE
from hrd_cases.web.pages.layout import menu


def home() -> ResponseReturnValue:
    """On to the desk, or to the first place of the menu."""
    if g.session.actor.state != ACTIVE:
        return redirect(url_for("enter.waiting"), 303)
    return redirect(next(menu(current_app)).url, 303)
