"""A card typed in again gives the same seed, and a slip is named by its group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.crypto.ceremony.cards import ALPHABET, GROUPS, CardError, card_text, make_card, read_card
from hrd_cases.crypto.core.errors import UnknownFormat
from hrd_cases.crypto.core.keys import OrgSeeds, recovery_keys
from hrd_cases.crypto.core.passphrases import word_list
from hrd_cases.crypto.core.secrets import Secret

seeds = st.binary(min_size=32, max_size=32).map(Secret)
kinds = st.sampled_from(["root", "recovery"])


@given(seeds, kinds)
def test_what_is_printed_reads_back(seed: Secret, kind: str) -> None:
    card = make_card(seed, kind)
    assert read_card(card.text()) == seed
    assert read_card(card.text(), kind) == seed
    assert read_card("\n".join(card.groups).lower()) == seed
    assert read_card("-".join(card.groups).replace("0", "O").replace("1", "l")) == seed
    assert len(card.groups) == GROUPS
    assert len(card.words) == 8


@given(seeds, st.integers(0, GROUPS - 1), st.integers(0, 3), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_named_by_its_group(seed: Secret, group: int, letter: int, typed: str) -> None:
    groups = list(make_card(seed, "root").groups)
    if groups[group][letter] == typed:
        return
    groups[group] = groups[group][:letter] + typed + groups[group][letter + 1 :]
    with pytest.raises(CardError) as refused:
        read_card(" ".join(groups))
    assert refused.value.group == group + 1


@given(seeds, st.integers(0, GROUPS - 2))
def test_two_groups_exchanged_are_noticed(seed: Secret, at: int) -> None:
    groups = list(make_card(seed, "recovery").groups)
    groups[at], groups[at + 1] = groups[at + 1], groups[at]
    if groups[at][:4] == groups[at + 1][:4]:
        return
    with pytest.raises(CardError) as refused:
        read_card(" ".join(groups))
    assert refused.value.group == at + 1


@given(seeds, st.integers(0, GROUPS - 1), st.integers(0, 2))
def test_two_neighbouring_letters_exchanged_are_noticed(seed: Secret, group: int, at: int) -> None:
    groups = list(make_card(seed, "recovery").groups)
    letters = list(groups[group])
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    if "".join(letters) == groups[group]:
        return
    groups[group] = "".join(letters)
    with pytest.raises(CardError) as refused:
        read_card(" ".join(groups))
    assert refused.value.group == group + 1


def test_a_missing_or_extra_group_is_named() -> None:
    groups = make_card(Secret(b"s" * 32), "root").groups
    for typed, wrong in ((groups[:-1], 14), (groups[:5], 6), ((), 1), ((*groups, groups[0]), 15)):
        with pytest.raises(CardError) as refused:
            read_card(" ".join(typed))
        assert refused.value.group == wrong


def test_groups_of_two_cards_do_not_mix_and_kinds_are_told_apart() -> None:
    item, two = (make_card(Secret(letter * 32), "root").groups for letter in (b"a", b"b"))
    with pytest.raises(CardError) as refused:
        read_card(" ".join(item[:7] + two[7:]))
    assert refused.value.group == 0
    with pytest.raises(CardError):
        read_card(" ".join(item), "recovery")


@given(st.text(max_size=100))
def test_any_text_is_refused_without_fuss(text: str) -> None:
    with pytest.raises(CardError):
        read_card(text)


def test_words_can_be_in_another_language_and_the_card_does_not_print_itself() -> None:
    seed = OrgSeeds.new().recovery
    card = make_card(seed, "recovery", word_list("ru"))
    assert set(card.words) <= set(word_list("ru"))
    assert card_text(seed, "recovery", word_list("ru")) == card.text()
    assert card.groups[0] not in repr(card)
    assert recovery_keys(read_card(card.text())).sign_seed == recovery_keys(seed).sign_seed
    with pytest.raises(UnknownFormat):
        make_card(Secret(b"short"), "root")
