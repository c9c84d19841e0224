"""The application around a world: put together once in a process, and copied for each browser of a test.

Putting it together compiles the addresses of 340 pages and reads the catalogues: 0.1 s, more than most pages cost.
What `assemble` refuses is tried with `assemble` (tests/web/kernel/test_policy.py, tests/web/test_matrix.py).
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import cast

from flask import Flask

from hrd_cases.app import assemble
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.web.kernel import site
from hrd_cases.web.kernel.headers import KnownHosts


@cache
def _original() -> Flask:
    """An application that answers nobody: it has no runtime."""
    return assemble(cast("Runtime", None))


def application(runtime: Runtime, clock: Callable[[], datetime], hosts: Sequence[str] = ()) -> Flask:
    """What `assemble` gives for the same: a copy, with its own runtime, clock, hosts, settings and table of views.

    Addresses, templates, error pages and what runs before and after a request are shared: nobody may add to them.
    """
    app = copy.copy(_original())
    app.config, app.view_functions = copy.copy(app.config), dict(app.view_functions)
    services = replace(app.extensions[site.KEY], runtime=runtime, clock=clock)
    app.extensions = {**app.extensions, site.KEY: services}
    del app.wsgi_app  # the original's; behind it is the class's own, which is bound to the copy
    app.wsgi_app = KnownHosts(app.wsgi_app, hosts)  # type: ignore[method-assign]
    return app
