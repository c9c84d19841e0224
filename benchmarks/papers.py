"""A dossier of about 25 and 100 pages, with a filing, chronology, exhibits and checks, made in its worker; and again
after one fact changed, with what the first build kept.

Yardsticks: WeasyPrint alone, in a new process too, on the same typed pages in one document; and the whole build.
"""

import dataclasses
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from measure import Pair, report, seconds

from hrd_cases.render import dossiers, exhibits
from hrd_cases.render.exhibit_process import Outcome
from hrd_cases.render.pdf import Press
from hrd_cases.render.process import PACKAGE, BuiltPaper, build
from tests.render.strike_sample import Sample, sample

STEP = 60  # facts more, to see how many make a page
RAW = """
import json, sys
from weasyprint import CSS, HTML
typed = json.load(sys.stdin)
HTML(string=typed["html"]).render(stylesheets=[CSS(string=typed["style"])]).write_pdf()
"""


class Typed(Press):
    """Keeps what is typeset of a dossier."""

    pages: str = ""
    sheet: str = ""

    def __init__(self, style: str) -> None:
        Typed.sheet = style
        super().__init__(style)

    def html(self, template: str, values: Mapping[str, object]) -> str:
        """The same, kept."""
        text = super().html(template, values)
        Typed.pages = text if template == "paper.html" else Typed.pages
        return text


def main(wanted: tuple[int, ...]) -> None:
    """Print the table."""
    made = sample(photos=1)
    least, more = built(made).manifest.pages, built(grown(made, STEP)).manifest.pages
    rows = []
    for target in wanted:
        one = grown(made, max(0, (target - least) * STEP // (more - least)))
        rows += measured(one)
    report("Papers", rows)


def measured(made: Sample) -> list[dict[str, object]]:
    """One dossier beside its typed pages alone, and built again beside the whole of it."""
    typed, first, other = typed_pages(made), built(made), changed(made)
    pages = first.manifest.pages
    # Each begins in a new process each time: there is nothing to warm up.
    whole = Pair(f"dossier of {pages} pages", "WeasyPrint alone, the same typed pages")
    again = Pair(f"dossier of {pages} pages, one fact changed", "the whole build")
    processor = {whole.name: list[float](), again.name: list[float](), whole.yardstick_name: list[float]()}
    for _ in range(3):
        whole.ours.append(spent(lambda: built(made), processor[whole.name]))
        whole.yardstick.append(spent(lambda: raw(typed), processor[whole.yardstick_name]))
        again.ours.append(spent(lambda: built(other, first.kept), processor[again.name]))
        again.yardstick.append(whole.ours[-1])
    rows = [whole.row(), again.row()]
    rows[0]["yardstick_cpu_s"] = round(min(processor[whole.yardstick_name]), 2)
    for row in rows:
        row["cpu_s"] = round(min(processor[str(row["work"])]), 2)
    return rows


def spent(work: Callable[[], object], processor: list[float]) -> float:
    """Wall time; the processor time of its processes goes into the list."""
    start = os.times()
    result = seconds(work)
    end = os.times()
    processor.append(end.children_user + end.children_system - start.children_user - start.children_system)
    return result


def grown(made: Sample, facts: int) -> Sample:
    """The same dossier with so many facts more."""
    case = made.request.case
    more = tuple(itertools.islice(itertools.cycle(case.facts), facts))
    longer = dataclasses.replace(case, facts=case.facts + more)
    return dataclasses.replace(made, request=dataclasses.replace(made.request, case=longer))


def changed(made: Sample) -> Sample:
    """The same dossier with a sentence more in its last fact."""
    case = made.request.case
    last = dataclasses.replace(case.facts[-1], text=f"{case.facts[-1].text} Это отрицается.")
    other = dataclasses.replace(case, facts=(*case.facts[:-1], last))
    return dataclasses.replace(made, request=dataclasses.replace(made.request, case=other))


def built(made: Sample, kept: bytes = b"") -> BuiltPaper:
    """The whole paper, its separate files, the filing to edit, all checked."""
    return build(made.request, ((name, iter((data,))) for name, data in made.contents.items()), before=kept)


def typed_pages(made: Sample) -> bytes:
    """What is typeset of a dossier, as one document with its style sheet."""
    dossiers.Press = Typed  # type: ignore[misc]
    desk = dossiers.Desk(made.request, lambda *_step: None)
    parts = {part.id: part for exhibit in made.request.case.exhibits for part in exhibit.parts}
    for name, data in made.contents.items():
        ready = exhibits.prepare(parts[name], data, 200)
        outcome = Outcome(count=ready.count, of=ready.of, reason=ready.reason, notes=ready.notes, sources=ready.sources)
        desk.take(name, outcome, ready.pdf or b"")
    desk.build()
    return json.dumps({"html": Typed.pages, "style": Typed.sheet}).encode()


def raw(typed: bytes) -> None:
    """The same typed pages, without any check."""
    fonts = {**os.environ, "FONTCONFIG_FILE": str(PACKAGE / "render" / "fonts.conf")}
    subprocess.run([sys.executable, "-c", RAW], input=typed, check=True, capture_output=True, env=fonts)


if __name__ == "__main__":
    main(tuple(int(text) for text in sys.argv[1:]) or (25, 100))
