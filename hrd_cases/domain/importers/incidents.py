"""A list of incidents: attacks on people of one case, one a row."""

from hrd_cases.domain.importers.model import Importer, RowColumn
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.words import N_

IMPORTER = Importer(
    cls=Incident,
    words={
        "title": ("Title", "Incident", "Event", "Событие", "Инцидент", "Что произошло", "Заголовок", "Оқиға"),
        "when": ("Date", "Day", "Дата", "Дата события", "Когда", "Күні"),
        "region": ("Region", "Oblast", "Область", "Регион", "Облыс", "Өңір"),
        "place": ("Place", "City", "Место", "Город", "Населённый пункт", "Қала", "Орны"),
        "kinds": ("Type", "Kind", "Violation", "Вид", "Тип", "Вид преследования", "Нарушение", "Түрі"),
        "narrative": ("Description", "Text", "Account", "Описание", "Текст", "Обстоятельства", "Сипаттама"),
        "perpetrators": ("Perpetrator", "Кто", "Исполнитель", "Предполагаемый исполнитель"),
        "public_sources": ("Link", "Source", "Source link", "Ссылка", "Источник", "Сілтеме"),
        "count": ("How many", "Number of people", "Сколько человек", "Количество"),
    },
    columns=(
        RowColumn(
            code="attacked_person",
            group="attacked",
            part="person",
            label=N_("Who was attacked, as named in this case"),
            words=("Victim", "Person", "Defender", "Пострадавший", "Потерпевший", "ФИО", "Имя", "Кого"),
        ),
        RowColumn(
            code="company",
            group="companies",
            part="company",
            label=N_("Company, as named in the directory"),
            words=("Company", "Компания", "Предприятие", "Компаниясы"),
        ),
    ),
)
