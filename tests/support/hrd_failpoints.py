"""Every place where a test may kill the process, read out of the code: a new one is tried by itself."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "hrd_cases"


def _reached(path: Path) -> list[str]:
    """The names that a module says it reaches."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    by_name = [
        call for call in calls if isinstance(call.func, ast.Name | ast.Attribute) and _name(call.func) == "reach"
    ]
    return [str(call.args[0].value) for call in by_name if isinstance(call.args[0], ast.Constant)]


def _name(function: ast.Name | ast.Attribute) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr


EVERY = tuple(sorted({name for path in PACKAGE.rglob("*.py") for name in _reached(path)}))


def of(*parts: str) -> tuple[str, ...]:
    """The failpoints of these parts of the program: what stands before the dot."""
    names = tuple(name for name in EVERY if name.partition(".")[0] in parts)
    assert {name.partition(".")[0] for name in names} == set(parts), "a part without failpoints"
    return names


SAVING = of("work", "record", "digest", "manifest", "log", "blob")
RECOVERY = of("recovery")
GRANT, CLAIM, TRAVEL = of("grant"), of("claim"), of("travel")  # letting in, first use of keys, journeys
COMING_BACK = tuple(name for name in TRAVEL if name == "travel.after_return")
GIVING_UP = tuple(name for name in TRAVEL if name not in COMING_BACK)
DELETION, ROTATION, RESEALING = of("deletion"), of("rotation"), of("reseal")
REPLACEMENT = of("replace", "handover", "factor")
FOLDING = of("fold")  # facts into segments
PLANNED = of("planned")  # ends of access that come by their day
BACKUP, RESTORE = of("backup"), of("restore")
REWRITING = of("rewrite")  # writing the database anew without what was deleted
