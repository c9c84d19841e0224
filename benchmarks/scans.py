"""Words on scanned pages: how many are read right in each language, and what a page costs.

Yardstick: Tesseract itself on the same grey points, without our process, limits and checks.
"""

import hashlib
import io
import re
import subprocess
import zlib
from collections import Counter
from pathlib import Path

from measure import compare, report
from PIL import Image, ImageDraw, ImageFont

import hrd_cases
from hrd_cases.domain.papers import Part, PartKind
from hrd_cases.render import ocr
from hrd_cases.render.exhibit_process import ExhibitTask
from hrd_cases.render.process import open_files

ROOT = Path(hrd_cases.__file__).parents[1]
FONT = ROOT / "hrd_cases" / "static" / "fonts" / "NotoSans-Regular.ttf"
TEXTS = {"Russian": "caseworker.ru.md", "Kazakh": "caseworker.kk.md", "English": "caseworker.md"}
A4, LINES = (1654, 2339), 40  # at 200 points to the inch


def main() -> None:
    """Print the table."""
    rows = []
    for language, name in TEXTS.items():
        lines = (ROOT / "docs" / "manual" / name).read_text(encoding="utf-8").replace("*", "").splitlines()
        written = [line[:90] for line in lines if len(line) > 60][:LINES]
        data = scanned(written)
        (points,) = drawn(data)
        row = compare(
            f"one page of {language}", lambda points=points: ocr.words_on([points], ocr.program()),
            "Tesseract alone", lambda points=points: alone(points),
        )  # fmt: skip
        row["right_%"] = round(100 * right(written, ocr.words_on([points], ocr.program())))
        rows.append(row)
    report("Scans", rows)


def scanned(lines: list[str]) -> bytes:
    """A page as a telephone makes it: a little turned, grey, and stored with loss."""
    page = Image.new("L", A4, 245)
    font = ImageFont.truetype(str(FONT), 30)
    for at, line in enumerate(lines):
        ImageDraw.Draw(page).text((90, 90 + 54 * at), line, fill=40, font=font)
    target = io.BytesIO()
    page.rotate(0.7, fillcolor=245, resample=Image.Resampling.BICUBIC).save(target, "JPEG", quality=55, dpi=(200, 200))
    return target.getvalue()


def drawn(data: bytes) -> tuple[bytes, ...]:
    """What the process that opens files sends to be read."""
    part = Part(id="f", kind=PartKind.IMAGE, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
    (ready,) = open_files([(ExhibitTask(part=part, dpi=300, scans=True), [data])])
    return ready.pictures


def alone(points: bytes) -> None:
    """The yardstick."""
    command = [ocr.program(), "stdin", "stdout", "-l", "+".join(ocr.LANGUAGES)]
    subprocess.run(
        command, input=zlib.decompress(points), capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"}
    )


def right(written: list[str], said: str) -> float:
    """The share of the words (three letters or more) that were read letter by letter; ё counts as е."""
    wanted, got = (
        Counter(re.findall(r"[^\W\d_]{3,}", text.casefold().replace("ё", "е"))) for text in (" ".join(written), said)
    )
    return (wanted & got).total() / wanted.total()


if __name__ == "__main__":
    main()
