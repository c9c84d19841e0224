"""`./run stick FOLDER`: writes all that a machine without a network needs into an empty folder, for a USB stick.

program.tar      the tracked files of the program, with the compiled translations
wheels/          what requirements/run.txt and pip.txt name, for each version of Python, by hash
install          the script that a person without rights and without a network runs
INSTALL.*        the page to print, as text and as HTML, in three languages
made-for         the system and the processor for which the wheels are; python-versions: for which Python
SHA256SUMS       of every other file
"""

import hashlib
import html
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
PAGES = {"en": "install.md", "ru": "install.ru.md", "kk": "install.kk.md"}
MARKS = ((r"\*\*", "strong"), (r"\*", "em"), ("`", "code"))  # of Markdown, and what HTML says for them
BLOCK = 32_768  # bytes that the smallest file takes on a stick
WRONG_USE = 2
SHOWN = 32  # letters of a check sum that people compare
# One sheet of paper, two sides.
STYLE = """
body { font: 12pt/1.4 sans-serif; max-width: 42em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.4em; margin: 0 }
h2 { font-size: 1.15em; break-after: avoid }
p, pre { margin: .5em 0; break-inside: avoid }
pre { border: 1px solid; padding: .4em; white-space: pre-wrap }
@page { size: A4; margin: 12mm }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt } }
"""


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{text}\n")


def refuse(text: str, status: int = 1) -> NoReturn:
    """End with one line that says what is wrong and what to do."""
    say(text)
    sys.exit(status)


def folder_of(words: list[str]) -> Path:
    """The empty folder that was named; refuses any other."""
    if len(words) != 1:
        refuse("Say into which empty folder: ./run stick FOLDER", WRONG_USE)
    folder = Path(words[0]).absolute()
    if not folder.is_dir():
        refuse(f"There is no folder {folder}. Is the stick there? Make the folder first: mkdir FOLDER", WRONG_USE)
    if any(folder.iterdir()):
        refuse(f"{folder} is not empty. Name an empty folder: mkdir {folder}/hrd-cases, and use that.", WRONG_USE)
    if not os.access(folder, os.W_OK):
        refuse(f"Nothing may be written into {folder}: choose a folder of your own.", WRONG_USE)
    return folder


def git(*words: str) -> str:
    """What git answers; refuses where this is no clone."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        refuse(f"{ROOT} is no clone made by git, which knows what belongs to the program: git clone it, and run there.")
    return done.stdout


def files_of_the_program() -> list[str]:
    """The tracked files that are there, and the compiled translations, by their paths from the root."""
    changed = git("status", "--porcelain", "--untracked-files=no").splitlines()
    if changed:
        say(f"Changes that are not committed go along: {len(changed)} files.")
    tracked = [name for name in git("ls-files", "-z").split("\0") if name and (ROOT / name).is_file()]
    compiled = [
        str(path.relative_to(ROOT)) for path in (ROOT / "hrd_cases" / "translations").glob("*/LC_MESSAGES/*.mo")
    ]
    return sorted({*tracked, *compiled})


def _plain(item: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whose file it was here is nobody's business; one time for all keeps translations from being compiled again."""
    item.uid = item.gid = 0
    item.uname = item.gname = ""
    item.mtime = 946_684_800  # 2000: ZIP files know no earlier year than 1980
    item.mode = 0o755 if item.mode & 0o100 else 0o644
    return item


def pack(file: Path) -> None:
    """Write the program into one file: a stick keeps neither modes nor letters of every kind."""
    with tarfile.open(file, "w") as archive:
        for name in files_of_the_program():
            archive.add(ROOT / name, arcname=name, filter=_plain)


