"""Two people sign a deletion, and a keyring forgets exactly what it names."""

import pytest

from hrd_cases.crypto.core.deletions import DeletionOrder, ask
from hrd_cases.crypto.core.errors import NotSigned
from hrd_cases.crypto.core.keyrings import Keyring, KeyringEntry
from hrd_cases.crypto.core.keys import CompartmentKey, UserKeys

VAULTS = [bytes([number]) * 16 for number in range(5)]


def test_nobody_asks_in_somebody_elses_name() -> None:
    anna, boris = UserKeys.new(), UserKeys.new()
    request = DeletionOrder(org=VAULTS[0], vault=VAULTS[1], request=VAULTS[2], day=20_000, by=anna.fingerprint)
    with pytest.raises(NotSigned):
        ask(request, boris)
    assert DeletionOrder.decode(request.encode()) == request


def test_a_keyring_forgets_every_key_of_a_deleted_vault_and_no_other() -> None:
    entries = [
        KeyringEntry(vault, compartment, epoch, CompartmentKey.new())
        for vault in VAULTS
        for compartment in ("core", "identity")
        for epoch in (1, 2)
    ]
    ring = Keyring.pack(entries)
    assert all(ring.holds(vault) for vault in VAULTS)
    left = ring.without({VAULTS[0], VAULTS[3]})
    assert [vault for vault in VAULTS if left.holds(vault)] == [VAULTS[1], VAULTS[2], VAULTS[4]]
    saved = [entry for entry in entries if entry.vault not in (VAULTS[0], VAULTS[3])]
    assert left.encode() == Keyring.pack(saved).encode()
    assert not left.holds(b"\xff" * 16)
    assert not Keyring().holds(VAULTS[0])
