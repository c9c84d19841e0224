"""What a forum asks of a paper, and the integrity annex that is kept apart from it."""

from collections.abc import Mapping

from hrd_cases.domain.kind_fields import lacking
from hrd_cases.domain.papers import DossierRequest
from hrd_cases.domain.profiles import FormatProfile, profiles
from hrd_cases.render import bundle
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.pdf import Press


def annex(press: Press, values: Mapping[str, object], request: DossierRequest) -> bytes:
    """The annex of a paper: every file with its hash, who built it, how to check it."""
    words = values["t"]
    laid = press.lay(press.html("annex.html", {**values, "annex": request.annex}))
    plan = bundle.BundlePlan(
        title=f"{words['annex']} · {request.paper_number}",  # type: ignore[index]
        language=request.language.value,
        built_at=request.built_at,
        inserts=(),
        targets={},
        bookmarks=(),
    )
    return bundle.save(bundle.join((press.write(laid),), plan))


def profile_of(request: DossierRequest) -> FormatProfile:
    """The form of its forum; raises BuildFailed when the paper lacks what that asks for."""
    profile = profiles().get(request.profile)
    if profile is None:
        raise BuildFailed("internal", detail="unknown profile")
    if request.language.value not in profile.languages:
        raise BuildFailed("language")
    for name in lacking(profile, request.case):
        raise BuildFailed("section_missing", detail=name)
    return profile
