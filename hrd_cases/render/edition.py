"""The way of printing exhibits, as a number that follows from all that decides what is seen of a page.

Pictures that are kept and pages that were approved are bound to it: with another library, another font or another line
in these modules, pictures are drawn again and pages are looked at again.
"""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("fonttools", "pikepdf", "pillow", "pillow-heif", "pypdf", "pypdfium2")
MODULES = (
    *("domain/arranging.py", "domain/page_choices.py", "render/drawing.py", "render/exhibits.py"),
    *("render/form_values.py", "render/hidden.py", "render/parsing.py", "render/pdf_exhibits.py"),
    *("render/pictures.py", "render/plain_text.py", "render/sheets.py"),
)
FONTS = "static/fonts/*.ttf"
ROOT = Path(__file__).resolve().parents[1]


def edition(root: Path = ROOT) -> int:
    """The number, from 32 bits of a digest; `root` is the folder of our package."""
    digest = hashlib.sha256()
    for text in (*_libraries(), *_own_files(root)):
        digest.update(f"{len(text)}:{text}".encode())
    return int.from_bytes(digest.digest()[:4], "big")


def _libraries() -> Iterator[str]:
    """Versions of the packages; each is locked by hash and brings the libraries it draws with."""
    return (f"{name} {version(name)}" for name in PACKAGES)


def _own_files(root: Path) -> Iterator[str]:
    for path in (*(root / name for name in MODULES), *sorted(root.glob(FONTS))):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


EDITION = edition()
