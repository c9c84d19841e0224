"""A mail kept as a letter: it fills the form, stays whole beside it, and a hostile one loses nothing."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from hrd_pages import Visitor, forms
from hrd_world import NOW, World

from hrd_cases.domain.letters import Letter
from hrd_cases.domain.mails import bare_subject, read_mail
from hrd_cases.services.evidence.sealed_files import contents, stored_file, whole
from hrd_cases.services.records import records
from tests.web.evidence.test_previews import Exhibit

SENT = "Thu, 19 Nov 2026 23:30:00 +0000"  # in Kazakhstan it is the 20th by then
SENDER = "Инспекция труда <office@inspectorate.example>"


def mail(subject: str = "Re: О сменах", text: str = "Меры приняты.\n\n[1] и ещё строка", **heads: str) -> EmailMessage:
    """A mail with an attachment; `heads` replace what it has, an empty one takes it out."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "group@example.org", subject
    message["Message-ID"], message["Date"] = "<1@inspectorate.example>", SENT
    message.set_content(text)
    message.add_attachment(b"%PDF-1.4 scan", maintype="application", subtype="pdf", filename="Ответ № 5.pdf")
    for name, value in heads.items():
        del message[name]
        if value:
            message[name] = value
    return message


def form_of(world: World, data: bytes) -> tuple[Visitor, Exhibit, str, str]:
    """The exhibit of a mail, the address of its letter and the page of the form."""
    exhibit, visitor = Exhibit(world, data, draw=False), Visitor(world).enter("anna")
    place = f"{exhibit.url}/m/1"
    assert f'href="{place}"' in visitor.get(exhibit.url).text, "the exhibit leads to it"
    answer = visitor.get(place)
    assert answer.status_code == 200, answer.text
    return visitor, exhibit, place, answer.text


def bytes_of(world: World, exhibit: Exhibit) -> bytes:
    """What is kept of the file of an exhibit."""
    case = world.strike.case
    with world.reading("anna") as ctx:
        (entry,) = records.read(ctx, case, exhibit.id).value.files  # type: ignore[attr-defined]
        return whole(contents(ctx.runtime, case, stored_file(entry)))


def test_a_mail_fills_the_form_of_a_letter_and_is_kept_whole_beside_it(sqlite_world: World) -> None:
    data = mail().as_bytes()
    visitor, exhibit, place, page = form_of(sqlite_world, data)
    assert "Меры приняты." in page, "its words are read before anything is kept"
    fields = forms(visitor.get(place))[place]
    assert (fields["subject"], fields["direction"]) == (["Re: О сменах"], ["to_us"])
    assert (fields["addressee_name"], fields["handed_in"]) == ([SENDER], ["20.11.2026"])
    assert fields["body"][0].replace("\r\n", "\n") == "Меры приняты.\n\n[1] и ещё строка"
    assert (fields["attachments"], fields["came_by"]) == (["Ответ № 5.pdf"], ["email"])
    answer = visitor.send(place, {**fields, "stamped": []})
    assert answer.status_code == 303, answer.text
    with sqlite_world.reading("anna") as ctx:
        letter = records.read(ctx, sqlite_world.strike.case, answer.headers["Location"].rpartition("/")[2], Letter)
    assert letter.value.stamped == (exhibit.id,), "even if somebody took the mail out of the form"
    assert bytes_of(sqlite_world, exhibit) == data
    assert exhibit.url in visitor.get(answer.headers["Location"]).text


def test_a_mail_that_answers_a_letter_of_ours_closes_it(sqlite_world: World) -> None:
    case = sqlite_world.strike.case
    with sqlite_world.writing("anna") as ctx:
        ours = Letter(subject="О сменах", direction="from_us", handed_in=date(2026, 11, 2))
        record = records.create(ctx, case, ours)
    visitor, _exhibit, place, _page = form_of(sqlite_world, mail().as_bytes())
    fields = forms(visitor.get(place))[place]
    assert fields["follows"] == [record], "the one letter of this subject that waits"
    early = visitor.send(place, {**fields, "handed_in": "01.11.2026"})
    assert early.status_code == 422
    assert "cannot be before the letter was handed in" in early.text
    answer = visitor.send(place, forms(early)[place] | {"handed_in": ["20.11.2026"]})
    assert answer.status_code == 303, answer.text
    with sqlite_world.reading("anna") as ctx:
        before = records.read(ctx, case, record, Letter).value
    assert (before.answered, before.answered_by) == (date(2026, 11, 20), answer.headers["Location"].rpartition("/")[2])


