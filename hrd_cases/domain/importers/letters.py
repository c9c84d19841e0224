"""A register of letters: what was sent and received in one case."""

from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.letters import Letter

IMPORTER = Importer(
    cls=Letter,
    words={
        "subject": ("Subject", "Topic", "Тема", "Предмет", "О чём", "Содержание", "Тақырыбы"),
        "direction": ("Direction", "In or out", "Входящее или исходящее", "Направление", "Вх/исх"),
        "addressee_name": ("To", "Addressee", "Recipient", "Кому", "Адресат", "Куда", "Кімге"),
        "our_number": ("Our number", "Исх. №", "Исходящий номер", "Наш номер"),
        "their_number": ("Their number", "Вх. №", "Входящий номер", "Их номер"),
        "dated": ("Date", "Дата письма", "Дата", "Күні"),
        "handed_in": ("Sent", "Received", "Отправлено", "Получено", "Дата отправки", "Жіберілген күні"),
        "answered": ("Answered", "Reply", "Дата ответа", "Ответ получен", "Жауап күні"),
        "due": ("Due", "Deadline", "Срок ответа", "Срок", "Мерзімі"),
        "body": ("Text", "Текст", "Текст письма", "Мәтіні"),
    },
)
