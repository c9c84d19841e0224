"""What is due: hearings, dates of letters, the agenda, duty, calls from locked pages, what waits to be coded."""
