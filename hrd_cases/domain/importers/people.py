"""A list of people: strikers of a mine, members of a union, defendants of one trial."""

from hrd_cases.domain.importers.model import Importer, RowColumn
from hrd_cases.domain.people import Person
from hrd_cases.domain.words import N_

NAME = ("ФИО", "Ф.И.О", "Имя", "Фамилия", "Отчество", "Имя и фамилия", "Аты-жөні", "Аты", "Тегі", "Әкесінің аты")

IMPORTER = Importer(
    cls=Person,
    words={
        "pseudonym": ("Pseudonym", "Код", "Псевдоним", "Шифр", "Бүркеншік аты"),
        "organisation": ("Organisation", "Работа", "Место работы", "Предприятие", "Профсоюз", "Жұмыс орны"),
        "position": ("Position", "Profession", "Job", "Должность", "Профессия", "Лауазымы", "Мамандығы"),
        "address": ("Address", "Адрес проживания", "Место жительства", "Мекенжайы", "Тұрғылықты жері"),
        "national_number": ("IIN", "ИИН", "ЖСН", "ID number"),
        "birth": ("Birth date", "Birthday", "Born", "Дата рождения", "Д.р", "Год рождения", "Туған күні"),
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
            words=("Phone", "Tel", "Mobile", "Telephone", "Тел", "Телефон", "Сотовый", "Номер телефона", "Ұялы"),
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
        "gender": {
            **dict.fromkeys(("ж", "жен", "женский", "female", "f", "қыз"), "woman"),
            **dict.fromkeys(("м", "муж", "мужской", "male", "еркек"), "man"),
        }
    },
    filled={"pseudonym": N_("Person %(row)s-%(number)s")},
)
