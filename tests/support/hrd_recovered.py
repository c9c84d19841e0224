"""Requests to the custodians and their answers, as the commands make them."""

from hrd_world import World

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.core.keys import OrgSeeds
from hrd_cases.services.recovery import offline, requests
from hrd_cases.services.recovery.requests import RequestedKeys, RequestFile


def seeds(world: World) -> OrgSeeds:
    return OrgSeeds(root_seed=read_card(world.root_card, "root"), recovery=read_card(world.recovery_card, "recovery"))


def asked(world: World, requested: RequestedKeys, first: str = "founder", second: str | None = "admin") -> RequestFile:
    two = world.session(first), world.session(second) if second else None
    with world.runtime.writing(two[0], world.now) as ctx:
        return requests.ask(ctx, requested, two[1])


def asked_by_root(world: World, requested: RequestedKeys) -> RequestFile:
    with world.runtime.writing(None, world.now) as ctx:
        return requests.ask(ctx, requested, None)


def answered(world: World, data: bytes, *, root: bool = False) -> bytes:
    existing = seeds(world)
    request = offline.read_request(data)
    return offline.answer(request, existing.recovery, existing.root_seed if root else None).data
