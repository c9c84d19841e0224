"""Counts what a page costs: SQL statements run, envelopes opened, and cards of records decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from hrd_cases.crypto.core import envelope
from hrd_cases.store import shown


@dataclass
class Costs:
    """How many statements were run, envelopes opened, and cards of records decoded."""

    statements: int = 0
    envelopes: int = 0
    decoded: int = 0


@contextmanager
def counting() -> Iterator[Costs]:
    """Count what happens meanwhile, in this process."""
    costs = Costs()
    under_key, to_public_key, decode = envelope.aead_open, envelope.hpke_open, shown.decoded

    def note(*_: object) -> None:
        costs.statements += 1

    def opened_under_key(key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        costs.envelopes += 1
        return under_key(key, nonce, sealed, context)

    def opened_by_seed(*args: object) -> bytes:
        costs.envelopes += 1
        return to_public_key(*args)  # type: ignore[arg-type]

    def decoded(*args: Any) -> Any:  # noqa: ANN401  # as the function that it counts
        costs.decoded += 1
        return decode(*args)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with (
            mock.patch.multiple(envelope, aead_open=opened_under_key, hpke_open=opened_by_seed),
            mock.patch.object(shown, "decoded", decoded),
        ):
            yield costs
    finally:
        event.remove(Engine, "before_cursor_execute", note)
