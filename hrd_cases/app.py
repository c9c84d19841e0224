"""Puts the parts together: the only file that knows them all."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from hrd_cases.config import Settings, settings_from
from hrd_cases.services.kernel import checkpoints, ownership
from hrd_cases.services.kernel.catalogues import catalogues
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.signin import organisation_setup
from hrd_cases.services.signin.cleanup import sweep
from hrd_cases.web import errors
from hrd_cases.web.blueprints import BLUEPRINTS
from hrd_cases.web.door.door import Door
from hrd_cases.web.home import home
from hrd_cases.web.kernel import cookies, csrf, handling, headers, policy, site, static_files
from hrd_cases.web.kernel.headers import KnownHosts
from hrd_cases.web.pages import filters, layout, request
from hrd_cases.web.signin import login, step_up
from hrd_cases.web.templating import CompiledTemplates

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
COMPILED = CompiledTemplates()


def now() -> datetime:
    """The clock of the whole application."""
    return datetime.now(UTC)


def create_app(settings: Settings | None = None) -> Flask:
    """The application of an installation that was founded; FileNotFoundError before that.

    RuleBroken, before anything is touched, when the database is not that organisation's.
    """
    result = settings or settings_from(os.environ)
    ownership.refuse_missing(result.instance, result.database_url)
    runtime = organisation_setup.load(result.instance, result.database_url, result.evidence)
    ownership.refuse_other(runtime)
    sweep(runtime, now())
    app = assemble(runtime, hosts=result.hosts)
    runtime.database.close()  # no connection crosses into the process that serves
    return app


def door_of(app: Flask) -> Door:
    """The application as the server calls it (web/door/door.py)."""
    result: site.SiteServices = app.extensions[site.KEY]

    def lives(header: str) -> bool:
        secrets = map(cookies.unspell, cookies.named(header, cookies.SESSION))
        sessions = result.runtime.sessions
        return any(secret is not None and sessions.lives(secret, result.clock()) for secret in secrets)

    return Door(app, lives, result.runtime.database.serve_alone)


def goes(app: Flask) -> None:
    """The server stops: what the log came to is kept in the instance folder."""
    result: site.SiteServices = app.extensions[site.KEY]
    checkpoints.keep_at_exit(result.runtime)


def assemble(runtime: Runtime, clock: Callable[[], datetime] = now, hosts: Sequence[str] = ()) -> Flask:
    """The application around a runtime; raises policy.Unlisted when an endpoint has no entry in the policy."""
    app = request.Notes("hrd_cases", template_folder=str(TEMPLATES))
    app.wsgi_app = KnownHosts(app.wsgi_app, hosts)  # type: ignore[method-assign]  # as Flask's documentation does it
    app.config.update(
        MAX_CONTENT_LENGTH=handling.STRANGERS,
        MAX_FORM_MEMORY_SIZE=handling.STRANGERS,
        MAX_FORM_PARTS=20_000,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = COMPILED
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[site.KEY] = site.SiteServices(runtime=runtime, clock=clock, catalogues=catalogues())
    static_files.install(app)
    login.install(app)
    filters.install(app)
    errors.install(app)
    app.context_processor(layout.frame)
    app.before_request(request.arrive)
    app.before_request(step_up.arrived)
    app.after_request(headers.dress)
    app.after_request(csrf.keep_door)
    app.after_request(login.keep_cookie)
    app.add_url_rule("/", "home", home)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    policy.check(app)
    return app
