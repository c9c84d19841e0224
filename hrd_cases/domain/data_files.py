"""The data files that come with the program: tables in TOML, whose readers check what they take out."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

DataTable = Mapping[str, Any]  # as a file has it


def read_table(*path: str) -> DataTable:
    """The content of one data file below `vocabularies`."""
    text = files("hrd_cases").joinpath("vocabularies", *path).read_text(encoding="utf-8")
    return tomllib.loads(text)
