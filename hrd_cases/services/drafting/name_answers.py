"""What was answered about names in the texts of a case, kept for all its papers and letters."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from hrd_cases.domain.fields import Declared
from hrd_cases.domain.names.questions import NameAnswer
from hrd_cases.domain.naming import Naming
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.opened import OpenVault
from hrd_cases.store.records import Stored, of_class
from hrd_cases.store.stored import new_record_id

NO_TEXTS: Mapping[str, str] = {}


def answers_in(stored: Iterable[Stored[Declared]]) -> dict[str, NameAnswer]:
    """What was answered about names in a case, by the sign of the sentence; the newest counts."""
    name_answers: dict[str, NameAnswer] = {}
    for record in stored:
        if isinstance(record.value, Naming):
            for entry in record.value.answers or ():
                who, by, text = str(entry["who"]), str(entry["by"]), str(entry.get("text", ""))
                answer = NameAnswer(who=who, by=by, on=date.fromisoformat(entry["on"]), text=text)
                key = str(entry["key"])
                if key not in name_answers or name_answers[key].on <= answer.on:
                    name_answers[key] = answer
    return name_answers


def keep(ctx: Context, vault: OpenVault, new: Mapping[str, str], texts: Mapping[str, str] = NO_TEXTS) -> None:
    """Keep answers (who by sign) in the case, beside those given before; `texts` the sentences of exhibits, by sign."""
    stored = next(iter(of_class(ctx.work.records.all(vault), Naming)), None)
    before = (stored.value.answers if stored else ()) or ()
    saved: dict[str, Mapping[str, object]] = {str(answer["key"]): answer for answer in before}
    for key, who in new.items():
        saved.pop(key, None)
        if who:
            sentence = {"text": texts[key]} if key in texts else {}
            saved[key] = {
                "key": key,
                "who": who,
                "by": ctx.actor.user,
                "on": ctx.today.isoformat(),
                **sentence,
            }
    value = Naming(answers=tuple(saved.values()))
    if stored is None:
        record = new_record_id()
        ctx.work.records.add(vault, ctx.author, record, value, ctx.today)
    else:
        record = stored.id
        changed = replace(stored.value, answers=value.answers)
        ctx.work.records.update(vault, ctx.author, record, changed, stored.versions, ctx.today)
    ctx.note("write", "answer about names", vault=vault.id, record=record)
