"""What is said after an act, by code: neither an address nor a cookie ever carries text."""

from hrd_cases.domain.words import N_

DONE, INFO, WARN, ERROR = "done", "info", "warn", "error"

MESSAGES: dict[str, tuple[str, str]] = {
    "saved": (DONE, N_("Saved.")),
    "copy_made": (DONE, N_("The redacted copy is made. Compare each page before you use it.")),
    "form_chosen": (DONE, N_("Saved. This form asks for more: fill in its fields below.")),
    "part_saved": (DONE, N_("Saved so far. Here is the next part.")),
    "answer_kept": (DONE, N_("The answer is saved as a letter of its own. The letter it answers is closed.")),
    "made": (DONE, N_("Created.")),
    "undone": (DONE, N_("All entries that were made together are gone again.")),
    "list_brought_in": (DONE, N_("The rows were imported.")),
    "list_removed": (DONE, N_("The list was removed. What was imported from it stays.")),
    "files_kept": (DONE, N_("The files are saved and encrypted.")),
    "file_empty": (
        WARN,
        N_("One of the files was empty (0 bytes) and was not saved. Check which one is missing, and upload it again."),
    ),
    "file_seen_before": (
        WARN,
        N_(
            "One of these files is in this case already. "
            "It was saved again; the page of each exhibit says where else it is."
        ),
    ),
    "files_kept_unread": (
        WARN,
        N_(
            "The files are saved. "
            "Something typed beside them could not be read; it was put into the notes. Correct it there."
        ),
    ),
    "names_changed": (
        WARN,
        N_("Saved, except for one question: a colleague changed its text in the meantime. Check it again."),
    ),
    "edited": (DONE, N_("The edited filing was uploaded. It replaces the one that was built.")),
    "released": (DONE, N_("Released: encrypted, numbered, and no longer changeable.")),
    "travels": (
        DONE,
        N_("Travel mode is on: your keys were handed in. What you chose opens again when your colleague lets you in."),
    ),
    "let_in": (DONE, N_("Let in again. Your colleague can open everything they had handed in.")),
    "let_in_partly": (
        WARN,
        N_(
            "Let in again, but not everywhere: a case is no longer theirs, or you may not give "
            "its keys back. Ask its lead."
        ),
    ),
    "journey_ended": (
        INFO,
        N_("Travel mode is ended. No keys were given back: the leads of their cases share them again."),
    ),
    "asked_to_hold": (INFO, N_("Request sent. A second colleague must confirm it on this page within one hour.")),
    "held": (DONE, N_("Done. It is recorded in the audit log.")),
    "browser_known": (DONE, N_("This browser is remembered for 90 days, also after you log out.")),
    "browser_forgotten": (DONE, N_("This browser is forgotten.")),
    "woken": (DONE, N_("This account can log in again. No key was changed.")),
    "unchanged": (INFO, N_("Nothing was changed.")),
    "taken": (DONE, N_("The call is saved. What should happen with it?")),
    "attached": (DONE, N_("The call now belongs to the case.")),
    "split": (DONE, N_("The call was split: there are two calls now.")),
    "closed": (DONE, N_("Closed.")),
    "reopened": (DONE, N_("The call is open again.")),
    "reached": (DONE, N_("Noted: they were reached.")),
    "in_danger": (WARN, N_("In danger again. Colleagues on duty see it.")),
    "taken_back": (DONE, N_("The call was removed from the case. What was entered there from it stays.")),
    "on_duty": (DONE, N_("On duty. From then on they see calls of people in danger.")),
    "off_duty": (DONE, N_("Off duty.")),
    "shared": (DONE, N_("Shared. From now on your colleague can open it.")),
    "taken_out": (DONE, N_("Removed. The keys were changed; nothing changes for those who stay.")),
    "changed_share": (DONE, N_("Access changed. The keys of what your colleague can no longer open were changed.")),
    "ended_keys": (DONE, N_("Your keys are no longer valid. Ask an administrator for a code to create new ones.")),
    "left": (DONE, N_("You left the case. Its lead now changes the keys.")),
    "sent_again": (DONE, N_("Sent. Your colleague has the key when they next come in.")),
    "renewed": (DONE, N_("The keys were changed.")),
    "login_notices_dismissed": (DONE, N_("Dismissed. The page My account lists these log-ins for 30 days.")),
    "accepted": (DONE, N_("The current data is accepted as correct. The audit log says who decided it.")),
    "founded": (DONE, N_("The lawyers' part of this case was begun. Only its lawyers can read it.")),
    "linked": (DONE, N_("Linked to the case.")),
    "invited": (DONE, N_("A one-time code was made.")),
    "certified": (DONE, N_("Admitted. Your colleague can start to work now.")),
    "first_of_two": (INFO, N_("Noted. A second administrator compares and agrees too; until then nothing changes.")),
    "replaced": (DONE, N_("The new keys are valid. The leads of their cases are asked to let them in again.")),
    "keys_thrown_away": (DONE, N_("The new keys were deleted. The old ones stay valid.")),
    "roles": (DONE, N_("The roles were changed.")),
    "factor_allowed": (DONE, N_("They can enrol a new second factor now, within three days.")),
    "factor_taken_back": (DONE, N_("Request withdrawn.")),
    "let_in_some": (INFO, N_("Let in to some of them. Continue with the next ones.")),
    "let_in_all": (DONE, N_("Your colleague is let into all of these cases again.")),
    "handed_over": (DONE, N_("All your cases are handed over.")),
    "closing_asked": (
        INFO,
        N_("Noted. A second administrator agrees to close this account; until then nothing changes."),
    ),
    "kept_open": (DONE, N_("The account stays open.")),
    "disabled": (DONE, N_("The account is closed and its sessions have ended.")),
    "granted": (DONE, N_("Handed over. Your colleague can open it now.")),
    "passphrase": (DONE, N_("The passphrase was changed. Your other sessions have ended.")),
    "key_added": (DONE, N_("The security key is added. Try it: log out, and log in with it.")),
    "own_keys_changed": (DONE, N_("Your security keys are changed.")),
    "restored": (INFO, N_("This is your draft. It is not sent yet.")),
    "look_again": (INFO, N_("Confirmed. Nothing has been saved yet. Check the form and send it again.")),
    "one_ended": (DONE, N_("This session has ended.")),
    "all_ended": (DONE, N_("The sessions of this account have ended.")),
    "ended": (DONE, N_("Your other sessions have ended.")),
    "log_changed": (
        ERROR,
        N_(
            "The audit log has changed since you last saw it: entries are missing or different. "
            "Tell your auditor first."
        ),
    ),
    "revocation_missing": (
        ERROR,
        N_(
            "Somebody's keys were ended, and the statement about it is missing in the database. They stay ended. "
            "Tell your auditor."
        ),
    ),
    "deletion_asked": (DONE, N_("Request sent. Nothing is deleted until another lead confirms it on their desk.")),
    "deletion_refused": (DONE, N_("Refused. Nothing was deleted.")),
    "search_deleted": (DONE, N_("The saved search is deleted.")),
    "deleted": (DONE, N_("Deleted for good. Its keys are destroyed, and its files are gone.")),
    "hold_placed": (DONE, N_("From now on nothing in this case can be deleted.")),
    "hold_asked": (DONE, N_("Request sent. The hold stays until another case lead agrees.")),
    "hold_lifted": (DONE, N_("The hold is lifted.")),
    "hold_stays": (DONE, N_("The hold stays.")),
    "figures_asked": (
        DONE,
        N_("Nothing has left yet. Somebody else sees these figures on their desk and agrees or refuses."),
    ),
    "export_asked": (DONE, N_("Nothing has left yet. Somebody else sees this on their desk and agrees or refuses.")),
    "export_agreed": (DONE, N_("You agreed. Whoever asked can take the file, for seven days from the day they asked.")),
    "export_refused": (DONE, N_("The request is taken away. Nothing has left.")),
    "question_saved": (DONE, N_("The question is saved. It stands on the page of trends.")),
    "template_removed": (DONE, N_("The template is removed. Papers and letters have our usual layout again.")),
    "question_removed": (DONE, N_("The question is removed.")),
    "figures_agreed": (DONE, N_("You agreed. Whoever asked can take the file, as long as the figures stay the same.")),
    "figures_refused": (DONE, N_("The request is taken away. Nothing has left.")),
    "dropped": (DONE, N_("Deleted.")),
}

# Said to somebody who is not logged in, so their code stands in the address: one letter, telling nothing.
AT_THE_DOOR: dict[str, tuple[str, str]] = {
    "a": (DONE, N_("You are logged out. This browser keeps nothing of what you saw.")),
    "b": (
        INFO,
        N_("Your session expired. What you typed is saved, encrypted, and is offered to you after you log in."),
    ),
    "c": (INFO, N_("Log in to continue.")),
    "d": (WARN, N_("Your session expired, and what you sent could not be saved. Nothing was changed.")),
    "g": (DONE, N_("The new second factor is active. Log in with it.")),
    "f": (INFO, N_("Locked. Your passphrase opens it again.")),
}
