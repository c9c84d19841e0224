"""A list of tasks of one case."""

from hrd_cases.domain.importers.model import Importer
from hrd_cases.domain.notes import Task

IMPORTER = Importer(
    cls=Task,
    words={
        "what": ("Task", "To do", "Задача", "Что сделать", "Что нужно сделать", "Мероприятие", "Дело", "Тапсырма"),
        "due": ("Due", "Deadline", "Срок", "До", "Мерзімі"),
        "who": ("Who", "Responsible", "Assigned to", "Assignee", "Ответственный", "Исполнитель", "Кто", "Жауапты"),
        "urgency": ("Priority", "Приоритет", "Важность", "Басымдығы"),
        "done": ("Done", "Status", "Выполнено", "Готово", "Сделано", "Орындалды"),
    },
    says={
        "done": dict.fromkeys(("done", "completed", "выполнено", "готово", "сделано", "орындалды"), "yes"),
        "urgency": {
            **dict.fromkeys(("срочная", "срочный", "!!!", "critical"), "urgent"),
            **dict.fromkeys(("высокая", "важно", "!!", "!"), "high"),
            **dict.fromkeys(("обычная", "средняя", "средний", "medium"), "normal"),
            **dict.fromkeys(("низкая", "не срочно"), "low"),
        },
    },
    limits=("due",),
)
