"""The server that the browsers visit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hrd_cases.services.demo.demo import Account
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup
from pages.visitor import Visitor

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(kw_only=True)
class Site:
    """A running server; `now` is its clock, which a test may turn on."""

    origin: str
    runtime: Runtime
    accounts: dict[str, Account] = field(default_factory=dict)
    founded: organisation_setup.Founded | None = None
    now: datetime = NOW

    def later(self, **more: float) -> None:
        """Let time pass."""
        self.now += timedelta(**more)


Enter = Callable[..., Visitor]
