"""What is said of an exhibit that is not printed, or whose print does not show all of its file."""

from collections.abc import Mapping

from hrd_cases.domain.words import N_

NOT_PRINTED: Mapping[str, str] = {
    "kind": N_("Files of this kind cannot be printed; the paper names the file and its hash."),
    "encrypted": N_("The PDF is locked with a password."),
    "broken": N_("The file is damaged and could not be opened."),
    "layers": N_("The PDF has hidden layers; printing would show or lose them."),
    "pages": N_("A chosen page is not in the exhibit."),
    "pixels": N_("The picture has more points than can be opened safely here."),
    "unpacks": N_("The file is small and grows beyond bounds when it is opened."),
    "many_pages": N_("The file has more pages than a paper can take."),
    "long": N_("The text is too long to be printed."),
    "encoding": N_("The letters of this text cannot be read for sure."),
    "xfa": N_("The form shows its content only in the program that made it."),
    "unseen": N_("The pages could not be drawn, so nobody can say that the print is right."),
    "heavy": N_("Opening the file took too much memory or time and was stopped."),
}

WHAT_TO_DO: Mapping[str, str] = {
    "kind": N_("Hand the file over on a carrier. For a document or table: save it as PDF and add that file too."),
    "encrypted": N_("Open it with its password, print it to a new PDF without one, and add that file too."),
    "broken": N_("Ask for the file again. If your own program opens it, print it there to PDF and add that file too."),
    "layers": N_("Open it, switch the layers as they should be, print it to PDF and add that file too."),
    "pages": N_("Look at the number of pages and write the choice again."),
    "pixels": N_("Make a smaller copy of the picture and add that file too."),
    "unpacks": N_(
        "Ask where the file comes from. If your own program opens it, print it to PDF and add that file too."
    ),
    "many_pages": N_("Print the pages that matter to a PDF of their own and add that file too."),
    "long": N_("Copy the part that matters into a file of its own and add that file too."),
    "encoding": N_("Open it, save it as text in UTF-8 and add that file too."),
    "xfa": N_("Open it in the program that made it, print it to PDF and add that file too."),
    "unseen": N_("If your own program opens it, print it there to PDF and add that file too."),
    "heavy": N_("Make a smaller file of it, for example by printing it to PDF, and add that file too."),
}

PRINT_NOTES: Mapping[str, str] = {
    "first_frame": N_("A moving picture: the first of %(number)s pictures is printed."),
    "cut": N_("A long picture: cut into %(number)s pages that overlap a little."),
    "on_grey": N_("A transparent picture in light colours: printed on a grey ground."),
    "signs": N_("%(number)s characters that no font here has are printed as their numbers."),
    "encoding": N_("The text says nothing of its letters; it was read as %(word)s."),
    "mail_attached": N_("Attachments of the mail, %(number)s, are named and stay in the file."),
    "mail_text": N_("Of the mail, the words are printed; form and pictures stay in the file."),
    "remarks": N_("Remarks that open only on a screen, %(number)s, stay in the file."),
    "attached": N_("Files inside the PDF, %(number)s, stay in it and are not printed."),
    "drawn": N_("Printed as a picture of what a viewer shows, so that nothing is missing: pages %(number)s."),
}
