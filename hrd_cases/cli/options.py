"""What every command is made of: help in the language spoken, --language and --help, groups that import on demand."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from hrd_cases.cli.words import _
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.catalogues import LANGUAGES

Function = TypeVar("Function", bound=Callable[..., object])
FILE = click.Path(path_type=Path)  # whether it is there is asked where it is used: a missing file is no wrong use


class Translated:
    """Its help is a msgid, and is translated each time it is shown."""

    _msgid: str | None = None

    @property
    def help(self) -> str | None:  # click's name
        """The help in the language spoken."""
        return _(self._msgid) if self._msgid else None

    @help.setter  # noqa: A003  # click's name
    def help(self, text: str | None) -> None:
        self._msgid = text


class Option(Translated, click.Option):
    """An option of a command."""


class Argument(Translated, click.Argument):
    """A positional argument of a command."""


option = partial(click.option, cls=Option)
argument = partial(click.argument, cls=Argument)
as_json = option("--json", "as_json", is_flag=True, help=N_("answer in JSON"))


class Command(Translated, click.Command):
    """One command. It takes --language unless it declares one of its own, and --help."""

    def __init__(self, *args: Any, **attrs: Any) -> None:  # noqa: ANN401  # as click has it
        super().__init__(*args, **{"context_settings": {"help_option_names": ["-h", "--help"]}, **attrs})
        _add_language(self)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Click's own --help, in the language spoken."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _(N_("show this help and exit"))
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How it is written, in the language spoken."""
        return [_("[OPTIONS]"), *super().collect_usage_pieces(ctx)[1:]]


class Group(Command, click.Group):
    """Commands below a name."""

    command_class = Command

    def __init__(self, *args: object, **attrs: object) -> None:
        super().__init__(*args, **{"no_args_is_help": False, **attrs})

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How it is written, in the language spoken."""
        return [*super().collect_usage_pieces(ctx)[:-1], _("COMMAND ...")]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which they are declared."""
        return list(self.commands)

    def helps(self) -> list[tuple[str, str]]:
        """Each command with its help."""
        return [(name, command.help or "") for name, command in self.commands.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with all of its help."""
        with formatter.section(_("Commands")):
            formatter.write_dl(self.helps())


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A command that is imported once it is asked for: `module:name`, and its help, which is shown without it."""

    place: str
    help: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.place.partition(":")
        command: click.Command = getattr(importlib.import_module(f"hrd_cases.cli.{module}"), name)
        command.help = self.help
        return command


class LazyGroup(Group):
    """A group whose commands are imported one by one, so that its own help is there at once."""

    def __init__(self, *args: object, entries: Mapping[str, Entry], **attrs: object) -> None:
        super().__init__(*args, **attrs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which they are declared."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of this name."""
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else None

    def helps(self) -> list[tuple[str, str]]:
        """Each command with its help; none is imported."""
        return [(name, _(entry.help)) for name, entry in self.entries.items()]


def together(*decorators: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Several options as one decorator, for commands that share them; listed in the order of the help."""

    def decorate(function: Function) -> Function:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def command(name: str, cls: type[Command] = Command) -> Callable[[Callable[..., int]], Command]:
    """Declare a command; its help stands where it is listed."""
    return click.command(name, cls=cls)


def group(name: str, *, invoke_without_command: bool = False) -> Callable[[Callable[..., object]], Group]:
    """Declare a group of commands; one that does something by itself says `invoke_without_command`."""
    return click.group(name, cls=Group, invoke_without_command=invoke_without_command)


def asks_for_another(ctx: click.Context) -> bool:
    """Whether a group that does something by itself was asked for a command below it, which takes its own options."""
    if ctx.invoked_subcommand is None:
        return False
    for param in ctx.command.params:
        own = param.name if param.expose_value else None  # --language was read before anything else
        if own and ctx.get_parameter_source(own) is click.ParameterSource.COMMANDLINE:
            text = _("Write %(option)s after %(command)s.", option=param.opts[0], command=ctx.invoked_subcommand)
            raise click.UsageError(text, ctx)
    return True


def _add_language(to: click.Command) -> None:
    names = {name for param in to.params for name in param.opts}
    if "--language" not in names:  # it was read before anything was said: here it is only checked
        to.params.append(
            Option(
                ["--language"],
                type=click.Choice(list(LANGUAGES)),
                expose_value=False,
                help=N_("language of the output: ru, kk or en"),
            )
        )
