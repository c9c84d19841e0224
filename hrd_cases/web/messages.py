"""What is said after an act, by code: neither an address nor a cookie ever carries text."""

from hrd_cases.domain.words import N_

DONE, INFO, WARN, ERROR = "done", "info", "warn", "error"

MESSAGES: dict[str, tuple[str, str]] = {
    "saved": (DONE, N_("Saved.")),
    "made": (DONE, N_("Saved. It is new.")),
    "files_kept": (DONE, N_("The files are taken in and sealed.")),
    "files_kept_unread": (
        WARN,
        N_("The files are safe. Something typed beside them could not be read and stands in the notes: correct it."),
    ),
    "edited": (DONE, N_("The edited filing is taken back. It is the filing of record.")),
    "released": (DONE, N_("Released: sealed, numbered and frozen.")),
    "travels": (
        DONE,
        N_("Given up. What you chose opens again when your colleague lets you in."),
    ),
    "let_in": (DONE, N_("Let in again. Your colleague can open everything they had given up.")),
    "let_in_partly": (
        WARN,
        N_("Let in again, but not everywhere: a case is no longer theirs, or not yours to hand back. Ask its lead."),
    ),
    "journey_ended": (
        INFO,
        N_("The journey is ended. No key came back with it: the leads of their cases share them anew."),
    ),
    "asked_to_hold": (INFO, N_("Asked. Within the hour a second colleague has to confirm it on this page.")),
    "held": (DONE, N_("Carried out. It stands in the log.")),
    "browser_known": (DONE, N_("This browser is known again for 90 days, also after you log out.")),
    "browser_forgotten": (DONE, N_("This browser is no longer known.")),
    "woken": (DONE, N_("This account can log in again. No key was changed.")),
    "unchanged": (INFO, N_("Nothing was changed.")),
    "taken": (DONE, N_("The call is kept. What should become of it?")),
    "attached": (DONE, N_("The call now belongs to the case.")),
    "split": (DONE, N_("The call was split: there are two calls now.")),
    "closed": (DONE, N_("Closed.")),
    "shared": (DONE, N_("Shared. From now on your colleague can open it.")),
    "taken_out": (DONE, N_("Taken out. The keys were renewed, and who stays goes on as before.")),
    "changed_share": (DONE, N_("Changed. Where a key was lost, it was renewed.")),
    "ended_keys": (DONE, N_("Your keys count no more. Tell an administrator: they make a code for new ones.")),
    "left": (DONE, N_("You left the case. Its lead now renews the keys.")),
    "renewed": (DONE, N_("The keys were renewed.")),
    "accepted": (DONE, N_("What is here now counts as right. The log says who decided so.")),
    "founded": (DONE, N_("The lawyers' part of this case was begun. Only its lawyers can read it.")),
    "linked": (DONE, N_("Connected with the case.")),
    "invited": (DONE, N_("A one-time code was made.")),
    "certified": (DONE, N_("Admitted. From the next page on your colleague can work here.")),
    "first_of_two": (INFO, N_("Noted. A second administrator compares and agrees too; until then nothing changes.")),
    "replaced": (DONE, N_("The new keys count. Leads of their cases are asked to let them in again.")),
    "keys_thrown_away": (DONE, N_("The new keys were thrown away. The old ones go on.")),
    "roles": (DONE, N_("The roles were changed.")),
    "factor_allowed": (DONE, N_("They can enrol a new second factor now, within three days.")),
    "factor_taken_back": (DONE, N_("Taken back.")),
    "let_in_some": (INFO, N_("Let into some of them. Go on with the next ones.")),
    "let_in_all": (DONE, N_("Your colleague is let into all of these cases again.")),
    "handed_over": (DONE, N_("All your cases are handed over.")),
    "disabled": (DONE, N_("The account is closed and its sessions have ended.")),
    "granted": (DONE, N_("Handed over. Your colleague can open it now.")),
    "passphrase": (DONE, N_("The passphrase was changed. Your other sessions have ended.")),
    "restored": (INFO, N_("This is what you had typed. It is not saved yet.")),
    "look_again": (INFO, N_("It is you. Look at this once more, then send it: nothing was carried out yet.")),
    "one_ended": (DONE, N_("This session has ended.")),
    "all_ended": (DONE, N_("The sessions of this account have ended.")),
    "ended": (DONE, N_("Your other sessions have ended.")),
    "log_changed": (
        ERROR,
        N_("The log is not as you last saw it: entries are missing or changed. Tell your auditor first."),
    ),
    "keys_changed": (
        ERROR,
        N_("The keys of this server are not those you joined with. Enter nothing. Tell your administrator."),
    ),
    "deletion_asked": (DONE, N_("Asked. Nothing is deleted until somebody else who leads it confirms on their desk.")),
    "deletion_refused": (DONE, N_("It is kept. Nothing was deleted.")),
    "deleted": (DONE, N_("Deleted for good. Its keys are destroyed, and its files are gone.")),
    "hold_placed": (DONE, N_("From now on nothing of this case is deleted.")),
    "hold_asked": (DONE, N_("Asked. The hold stands until somebody else who leads the case agrees.")),
    "hold_lifted": (DONE, N_("The hold is lifted.")),
    "hold_stays": (DONE, N_("The hold stays.")),
    "dropped": (DONE, N_("Thrown away.")),
}

# Said to somebody who is not logged in, so their code stands in the address: one letter, telling nothing.
AT_THE_DOOR: dict[str, tuple[str, str]] = {
    "a": (DONE, N_("You are out. This browser keeps nothing of what you saw.")),
    "b": (INFO, N_("Your time was over. What you typed is kept for you, sealed: it is offered after you log in.")),
    "c": (INFO, N_("Log in to go on.")),
    "d": (WARN, N_("Your time was over, and what you sent could not be kept. Nothing was changed.")),
    "g": (DONE, N_("The new second factor counts. Log in with it.")),
    "f": (INFO, N_("Locked. Your passphrase opens it again.")),
}
