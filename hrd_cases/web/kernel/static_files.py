"""Static files under names that hold their hash: a browser keeps them for good, and a changed file has another name.

The one script keeps its name: the policy of the pages that run it names it (web/kernel/headers.py).
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for

KEY = "hashed static files"
HASHED = (".css", ".png")
LETTERS = 16


def install(app: Flask) -> None:
    """Give templates `static_url`: the address of a static file by its name, with its hash."""
    names = hashed(Path(app.static_folder or ""))
    app.extensions[KEY] = {new: old for old, new in names.items()}

    def static_url(name: str) -> str:
        return url_for("static", filename=names.get(name, name))

    app.add_template_global(static_url)


def hashed(folder: Path) -> dict[str, str]:
    """The name with a hash, for each of the files in a folder that have one."""
    files = [file for file in folder.iterdir() if file.suffix in HASHED]
    return {file.name: f"{file.stem}.{sha256(file.read_bytes()).hexdigest()[:LETTERS]}{file.suffix}" for file in files}


def is_hashed(app: Flask, address: Mapping[str, object]) -> bool:
    """Whether the parts of an address name a static file with its hash."""
    return address.get("filename") in app.extensions[KEY]


def real(app: Flask, name: str) -> str:
    """The file that a name with a hash stands for; any other name is itself."""
    known: dict[str, str] = app.extensions[KEY]
    return known.get(name, name)
