"""The court dossier: the filing first, then the bundle, laid out until every page number is true, joined, stamped
and checked."""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from hrd_cases.domain.paper_matter import evidence_of
from hrd_cases.domain.papers import (
    Cited,
    DossierRequest,
    Exhibit,
    Manifest,
    ManifestEntry,
    Part,
    Variant,
)
from hrd_cases.domain.writing import untranslated
from hrd_cases.render import bundle, check, docx, docx_check, wire
from hrd_cases.render.annex import annex, profile_of
from hrd_cases.render.edited import page_count
from hrd_cases.render.edited_references import EditedReferences, ExhibitPlace, edited_references
from hrd_cases.render.exhibit_process import Outcome
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.forbidden import Unwanted
from hrd_cases.render.kind_fields import in_form, printed_fields
from hrd_cases.render.parsing import limit_parsers
from hrd_cases.render.pdf import GOTO, Press, style
from hrd_cases.render.places import WHOLE, IndexRow, Places, entry_of, file_word, numbered, path_of, span, tabs
from hrd_cases.render.settling import KeptSections, Settling, pdfs, where
from hrd_cases.render.shown_exhibits import ShownExhibits
from hrd_cases.render.typed import refuse_typed
from hrd_cases.render.typed_references import TypedReferences
from hrd_cases.render.verify import mark_part, reserve_seal, unsealed_digest
from hrd_cases.render.words import PaperWords

Tell = Callable[..., None]


SECTIONS = ("index", "parties", "history", "heads", "chronology", "custody", "slips", "authorities")


