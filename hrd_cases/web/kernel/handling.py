"""How the requests of an endpoint are handled: transactions, bodies, threads, and how much may be sent."""

STRANGERS = 1_100_000  # bytes of a form from somebody who is not logged in
INSIDE = 4_400_000  # the same with a live session: beyond what any field takes, so that the field says so
MEGABYTE = 1024 * 1024

# These open their own short transactions: Argon2id and uploads must never run inside one.
DEFERRED = frozenset(
    {
        "home",
        *(f"second_factor_lost.{name}" for name in ("show", "begin", "enrol", "picture", "finish")),
        "accessibility.show",
        "enter.show",
        "enter.log_in",
        "enter.activation",
        "enter.begin",
        "enter.forgotten",
        "enter.begin_anew",
        "enter.offer",
        "enter.picture",
        "enter.finish",
        "enter.locked",
        "enter.unlock",
        "enter.waiting",
        *(f"locked_call.{name}" for name in ("show", "take", "kept_page")),
        "leave.lock",
        "leave.lock_all",
        "travelling.away",
        "sealing_office.confirm",
        "leave.out",
        "leave.quickly",
        "leave.elsewhere",
        "account.passphrase",
        "account.change_passphrase",
        "account.codes",
        "account.new_codes",
        "step_up.confirm",
        "step_up.by_key",
        *(f"security_keys.{name}" for name in ("show", "change", "new", "add")),
        "enter_by_key.show",
        "enter_by_key.log_in",
        "language.choose",
        "static",
        "evidence.take",
        "evidence.take_more",
        "imports.take",
        *(f"consent_files.{name}" for name in ("take", "take_more", "take_sheet")),
        "letters.make",
        "trends.export",
        "quarter.export",
        "figure_requests.take",
        "record_lists.export",
        "case_files.export",
        "recommendation_report.export",
        "prints.large",
        "page_redactions.before",
        "page_redactions.make",
        "transcripts.make",
        "paper_pages.picture",
        "papers.build",
        "papers.take_edited",
        "papers.release",
        "own_templates.take",
    }
)

# Forms that change nothing: what they look for must not stand in an address, so they are sent rather than asked.
LOOKING = frozenset(
    {
        "travelling.plan",
        "cases.find",
        "evidence_lists.find",
        "page_redactions.mark",
        "people.find",
        "companies.find",
        "bodies.find",
        "pasted_results.check",
        "pasted_recommendations.split",
        "summons.read",
        "records.reveal",
        "people.reveal",
        "search.ask",
        "search.run",
        "trends.export",
        "quarter.export",
        "recommendation_report.export",
        "screening_exports.export",
        "log.export",
        "icalendar.export",
        "record_lists.export",
        "case_files.export",
        "export_requests.take",
    }
)

# These read a body that must not be parsed whole; the view checks the token before the first byte of a file.
STREAMED = frozenset(
    {
        "evidence.take",
        "evidence.take_more",
        "papers.take_edited",
        "own_templates.take",
        "imports.take",
        *(f"consent_files.{name}" for name in ("take", "take_more", "take_sheet")),
    }
)

# These answer with a file, piece by piece: with the ones above they have threads of their own (web/door/door.py).
# Each derives keys of a passphrase, and waits for its turn in threads of their own.
COMING_IN = frozenset({"enter.log_in", "enter.unlock", "enter_by_key.log_in"})
SENT = frozenset(
    {
        "files.open",
        "files.open_named",
        "papers.file",
        "papers.files",
        "sendings.part",
        "case_files.export",
        "export_requests.take",
    }
)
