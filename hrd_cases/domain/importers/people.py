"""A list of people: strikers of a mine, members of a union, defendants of one trial."""

from hrd_cases.domain.importers.model import Importer, RowColumn
from hrd_cases.domain.people import Person
from hrd_cases.domain.words import N_

NAME = ("ФИО", "Ф.И.О", "Имя", "Фамилия", "Отчество", "Имя и фамилия", "Аты-жөні", "Аты", "Тегі", "Әкесінің аты")

_AGES = {
    **dict.fromkeys(map(str, range(18)), "under_18"),
    **dict.fromkeys(map(str, range(18, 30)), "18_29"),
    **dict.fromkeys(map(str, range(30, 45)), "30_44"),
    **dict.fromkeys(map(str, range(45, 60)), "45_59"),
    **dict.fromkeys(map(str, range(60, 110)), "60_and_over"),
}

IMPORTER = Importer(
    cls=Person,
    words={
        "pseudonym": ("Pseudonym", "Код", "Псевдоним", "Шифр", "Бүркеншік аты"),
        "organisation": (
            "Organisation",
            "Organization",
            "Employer",
            "Работа",
            "Где работает",
            "Где вы работаете",
            "Место работы",
            "Предприятие",
            "Профсоюз",
            "Жұмыс орны",
        ),
        "position": ("Position", "Profession", "Occupation", "Job", "Должность", "Профессия", "Лауазымы", "Мамандығы"),
        "address": (
            "Address",
            "Адрес",
            "Адрес проживания",
            "Место жительства",
            "Мекенжайы",
            "Мекен-жайы",
            "Тұрғылықты жері",
        ),
        "national_number": ("IIN", "ИИН", "ЖСН", "ID number"),
        "birth": (
            "Birth date",
            "Birthday",
            "Born",
            "Year of birth",
            "Дата рождения",
            "Д.р",
            "Год рождения",
            "Туған күні",
            "Туған жылы",
        ),
        "gender": ("Sex", "Пол", "Жынысы"),
        "roles": ("Role", "Роль", "Кто", "Рөлі"),
        "kinds": ("Defender", "Вид деятельности", "Деятельность"),
        "issues": ("Issue", "Чем занимается", "За что борется"),
        "family": ("Family", "Семья", "Родственники", "Отбасы"),
        "health": ("Health", "Здоровье", "Денсаулығы"),
        "threats": ("Threats", "Угрозы", "Қауіп"),
    },
    columns=(
        RowColumn(
            code="name",
            group="names",
            part="name",
            label=N_("Name, or a part of it"),
            words=("Name", "Full name", "First name", "Last name", "Surname", "Family name", *NAME),
            joined=True,
            beside="phone",
        ),
        RowColumn(
            code="other_name",
            group="names",
            part="name",
            label=N_("Another spelling of the name"),
            words=("Other name", "Latin name", "Name in Latin", "Имя латиницей", "Другое имя", "ФИО на казахском"),
        ),
        RowColumn(
            code="phone",
            group="channels",
            part="value",
            label=N_("Telephone"),
            words=(
                "Phone",
                "Tel",
                "Mobile",
                "Telephone",
                "Contact number",
                "Тел",
                "Моб",
                "Телефон",
                "Контакт",
                "Сотовый",
                "Номер телефона",
                "Ұялы",
            ),
            preset={"kind": "phone"},
        ),
        RowColumn(
            code="email",
            group="channels",
            part="value",
            label=N_("E-mail"),
            words=("Email", "Mail", "E-mail", "Почта", "Эл. почта", "Электронная почта", "Пошта"),
            preset={"kind": "email"},
        ),
        RowColumn(
            code="messenger",
            group="channels",
            part="value",
            label=N_("Messenger"),
            words=("WhatsApp", "Telegram", "Signal", "Messenger", "Ватсап", "Телеграм", "Мессенджер"),
            preset={"kind": "messenger"},
        ),
    ),
    says={
        "age_band": _AGES,
        "gender": {
            **dict.fromkeys(("ж", "жен", "женский", "female", "f", "w", "қыз", "ә"), "woman"),
            **dict.fromkeys(("м", "муж", "мужской", "male", "m", "ер", "еркек", "е"), "man"),
        },
    },
    filled={"pseudonym": N_("Person %(row)s-%(number)s")},
)
