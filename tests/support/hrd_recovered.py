"""Requests to the custodians and their answers, as the commands make them."""

from hrd_world import World

from hrd_cases.crypto.ceremony.cards import read_card
from hrd_cases.crypto.ceremony.custody_record import CustodyRecord
from hrd_cases.crypto.ceremony.recovery import RecoveryRequest, SignedRequest, rewrap
from hrd_cases.crypto.core.keys import OrgSeeds, recovery_keys
from hrd_cases.services.recovery import custody_records, offline, requests
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


def request_in(data: bytes) -> RecoveryRequest:
    """What is asked for, whoever signed it."""
    return SignedRequest.decode(data).request


def bare(request: RecoveryRequest) -> bytes:
    """The file of a request that nobody signed."""
    return SignedRequest(request=request, signatures=()).encode()


def draft(world: World) -> CustodyRecord:
    with world.runtime.reading(None, world.now) as ctx:
        return custody_records.draw_up(ctx)


def kept(world: World) -> CustodyRecord:
    """The record of today, as the custodians keep it."""
    return offline.read_record(offline.sign_record(draft(world), seeds(world).root_seed))


def answered(world: World, data: bytes, *, root: bool = False) -> bytes:
    existing = seeds(world)
    request = offline.read_request(data)
    return offline.answer(request, kept(world), existing.recovery, existing.root_seed if root else None).data


def opened(world: World, request: RecoveryRequest) -> bytes:
    """What the recovery cards alone open, whoever signed the request."""
    return rewrap(request, recovery_keys(seeds(world).recovery)).answer.encode()