class Desk:
    """Builds one dossier: take() each file as it comes, then build()."""

    def __init__(self, request: DossierRequest, tell: Tell, before: KeptSections | None = None) -> None:
        limit_parsers()
        self._request = request
        self._tell = tell
        self._kept = before or KeptSections()
        self._profile = profile_of(request)
        self._words = PaperWords(language=request.language, kind=request.case.kind, own=self._profile.words)
        self._parts = {part.id: (exhibit, part) for exhibit in request.case.exhibits for part in exhibit.parts}
        self.shown = ShownExhibits(self._words)
        self.typed = TypedReferences(request.case, self.label, self.count)
        self._unwanted = Unwanted(request.forbidden, request.hidden_names, request.settled)
        self._edited = b64decode(request.edited)
        self._before = page_count(self._edited) if self._edited else 0

    def take(self, name: str, outcome: Outcome, pdf: bytes) -> None:
        """Take the pages of one file of an exhibit, or the reason why there are none."""
        if name not in self._parts or name in self.shown:
            raise BuildFailed("exhibit_unknown")
        self.shown.take(name, outcome, pdf)

    def label(self, exhibit: Exhibit[str]) -> str:
        """The exhibit's label in the profile's scheme."""
        return self._profile.label(exhibit.number, exhibit.late)

    @property
    def template(self) -> str:
        """The template of templates/pdf that writes the filing of this kind of paper."""
        return self._profile.template

    def build(self) -> dict[str, bytes]:
        """Every file of the paper by name; raises BuildFailed."""
        for name, (exhibit, _) in self._parts.items():
            if name not in self.shown:
                raise BuildFailed("exhibit_missing", exhibit=self.label(exhibit))
        refuse_typed(self._request.case, self._unwanted, self.label)
        self._request = replace(self._request, case=self.shown.settle(self._request.case))
        press = Press(style("paper.css", profile=self._profile))
        sections = self._settle(press)
        places = self._measure(*where(sections))
        self._tell("joining")
        plan = self._plan(places)
        whole = bundle.join(pdfs(sections), plan)
        if self._profile.max_pages and len(whole.pages) > self._profile.max_pages:
            raise BuildFailed("too_many_pages")
        stamps = press.set("stamp.html", {"sizes": bundle.sizes(whole), **self._standing()})
        bundle.stamp(whole, stamps)
        main = reserve_seal(bundle.save(whole))
        if self._profile.max_megabytes and len(main) > self._profile.max_megabytes * 10**6:
            raise BuildFailed("too_large")
        self._tell("checking")
        check.examine(main, self._expectation(plan, places))
        return {**self._files(press, main, places), "kept": wire.pack(sections)}

    def _settle(self, press: Press) -> KeptSections:
        """The pages that we typeset, with the numbers that came out."""

        def html(places: Places) -> str:
            return press.html("paper.html", self._values(places))

        return Settling(press, self._kept).settle(html, self._measure, self._tell)

    def _measure(self, anchors: Mapping[str, int], count: int) -> Places:
        """Page numbers once the exhibits stand behind their slip-sheets."""
        pages: dict[str, int] = {}
        shift = self._before
        last = len(self._request.case.exhibits) - 1
        sheets = {name: at for name, at in anchors.items() if not name.startswith(("slip-", "tab-"))}
        pages.update({name: at + 1 + shift for name, at in sheets.items()})
        if self._edited:
            pages["filing"] = 1
        for at, exhibit in enumerate(self._request.case.exhibits):
            start = anchors[f"slip-{exhibit.id}"]
            after = self._slip_end(anchors, count, at, last)
            pages[f"slip-{exhibit.id}"] = start + shift + 1
            if (divider := anchors.get(f"tab-{exhibit.id}")) is not None:
                pages[f"tab-{exhibit.id}"] = divider + shift + 1
            pages[f"inside-{exhibit.id}"] = after + shift + 1
            pages[f"after-{exhibit.id}"] = after
            shift += self.count(exhibit)
            pages[f"end-{exhibit.id}"] = after + shift
        if "authorities" in pages:
            pages["authorities"] += shift - self._before
        return Places(pages=pages, total=count + shift)

    def _slip_end(self, anchors: Mapping[str, int], count: int, at: int, last: int) -> int:
        """How many typeset pages stand before the pages of exhibit `at`."""
        if at < last:
            following = self._request.case.exhibits[at + 1].id
            return anchors.get(f"tab-{following}", anchors[f"slip-{following}"])
        return anchors.get("authorities", count)

    def count(self, exhibit: Exhibit[str]) -> int:
        """How many pages of this exhibit are printed behind its slip-sheet."""
        return self.shown.count(exhibit)

    def _standing(self) -> dict[str, object]:
        request = self._request
        return {
            "t": self._words,
            "request": request,
            "profile": self._profile,
            "protected": request.variant is Variant.PROTECTED,
            "marked": request.case.filing.marked,
        }

    def _values(self, places: Places) -> dict[str, object]:
        return {
            **self._standing(),
            "case": self._request.case,
            "places": places,
            "rows": self._rows(places),
            "desk": self,
            "goto": GOTO,
            "sections": self.sections(),
            "tabs": tabs(self._request.case.exhibits),
            "fields": printed_fields(self._request.case, self._profile, self._words),
            "edited": bool(self._edited),
        }

    def sections(self) -> tuple[str, ...]:
        """The parts of the bundle that have something in them, in order."""
        case = self._request.case
        filled: dict[str, object] = {
            "index": True,
            "parties": case.parties,
            "history": case.history,
            "heads": case.heads,
        }
        filled |= {"chronology": case.facts, "custody": case.custody, "slips": case.exhibits}
        filled |= {"authorities": case.authorities}
        filled |= dict.fromkeys(in_form(self._profile), False)  # they stand in the form itself
        return tuple(name for name in SECTIONS if filled[name])

    def heading(self, section: str) -> str:
        """The heading of a part of the bundle."""
        return self._words["exhibits" if section == "slips" else section]

    def named(self, exhibit: Exhibit[str]) -> str:
        """'Приложение 3'."""
        return f"{self._words['attachment']}\N{NO-BREAK SPACE}{self.label(exhibit)}"

    def handed(self, part: Part) -> str:
        """The name under which the file itself comes with the paper; empty when it does not."""
        return self.shown.handed(self._request.case, self._profile, part)

    def original(self, exhibit: Exhibit[str]) -> Exhibit[str] | None:
        """The exhibit that this one translates."""
        every = self._request.case.exhibits
        return next((item for item in every if evidence_of(item.id) == exhibit.translation_of), None)

    def cite(self, cited: Cited, places: Places) -> tuple[str, str, int]:
        """(link key, label, page) of a reference."""
        exhibit = next(exhibit for exhibit in self._request.case.exhibits if exhibit.id == cited.exhibit)
        if cited.page and cited.page <= self.count(exhibit):
            inside = places[f"inside-{exhibit.id}"]
            return f"page-{exhibit.id}-{cited.page}", self.label(exhibit), inside + cited.page - 1 if inside else 0
        return f"slip-{exhibit.id}", self.label(exhibit), places[f"slip-{exhibit.id}"]

    def _rows(self, places: Places) -> tuple[IndexRow, ...]:
        case, words = self._request.case, self._words
        day = words.day(case.filing.day)
        rows = [IndexRow(key="filing", number="", title=case.filing.title, when=day, first=places["filing"], last=0)]
        for section in self.sections():
            if section == "slips":
                rows += self._exhibit_rows(places)
            elif section != "index":
                rows.append(
                    IndexRow(
                        key=section, number="", title=self.heading(section), when="", first=places[section], last=0
                    )
                )
        return tuple(rows)

    def _exhibit_rows(self, places: Places) -> Iterator[IndexRow]:
        for heading, group in tabs(self._request.case.exhibits):
            if heading:
                key, last = f"tab-{group[0].id}", places[f"end-{group[-1].id}"]
                yield IndexRow(key=key, number="", title=heading, when="", first=places[key], last=last)
            for exhibit in group:
                yield IndexRow(
                    key=f"slip-{exhibit.id}", number=self.label(exhibit), title=exhibit.title,
                    when=self._words.when(exhibit.dated),
                    first=places[f"slip-{exhibit.id}"], last=places[f"end-{exhibit.id}"],
                )  # fmt: skip

    def _plan(self, places: Places) -> bundle.BundlePlan:
        request = self._request
        inserts = tuple(
            bundle.Insert(after=places[f"after-{exhibit.id}"], pdfs=self.shown.pages(exhibit))
            for exhibit in request.case.exhibits
        )
        if self._edited:
            inserts = (bundle.Insert(after=0, pdfs=(self._edited,)), *inserts)
        return bundle.BundlePlan(
            title=self._title(),
            language=request.language.value,
            built_at=request.built_at,
            inserts=inserts,
            targets=self._targets(places),
            bookmarks=tuple(self._bookmarks(places)),
            links=self._in_edited(places).links,
        )

    def _in_edited(self, places: Places) -> EditedReferences:
        """What the pages of the filing that came back edited refer to."""
        exhibits = {
            self.label(exhibit): ExhibitPlace(
                id=exhibit.id,
                slip=places[f"slip-{exhibit.id}"],
                inside=places[f"inside-{exhibit.id}"],
                last=places[f"end-{exhibit.id}"],
            )
            for exhibit in self._request.case.exhibits
        }
        return edited_references(self._edited, exhibits) if self._edited else EditedReferences()

    def _title(self) -> str:
        """The title in the data of the file: with our number only where the pages carry it, too."""
        filing = self._request.case.filing
        return f"{filing.title} · {self._request.paper_number}" if filing.marked else filing.title

    def _targets(self, places: Places) -> dict[str, int]:
        results = {
            name: page - 1 for name, page in places.pages.items() if not name.startswith(("after-", "end-", "inside-"))
        }
        for exhibit in self._request.case.exhibits:
            inside = places[f"inside-{exhibit.id}"]
            results.update({f"page-{exhibit.id}-{at}": inside + at - 2 for at in range(1, self.count(exhibit) + 1)})
        return results

    def _bookmarks(self, places: Places) -> Iterator[bundle.Bookmark]:
        case, short = self._request.case, self._words["page_short"]
        yield bundle.Bookmark(title=f"{case.filing.title}, {short} {places['filing']}", page=places["filing"] - 1)
        for section in self.sections():
            if section == "slips":
                below = tuple(self._exhibit_bookmarks(places))
                yield bundle.Bookmark(title=self._words["attachments"], page=below[0].page, below=below)
            else:
                yield bundle.Bookmark(
                    title=f"{self.heading(section)}, {short} {places[section]}", page=places[section] - 1
                )

    def _exhibit_bookmarks(self, places: Places) -> Iterator[bundle.Bookmark]:
        short = self._words["page_short"]
        for heading, group in tabs(self._request.case.exhibits):
            marks = [
                bundle.Bookmark(title=f"{self.label(exhibit)}. {exhibit.title}, {short} {page}", page=page - 1)
                for exhibit in group
                if (page := places[f"slip-{exhibit.id}"])
            ]
            page = places[f"tab-{group[0].id}"]
            if heading:
                yield bundle.Bookmark(title=f"{heading}, {short} {page}", page=page - 1, below=tuple(marks))
            else:
                yield from marks

    def _expectation(self, plan: bundle.BundlePlan, places: Places) -> check.Expectation:
        inside = self._inside(places)
        return check.Expectation(
            plan=plan,
            pages=places.total,
            own=frozenset(range(places.total)) - inside.keys(),
            landings=tuple(self._landings(places)),
            rows=tuple(
                (places[f"row-{row.key}"] - 1, f"{row.title}{row.when}{span(row)}") for row in self._rows(places)
            ),
            forbidden=self._unwanted,
            inside=inside,
        )

    def _inside(self, places: Places) -> dict[int, check.PagePlace]:
        """Of which exhibit each page (from 0) that is not ours is."""
        pages = {at: check.PagePlace(page=at + 1) for at in range(self._before)}
        protected = self._request.variant is Variant.PROTECTED
        for exhibit in self._request.case.exhibits:
            pixels = protected or any(part.seen is not None for part in exhibit.parts)
            first, label = places[f"inside-{exhibit.id}"] - 1, self.label(exhibit)
            for at in range(self.count(exhibit)):
                pages[first + at] = check.PagePlace(exhibit=label, page=at + 1, pixels=pixels)
        return pages

    def _landings(self, places: Places) -> Iterator[check.Landing]:
        """Every part of the paper with its heading, wherever on its pages that stands."""
        case = self._request.case
        begin = [("filing", "" if self._edited else case.filing.title)]  # its own words are its lawyer's
        begin += [(name, self.heading(name)) for name in self.sections() if name not in ("slips", "authorities")]
        for heading, group in tabs(case.exhibits):
            begin += [(f"tab-{group[0].id}", heading)] if heading else []
            begin += [(f"slip-{exhibit.id}", self.named(exhibit) + exhibit.title) for exhibit in group]
        begin += [("authorities", self.heading("authorities"))] if case.authorities else []
        ends = [*(places[key] - 1 for key, _ in begin[1:]), places.total]
        for (key, heading), end in zip(begin, ends, strict=True):
            yield check.Landing(key=key, page=places[key] - 1, heading=heading, end=max(end, places[key]))

    def _files(self, press: Press, main: bytes, places: Places) -> dict[str, bytes]:
        request = self._request
        names, spans = zip(*self._spans(places), strict=True)
        parts = bundle.cut(main, spans, request.language.value, request.built_at)
        files = {f"part/{name}": mark_part(data) for name, data in zip(names, parts, strict=True)}
        cites = lambda cited: self._words.cites(self.cite(item, places) for item in cited)  # noqa: E731
        printed = replace(request, case=self.typed.printed(request.case, places))
        files["docx"] = docx.filing(printed, self._profile, self._words, self.attachments(places), cites)
        manifest = self._manifest(main, files, places)
        if request.annex is not None:
            files["annex"] = annex(press, {**self._standing(), "manifest": manifest}, request)
        for name, data in files.items():
            if name != "docx":
                check.examine_piece(data, self._unwanted if name != "annex" else ())
        docx_check.examine(files["docx"], self._unwanted, own=bool(request.template))
        return {"main": main, **files, "manifest": wire.pack(manifest)}

    def attachments(self, places: Places) -> tuple[str, ...]:
        """The numbered list of attachments of the filing: exhibits first, then the filing's own."""
        words, values = self._words, []
        for exhibit in self._request.case.exhibits:
            count = self.count(exhibit)
            files = any(self.handed(part) for part in self.shown.by_hash(exhibit))
            sheets = words.fill("on_sheets", n=count) if count else words["slip_only" if files else "slip_kept"]
            values.append(f"{exhibit.title} ({self.named(exhibit)}, {sheets})")
        for attachment in self._request.case.filing.attachments:
            notes = [words.fill("on_sheets", n=attachment.sheets)] if attachment.sheets else []
            notes += [words.fill("in_copies", n=attachment.copies)] if attachment.copies else []
            values.append(f"{attachment.title} ({', '.join(notes)})" if notes else attachment.title)
        return tuple(values)

    def _spans(self, places: Places) -> Iterator[tuple[str, tuple[int, int, str]]]:
        case = self._request.case
        after_filing = places["index"] - 1
        yield "filing.pdf", (0, after_filing, case.filing.title)
        exhibits_start = places.start(case.exhibits[0]) - 1 if case.exhibits else None
        authorities = places["authorities"] - 1 if case.authorities else None
        end = exhibits_start if exhibits_start is not None else authorities if authorities is not None else places.total
        yield f"00_{file_word(self._words['index'])}.pdf", (after_filing, end, self._words["index"])
        for at, exhibit in enumerate(case.exhibits, start=1):
            number = self._profile.file_number(at, exhibit.number, exhibit.late)
            name = self._profile.file_name.format(number=number, title=file_word(exhibit.title))
            yield f"{name}.pdf", (places.start(exhibit) - 1, places[f"end-{exhibit.id}"], exhibit.title)
        if authorities is not None:
            name = f"{len(case.exhibits) + 1:02d}_{file_word(self._words['authorities'])}.pdf"
            yield name, (authorities, places.total, self._words["authorities"])

    def _manifest(self, main: bytes, files: dict[str, bytes], places: Places) -> Manifest:
        case = self._request.case
        covered = ManifestEntry(name=WHOLE, sha256=unsealed_digest(main), length=len(main))
        manifest_entries = (entry_of(path_of(name.removeprefix("part/")), data) for name, data in files.items())
        return Manifest(
            files=(covered, *manifest_entries, *self.shown.natives(case, self._profile)),
            exhibits=tuple(
                ManifestEntry(
                    name=numbered(self.label(exhibit), at, len(exhibit.parts)), sha256=part.sha256, length=part.length
                )
                for exhibit in case.exhibits
                for at, part in enumerate(exhibit.parts, start=1)
            ),
            pages=places.total,
            first_pages={self.label(exhibit): places[f"slip-{exhibit.id}"] for exhibit in case.exhibits},
            not_printed=tuple(self.shown.not_printed(case, self._profile)),
            untranslated=untranslated(case, self._request.language),
            noted=tuple(self.shown.noted(case, self._profile)),
            references=(*self.typed.wrong(edited=bool(self._edited)), *self._in_edited(places).wrong),
        )
