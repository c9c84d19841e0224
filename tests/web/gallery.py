"""Draw every macro with long Russian and Kazakh text, to be looked at: python tests/web/gallery.py OUT [--shots].

Run by hand, not part of the tests and not shipped. It writes pages; with --shots also Chromium pictures at three
widths, light and dark, under the policy the application sends, and prints what axe finds and where a page is wider than
its window.
"""

import argparse
import functools
import http.server
import json
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Page, sync_playwright
from typing_extensions import override

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hrd_cases.web.forms.model import Form, FormField, FormSection, identifier  # noqa: E402

SAMPLES = Path(__file__).with_name("gallery")
CATALOGUE = ROOT / "hrd_cases" / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WIDTHS = (375, 768, 1280)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")


class _PoTranslations(NullTranslations):
    """The Russian catalogue as it stands in the tree, compiled or not."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, str] = {}
        if CATALOGUE.exists():
            with CATALOGUE.open(encoding="utf-8") as source:
                entries = [entry for entry in read_po(source) if entry.id and entry.string]
            for entry in entries:
                ids = entry.id if isinstance(entry.id, (list, tuple)) else (entry.id,)
                texts = entry.string if isinstance(entry.string, (list, tuple)) else (entry.string,)
                self.words |= {str(ids[0]): str(texts[0] or ""), str(ids[-1]): str(texts[-1] or "")}

    @override
    def gettext(self, message: str) -> str:
        """The Russian words, or the English ones."""
        return self.words.get(message) or message

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The first form for one, the last for many: enough to see how long they are."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def field(content: Mapping[str, Any]) -> FormField:
    """A form field from its sample."""
    value = dict(content)
    value["options"] = tuple(tuple(option) for option in value.get("options", ()))
    value["parts"] = tuple(field(part) for part in value.get("parts", ()))
    value["rows"] = tuple(tuple(field(part) for part in row) for row in value.get("rows", ()))
    return FormField(id=identifier(value["name"]), **value)


def form(content: Mapping[str, Any]) -> Form:
    """A form from its sample, its last two fields in a folded section."""
    fields = tuple(field(item) for item in content["fields"])
    sections = (
        FormSection(title="", fields=fields[:3]),
        FormSection(title="Люди и числа", fields=fields[3:-2]),
        FormSection(title="Последствия и реакция", fields=fields[-2:], open=False),
    )
    errors = tuple((identifier(name), text) for name, text in content["errors"])
    return Form(sections=sections, errors=errors)


def _alive(content: Any, cards: Any) -> Any:
    """The samples with "@mark|confirmed" replaced by what that macro prints."""
    if isinstance(content, dict):
        return {name: _alive(value, cards) for name, value in content.items()}
    if isinstance(content, list):
        return [_alive(value, cards) for value in content]
    if isinstance(content, str) and content.startswith("@"):
        macro, *arguments = content[1:].split("|")
        return getattr(cards, macro)(*arguments)
    return content


def environment() -> Environment:
    """The templates as the application sets them up: escaping, strict, gettext in the new style."""
    env = Environment(
        loader=FileSystemLoader([ROOT / "templates", SAMPLES]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(_PoTranslations(), newstyle=True)  # type: ignore[attr-defined]
    env.globals["url_for"] = lambda endpoint, filename: filename
    return env


def pages(env: Environment) -> Iterator[tuple[str, str]]:
    """Name and HTML of each page."""
    samples = json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))
    values = samples["shell"] | _alive(samples["values"], env.get_template("macros/cards.html").module)
    values |= {name: field(content) for name, content in samples["fields"].items()} | {"form": form(samples["form"])}
    fields: Any = env.get_template("macros/fields.html").module
    values["again"] = fields.field(values["form"].fields[0])
    for path in sorted(SAMPLES.glob("*.html")):
        yield path.stem, env.get_template(path.name).render(values)
    for path in sorted((ROOT / "templates" / "errors").glob("[45]*.html")):
        yield f"error-{path.stem}", env.get_template(f"errors/{path.name}").render(values)
    yield "error-500-bare", env.get_template("errors/500.html").render()


class _Strict(http.server.SimpleHTTPRequestHandler):
    @override
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal quiet."""


def look(tab: Page, address: str, picture: Path) -> None:
    """Open a page, say what is wrong with it, take its picture."""
    tab.goto(address)
    beyond = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    result = Axe().run(tab, options=AXE).response["violations"]
    for problem in result:
        print(picture.stem, problem["id"], [node["target"] for node in problem["nodes"]][:4])
    if beyond > 0:
        print(picture.stem, "is wider than its window by", beyond)
    tab.screenshot(path=picture, full_page=True)


def shots(out: Path, names: list[str]) -> None:
    """Photograph each page at three widths, light and dark; the menu of the record page also open."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Strict, directory=str(out)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=[f"--disable-{part}" for part in QUIET]
        )
        for scheme, width in [(scheme, width) for scheme in ("light", "dark") for width in WIDTHS]:
            context = browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900}
            )
            tab = context.new_page()
            tab.on("console", lambda text: print("console:", text.text))
            for name in names:
                look(tab, f"{base}/{name}.html", out / f"{name}-{width}-{scheme}.png")
            if width < 1000:
                tab.goto(f"{base}/record.html")
                tab.click("summary")
                tab.screenshot(path=out / f"menu-{width}-{scheme}.png")
            context.close()
        browser.close()
    server.shutdown()


def main() -> None:
    """Write the pages, and the pictures when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shots", action="store_true")
    parser.add_argument("--only", default="", help="part of a page's name")
    requested = parser.parse_args()
    requested.out.mkdir(parents=True, exist_ok=True)
    names = []
    for name, html in pages(environment()):
        (requested.out / f"{name}.html").write_text(html, encoding="utf-8")
        names.append(name)
    for asset in ("style.css", "favicon.png"):
        shutil.copy(ROOT / "hrd_cases" / "static" / asset, requested.out / asset)
    if requested.shots:
        shots(requested.out, [name for name in names if requested.only in name])


if __name__ == "__main__":
    main()