def download(lock: str, into: Path, *options: str) -> str:
    """Fetch what a lock names; the reason when it cannot be had, empty when it is there."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements" / lock), "-d", str(into)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    errors = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    return errors[-1] if errors else "pip says no reason"


def fetch(wheels: Path) -> list[str]:
    """Fetch all wheels; the versions of Python for which every one exists."""
    wheels.mkdir()
    fitting, missing = [], download("pip.txt", wheels)
    if missing:
        refuse(f"The wheel of pip cannot be had: {missing}. Is there a network?")
    for version in VERSIONS:
        say(f"Fetching the wheels for Python {version}")
        with tempfile.TemporaryDirectory() as place:
            missing = download("run.txt", Path(place), "--python-version", version, "-f", str(wheels))
            if missing:
                say(f"Python {version} is left out: {missing}")
                continue
            for path in Path(place).iterdir():
                shutil.move(path, wheels / path.name)
        fitting.append(version)
    if not fitting:
        refuse("No version of Python has all its wheels. Is there a network?")
    return fitting


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """The blocks of a page: a kind (`h1`, `h2`, `pre`, `p`) and its text, without the marks of Markdown."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if lines[0].startswith("```"):
            yield "pre", "\n".join(lines[1:-1])
        elif lines[0].startswith("#"):
            yield f"h{len(lines[0].split()[0])}", lines[0].lstrip("# ")
        else:
            yield "p", " ".join(lines)


def as_text(text: str) -> str:
    """A page for a terminal or a plain printer."""
    result = []
    for kind, words in _blocks(text):
        plain = words if kind == "pre" else re.sub(r"[*`]", "", words)
        shown = "\n".join(f"    {line}" for line in plain.splitlines()) if kind == "pre" else plain
        result.append(f"{shown}\n{'=' * len(shown)}" if kind == "h1" else shown)
    return "\n\n".join(result) + "\n"


def as_html(text: str, language: str) -> str:
    """A page for a browser, which prints it."""
    result, title = [], ""
    for kind, words in _blocks(text):
        shown = html.escape(words)
        if kind != "pre":
            for mark, name in MARKS:
                shown = re.sub(f"{mark}([^*`]+){mark}", rf"<{name}>\1</{name}>", shown)
        title = title or words
        result.append(f"<{kind}>{shown}</{kind}>")
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>{head}</head>\n<body>\n' + "\n".join(result) + "\n</body>\n"
    )


def write_pages(folder: Path) -> None:
    """Write the page to print, each language twice."""
    for language, name in PAGES.items():
        text = (ROOT / "docs" / "manual" / name).read_text(encoding="utf-8")
        (folder / f"INSTALL.{language}.txt").write_text(as_text(text), encoding="utf-8")
        (folder / f"INSTALL.{language}.html").write_text(as_html(text, language), encoding="utf-8")


def write_sums(folder: Path) -> str:
    """Write SHA256SUMS, as sha256sum reads it; the first letters of its own sum, in fours."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in paths
    ]
    sums = "".join(lines).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    own = hashlib.sha256(sums).hexdigest()
    return " ".join(own[start : start + 4] for start in range(0, SHOWN, 4))


def _write(source: Path, place: Path) -> None:
    """Copy a file, and wait until it is on the stick."""
    with place.open("wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())


def copy(made: Path, folder: Path) -> int:
    """Copy what was made onto the stick; its size in bytes. Refuses where there is no room."""
    sizes = [path.stat().st_size for path in made.rglob("*") if path.is_file()]
    free = shutil.disk_usage(folder).free
    if free < sum(sizes) + BLOCK * len(sizes):
        refuse(
            f"{folder} has room for {free // 10**6} MB; {sum(sizes) // 10**6 + 1} MB are needed. Take a larger stick."
        )
    try:
        for path in sorted(made.rglob("*")):
            place = folder / path.relative_to(made)
            place.mkdir() if path.is_dir() else _write(path, place)
    except OSError as error:
        refuse(f"Writing broke off ({error.strerror}): empty {folder} and run it again, with another stick if need be.")
    return sum(sizes)


def main() -> None:
    """Make everything beside, then copy it: a stick that is not whole should have no SHA256SUMS that fits."""
    folder = folder_of(sys.argv[1:])
    system = f"{platform.system()} {platform.machine()}"
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "stick"
        made.mkdir()
        pack(made / "program.tar")
        versions = fetch(made / "wheels")
        (made / "made-for").write_text(f"{system}\n", encoding="utf-8")
        (made / "python-versions").write_text("".join(f"{version}\n" for version in versions), encoding="utf-8")
        shutil.copyfile(Path(__file__).with_name("install"), made / "install")
        write_pages(made)
        own = write_sums(made)
        size = copy(made, folder)
    say(f"{folder} is made: {size // 10**6 + 1} MB, for {system}, Python {', '.join(versions)}.")
    say(f"Unmount it before you pull it. Copy this onto paper, install shows it again: {own}")


main()
