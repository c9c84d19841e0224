"""The filing as a lawyer edited it: checked as it comes in, kept as clean pages, built into the dossier."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from hrd_cases.domain.access.permissions import Act
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.filings import FROZEN, RELEASED, Paper
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.paper_refusals import REFUSALS
from hrd_cases.domain.papers import EditedFiling, PageTexts, Variant
from hrd_cases.domain.words import N_
from hrd_cases.render import wire
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import clean_edited
from hrd_cases.services.drafting import secrecy
from hrd_cases.services.drafting.plans import plan_of
from hrd_cases.services.drafting.sources import open_for_paper, recipient_of
from hrd_cases.services.evidence.sealed_files import ArrivingBytes, KeptFile, contents, seal_whole, stored_file, whole
from hrd_cases.services.kernel.context import Context, Runtime
from hrd_cases.services.kernel.sessions import Session
from hrd_cases.services.keys.gate import open_vault
from hrd_cases.services.papers.jobs import Order
from hrd_cases.services.records.records import read_in
from hrd_cases.services.signin.saved_drafts import NO_FORM, Once
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored

EDITED, EDITED_TEXTS = "filing-edited.pdf", "filing-edited.txt"
LARGEST = 32 * 1024 * 1024
Named = tuple[tuple[int, str], ...]  # page and word
ONE_PDF = N_("Send one PDF: the filing as it is to be filed.")
NOT_PROTECTED = N_(
    "An edited filing does not go into a protected version: what was written by hand was not approved text by text."
    " Change the texts in steps 2 and 3 and approve them in step 4."
)
WITH_NAMES = N_("The edited filing contains a name or word that must not be in this paper: %(places)s")


class Taking:
    """One PDF on its way in, which takes the place of the built filing."""

    def __init__(  # who, where, and what must not come in
        self,
        runtime: Runtime,
        session: Session,
        case: CaseId,
        paper: Stored[Paper],
        unwanted: EditedFiling,
        find_names: Callable[[PageTexts], Named],
    ) -> None:
        self._runtime, self._session, self._case, self._record = runtime, session, case, paper.id
        self._protected = paper.value.variant == Variant.PROTECTED.value
        self._unwanted, self._named = unwanted, find_names
        self._taken: bytes | None = None

    def begin_file(self, _name: str, _claimed: str) -> ArrivingBytes:
        """Begin the file; raises RuleBroken for a second one, and in a protected paper."""
        if self._protected:  # every text in it is approved by itself, and what was written by hand is not
            raise RuleBroken(NOT_PROTECTED, place="files")
        if self._taken is not None:
            raise RuleBroken(ONE_PDF, place="files")
        return ArrivingBytes(LARGEST)

    def finish_file(self, incoming: ArrivingBytes, _now: datetime) -> None:
        """The file is here."""
        self._taken = bytes(incoming.data)

    def keep(self, now: datetime, *, once: Once = NO_FORM, to: str = "/") -> None:
        """Check it, and enter its clean pages in the paper; raises RuleBroken with the reason why they can not be."""
        clean, texts = self._clean()
        keep = partial(seal_whole, self._runtime, self._case, at=now, by=self._session.actor.user)
        file, words = keep(clean, name=EDITED), keep(wire.pack(texts), name=EDITED_TEXTS)
        with self._runtime.writing(self._session, now) as ctx:
            once.check(ctx, file.sha256)
            once.done(ctx, to, file.sha256)
            vault, stored = draft(ctx, self._case, self._record)
            for item in (file, words):
                ctx.work.files.add(item.row(self._case, ctx.today))
            changed = replace(stored.value, files=(file.entry(), words.entry()))
            ctx.work.records.update(vault, ctx.author, self._record, changed, stored.versions, ctx.today)
            ctx.note("write", "upload an edited filing", vault=self._case, record=self._record, sha256=file.sha256)

    def _clean(self) -> tuple[bytes, PageTexts]:
        if not self._taken:
            raise RuleBroken(REFUSALS["edited_empty"], place="files")
        try:
            clean, texts = clean_edited(replace(self._unwanted, pdf=b64encode(self._taken).decode()))
        except BuildFailed as failed:
            raise _field_error(failed) from None
        refuse_names(self._named(texts), place="files")
        return clean, texts


def refuse_names(places: Named, *, place: str) -> None:
    """Raise RuleBroken where a filing that came back edited names (page, word) somebody who must not be named."""
    if places:
        text = "; ".join(f"{page}: {word}" for page, word in places)
        raise RuleBroken(WITH_NAMES, place=place, values={"places": text})


def _field_error(failed: BuildFailed) -> RuleBroken:
    """A refusal as the error of a field, with the pages and words where there are any."""
    code = "edited_torn" if failed.code in ("worker_died", "timeout", "internal") else failed.code
    pages = [place for place in failed.places if place.page]
    if code == "forbidden":
        places = "; ".join(f"{place.page}: {place.word}" if place.page else place.word for place in failed.places)
        return RuleBroken(WITH_NAMES, place="files", values={"places": places})
    return RuleBroken(
        REFUSALS[code], place="files", values={"exhibit": "", "places": ", ".join(str(page.page) for page in pages)}
    )


def kept_of(paper: Paper) -> KeptFile | None:
    """The clean pages of the filing that came back, if one did."""
    return _file(paper, EDITED)


def _file(paper: Paper, name: str) -> KeptFile | None:
    return next((stored_file(entry) for entry in paper.files or () if entry.get("name") == name), None)


def sum_of(paper: Paper) -> str:
    """SHA-256 of the filing that came back, or nothing."""
    file = kept_of(paper)
    return file.sha256 if file else ""


def pages(ctx: Context, case: CaseId, paper: Paper) -> str:
    """The clean pages as base64, or nothing."""
    file = kept_of(paper)
    return b64encode(whole(contents(ctx.runtime, case, file))).decode() if file else ""


def texts(ctx: Context, case: CaseId, paper: Paper) -> tuple[str, ...]:
    """What is written on the pages of the filing that came back, or nothing."""
    file = _file(paper, EDITED_TEXTS)
    return wire.unpack(PageTexts, whole(contents(ctx.runtime, case, file))).pages if file else ()


def same(order: Order, paper: Paper) -> bool:
    """True while the choices, and the filing that came back, are those of an order."""
    return order.plan == plan_of(paper.plan) and order.edited == sum_of(paper)


def draft(ctx: Context, case: CaseId, record: RecordId) -> tuple[OpenVault, Stored[Paper]]:
    """A paper in preparation, opened for its counsel of record; raises RuleBroken for a released one."""
    vault = open_vault(ctx, Act.READ_CASE, case, record=record)
    stored = read_in(ctx, vault, record, Paper)
    opened = open_for_paper(ctx, case, stored.value.action)
    if stored.value.state == RELEASED:
        raise RuleBroken(FROZEN)
    secrecy.refuse(ctx, opened, [recipient_of(ctx, opened, stored.value)])
    return opened, stored
