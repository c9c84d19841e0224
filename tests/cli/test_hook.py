"""`./run hook`: the fast checks run before each commit, and a hook that is there already stays."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_other_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this from a hook of theirs lends these tests nothing of their clone."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "run", tmp_path / "run")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def ask_for_a_hook(clone: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(clone / "run"), "hook"], capture_output=True, text=True, check=False)


def test_a_commit_is_refused_when_the_checks_fail(clone: Path) -> None:
    assert ask_for_a_hook(clone).returncode == 0
    (clone / "run").write_text('#!/bin/sh\n[ "$1" = check ] && exit 1\n')
    author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", "-C", str(clone), "add", "run"], check=True)
    refused = subprocess.run(["git", "-C", str(clone), *author, "commit", "-qm", "x"], capture_output=True, check=False)
    assert refused.returncode != 0
    (clone / "run").write_text("#!/bin/sh\nexit 0\n")
    subprocess.run(["git", "-C", str(clone), *author, "commit", "-qm", "x"], check=True)


def test_a_hook_that_is_there_already_stays(clone: Path) -> None:
    hook = clone / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho ours\n")
    refused = ask_for_a_hook(clone)
    assert refused.returncode == 1
    assert "pre-commit" in refused.stderr
    assert hook.read_text() == "#!/bin/sh\necho ours\n"


def test_asking_twice_changes_nothing(clone: Path) -> None:
    assert [ask_for_a_hook(clone).returncode for _ in range(2)] == [0, 0]
