"""Every sentence that may be written into the log is on the list that translators see."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hrd_cases import services, web
from hrd_cases.domain import calls
from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.entities import ENTITIES
from hrd_cases.services import acts

FOLDERS = [Path(services.__file__).parent, Path(web.__file__).parent]
MADE = {  # the sentences that are put together, as they are spelt in the code
    "new {}": {f"new {code}" for code in ENTITIES},
    "change {}": {f"change {code}" for code in ENTITIES},
    "call: {}": {
        f"call: {state}"
        for state in (calls.OPEN, calls.MADE, calls.ATTACHED, calls.CLOSED, calls.REACHED, calls.NOT_REACHED)
    },
}


def noted() -> Iterator[tuple[str, str]]:
    """File and sentence of each note in the code: the second argument of ctx.note, or `act` of a LogNote."""
    for path in sorted(path for folder in FOLDERS for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from ((path.name, text) for text in _said(node))


def _said(call: ast.Call) -> Iterator[str]:
    named = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = call.args[1:2] if named == "note" else [one.value for one in call.keywords if one.arg == "act"]
    for value in given if named in ("note", "LogNote") else ():
        if isinstance(value, ast.Constant):
            yield str(value.value)
        elif isinstance(value, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)


_OWN = (None, "user", "vault", "record")


def told_besides() -> Iterator[tuple[str, str]]:
    """File and name of each detail that a note in the code tells besides who, what and where."""
    for path in sorted(path for folder in FOLDERS for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note":
                yield from ((path.name, one.arg) for one in node.keywords if one.arg not in _OWN)


def test_every_detail_of_a_note_has_its_words() -> None:
    found = list(told_besides())
    assert len(found) > 20
    assert [one for one in found if one[1] not in acts.DETAILS] == []


def test_every_note_for_the_log_has_its_words() -> None:
    found = list(noted())
    assert len(found) > 20
    known = acts.ALL | set(MADE)
    assert [one for one in found if one[1] not in known] == []


def test_every_act_of_the_table_has_its_words() -> None:
    assert {act.value for act in Act} <= acts.ALL


def test_sentences_put_together_are_on_the_list_one_by_one() -> None:
    assert {text for texts in MADE.values() for text in texts} <= acts.ALL