def nested() -> bytes:
    """A mail in a mail in a mail ..., deeper than any program reads."""
    head, depth = b"", 3_000
    for at in range(depth):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at)
    return b"Received: by nobody\nFrom: a@example.org\nSubject: deep\n" + head + b"Content-Type: text/plain\n\ninside\n"


def foreign() -> bytes:
    """A mail whose words are in no encoding that anybody could guess."""
    head = b"Received: by nobody\nFrom: a@example.org\nSubject: signs\nContent-Type: text/plain; charset=none\n\n"
    return head + bytes(range(128, 256)) * 4


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no day": (lambda: mail(Date="").as_bytes(), "names no day that can be read"),
    "a day that is none": (lambda: mail(Date="the day after").as_bytes(), "names no day that can be read"),
    "a day at the end of time": (
        lambda: mail(Date="Fri, 31 Dec 9999 23:59:59 -1200").as_bytes(),
        "names no day that can be read",
    ),
    "a day to come": (
        lambda: mail(Date=format_datetime(NOW.replace(year=NOW.year + 1))).as_bytes(),
        "names a day that is still to come: 22.11.2027",
    ),
    "too long": (lambda: mail(text="Слово " * 40_000).as_bytes(), "you see only its beginning here"),
    "nested": (nested, "Nothing of this mail can be read here"),
    "no encoding": (foreign, "Nothing of this mail can be read here"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_mail_gives_a_clear_message_and_loses_nothing(sqlite_world: World, kind: str) -> None:
    make, said = HOSTILE[kind]
    data = make()
    visitor, exhibit, place, page = form_of(sqlite_world, data)
    assert said in page
    fields = forms(visitor.get(place))[place]
    kept = visitor.send(place, {**fields, "subject": "Read by hand", "handed_in": "20.11.2026"})
    assert kept.status_code == 303, kept.text
    assert bytes_of(sqlite_world, exhibit) == data


def test_a_subject_brings_no_heads_and_words_of_its_own(sqlite_world: World) -> None:
    subject = b64encode("О сменах\nFrom: judge@court.example\n\nРешение".encode()).decode()
    head = f"Received: by nobody\nTo: a@example.org\nSubject: =?utf-8?B?{subject}?=\nDate: {SENT}\n\nслова\n"
    visitor, _exhibit, place, _page = form_of(sqlite_world, head.encode())
    fields = forms(visitor.get(place))[place]
    assert fields["subject"] == ["О сменах From: judge@court.example Решение"]
    assert (fields["addressee_name"], fields["body"]) == ([""], ["слова"])


def test_only_a_mail_is_read_as_a_letter(sqlite_world: World) -> None:
    exhibit, visitor = Exhibit(sqlite_world, b"Just words", draw=False), Visitor(sqlite_world).enter("anna")
    assert f"{exhibit.url}/m/1" not in visitor.get(exhibit.url).text
    for number in (0, 1, 2):
        assert visitor.get(f"{exhibit.url}/m/{number}").status_code == 404


@pytest.mark.parametrize(
    ("subject", "bare"),
    [("Re: RE[2]: О сменах", "о сменах"), ("Отв: Fwd:  О  сменах", "о сменах"), ("Ответ", "ответ"), ("re:", "")],
)
def test_what_mail_programs_put_before_a_subject_is_no_part_of_it(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_what_looks_like_an_attachment_in_the_words_stays_there() -> None:
    read = read_mail("From: a@example.org\nSubject: b\n\n[1] list, 5 B\nwords\n\n[1] c.pdf, 7 B\n[2] d, e.pdf, 9 B")
    assert (read.attached, read.words) == (("c.pdf", "d, e.pdf"), "[1] list, 5 B\nwords")
    assert read_mail("From: a@example.org\n\nwords\n[2] b, 5 B").words == "words\n[2] b, 5 B"
    assert read_mail("").words == ""
