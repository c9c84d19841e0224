"""Published recommendations into the directory: each of the list once, however often they are added."""

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.recommendations import Recommendation
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.recommendations.recommendations import in_directory, missing_of
from hrd_cases.services.records import records


def missing(ctx: Context) -> tuple[Recommendation, ...]:
    """The published recommendations that nobody added yet, with names in the language of the reader."""
    directory = open_vault(ctx, Act.READ_DIRECTORY, ctx.runtime.organisation.directory, kind="directory")
    return missing_of(in_directory(ctx, directory), ctx.language)


def add(ctx: Context) -> int:
    """Keep those that are missing; returns how many there were."""
    new = missing(ctx)
    for recommendation in new:
        records.create(ctx, None, recommendation)
    return len(new)
