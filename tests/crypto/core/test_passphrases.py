"""A passphrase opens what it locked, cheap settings are refused, and what everybody tries is named."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from hrd_cases.crypto.core.bundles import Bundle, SeenCheckpoint, lock, unlock
from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.crypto.core.errors import NotOpened, UnknownFormat, Weak
from hrd_cases.crypto.core.passphrases import (
    CHEAP_FOR_TESTS,
    FLOOR,
    WORD_LISTS,
    KdfParams,
    calibrate,
    has_list_words,
    new_salt,
    normalised,
    passphrase_keys,
    suggest,
    word_list,
)
from hrd_cases.crypto.core.words import make

ORG, USER, SALT = b"o" * 16, b"u" * 16, b"s" * 16


def _keys(passphrase: str, *, salt: bytes = SALT, org: bytes = ORG, user: bytes = USER):
    return passphrase_keys(passphrase, salt, CHEAP_FOR_TESTS, org, user, floor=CHEAP_FOR_TESTS)


def test_the_right_passphrase_opens_the_bundle_and_a_wrong_one_does_not(world) -> None:
    bundle = Bundle(
        user_keys=world.anna.keys,
        pins=world.pins,
        trends_headers=(b"t" * 32,),
        log_headers=(b"l" * 32, b"m" * 32),
        checkpoint=SeenCheckpoint(size=7, root=b"r" * 32),
    )
    sealed = lock(bundle, _keys("right horse").kek, ORG, USER)
    assert unlock(sealed, _keys("right horse").kek, ORG, USER).encode() == bundle.encode()
    for kek in (_keys("wrong horse").kek, _keys("right horse").ktotp, _keys("right horse", salt=b"t" * 16).kek):
        with pytest.raises(NotOpened):
            unlock(sealed, kek, ORG, USER)


def test_two_people_with_one_passphrase_have_different_keys() -> None:
    assert len({_keys("same", user=user).kek.reveal() for user in (b"1" * 16, b"2" * 16)}) == 2
    assert len({_keys("same", org=org).kek.reveal() for org in (b"1" * 16, b"2" * 16)}) == 2
    assert _keys("same").kek != _keys("same").ktotp


@pytest.mark.parametrize("text", ["Қауіпсіз ой", "ёлка й", "Ｆｕｌｌ ｗｉｄｔｈ", "ﬁne"])
def test_one_text_typed_on_different_devices_is_one_passphrase(text: str) -> None:
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len({_keys(form).kek.reveal() for form in forms}) == 1


def test_inside_an_own_passphrase_blanks_case_and_controls_count() -> None:
    texts = ["pass phrase", "pass  phrase", "Pass phrase", "pass\0phrase", "pass\u200fphrase", "pass-phrase"]
    assert len({_keys(text).kek.reveal() for text in texts}) == len(texts)


@pytest.mark.parametrize("text", [" pass phrase", "pass phrase ", "pass phrase\r\n", "\u00a0pass phrase\t"])
def test_blanks_at_the_ends_of_a_passphrase_say_nothing(text: str) -> None:
    assert normalised(text) == normalised("pass phrase")


@pytest.mark.parametrize("name", WORD_LISTS)
def test_of_six_words_only_the_words_count(name: str) -> None:
    words = list(word_list(name)[10:16])
    value = normalised(" ".join(words))
    for typed in (
        " ".join(words) + " ",
        "  ".join(words),
        "-".join(words),
        "\u2011".join(words),
        " \u2013 ".join(words),
        ", ".join(words),
        " ".join(word.capitalize() for word in words),
        " ".join(words).upper(),
        "\n".join(words) + "\n",
        "\u00a0".join(words),
        "\ufeff" + " ".join(words),
        unicodedata.normalize("NFD", " ".join(words)),
    ):
        assert normalised(typed) == value, typed
    assert normalised(" ".join(reversed(words))) != value
    assert normalised(" ".join(words[:5])) != value


def test_words_of_two_lists_and_seven_words_are_an_own_passphrase() -> None:
    mixed = " ".join([*word_list("latin")[:3], *word_list("ru")[:3]])
    seven = " ".join(word_list("latin")[:7])
    assert normalised(mixed) != normalised(mixed.upper())
    assert normalised(seven) != normalised(seven.upper())


def test_nothing_is_cut_off_up_to_1024_bytes() -> None:
    assert _keys("x" * 1024).kek != _keys("x" * 1023).kek
    for impossible in ("", "x" * 1025, "ж" * 513, "\ud800"):
        with pytest.raises(Weak):
            normalised(impossible)


@pytest.mark.parametrize(
    "params",
    [
        KdfParams(memory_kib=64 * 1024 - 1, iterations=3, lanes=1),
        KdfParams(memory_kib=64 * 1024, iterations=2, lanes=1),
        KdfParams(memory_kib=64 * 1024, iterations=3, lanes=0),
        KdfParams(memory_kib=1 << 40, iterations=3, lanes=1),
        KdfParams(memory_kib=64 * 1024, iterations=1 << 20, lanes=1),
        CHEAP_FOR_TESTS,
    ],
)
def test_costs_lowered_or_raised_beyond_sense_in_the_database_are_refused(params: KdfParams) -> None:
    with pytest.raises(Weak):
        passphrase_keys("passphrase", SALT, params, ORG, USER)


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        _keys("x", salt=b"short")
    assert len(new_salt()) == 16


def test_calibration_asks_for_more_memory_where_the_machine_is_fast() -> None:
    def ticks(*times: float):
        return iter(times).__next__

    assert calibrate(0.5, clock=ticks(0.0, 0.125)) == KdfParams(memory_kib=256 * 1024, iterations=3, lanes=1)
    assert calibrate(0.5, clock=ticks(0.0, 3.0)) == FLOOR
    assert calibrate(0.5, clock=ticks(0.0, 0.0)).memory_kib == 1024 * 1024


@pytest.mark.parametrize("name", WORD_LISTS)
def test_word_lists_are_as_described(name: str) -> None:
    words = word_list(name)
    assert len(words) == len(set(words)) == len({word[:4] for word in words}) == 2048
    assert list(words) == sorted(words)
    assert all(word == word.casefold() and word.isalpha() and len(word) == 5 for word in words)
    assert not any(part in word for word in words for part in make.UNWANTED[name].split())


@pytest.mark.parametrize("name", WORD_LISTS)
def test_one_wrong_letter_never_makes_another_word_of_the_list(name: str) -> None:
    words = word_list(name)
    masked = [word[:at] + "_" + word[at + 1 :] for word in words for at in range(5)]
    assert len(set(masked)) == len(masked)


def test_word_lists_are_what_their_script_makes() -> None:
    for name, sounds in (("latin", make.LATIN), ("ru", make.RUSSIAN), ("kk", make.KAZAKH)):
        assert tuple(make.make(sounds, make.UNWANTED[name])) == word_list(name)
    with pytest.raises(UnknownFormat):
        word_list("../secrets")


@pytest.mark.parametrize("name", WORD_LISTS)
def test_a_suggested_passphrase_has_six_words_and_another_each_time(name: str) -> None:
    suggested = suggest(word_list(name))
    assert len(suggested.split()) == 6
    assert suggested != suggest(word_list(name))
    assert has_list_words(suggested)
    assert has_list_words(suggest(word_list(name), 7))
    assert not has_list_words(suggest(word_list(name), 5))
    assert not has_list_words(" ".join([word_list(name)[0]] * 6))
    assert not has_list_words(suggested + " gravel")


@pytest.mark.parametrize("again", range(3))
def test_no_word_of_a_suggested_passphrase_is_there_twice(again: int) -> None:
    words = word_list(next(iter(WORD_LISTS)))[again : again + 6]
    assert sorted(suggest(words, 6).split()) == sorted(words)


def test_the_script_writes_the_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["make", str(tmp_path)])
    make.main()
    for name in WORD_LISTS:
        assert tuple((tmp_path / f"{name}.txt").read_text(encoding="utf-8").split()) == word_list(name)


def test_too_few_words_are_noticed() -> None:
    with pytest.raises(ValueError, match="too few"):
        make.make(make.KAZAKH, "а")


@pytest.mark.parametrize("change", [{"trends_headers": (b"short",)}, {"checkpoint": SeenCheckpoint(size=1, root=b"")}])
def test_a_bundle_of_another_shape_is_not_read(world, change: dict[str, object]) -> None:
    bundle = replace(Bundle(user_keys=world.anna.keys, pins=world.pins), **change)  # type: ignore[arg-type]
    with pytest.raises(UnknownFormat):
        Bundle.decode(bundle.encode())


def test_a_bundle_with_a_short_key_or_no_pins_is_not_read(world) -> None:
    whole = Bundle(user_keys=world.anna.keys, pins=world.pins)
    pieces = list(unpae(whole.encode()))
    for at in (1, 2, 3, 4):
        with pytest.raises(UnknownFormat):
            Bundle.decode(pae(*pieces[:at], b"short", *pieces[at + 1 :]))
