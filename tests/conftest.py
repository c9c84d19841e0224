"""What every test stands on: no connection outward, two real databases, a browser, settings of Hypothesis."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hrd_outward
import pytest
from hrd_databases import Databases, PostgresServer
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent


# --- nothing goes out --------------------------------------------------------------------------------------------

# Each process of the tests has a file of its own, which the processes it starts share.
os.environ[hrd_outward.REPORT] = tempfile.mkstemp(prefix="hrd-outward-")[1]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE / "support"), os.environ.get("PYTHONPATH")]))


@pytest.fixture(autouse=True)
def _nothing_goes_out() -> Iterator[None]:
    """Fails a test whose code, or a process it started, tried to reach beyond this machine, even if it hid that."""
    report = Path(os.environ[hrd_outward.REPORT])
    report.write_text("", encoding="utf-8")
    yield
    attempts = report.read_text(encoding="utf-8")
    assert not attempts, f"tried to reach beyond this machine:\n{attempts}"


def pytest_unconfigure() -> None:
    """Take the gathered attempts away again."""
    Path(os.environ[hrd_outward.REPORT]).unlink(missing_ok=True)


# --- databases ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of these tests' own, on a Unix socket in a temporary folder; works as root too."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Makes databases, empty or prepared once and copied; PostgreSQL starts when the first of its kind is asked for."""
    with tempfile.TemporaryDirectory(prefix="hrd-sqlite-") as folder:
        yield Databases(Path(folder), lambda: request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def prepare_database() -> Callable[[str], None] | None:
    """What is done once to a database before tests get copies of it; a folder's conftest may say its migrations."""
    return None


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, databases: Databases, prepare_database: Callable[[str], None] | None
) -> Iterator[str]:
    """A database of this test's own, on SQLite and then on PostgreSQL."""
    url = databases.fresh(request.param, prepare_database)
    yield url
    databases.drop(url)


# --- the browser -------------------------------------------------------------------------------------------------

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_BROWSER_PATHS = (
    ".cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def _find_chromium() -> str | None:
    value = os.environ.get("HRD_CHROMIUM")
    if value:
        return value
    for path in filter(None, map(shutil.which, _BROWSERS)):
        # Ubuntu's is a script that opens a snap, which cannot be driven from here.
        if b"snap" not in Path(path).read_bytes()[:4096]:
            return path
    installed = [str(path) for pattern in _BROWSER_PATHS for path in sorted(Path.home().glob(pattern), reverse=True)]
    applications = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome")]
    return next((path for path in installed + applications if os.access(path, os.X_OK)), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that the browser tests drive; without one they fail, unless they were left out on purpose."""
    if os.environ.get("HRD_SKIP_BROWSER") == "1":
        pytest.skip("HRD_SKIP_BROWSER=1 leaves the browser tests out")
    result = _find_chromium()
    if result is None:
        pytest.fail("no Chromium here: install it (apt-get install chromium), or set HRD_SKIP_BROWSER=1", pytrace=False)
    return result


CHROMIUM_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The browser is no Python: it gets its own way of not leaving the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def chromium_arguments() -> list[str]:
    """Start options that keep Chromium quiet and on this machine; with Playwright, chromium_sandbox stays False."""
    return list(CHROMIUM_ARGUMENTS)


AGAIN = {"sqlite_world", "shared_world"}


LONG = (
    "services/keys/test_key_model.py",
    "web/pages/test_sending.py",
    "web/pages/test_odd_values.py",
    "browser/test_every_page.py",
    "web/test_matrix.py",
    "web/test_cut_lines.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything in tests/browser needs a browser, said or not; a second round leaves out what the first one did. Files
    that take minutes come first, so that no worker is left alone with one of them at the end."""
    items.sort(key=lambda item: str(item.path.relative_to(HERE)) not in LONG)
    for item in items:
        if HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
    if "HRD_TEST_DATABASE" in os.environ:
        again = [item for item in items if not AGAIN.isdisjoint(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
        items[:] = again


# --- Hypothesis --------------------------------------------------------------------------------------------------

# No deadlines: the machines are shared, and a slow moment is no defect. In the build the examples are the same in
# every run, so that a red build can be repeated; by hand they are new each time.
_HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=_HEALTH)
settings.register_profile("build", settings.get_profile("default"), derandomize=True, print_blob=True, database=None)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(os.environ.get("HRD_HYPOTHESIS") or ("build" if os.environ.get("CI") else "default"))
