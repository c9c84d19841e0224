"""Twelve questions of every day, on the page of a case on a telephone without scripts: one tap, or two screens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pages.effort import SMALL
from pages.site import Enter, Site
from pages.visitor import Visitor
from playwright.sync_api import Locator

SCREENS = 2
STRIKE = "Подземная забастовка 2017 года"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question: the link to tap, none where the page itself answers; the part of the page, and what stands there."""

    asked: str
    tap: str = ""
    where: str = "main"
    answer: tuple[str, ...]


QUESTIONS = (
    Question(
        asked="who is to be rung",
        tap="#people form button",
        where="#reach",
        answer=("Как связаться", "демо-А", "После 20:00"),
    ),
    Question(asked="what comes next", where="#next", answer=("Что дальше", "22 нояб|сегодня", "ср 25")),
    Question(asked="what is late", where="#next", answer=("2 дня", "просрочено", "Подтвердить отзыв исков")),
    Question(
        asked="what was answered",
        tap='#kinds a:has-text("Письма")',
        where="main .list",
        answer=("Вопрос о рабочих часах решён", "ответ: |есть ответ", "Ответ просрочен"),
    ),
    Question(
        asked="may we name him", tap='#kinds a:has-text("На подпись")', answer=("Лидер шахтёров В", "Публиковать")
    ),
    Question(
        asked="where is the summons",
        tap='#kinds a:has-text("Доказательства")',
        answer=("повестка по СМС на 16:00", "15 декабря 2017"),
    ),
    Question(
        asked="where and when was the hearing",
        tap='#kinds a:has-text("заседания")',
        answer=("15 декабря 2017 г., 16:00", "Шахтинский городской суд"),
    ),
    Question(
        asked="how far is the proceeding",
        tap='#kinds a:has-text("Производства")',
        where="main .list",
        answer=("Иски о признании забастовки незаконной", "закрыто|прекращен|отозван|завершен"),
    ),
    Question(asked="is the paper ready", tap='#kinds a:has-text("Документы для суда")', answer=("готовится",)),
    Question(
        asked="who does what",
        tap='#kinds a:has-text("Задачи")',
        where="main .list",
        answer=("Подготовить учебный отзыв", "22 ноября 2026"),
    ),
    Question(asked="who works on it", tap='a[href$="/team"], a:has-text("Команда")', answer=("Айгуль", "Бекзат")),
    Question(asked="who looked at it", tap='#kinds a:has-text("Кто открывал")', answer=("Айгуль", "просмотр: 1 раз")),
)


@pytest.fixture
def case(site: Site, enter: Enter) -> Visitor:
    """A lawyer's telephone that shows the case."""
    visitor: Visitor = enter(site, "lawyer", scripts=False, language="ru")
    visitor.page.set_viewport_size(SMALL)
    visitor.go("/c")
    visitor.click(visitor.page.locator("main a", has_text=STRIKE).first)
    return visitor


def bottom(where: Locator) -> float:
    """How far down a page something stands; what is in a closed fold stands nowhere."""
    box = where.bounding_box()
    return box["y"] + box["height"] if box else 10**6


def holders(visitor: Visitor, question: Question, text: str) -> Iterator[Locator]:
    pattern = re.compile(text.replace(" ", r"\s"), re.IGNORECASE)
    yield from visitor.page.locator(question.where).first.locator(":scope, :scope *").filter(has_text=pattern).all()


def test_twelve_questions_are_answered_by_one_tap_or_on_two_screens(case: Visitor) -> None:
    start, far = case.path, SCREENS * SMALL["height"]
    assert len(QUESTIONS) == 12
    for question in QUESTIONS:
        case.go(start)
        if question.tap:
            link = case.page.locator("main").locator(question.tap).first
            assert bottom(link) <= far, (question.asked, "the way to it is too far down")
            case.click(link)
        for text in question.answer:
            nearest = min(map(bottom, holders(case, question, text)), default=10**6)
            assert nearest <= far, (question.asked, text, nearest, case.page.locator(question.where).first.inner_text())
