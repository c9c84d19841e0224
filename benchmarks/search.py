"""A search through 10,000 texts of 4 kB in 100 cases, from sealed bytes: a rare word, three words, a word of no text.

Yardsticks of the same work in the same run, on the same texts in the clear: a plain scan (LIKE) of SQLite, and its
FTS5 with trigrams. Ours compares by sound and case form too; the yardsticks only letter by letter.
"""

import sqlite3
import sys
from random import Random

from measure import compare, report
from stage import Stage, add_cases, fold, stage

from hrd_cases.domain.notes import Note
from hrd_cases.services.casework import search
from hrd_cases.services.records import records

SYLLABLES = ("ба", "ве", "го", "ди", "ка", "ле", "мо", "ну", "ра", "си", "та", "ум", "фе", "хо", "ша", "эт", "юр", "як")
WORDS, PER_TEXT, PER_CASE = 20_000, 550, 100
RARE, NOWHERE = "экскаваторщик", "вертолётчица"


def texts(count: int) -> list[str]:
    """Invented texts, of words as unequally frequent as in a language; one in a hundred has the rare word."""
    random = Random(7)
    words = ["".join(random.choices(SYLLABLES, k=random.randint(2, 5))) for _ in range(WORDS)]
    weights = [1 / (rank + 1) for rank in range(WORDS)]
    whole = []
    for number in range(count):
        some = random.choices(words, weights, k=PER_TEXT)
        whole.append(" ".join([*some, RARE] if number % 100 == 0 else some))
    return whole


def enter(here: Stage, whole: list[str]) -> None:
    """One note a text."""
    cases = add_cases(here, -(-len(whole) // PER_CASE))
    for at, case in enumerate(cases):
        with here.runtime.writing(here.lawyer, here.now) as ctx:
            for text in whole[at * PER_CASE : (at + 1) * PER_CASE]:
                records.create(ctx, case, Note(subject="Запись", text=text))
    fold(here)


def plain(whole: list[str]) -> sqlite3.Connection:
    """The same texts in the clear, as a table and as an index of trigrams."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE plain (text TEXT)")
    connection.execute("CREATE VIRTUAL TABLE fast USING fts5 (text, tokenize = 'trigram')")
    for table in ("plain", "fast"):
        connection.executemany(f"INSERT INTO {table} (text) VALUES (?)", [(text,) for text in whole])  # noqa: S608
    return connection


def ours(here: Stage, typed: str) -> int:
    """How many are found, with the page that shows the first 25."""
    with here.runtime.reading(here.lawyer, here.now) as ctx:
        return search.find(ctx, typed).page.total


def scan(connection: sqlite3.Connection, typed: str) -> int:
    """How many a plain scan finds."""
    words = [f"%{word}%" for word in typed.split()]
    where = " AND ".join(["text LIKE ?"] * len(words))
    return len(connection.execute(f"SELECT text FROM plain WHERE {where}", words).fetchall())  # noqa: S608


def indexed(connection: sqlite3.Connection, typed: str) -> int:
    """How many the index finds."""
    asked = " AND ".join(f'"{word}"' for word in typed.split())
    return len(connection.execute("SELECT text FROM fast WHERE fast MATCH ?", [asked]).fetchall())


def main(count: int) -> None:
    """Print the table."""
    whole = texts(count)
    three = " ".join(whole[0].split()[-4:-1])
    rows: list[dict[str, object]] = []
    with stage() as here:
        enter(here, whole)
        connection = plain(whole)
        for name, typed in {"a rare word": RARE, "three words": three, "a word of no text": NOWHERE}.items():
            for yardstick, work in {"plain scan in the clear": scan, "FTS5 trigram in the clear": indexed}.items():
                row = compare(
                    f"{name}, {count:,} texts",
                    lambda typed=typed: ours(here, typed),  # type: ignore[misc]
                    yardstick,
                    lambda typed=typed, work=work: work(connection, typed),  # type: ignore[misc]
                    rounds=5,
                )
                rows.append({**row, "found": ours(here, typed), "found_there": work(connection, typed)})
    report("Search", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
