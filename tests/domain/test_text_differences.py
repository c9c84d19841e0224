"""Two texts side by side: what changed is marked, what stayed is shortened, and nothing is lost between them."""

from hypothesis import given
from hypothesis import strategies as some

from hrd_cases.domain.text_differences import MOST_PARTS, Pieces, TextPiece, compare

WORDS = some.lists(some.sampled_from(["шахта", "суд", "суд", "a", "б,", "\n", "  "]), max_size=40).map(" ".join)


def changed(pieces: Pieces) -> list[str]:
    """The words that are marked."""
    return [piece.text.strip() for piece in pieces if piece.changed]


def test_a_word_that_was_put_in_is_the_only_one_marked() -> None:
    before, after = compare("The court suspended the strike", "The court has suspended the strike")
    assert changed(before) == []
    assert changed(after) == ["has"]


def test_words_between_two_changes_are_not_marked() -> None:
    before, after = compare("On Monday the court met in Saran", "On Friday the court met in Temirtau")
    assert changed(before) == ["Monday", "Saran"]
    assert changed(after) == ["Friday", "Temirtau"]


def test_words_that_stayed_are_shortened_to_those_beside_the_change() -> None:
    same = " ".join(f"w{number}" for number in range(100))
    before, after = compare(f"{same} old {same}", f"{same} new {same}")
    assert (changed(before), changed(after)) == (["old"], ["new"])
    assert [piece.left_out for piece in after] == [True, False, False, False, True]
    assert len("".join(piece.text for piece in after).split()) == 13


def test_a_change_of_line_breaks_alone_is_marked_too() -> None:
    before, after = compare("one\ntwo", "one two")
    assert changed(before) == ["one"]
    assert changed(after) == ["one"]


def test_two_that_read_the_same_are_each_marked_whole() -> None:
    assert compare("•••••23", "•••••23") == ((TextPiece(text="•••••23", changed=True),),) * 2


def test_a_text_too_long_for_words_is_compared_by_lines() -> None:
    lines = [f"line {number}" for number in range(MOST_PARTS)]
    other = [line.upper() if number % 2 else line for number, line in enumerate(lines)]
    before, after = compare("\n".join(lines), "\n".join(other))
    assert changed(before)[0] == "line 1"
    assert changed(after)[0] == "LINE 1"


@given(before=WORDS, after=WORDS)
def test_every_word_of_one_text_that_the_other_lacks_is_marked(before: str, after: str) -> None:
    left, right = compare(before, after)
    shown = {word for piece in left if piece.changed for word in piece.text.split()}
    assert set(before.split()) - set(after.split()) <= shown
    told = {word for piece in right if piece.changed for word in piece.text.split()}
    assert set(after.split()) - set(before.split()) <= told
