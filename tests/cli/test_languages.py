"""The command line in Russian and Kazakh: nothing that it says is left in English."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None}
LANGUAGES = pytest.mark.parametrize("language", ["ru", "kk"])
HOLE = re.compile(r"%\(\w+\)[srd]|%s")


@cache
def english() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every sentence of the command line and of what it calls, as it would be printed untranslated."""
    result = set()
    for folder in ("cli", "services", "store", "domain"):
        place = ROOT / "hrd_cases" / folder
        extracted = extract_from_dir(place, [("**.py", "python")], {"**.py": {}}, keywords=KEYWORDS)
        for _, _, words, _, _ in extracted:
            result |= {words} if isinstance(words, str) else set(words)
    texts = (text.strip() for text in result if text and len(HOLE.sub("", text).split()) > 1)
    return tuple((text, _pattern(text)) for text in texts if re.search("[A-Za-z]{3}", HOLE.sub("", text)))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])" + ".+?".join(map(re.escape, HOLE.split(text))) + r"(?![\w-])")


@cache
def same(language: str) -> frozenset[str]:
    """What is written alike in both languages."""
    with (ROOT / "hrd_cases" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return frozenset(str(item.id) for item in read_po(file) if item.id and item.string == item.id)


def left_in_english(wording: str, language: str) -> list[str]:
    """The sentences of ours that stand in an output as they are in the code."""
    flat = " ".join(wording.split())
    return sorted(text for text, pattern in english() if text not in same(language) and pattern.search(flat))


def test_an_english_output_is_noticed(run):
    assert left_in_english(run("check").err, "ru")


@LANGUAGES
def test_init_speaks_the_language_from_its_first_line(run, here, language):
    text = run("init", "--language", language, "--read-back", "later", typed="Group\nFounder\n")
    assert text.status == 0, text.err
    assert left_in_english(text.out + text.err, language) == []
    assert re.match(r"[\n\W]*[А-ЯҚӘҒҢӨҰҮІ]", text.out)


COMMANDS = (
    ("check",),
    ("clock",),
    ("clock", "confirm", "2026-01-01"),
    ("migrate",),
    ("log", "verify"),
    ("held", "show"),
    ("user", "list"),
    ("user", "add", "--role", "lawyer"),
    ("backup",),
    ("backup", "keygen"),
    ("backup", "setup", "--to", "/nowhere"),
    ("backup", "confirm", "yesterday"),
    ("backup", "verify", "nothing.age", "--identity", "nothing"),
    ("restore", "nothing.age", "--identity", "nothing"),
    ("recovery", "check"),
    ("recovery", "newcomer"),
    ("recovery", "create", "--needed", "9", "--cards", "3", "--public", "/nowhere/x"),
    ("dossier", "X", "--action", "1", "--language", "ru", "--out", "/nowhere/x.pdf"),
    ("verify", "nothing.pdf"),
    ("serve", "--port", "0"),
    ("init",),
    ("demo",),
)


@LANGUAGES
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_says_anything_in_english(run, founder, monkeypatch, tmp_path, words, language):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", f"{language}_KZ.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    login = f"{founder.handle}\n{founder.passphrase}\n{founder.codes[0]}\n"
    for typed in ("", login):
        text = run(*words, typed=typed)
        assert left_in_english(text.out + text.err, language) == []


@LANGUAGES
def test_help_is_translated_too(run, commands, language):
    assert {(), ("backup",), ("recovery", "create"), ("init",), ("user", "add")} < set(commands)
    for words in commands:
        text = run("--language", language, *words, "--help")
        assert text.status == 0, words
        assert left_in_english(text.out, language) == [], words


@LANGUAGES
def test_a_ceremony_speaks_it(run, language, tmp_path):
    text = run(
        "--language", language, "recovery", "create", "--needed", "2", "--cards", "2", "--public", str(tmp_path / "p")
    )
    assert text.status == 0, text.err
    cards = re.findall(r"(# root .*?\n)(# recovery .*?\n)(?=\S)", text.out + "\n.", flags=re.DOTALL)
    typed = "".join(root + recovery for root, recovery in cards)
    said_too = run("recovery", "check", "--language", language, "--public", str(tmp_path / "p"), typed=typed)
    assert left_in_english(text.out + text.err + said_too.out + said_too.err, language) == []
