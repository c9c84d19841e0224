"""How templates are compiled and what they call: Jinja as Flask has it, without what it looks at anew at each call.

A page calls some hundreds of macros, sentences and addresses. Jinja asks of each whether it wants the context, and
walks through its globals for each file of macros; both stand before (`tests/web/pages/test_templating.py`).
"""

from collections.abc import Callable, MutableMapping
from types import FunctionType, MethodType

from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Context, Macro


class CompiledTemplates(BytecodeCache):
    """Templates compiled once in a process, for all its applications; Jinja refuses code of another source."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it was compiled before."""
        code = self._codes.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


class QuickContext(Context):
    """What a template runs in: a macro and a plain function are called at once."""

    def call(self, called: Callable[..., object], /, *args: object, **named: object) -> object:
        """What Jinja calls for each call of a template."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in (FunctionType, MethodType) or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return called(*args, **named)


class QuickEnvironment(Environment):
    """Flask's, with the context above; every template has the globals of the application and none of its own."""

    context_class = QuickContext

    def make_globals(self, own: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """The globals of a template, to be read alone."""
        return super().make_globals(own) if own else self.globals
