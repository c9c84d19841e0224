"""The form of a record, filled in the way a person does: folded parts are opened first."""

from pathlib import Path

from playwright.sync_api import FilePayload, Locator

from pages.visitor import Visitor


class SheetForm:
    """The form of the page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    @property
    def required(self) -> list[str]:
        """The labels of what must be filled in."""
        marked = self.page.locator("main .need").all()
        whole = [(need.locator("xpath=..").inner_text(), need.inner_text()) for need in marked]
        return [label.removesuffix(need).strip(" ·") for label, need in whole]

    @property
    def errors(self) -> dict[str, str]:
        """What the page says is wrong, by name of the field it stands at."""
        at = self.page.locator("main .error")
        return {str(item.get_attribute("id")): item.inner_text().strip() for item in at.all()}

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self._control(name).input_value()

    def fill(self, name: str, text: str) -> None:
        """Write into a field."""
        self._seen(self._control(name)).fill(text)

    def choose(self, name: str, value: str) -> None:
        """Choose from a list, by its code."""
        self._seen(self._control(name)).select_option(value)

    def choose_text(self, name: str, label: str) -> None:
        """Choose from a list, by its words."""
        self._seen(self._control(name)).select_option(label=label)

    def tick(self, name: str, value: str = "") -> None:
        """Tick a box."""
        result = self.page.locator(f'main [name="{name}"]' + (f'[value="{value}"]' if value else ""))
        self._seen(result.first).check()

    def one_more_row(self, name: str) -> None:
        """Ask for another row of a group."""
        button = self._seen(self.page.locator(f'main button[name="_more"][value="{name}"]').first)
        self.visitor.click(button)

    def attach(self, name: str, files: list[Path] | list[FilePayload]) -> None:
        """Choose files, several at once."""
        self.page.locator(f'main input[type="file"][name="{name}"]').set_input_files(files)

    def save(self) -> None:
        """Press the button at the end of the form."""
        with self.visitor.loading():
            self.send()

    def send(self) -> None:
        """Press the button at the end of the form, whatever becomes of the line."""
        self.page.locator("main .form-end button:not([name])").first.click()

    def _control(self, name: str) -> Locator:
        return self.page.locator(f'main form [name="{name}"]').first

    def _seen(self, control: Locator) -> Locator:
        for _ in range(6):
            folded = control.locator("xpath=ancestor::details[not(@open)]")
            if not folded.count():
                break
            folded.first.locator("> summary").click()
        return control
