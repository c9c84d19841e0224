"""A letter on letterhead, as PDF and as DOCX."""

from hrd_cases.domain.papers import LetterRequest
from hrd_cases.domain.profiles import profiles
from hrd_cases.render import bundle, check, docx, docx_check
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.parsing import limit_parsers
from hrd_cases.render.pdf import Press, style
from hrd_cases.render.verify import reserve_seal
from hrd_cases.render.words import PaperWords


def build(request: LetterRequest) -> dict[str, bytes]:
    """The letter's files: 'main' (PDF with room for a seal) and 'docx'; raises BuildFailed."""
    limit_parsers()
    profile = profiles().get(request.profile)
    if profile is None:
        raise BuildFailed("internal", detail="unknown profile")
    if not request.addressee or not request.body:
        raise BuildFailed("section_missing", detail="letter")
    words = PaperWords(language=request.language)
    press = Press(style("paper.css", profile=profile))
    typeset = press.set("letter.html", {"t": words, "request": request, "profile": profile})
    plan = bundle.BundlePlan(
        title=request.subject or words["letter"],
        language=request.language.value,
        built_at=request.built_at,
        inserts=(),
        targets={},
        bookmarks=(),
    )
    whole = bundle.join((typeset,), plan)
    edited = docx.letter(request, profile, words)
    main = reserve_seal(bundle.save(whole))
    check.examine_piece(main, request.forbidden)
    docx_check.examine(edited, request.forbidden, own=bool(request.template))
    return {"main": main, "docx": edited}
