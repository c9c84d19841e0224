"""The words that stand in dates, in Russian, Kazakh and English; Kazakh without the letters that keyboards lack.

They are compared after `written_dates` has folded a text: small letters, ё as е, қ as к and so on.
"""

import re

_STEMS = (
    (r"январ[а-я]{1,2}|янв", r"кантар[а-я]{0,5}|кан", r"january|jan"),
    (r"феврал[а-я]{1,2}|фев|февр", r"акпан[а-я]{0,5}|акп", r"february|feb"),
    (r"март[а-я]{0,2}|мар", r"наурыз[а-я]{0,5}|нау", r"march|mar"),
    (r"апрел[а-я]{1,2}|апр", r"сауир[а-я]{0,5}|сау", r"april|apr"),
    (r"ма[йяе]|маем", r"мамыр[а-я]{0,5}|мам", r"may"),
    (r"июн[а-я]{1,2}|июн", r"маусым[а-я]{0,5}|мау", r"june|jun"),
    (r"июл[а-я]{1,2}|июл", r"шилде[а-я]{0,5}|шил", r"july|jul"),
    (r"август[а-я]{0,2}|авг", r"тамыз[а-я]{0,5}|там", r"august|aug"),
    (r"сентябр[а-я]{1,2}|сен|сент", r"кыркуйек[а-я]{0,5}|кыркуйег[а-я]{1,5}|кыр", r"september|sept|sep"),
    (r"октябр[а-я]{1,2}|окт", r"казан[а-я]{0,5}|каз", r"october|oct"),
    (r"ноябр[а-я]{1,2}|ноя|нояб", r"караша[а-я]{0,5}|кар", r"november|nov"),
    (r"декабр[а-я]{1,2}|дек", r"желтоксан[а-я]{0,5}|жел", r"december|dec"),
)
MONTHS = tuple((number, re.compile("|".join(stems))) for number, stems in enumerate(_STEMS, 1))
YEAR_WORDS = frozenset(
    ["г", "гг", "год", "года", "году", "годом", "ж", "жж", "жыл", "жылы", "жылгы", "жылдын", "жылда"]
)
FILLERS = frozenset(
    [
        "of",
        "the",
        "th",
        "st",
        "nd",
        "rd",
        "го",
        "е",
        "й",
        "я",
        "ши",
        "числа",
        "день",
        "күни",
        "куни",
        "айы",
        "айында",
        "месяц",
        "месяца",
        "месяце",
        "в",
        "во",
        "in",
        "on",
        "at",
        "с",
        "со",
        "from",
        "by",
    ]
)
UNKNOWN_WORDS = frozenset(
    (
        "unknown", "not known", "no date", "undated", "don t know", "do not know", "i don t know",
        "неизвестно", "не известно", "неизвестна", "дата неизвестна", "не знаю", "не знаем", "без даты", "н/д", "б/д",
        "нет данных",
        "белгисиз", "куни белгисиз", "билмеймин", "билмеймиз", "мерзими белгисиз",
    )
)  # fmt: skip
ABOUT = (
    "~", "about ", "around ", "approximately ", "approx. ", "approx ", "circa ", "ca. ", "ca ", "c. ",
    "около ", "ок. ", "ок ", "примерно в ", "примерно ", "приблизительно ", "где-то в ", "шамамен ",
)  # fmt: skip
AFTER_ABOUT = ("шамасында", "шамасы", "жуык", "approximately", "примерно")
OPEN = ("до ", "после ", "не позднее ", "не ранее ", "before ", "after ", "until ", "since ", "by ")
RELATIVE = {
    "today": 0, "сегодня": 0, "бугин": 0,
    "yesterday": -1, "вчера": -1, "кеше": -1,
    "the day before yesterday": -2, "day before yesterday": -2, "позавчера": -2, "алдынгы куни": -2, "алдынгыкуни": -2,
    "tomorrow": 1, "завтра": 1, "ертен": 1,
    "послезавтра": 2, "the day after tomorrow": 2, "day after tomorrow": 2, "бурсигуни": 2,
}  # fmt: skip
AGO = frozenset(
    {
        ("day", "ago"), ("days", "ago"), ("день", "назад"), ("дня", "назад"), ("дней", "назад"),
        ("кун", "бурын"),
    }
)  # fmt: skip
PARTS_OF_DAY = frozenset(
    ["утром", "днем", "вечером", "morning", "afternoon", "evening", "танертен", "кешке", "түсте", "тусте"]
)
SEASONS = {
    "весна": 3, "весной": 3, "весны": 3, "spring": 3, "коктем": 3, "коктемде": 3, "коктеми": 3, "коктеминде": 3,
    "лето": 6, "летом": 6, "лета": 6, "summer": 6, "жаз": 6, "жазда": 6, "жазы": 6, "жазында": 6,
    "осень": 9, "осенью": 9, "осени": 9, "autumn": 9, "fall": 9, "куз": 9, "кузде": 9, "кузи": 9, "кузинде": 9,
    "зима": 12, "зимой": 12, "зимы": 12, "winter": 12, "кыс": 12, "кыста": 12, "кысы": 12, "кысында": 12,
}  # fmt: skip
# Quarters and halves of a year: how many months they have, and what they are called; which of them it is.
PARTS_OF_YEAR = (
    (3, re.compile(r"квартал[а-я]{0,3}|кв|quarter|q|токсан[а-я]{0,5}")),
    (6, re.compile(r"полугоди[а-я]{1,2}|половин[а-я]{1,2}|half|h|жартыс[а-я]{1,5}|жартыжылдык[а-я]{0,4}")),
)
ORDINALS = {
    **{name: number for number, name in enumerate(("i", "ii", "iii", "iv"), 1)},
    **{name: number for number, name in enumerate(("и", "ии", "иии", "ив"), 1)},  # Kazakh letters that look so
    **{str(number): number for number in range(1, 5)},
    "первый": 1, "первого": 1, "первом": 1, "первая": 1, "первой": 1, "первое": 1, "first": 1, "биринши": 1,
    "второй": 2, "второго": 2, "втором": 2, "вторая": 2, "второе": 2, "second": 2, "екинши": 2,
    "третий": 3, "третьего": 3, "третьем": 3, "third": 3, "ушинши": 3,
    "четвертый": 4, "четвертого": 4, "четвертом": 4, "fourth": 4, "тортинши": 4,
}  # fmt: skip

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon понедельник понедельника пн дуйсенби",
            "tuesday tue вторник вторника вт сейсенби",
            "wednesday wed среда среду среды ср сарсенби",
            "thursday thu четверг четверга чт бейсенби",
            "friday fri пятница пятницу пятницы пт жума",
            "saturday sat суббота субботу субботы сб сенби",
            "sunday sun воскресенье воскресенья вс жексенби",
        )
    )
    for name in names.split()
}
TO = ("..", "…", " - ", " to ", " по ", " until ", " till ", " through ", " и ", " and ", " до ", " бастап ")
