"""How much text a request may carry. What is let in can be answered with everything typed still in the form."""

STRANGERS = 1_100_000  # bytes of a form from somebody who is not logged in
INSIDE = 4_400_000  # the same with a live session: beyond what any field takes, so that the field says so
MEGABYTE = 1024 * 1024
