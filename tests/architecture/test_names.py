"""Names that an engineer would search for: standard words, one meaning each, folders one can read at a glance."""

import ast
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hrd_cases"
# Participles that stand for everything and say nothing of what they hold.
VAGUE = frozenset(
    {"found", "one", "told", "kept", "said", "held", "given", "known", "made", "asked", "wanted", "taken"}
)
MOST_VAGUE = 0.01  # of all names that are bound
MOST_FILES = 14  # in a folder of services/, web/ and their tests


@cache
def _parsed() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def _bound(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def test_no_parameter_has_a_name_that_could_be_anything() -> None:
    nodes = [node for module in _parsed().values() for node in ast.walk(module)]
    assert not Counter(node.arg for node in nodes if isinstance(node, ast.arg) and node.arg in VAGUE)


def test_hardly_any_name_could_be_anything() -> None:
    names = [name for module in _parsed().values() for name in map(_bound, ast.walk(module)) if name]
    vague = Counter(name.strip("_").lower() for name in names if name.strip("_").lower() in VAGUE)
    print(f"{vague.total()} of {len(names)} names are vague: {vague.most_common()}")
    assert vague.total() < MOST_VAGUE * len(names)


def test_no_public_class_name_has_two_meanings() -> None:
    places = defaultdict(list)
    for path, module in _parsed().items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert not {name: files for name, files in places.items() if len(files) > 1}


def test_no_folder_holds_more_than_one_can_read_at_a_glance() -> None:
    full = {}
    for top in (PACKAGE / "services", PACKAGE / "web", ROOT / "tests" / "services", ROOT / "tests" / "web"):
        for folder in (top, *(path for path in top.rglob("*") if path.is_dir())):
            files = [path for path in folder.glob("*.py") if path.name not in ("__init__.py", "conftest.py")]
            if len(files) > MOST_FILES:
                full[str(folder.relative_to(ROOT))] = len(files)
    assert not full


def test_the_table_of_contributing_leads_to_files_that_exist() -> None:
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| I want ... about | calls | duty | trends |")
    cells = [cell.strip(" `") for line in lines[start + 2 : start + 8] for cell in line.split("|")[2:5]]
    assert len(cells) == 18
    assert [cell for cell in cells if not (ROOT / cell).exists()] == []
