"""Sizes and names that Ruff has no rule for; it counts statements and branches itself."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hrd_cases"
MOST_LINES = 420
# A file may be longer only with its reason here.
LONGER: dict[str, str] = {}
# Lines of a function, and modules of ours that a file imports: the median, and what 19 of 20 keep within.
LINES, MOST_FUNCTION_LINES = (5, 20), 57
IMPORTS = (6, 23)
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}


def test_no_file_has_grown_too_long_to_read() -> None:
    long = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name, lines = str(path.relative_to(ROOT)), len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES and name not in LONGER:
            long[name] = lines
    assert not long


@cache
def parsed() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def spread(numbers: list[int]) -> tuple[int, int]:
    """The median and the 95th percentile."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]


def imported(module: ast.Module, modules: set[str]) -> set[str]:
    """The modules of ours that a file imports."""
    every = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            every |= full & modules or {str(node.module)}
    return every


def test_functions_stay_short() -> None:
    functions = [
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}")
        for path, module in parsed().items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    ]
    median, most = spread([lines for lines, _name in functions])
    print(f"{len(functions)} functions: median {median}, p95 {most}, longest {sorted(functions)[-5:]}")
    assert median <= LINES[0]
    assert most <= LINES[1]
    assert [name for lines, name in functions if lines > MOST_FUNCTION_LINES] == []


def test_a_file_is_read_with_few_others_open() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in parsed()}
    counts = {path: len(imported(module, modules)) for path, module in parsed().items() if path.name != "__init__.py"}
    median, most = spread(list(counts.values()))
    longest = sorted((number, str(path.relative_to(ROOT))) for path, number in counts.items())[-10:]
    print(f"modules of ours imported by a file: median {median}, p95 {most}, most {longest}")
    assert median <= IMPORTS[0]
    assert most <= IMPORTS[1]


def test_no_comprehension_hides_within_another() -> None:
    kinds = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    nested = []
    for path, module in parsed().items():
        if PACKAGE / "crypto" in path.parents:
            continue
        outer = [node for node in ast.walk(module) if isinstance(node, kinds)]
        for node in outer:
            inside = (part for part in ast.walk(node) if part is not node)
            if any(isinstance(part, kinds) for part in inside):
                nested.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert nested == []


def test_every_exception_is_still_needed() -> None:
    short = [name for name in LONGER if len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES]
    assert not short


def test_every_name_says_what_is_inside() -> None:
    paths = [path for path in PACKAGE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert not [str(path.relative_to(ROOT)) for path in paths if path.stem in NAMES_THAT_SAY_NOTHING]


def test_every_module_begins_with_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted(PACKAGE.rglob("*.py"))
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_the_doors_can_be_opened(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
