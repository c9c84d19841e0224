"""Every sentence that may be written into the log is on the list that translators see."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hrd_cases import services, web
from hrd_cases.domain import calls
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.services.kernel import audit_messages
from hrd_cases.services.kernel.catalogues import catalogues

FOLDERS = [Path(services.__file__).parent, Path(web.__file__).parent]
MADE = {  # the sentences that are put together, as they are spelt in the code
    "new {}": {f"new {code}" for code in ENTITIES},
    "change {}": {f"change {code}" for code in ENTITIES},
    "call: {}": {
        f"call: {state}"
        for state in (
            calls.OPEN,
            calls.MADE,
            calls.ATTACHED,
            calls.CLOSED,
            calls.REACHED,
            calls.NOT_REACHED,
            "taken over",
        )
    },
    "{}: locked page": {f"{Act.TAKE_CALL.value}: locked page"},
}
# What is said elsewhere: the act of the table by the gate, and one of two sentences marked beside the call.
NAMED = {"act", "act.value", "Act.LET_IN_AGAIN.value", "DELETED"}


def noted() -> Iterator[tuple[str, ast.expr]]:
    """File and sentence of each note in the code: the second argument of ctx.note."""
    for path in sorted(path for folder in FOLDERS for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note"
            if called and len(node.args) == 2:
                yield path.name, node.args[1]


def _spelt(value: ast.expr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)
    return ast.unparse(value)


_OWN = (None, "user", "vault", "record")


def told_besides() -> Iterator[tuple[str, str]]:
    """File and name of each detail that a note in the code tells besides who, what and where."""
    for path in sorted(path for folder in FOLDERS for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note":
                yield from ((path.name, keyword.arg) for keyword in node.keywords if keyword.arg not in _OWN)


def test_every_detail_of_a_note_has_its_words() -> None:
    result = list(told_besides())
    assert len(result) > 20
    assert [item for item in result if item[1] not in audit_messages.DETAILS] == []


def test_every_note_for_the_log_is_spelt_where_it_is_collected() -> None:
    """A constant, which `./run words` finds; else one of the few that are put together or named."""
    result = list(noted())
    assert len(result) > 100
    others = {(name, _spelt(value)) for name, value in result if not isinstance(value, ast.Constant)}
    assert [other for other in others if other[1] not in MADE.keys() | NAMED] == []


def test_every_act_and_every_note_is_in_every_catalogue() -> None:
    content = [str(value.value) for _, value in noted() if isinstance(value, ast.Constant)]
    content += ["sign a header", "mark what was written", "unknown"]  # by the log itself
    for language in ("ru", "kk"):
        words = catalogues().of(language)
        assert [text for text in (*Act, *content) if words.gettext(text) == text] == [], language


def test_sentences_put_together_are_on_the_list_one_by_one() -> None:
    assert {text for texts in MADE.values() for text in texts} <= audit_messages.PUT_TOGETHER
