"""A list of incidents: attacks on people of one case, one a row."""

from hrd_cases.domain.importers.model import Importer, RowColumn
from hrd_cases.domain.incidents import Incident
from hrd_cases.domain.words import N_

# Those that are one region whatever the year. Towns of regions that were made anew in 2022 are asked for.
_REGIONS = {
    **dict.fromkeys(("вко", "шқо", "усть-каменогорск", "өскемен", "oskemen"), "KZ-63"),
    **dict.fromkeys(("зко", "бқо", "уральск", "орал", "oral"), "KZ-27"),
    **dict.fromkeys(("ско", "сқо", "петропавловск", "петропавл"), "KZ-59"),
    **dict.fromkeys(("юко", "оқо"), "south_kazakhstan"),
    **dict.fromkeys(("актобе", "ақтөбе", "aktobe"), "KZ-15"),
    **dict.fromkeys(("актау", "ақтау", "aktau"), "KZ-47"),
    **dict.fromkeys(("тараз", "taraz"), "KZ-31"),
    **dict.fromkeys(("кокшетау", "көкшетау", "kokshetau"), "KZ-11"),
}

IMPORTER = Importer(
    cls=Incident,
    words={
        "title": (
            "Title",
            "Incident",
            "Event",
            "Событие",
            "Инцидент",
            "Что произошло",
            "Что случилось",
            "Заголовок",
            "Оқиға",
            "Не болды",
        ),
        "when": ("Date", "Day", "Дата", "Дата события", "Когда", "Күні"),
        "region": ("Region", "Oblast", "Province", "Область", "Обл.", "Регион", "Облыс", "Өңір"),
        "place": ("Place", "City", "Location", "Место", "Город", "Населённый пункт", "Қала", "Орны"),
        "kinds": ("Type", "Kind", "Violation", "Вид", "Тип", "Вид преследования", "Нарушение", "Түрі"),
        "narrative": (
            "Description",
            "Summary",
            "Details",
            "Text",
            "Account",
            "Описание",
            "Подробности",
            "Текст",
            "Обстоятельства",
            "Сипаттама",
        ),
        "perpetrators": ("Perpetrator", "Кто", "Исполнитель", "Предполагаемый исполнитель"),
        "public_sources": ("Link", "Source", "Source link", "Ссылка", "Источник", "Сілтеме", "Дереккөз"),
        "count": ("How many", "Number of people", "Сколько человек", "Количество", "Кол-во"),
    },
    columns=(
        RowColumn(
            code="attacked_person",
            group="attacked",
            part="person",
            label=N_("Who was attacked, as named in this case"),
            words=(
                "Victim",
                "Person",
                "Defender",
                "Пострадавший",
                "Кто пострадал",
                "Потерпевший",
                "ФИО",
                "Имя",
                "Кого",
            ),
        ),
        RowColumn(
            code="company",
            group="companies",
            part="company",
            label=N_("Company, as named in the directory"),
            words=("Company", "Компания", "Предприятие", "Компаниясы"),
        ),
    ),
    says={"region": _REGIONS},
    told={"title": "narrative"},
)
