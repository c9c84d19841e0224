"""What is said when a paper is refused, by the kind of the refusal."""

from collections.abc import Mapping

from hrd_cases.domain.words import N_

REFUSALS: Mapping[str, str] = {
    "exhibit_altered": N_("Exhibit %(exhibit)s is not the file that was uploaded: its hash differs."),
    "exhibit_missing": N_("Exhibit %(exhibit)s did not arrive."),
    "exhibit_unknown": N_("A file arrived that this paper does not name."),
    "too_many_pages": N_("The paper has more pages than this forum takes."),
    "too_large": N_("The paper is larger than this forum takes."),
    "section_missing": N_("A part that this forum requires is empty."),
    "language": N_("This forum does not take papers in this language."),
    "link": N_("A link in the paper does not land where it should."),
    "number": N_("A printed page number is not the number of its page."),
    "text": N_("The text of a page cannot be read back."),
    "unread": N_("A page cannot be checked for names: its text cannot be read."),
    "exhibit_text": N_(
        "A page of exhibit %(exhibit)s contains text that a program can read. In a protected "
        "version exhibits are pictures only. Build it again; if this happens again, leave the "
        "exhibit out and tell the server operator."
    ),
    "sign": N_("A character in this text is in none of our fonts and would be missing on paper."),
    "font": N_("A font is not inside the paper."),
    "forbidden": N_("A name or word that must not be in this paper was found in it."),
    "active": N_("Something that could run was found in the paper."),
    "metadata": N_("The paper carries data about who made it."),
    "outline": N_("The bookmarks do not match the index."),
    "timeout": N_("Building took too long and was stopped."),
    "edited_kind": N_("This is no PDF. Save the edited filing as PDF and send that."),
    "edited_locked": N_("The PDF is locked with a password. Save it without one and send that."),
    "edited_torn": N_("The PDF is damaged or incomplete. Save it as PDF again and send that."),
    "edited_empty": N_("The PDF has no page with anything on it."),
    "edited_form": N_(
        "The PDF has parts that only its own program shows: a form, or hidden layers. Print it to PDF and send that."
    ),
    "edited_picture": N_(
        "A page of the edited filing is a picture. Somebody must not be named in this paper, and nobody can look for a "
        "name in a picture: send the PDF as your word processor saves it. Page: %(places)s"
    ),
    "template_kind": N_("We cannot read this as DOCX, or its pictures are not PNG or JPEG. Save it as DOCX again."),
    "template_active": N_(
        "The template has something that could run or leads outside: a macro, a link, an embedded file, a field. Take "
        "it out: only fields for page numbers may stay."
    ),
    "template_history": N_("The template has comments or tracked changes. Accept or delete them first."),
    "template_notes": N_("The template has footnotes or endnotes. Write their text into the page."),
    "template_place": N_("The list does not have these places: %(places)s"),
    "template_empty": N_("The template has no place to fill. Write at least one from the list."),
    "worker_died": N_("The building process ended without a result."),
    "pango": N_("The library Pango, which lays out the pages, is missing here. The server operator runs: ./run setup"),
    "internal": N_("The paper could not be built."),
}
