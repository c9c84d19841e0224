"""A list of tasks of one case."""

from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.notes import Task

IMPORTER = Importer(
    cls=Task,
    words={
        "what": ("Task", "To do", "Задача", "Что сделать", "Дело", "Тапсырма"),
        "due": ("Due", "Deadline", "Срок", "До", "Мерзімі"),
        "who": ("Who", "Responsible", "Assigned to", "Ответственный", "Исполнитель", "Кто", "Жауапты"),
        "urgency": ("Priority", "Приоритет", "Важность", "Басымдығы"),
        "done": ("Done", "Status", "Выполнено", "Готово", "Сделано", "Орындалды"),
    },
)
