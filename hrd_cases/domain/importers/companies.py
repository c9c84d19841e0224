"""A list of companies, for the directory."""

from hrd_cases.domain.companies import Company
from hrd_cases.domain.importers.model import Importer, RowColumn
from hrd_cases.domain.words import N_

IMPORTER = Importer(
    cls=Company,
    words={
        "name": (
            "Name",
            "Company",
            "Компания",
            "Компании",
            "Организация",
            "Название",
            "Наименование",
            "Предприятие",
            "Атауы",
        ),
        "registration": ("BIN", "Registration", "БИН", "БСН", "Рег. номер", "Регистрационный номер", "ИНН"),
        "sector": ("Sector", "Industry", "Отрасль", "Сфера", "Сала"),
        "country": ("Country", "Страна", "Ел"),
        "sources": ("Source", "Link", "Источник", "Ссылка"),
        "background": ("Description", "Описание", "Справка", "О компании"),
    },
    columns=(
        RowColumn(
            code="former_name",
            group="names",
            part="name",
            label=N_("Earlier or another name"),
            words=(
                "Other name",
                "Former name",
                "Другое название",
                "Прежнее название",
                "Прежнее наименование",
                "Бывшее название",
            ),
        ),
        RowColumn(
            code="site",
            group="sites",
            part="name",
            label=N_("A mine, plant or office"),
            words=("Site", "Mine", "Plant", "Объект", "Шахта", "Рудник", "Месторождение", "Завод", "Кеніш"),
        ),
    ),
)
