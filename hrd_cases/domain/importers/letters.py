"""A register of letters: what was sent and received in one case."""

from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.letters import Letter

IMPORTER = Importer(
    cls=Letter,
    words={
        "subject": (
            "Subject",
            "Topic",
            "Тема",
            "Краткое содержание",
            "Предмет",
            "О чём",
            "Содержание",
            "Тақырыбы",
            "Мазмұны",
            "Хат мазмұны",
        ),
        "direction": ("Direction", "In or out", "In/out", "Входящее или исходящее", "Направление", "Вх/исх"),
        "addressee_name": (
            "To",
            "Addressee",
            "Recipient",
            "Кому",
            "От/Кому",
            "От кого / кому",
            "Адресат",
            "Куда",
            "Кімге",
        ),
        "our_number": (
            "Our number",
            "Number",
            "Ref. no.",
            "Reference",
            "№ документа",
            "Номер",
            "Исх. №",
            "Шығыс №",
            "Исходящий номер",
            "Наш номер",
        ),
        "their_number": ("Their number", "Вх. №", "Вх. № ответа", "Входящий номер", "Их номер", "Кіріс №"),
        "dated": ("Date", "Дата письма", "Дата", "Күні"),
        "handed_in": ("Sent", "Received", "Отправлено", "Получено", "Дата отправки", "Жіберілген күні"),
        "answered": ("Answered", "Reply", "Response received", "Answer", "Дата ответа", "Ответ получен", "Жауап күні"),
        "due": (
            "Due",
            "Response due",
            "Deadline",
            "Срок ответа",
            "Срок исполнения",
            "Срок",
            "Мерзімі",
            "Жауап мерзімі",
        ),
        "body": ("Text", "Текст", "Текст письма", "Мәтіні"),
    },
    says={
        "direction": {
            **dict.fromkeys(("исх", "исходящее", "исходящий", "out", "outgoing", "шығыс"), "from_us"),
            **dict.fromkeys(("вх", "входящее", "входящий", "in", "incoming", "кіріс"), "to_us"),
        }
    },
    told={"subject": "body"},
    limits=("due",),
)
