"""Many recommendations from one text: all of them are saved, or none."""

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.pasted_recommendations import PastedRecommendations, recommendations_of, same_words
from hrd_cases.domain.words import N_
from hrd_cases.services.kernel.context import Context
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.recommendations.recommendations import in_directory
from hrd_cases.services.records import records


def add(ctx: Context, pasted: PastedRecommendations) -> int:
    """Keep a recommendation for each row; RuleBroken at the first that is here already, or stands here twice."""
    directory = open_vault(ctx, Act.WRITE_DIRECTORY, ctx.runtime.organisation.directory, kind="directory")
    texts = {same_words(part.text) for item in in_directory(ctx, directory) for part in item.value.words}
    new = recommendations_of(pasted)
    for number, recommendation in enumerate(new):
        words = same_words(recommendation.words[0].text)
        if words in texts:
            raise RuleBroken(
                N_("This recommendation is here already. Remove the row, or change its words."),
                place=f"rows-{number}-words",
            )
        texts.add(words)
    for recommendation in new:
        records.create(ctx, None, recommendation)
    return len(new)
