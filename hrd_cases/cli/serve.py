"""`hrd-cases serve`: the pages, on this machine, on the local network with a certificate of its own, or on a socket."""

import importlib
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from hrd_cases.cli import serving_waits
from hrd_cases.cli.options import FILE, command, option, together
from hrd_cases.cli.place import now, organisation, settings
from hrd_cases.cli.terminal import Stop, refuse
from hrd_cases.cli.words import _
from hrd_cases.config import NO_HOST, is_host
from hrd_cases.domain.words import N_
from hrd_cases.services.install import lan_certificate as local_network
from hrd_cases.services.install import server_lock

ROOT = Path(__file__).resolve().parents[2]
PORT, HIGHEST_PORT = 8000, 65_535
SERVER = "gunicorn.app.wsgiapp"
FIRST_HANDED = 3  # the descriptor at which systemd, and gunicorn, look for a socket
NAMELESS = N_(
    "Say by which name people reach the pages: --address NAME. That of an onion service stands in its file hostname."
)
SERVED = N_("This organisation is being served already: one server at a time. Stop the other one first.")
HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104  # only with --lan, and then with a certificate


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where the pages answer."""

    port: int
    lan: bool
    address: tuple[str, ...]
    socket: Path | None
    workers: int


serving_options = together(
    option("--port", type=int, default=PORT, show_default=True, help=N_("port")),
    option("--lan", is_flag=True, help=N_("for the local network too, with a certificate of its own")),
    option("--address", multiple=True, help=N_("an address or name by which people reach the pages")),
    option("--socket", type=FILE, help=N_("a socket file, for an onion service or a proxy")),
    option("--workers", type=int, default=1, help=N_("processes: one, until sessions can be shared")),
)


@command("serve")
@serving_options
def serve(*, port: int, lan: bool, address: tuple[str, ...], socket: Path | None, workers: int) -> int:
    """Serve the organisation that is here."""
    return become_server(Where(port=port, lan=lan, address=address, socket=socket, workers=workers))


def refuse_wrong(where: Where) -> None:
    """Stop before anything is made when the options do not go together, or the port is taken."""
    settings()
    for host in where.address:
        if not is_host(host):
            refuse(_(NO_HOST, host=host))
    if where.workers != 1:
        refuse(_("One process serves an organisation: sessions live in its memory. Leave --workers out."))
    if where.lan and where.socket:
        refuse(_("--lan and --socket exclude each other: behind a socket the proxy has the certificate."))
    if where.socket is not None:
        if not (where.address or settings().hosts):
            refuse(_(NAMELESS))
        if not where.socket.absolute().parent.is_dir():
            refuse(_("There is no folder %(folder)s for the socket.", folder=where.socket.absolute().parent))
        _refuse_answering(where.socket.absolute())
        return
    if not 0 < where.port <= HIGHEST_PORT:
        refuse(_("The port must be a number from 1 to 65535."))
    _refuse_used_port(EVERYWHERE if where.lan else HERE, where.port)


def become_server(where: Where) -> int:
    """Become the web server; where it answers is printed once it does."""
    refuse_wrong(where)
    if where.socket:
        _keep_place()
    with organisation() as runtime:
        folder = runtime.instance
        alone = server_lock.hold(folder) is not None and runtime.database.serve_alone()
    if not alone:
        raise Stop(_(SERVED))
    hosts = where.address or (addresses() if where.lan else ())
    words, texts = _listening(where, hosts, folder)
    serving_waits.say_once_it_answers(texts, where.socket or (HERE, where.port), tls=where.lan)
    os.environ["HRD_HOSTS"] = ",".join([*hosts, *settings().hosts])
    _become(words, folder)
    return 0


def _listening(where: Where, hosts: Sequence[str], folder: Path) -> tuple[list[str], list[str]]:
    """The words for the server, and what is said once it answers."""
    if where.socket:
        file = where.socket.absolute()
        _listen(file)
        text = _("Serving on the socket %(file)s. Stop with Ctrl-C.", file=file)
        return ["--umask", "0o007"], [text]
    if where.lan:
        return _lan(where.port, hosts, folder)
    address = f"http://{HERE}:{where.port}/"
    text = _("Serving on %(address)s (this machine only). Stop with Ctrl-C.", address=address)
    return ["--umask", "0o077", "--bind", f"{HERE}:{where.port}"], [text]


def addresses() -> list[str]:
    """The addresses by which the local network reaches this machine, as far as its own tools tell."""
    values: list[str] = []
    for program in (["hostname", "-I"], ["ipconfig", "getifaddr", "en0"], ["ipconfig", "getifaddr", "en1"]):
        try:
            answer = subprocess.run(program, capture_output=True, text=True, timeout=5, check=False)
        except OSError:
            continue
        values += [word for word in answer.stdout.split() if word not in values]
    return [item for item in values if "." in item and not item.startswith("127.")]


def _lan(port: int, hosts: Sequence[str], folder: Path) -> tuple[list[str], list[str]]:
    """The words for the server, and what is said once it answers."""
    if not hosts:
        refuse(_("The address of this machine was not found: say it with --address 192.168.1.20"))
    served = local_network.certificate(folder, [*hosts, "localhost", HERE], now())
    news = N_("This certificate is new: everybody compares it again."), N_("The same certificate as before.")
    texts = [
        _("Serving on the local network. Addresses:"),
        *(f"    https://{host}:{port}/" for host in hosts),
        "",
        _("The certificate is this server's own, so browsers warn once. Before anybody accepts it, compare its"),
        _("SHA-256 fingerprint (in the browser: the warning, then View certificate) with these four lines:"),
        "",
        *(f"    {line}" for line in served.fingerprint),
        "",
        _(news[0] if served.new else news[1]),
        _("Stop with Ctrl-C."),
    ]
    words = [
        "--umask", "0o077",
        "--bind", f"{EVERYWHERE}:{port}",
        "--certfile", str(served.certificate),
        "--keyfile", str(served.key),
    ]  # fmt: skip
    return words, texts


def _become(words: list[str], folder: Path) -> None:
    """Go on as the server, in this process: what both need was imported once.

    One process with threads (web/door/door.py), started by name: the command line knows no page.
    """
    memory = Path("/dev/shm")  # noqa: S108  # a worker's sign of life, which no disk needs
    beside = ["--worker-tmp-dir", str(memory)] if memory.is_dir() else []
    os.environ["HRD_INSTANCE"] = str(folder)
    sys.argv = [
        "gunicorn",
        "--worker-class", "hrd_cases.web.door.connections.Worker", "--workers", "1", "--preload",
        "--asgi-loop", "asyncio", "--asgi-lifespan", "off", "--keep-alive", "10",
        "--pythonpath", str(ROOT), "--no-control-socket", "--log-level", "warning",
        "--timeout", "120", "--graceful-timeout", "10", "--forwarded-allow-ips", "",
        *beside, *words, "wsgi:door",
    ]  # fmt: skip
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS says there is no limit, and refuses that
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a descriptor for each connection
    importlib.import_module(SERVER).run()


def serve_afresh(where: Where) -> NoReturn:
    """Serve in a new program, which knows nothing of what this one made."""
    refuse_wrong(where)
    options = ["--port", str(where.port), *(["--lan"] if where.lan else [])]
    options += [word for host in where.address for word in ("--address", host)]
    options += ["--socket", str(where.socket)] if where.socket else []
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    sys.stdout.flush()
    program = [sys.executable, "-m", "hrd_cases.cli", "serve", *options]
    os.execv(sys.executable, program)  # noqa: S606  # no shell: the command is a list of our own


def _refuse_answering(path: Path) -> None:
    """Stop where a server answers on this socket, or where the file is no socket at all."""
    if not path.exists():
        return
    if not path.is_socket():
        refuse(_("%(file)s is a file and no socket: choose another name.", file=path))
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):  # left behind by a server that is gone
            return
        except OSError:
            pass
    raise Stop(_("Somebody serves on %(file)s already: stop it, or choose another socket.", file=path))


def _keep_place() -> None:
    """Let nothing else that is opened here take the descriptor of the socket."""
    place = os.open(os.devnull, os.O_RDONLY)
    if place > FIRST_HANDED:
        os.close(place)  # whoever started this program left something there: it is replaced, as ever


def _listen(path: Path) -> None:
    """Make the socket here and hand it to the server as systemd does, which then never takes another one away."""
    path.unlink(missing_ok=True)
    connection = socket.socket(socket.AF_UNIX)
    before = os.umask(0o007)
    connection.bind(str(path))
    os.umask(before)
    connection.listen(2048)
    handed = connection.detach()
    if handed != FIRST_HANDED:
        os.dup2(handed, FIRST_HANDED)
        os.close(handed)
    os.set_inheritable(FIRST_HANDED, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))


def _refuse_used_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Stop(_(TAKEN, port=port)) from None


TAKEN = N_("Port %(port)s is taken: stop what listens there, or choose another with --port.")
