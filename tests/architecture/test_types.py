"""What the middle of the program knows of its values: types instead of anything, classes instead of codes in quotes."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hrd_cases.domain.entities import ENTITIES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hrd_cases"
ANYTHING = re.compile(r"\bAny\b")
MOST_ANYTHING = 79  # lines that speak of Any, their imports counted too
TYPED_IDS = ("case", "person", "record", "record_id")
# A line of the log names whatever an act concerned: a record, an account, a set of recovery cards, a backup.
LOG_LINES = frozenset({"services/kernel/context.py", "services/keys/audit_writer.py", "services/audit/audit_reader.py"})
MOST_CODES = 39  # codes of entities in quotes


def _sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def test_hardly_any_line_says_that_a_value_may_be_anything() -> None:
    lines = Counter(
        {
            str(path.relative_to(ROOT)): sum(bool(ANYTHING.search(line)) for line in source.splitlines())
            for path, source in _sources().items()
        }
    )
    print(f"{lines.total()} lines speak of Any: {lines.most_common(20)}")
    assert lines.total() <= MOST_ANYTHING


def _other_words(node: ast.AST) -> Iterator[ast.AST]:
    """Words that are no code of an entity by where they stand: controls of a form, keys of a message, folders."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("get", "getattr"):
        yield from node.args
    elif isinstance(node, ast.keyword) and node.arg == "place":
        yield node.value
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) != "ENTITIES":
        yield node.slice
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield node.right


def _codes(tree: ast.Module) -> list[str]:
    nodes = list(ast.walk(tree))
    others = {id(word) for node in nodes for word in _other_words(node)}
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in others]
    return [word for word in words if isinstance(word, str) and word in ENTITIES]


def test_code_asks_for_the_class_of_a_record_and_not_for_its_code() -> None:
    """Outside domain/, which gives the codes, crypto/, which knows no entity, and the names of columns."""
    places: Counter[str] = Counter()
    for path, source in _sources().items():
        name = str(path.relative_to(PACKAGE))
        if not name.startswith(("domain/", "crypto/")) and name != "store/tables.py":
            places[name] = len(_codes(ast.parse(source)))
    print(f"{places.total()} codes of entities stand in quotes: {places.most_common(20)}")
    assert places.total() <= MOST_CODES


def test_a_code_in_quotes_is_seen_wherever_it_could_stand_for_an_entity() -> None:
    asked = (
        'x.code == "incident"',
        'listing(ctx, "letter")',
        '{"hearing": 1}',
        'ENTITIES["task"]',
        'code in ("note", "x")',
        'f(code="call")',
    )
    assert [len(_codes(ast.parse(line))) for line in asked] == [1] * len(asked)
    others = (
        'form.get("case")',
        'getattr(value, "person")',
        'content["case"]',
        'folder / "evidence"',
        'f(place="body")',
    )
    assert [len(_codes(ast.parse(line))) for line in others] == [0] * len(others)


def _untyped_ids(tree: ast.Module) -> Iterator[str]:
    """Arguments and attributes that hold an id of one of these and say no more than that it is text."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=said) | ast.AnnAssign(target=ast.Name(id=name), annotation=said):
                if name in TYPED_IDS and said is not None and re.search(r"\bstr\b", ast.unparse(said)):
                    yield f"line {node.lineno}: {name}: {ast.unparse(said)}"


def test_the_ids_of_cases_people_and_records_have_types() -> None:
    """So the type checker refuses the id of something else: CaseId, PersonId, NamedId or RecordId, never plain text."""
    places = {str(path.relative_to(PACKAGE)): list(_untyped_ids(ast.parse(text))) for path, text in _sources().items()}
    assert {name: lines for name, lines in places.items() if lines and name not in LOG_LINES} == {}
    assert all(places[name] for name in LOG_LINES), "an exception that is no longer needed"
