"""The process is killed between any two steps of a save: what was acknowledged is there, and nothing is half there."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hrd_failpoints import SAVING
from hrd_log import tags

from hrd_cases.store.blobs import BlobStore
from hrd_cases.store.log_proof import verify
from hrd_cases.store.work import Database

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="session")
def saving() -> ModuleType:
    """The program that is killed, for what it would have saved."""
    spec = importlib.util.spec_from_file_location("saving", HERE / "saving.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("name", SAVING)
def test_a_kill_between_two_steps_loses_nothing_acknowledged_and_leaves_nothing_half_saved(
    database_url: str, tmp_path: Path, saving: ModuleType, name: str
) -> None:
    often = ("record.after_body", "record.before_write")
    times = 5 if name in often else 3
    command = [sys.executable, str(HERE / "saving.py"), database_url, str(tmp_path / "evidence"), name, str(times)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60)
    assert run.returncode == -9, run.stderr
    acknowledged = [int(line) for line in run.stdout.split()]
    assert acknowledged
    database, blobs = Database(database_url, saving.ORG, tags(saving.ORG)), BlobStore(tmp_path / "evidence")
    with database.reading() as work:
        stored = {record.id: record for record in work.records.all(saving.VAULT)}
        cards = {card.id: card for card in work.records.cards([saving.VAULT])}
        past = work.records.history(saving.VAULT, saving.COUNTER, "core")
        _shown, doubts = work.records.examine(saving.VAULT)
        files = work.files.of_vault(saving.VAULT.id)
        rows, head = work.log.rows(), work.log.head()
    database.close()
    counter = stored.pop(saving.COUNTER)
    landed = [int(row.sealed) for row in rows if row.sealed]
    # Everything acknowledged, and at most the one save that was under way: in the log, as a record, as a file.
    assert landed in (acknowledged, [*acknowledged, len(acknowledged) + 1])
    assert verify(rows, head) is None
    assert {item.id: item.value for item in stored.values()} == {f"{n:032x}": saving.incident(n) for n in landed}
    assert not any(item.broken for item in (*stored.values(), counter, *cards.values()))
    assert {card.id: card.value for card in cards.values()} == {
        **{f"{n:032x}": saving.incident(n) for n in landed},
        saving.COUNTER: saving.incident(landed[-1]),
    }
    assert not doubts
    assert not any(item.doubts for item in (*stored.values(), counter))
    assert counter.value == saving.incident(landed[-1])
    assert counter.versions == {"core": len(landed), "identity": len(landed)}
    assert [item.value.region for item in past] == [f"region {n}" for n in landed[:-1]]
    assert [(row.id, row.size) for row in files] == [(f"{n:032x}", len(saving.blob_of(n))) for n in landed]
    for number in landed:
        with blobs.open(f"{number:032x}") as stream:
            assert stream.read() == saving.blob_of(number)
