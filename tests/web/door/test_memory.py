"""What the memory of the serving process holds of somebody's keys between their requests, locked or not."""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from hrd_served import Served, served, status
from hrd_world import World

from hrd_cases.store import instance
from hrd_cases.web.door import connections

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the process is found in /proc")]

# Runs in the server: at a signal it walks every object that Python can still reach, and writes the names of the
# secrets among them. It knows of each only six bytes and a hash, so that it does not find itself.
WALK = """
import gc, hashlib, json, os, signal, sys

def walk(*_):
    wanted = json.loads(os.environ["WANTED"]).items()
    seen, found, todo = set(), set(), gc.get_objects()
    while todo:
        item = todo.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, (bytes, bytearray)):
            data = bytes(item)
        elif isinstance(item, str):
            data = item.encode("utf-8", "surrogatepass")
        else:
            todo.extend(gc.get_referents(item))
            continue
        for name, (begin, digest) in wanted:
            begin = bytes.fromhex(begin)
            at = data.find(begin)
            while at >= 0:
                if hashlib.sha256(data[at : at + 32]).hexdigest() == digest:
                    found.add(name)
                at = data.find(begin, at + 1)
    with open(os.environ["ANSWER"] + ".part", "w") as file:
        json.dump(sorted(found), file)
    os.rename(os.environ["ANSWER"] + ".part", os.environ["ANSWER"])

if "serve" in sys.orig_argv:
    signal.signal(signal.SIGRTMIN, walk)
"""


def _secrets(world: World) -> dict[str, bytes]:
    """Keys of Anna's, a key of a case of hers, and one of the server's, which it has to know all the time."""
    bundle = world.session("anna").bundle
    assert bundle is not None
    with world.reading("anna") as ctx:
        (core,) = ctx.ring.held(world.strike.case, "core").values()
    return {
        "the server": instance.load(world.runtime.instance)[1].pepper,
        "her keyring": bundle.user_keys.keyring_key.reveal(),
        "her signature": bundle.user_keys.sign_seed.reveal(),
        "her bundle": bundle.user_keys.kem_seed.reveal(),
        "a case": core.secret.reveal(),
    }


def _reached(site: Served, answer: Path) -> list[str]:
    """What the process that serves can still reach."""
    time.sleep(2 * connections.FORGET)
    (worker,) = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGRTMIN)
    for _ in range(600):
        if answer.exists():
            names = json.loads(answer.read_text())
            answer.unlink()
            return list(names)
        time.sleep(0.1)
    raise AssertionError("the process did not answer")


def test_between_requests_and_after_a_lock_no_key_of_a_person_is_reached(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, answer = sqlite_world.people["anna"], tmp_path / "answer"
    wanted = {name: (key[:6].hex(), hashlib.sha256(key).hexdigest()) for name, key in _secrets(sqlite_world).items()}
    (tmp_path / "sitecustomize.py").write_text(WALK)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).resolve().parents[3])]))
    monkeypatch.setenv("WANTED", json.dumps(wanted))
    monkeypatch.setenv("ANSWER", str(answer))
    with served(sqlite_world) as site:
        site.log_in(anna.handle, anna.passphrase)
        assert status(site.get(f"/c/{sqlite_world.strike.case}", inside=True)) == 200
        assert _reached(site, answer) == ["the server"]
        body = f"csrf_token={site.token('/x/l', inside=True, page='/d')}".encode()
        assert status(site.ask(site.form("/x/l", body, inside=True), body)) == 303
        assert b"/e/u" in site.get("/d", inside=True).partition(b"\r\n\r\n")[0]
        assert _reached(site, answer) == ["the server"]
