"""The words of the log that stand in no call: classes, details, and sentences that are put together.

The log keeps its sentences in English; pages show them in the reader's language.
"""

from hrd_cases.domain.words import N_, Msgid

DELETED = N_("delete for good")

CLASSES = {
    "auth": N_("coming and going"),
    "read": N_("reading"),
    "write": N_("writing"),
    "key": N_("keys"),
    "admin": N_("administration"),
    "refused": N_("refused"),
    "system": N_("system"),
}

# What an entry tells besides who, what and where, by the name under which it is kept.
DETAILS = {
    "answer": N_("answer"),
    "asked": N_("asked for by"),
    "asked_by": N_("asked for by"),
    "by": N_("how"),
    "calendar": N_("calendar"),
    "cases": N_("cases"),
    "changed": N_("changed since"),
    "choice": N_("decision"),
    "form": N_("form of the file"),
    "texts": N_("texts"),
    "edition": N_("edition of figures"),
    "ended": N_("sessions ended"),
    "entries": N_("entries of the log"),
    "exhibit": N_("exhibit"),
    "files": N_("files"),
    "found": N_("what was found"),
    "hours": N_("hours"),
    "kind": N_("kind of record"),
    "made": N_("made on"),
    "number": N_("number"),
    "of": N_("cards needed of all"),
    "pages": N_("pages"),
    "papers": N_("papers"),
    "periods": N_("periods"),
    "person": N_("person"),
    "purpose": N_("purpose"),
    "quarter": N_("quarter"),
    "reason": N_("reason"),
    "recipient": N_("kind of recipient"),
    "records": N_("records"),
    "request": N_("request"),
    "roles": N_("roles"),
    "rows": N_("rows"),
    "second": N_("second person"),
    "set": N_("set of cards"),
    "sha256": N_("SHA-256"),
    "state": N_("state"),
    "to": N_("for whom"),
    "unit": N_("unit"),
    "unsaid": N_("more like it, not written down"),
    "version": N_("version"),
    "year": N_("year"),
    "zone": N_("time zone"),
    "void": N_("sets of cards that are no longer valid"),
}

# Of what stands there in words of ours: how the gate answered whom it refused, and who asked for a recovery.
SAID = {
    "Forbidden": N_("not open to them"),
    "NotFound": N_("as if it did not exist"),
    "KeysAltered": N_("not shown: its list of members or its key was altered"),
    "two people": N_("two people"),
    "the root": N_("the root card"),
}

# The sentences that are put together from an entity's code, or from how a call ended. All others stand in the calls of
# `ctx.note`, where `./run words` collects them.
PUT_TOGETHER = frozenset(
    {
        N_("take a call: locked page"),
        N_("call: taken over"),
        N_("call: open"),
        N_("call: case"),
        N_("call: attached"),
        N_("call: closed"),
        N_("call: reached"),
        N_("call: not_reached"),
        N_("new case"),
        N_("new call"),
        N_("new person"),
        N_("new company"),
        N_("new body"),
        N_("new colleague"),
        N_("new duty"),
        N_("new figures_request"),
        N_("new published_year"),
        N_("new fact_segment"),
        N_("new saved_question"),
        N_("new organisation"),
        N_("new screening"),
        N_("new assessment"),
        N_("new incident"),
        N_("new action"),
        N_("new hearing"),
        N_("new letter"),
        N_("new evidence"),
        N_("new consent"),
        N_("new statement"),
        N_("new support"),
        N_("new note"),
        N_("new naming"),
        N_("new file_text"),
        N_("new advice"),
        N_("new task"),
        N_("new paper"),
        N_("new recommendation"),
        N_("new study"),
        N_("new deletion"),
        N_("new hold"),
        N_("change case"),
        N_("change call"),
        N_("change person"),
        N_("change company"),
        N_("change body"),
        N_("change colleague"),
        N_("change duty"),
        N_("change figures_request"),
        N_("change published_year"),
        N_("change fact_segment"),
        N_("change saved_question"),
        N_("change organisation"),
        N_("change screening"),
        N_("change assessment"),
        N_("change incident"),
        N_("change action"),
        N_("change hearing"),
        N_("change letter"),
        N_("change evidence"),
        N_("change consent"),
        N_("change statement"),
        N_("change support"),
        N_("change note"),
        N_("change naming"),
        N_("change file_text"),
        N_("change advice"),
        N_("change task"),
        N_("change paper"),
        N_("change recommendation"),
        N_("change study"),
        N_("change deletion"),
        N_("change hold"),
    }
)


def sentence(act: str) -> Msgid:
    """The sentence an entry of the log was written with; an act that this version does not know stands for itself."""
    return Msgid(act)
