"""A dossier of about 20 and 100 pages, with a filing, chronology, exhibits and checks, made in its worker.

Yardstick: WeasyPrint alone, in a new process too, on one document with as many pages of plain text.
"""

import dataclasses
import itertools
import subprocess
import sys

from measure import Pair, report, seconds

from hrd_cases.render.process import BuiltPaper, build
from tests.render.strike_sample import Sample, sample

PAGE = "Рабочие остались под землёй после смены и потребовали повышения оплаты. " * 36
STEP = 60  # facts more, to see how many make a page
RAW = """
import sys
from weasyprint import HTML
pages = "".join(f'<p style="break-after: page; font: 12pt serif">{sys.argv[2]}</p>' for _ in range(int(sys.argv[1])))
document = HTML(string=f"<html lang=ru><body>{pages}</body></html>").render()
document.write_pdf()
print(len(document.pages))
"""


def main(wanted: tuple[int, ...]) -> None:
    """Print the table."""
    made = sample(photos=1)
    least, more = built(made).manifest.pages, built(grown(made, STEP)).manifest.pages
    rows = []
    for target in wanted:
        one = grown(made, max(0, (target - least) * STEP // (more - least)))
        rows.append(measured(one, built(one).manifest.pages))
    report("Papers", rows)


def measured(made: Sample, pages: int) -> dict[str, object]:
    """One dossier beside as many plain pages."""
    plain = f"WeasyPrint alone, {pages} pages"
    pair = Pair(f"dossier of {pages} pages", plain)
    # Both begin in a new process each time: there is nothing to warm up.
    for _ in range(3 if pages < 50 else 1):
        pair.ours.append(seconds(lambda: built(made)))
        pair.yardstick.append(seconds(lambda: raw(pages)))
    row = pair.row()
    row["ours_ms_a_page"] = round(float(str(row["ours_ms"])) / pages, 1)
    return row


def grown(made: Sample, facts: int) -> Sample:
    """The same dossier with so many facts more."""
    case = made.request.case
    more = tuple(itertools.islice(itertools.cycle(case.facts), facts))
    longer = dataclasses.replace(case, facts=case.facts + more)
    return dataclasses.replace(made, request=dataclasses.replace(made.request, case=longer))


def built(made: Sample) -> BuiltPaper:
    """The whole paper, its separate files, the filing to edit, all checked."""
    return build(made.request, ((name, iter((data,))) for name, data in made.contents.items()))


def raw(pages: int) -> None:
    """As many pages of plain text, without any check."""
    command = [sys.executable, "-c", RAW, str(pages), PAGE]
    if int(subprocess.run(command, check=True, capture_output=True).stdout) != pages:
        raise RuntimeError("other pages")


if __name__ == "__main__":
    main(tuple(int(text) for text in sys.argv[1:]) or (20, 100))
