"""The lists people choose from, read from the data files in ``hrd_cases/vocabularies``.

Begin with ``vocabulary("attack_kinds")``: it gives a ``Vocabulary``, whose ``choices`` fill a form field and whose
``get`` gives the label of a stored code. ``model.py`` holds the shapes, ``reading.py`` turns a file into them and
refuses a file that breaks the rules.
"""

from hrd_cases.domain.vocabulary.model import (
    LANGUAGES,
    MARKS,
    Mark,
    Span,
    Vocabulary,
    VocabularyEntry,
    VocabularyGroup,
    VocabularySource,
)
from hrd_cases.domain.vocabulary.reading import VocabularyError, source, vocabulary, vocabulary_names

__all__ = [
    "LANGUAGES",
    "MARKS",
    "VocabularyEntry",
    "VocabularyGroup",
    "Mark",
    "VocabularySource",
    "Span",
    "Vocabulary",
    "VocabularyError",
    "source",
    "vocabulary",
    "vocabulary_names",
]
