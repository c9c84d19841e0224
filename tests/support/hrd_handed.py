"""Figures for a partner or the public, on their way out: asked for, seen and agreed to by somebody else, taken."""

from hrd_browser import Browser
from hrd_world import World
from werkzeug.test import TestResponse


def asked(world: World, path: str, **form: str) -> str:
    """The address of the request that a coordinator makes."""
    answer = Browser(world, "coordinator").post(path, **form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def agreed(world: World, path: str, **form: str) -> str:
    """The same, once a colleague has agreed."""
    address = asked(world, path, **form)
    assert Browser(world, "anna").post(f"{address}/y").status_code == 303
    return address


def handed_out(world: World, path: str, x: str, **form: str) -> TestResponse:
    """The file, as the coordinator gets it."""
    return Browser(world, "coordinator").post(f"{agreed(world, path, **form)}/x", x=x)
