"""What the pages share with the process they run in: the runtime, the clock, the catalogues."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from hrd_cases.services.kernel.catalogues import Catalogues
from hrd_cases.services.kernel.context import Runtime

KEY = "hrd_cases"


@dataclass(frozen=True, kw_only=True)
class SiteServices:
    """Handed in once by app.py; nothing here belongs to one request."""

    runtime: Runtime
    clock: Callable[[], datetime]
    catalogues: Catalogues


def site() -> SiteServices:
    """The site of the application that answers this request."""
    return cast("SiteServices", current_app.extensions[KEY])
