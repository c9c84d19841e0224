"""Statements declared once: a label, and fields whose types say how each is written.

    @dataclass(frozen=True, kw_only=True)
    class Revocation(WireStatement, label=b"hrd/v1/revoke"):
        org: Id
        fingerprint: Hash
        day: U32
        issuer: Hash

The bytes are PAE(label, each field in order). Reading accepts exactly what writing makes; anything
else is UnknownFormat. Bytes, reading, hash and signature follow from the declaration.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    NamedTuple,
    Self,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from hrd_cases.crypto.core.encoding import ID_LENGTH, pae, u64, unpae
from hrd_cases.crypto.core.errors import NotSigned, UnknownFormat
from hrd_cases.crypto.core.primitives import (
    HASH_LENGTH,
    KEM_PUBLIC_LENGTH,
    SIGN_PUBLIC_LENGTH,
    SIGNATURE_LENGTH,
    digest,
    sign,
    verify,
)
from hrd_cases.crypto.core.secrets import Secret

LONGEST_NAME = 64
LONGEST_TEXT = 16 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[_T]):
    """How a value becomes a piece of `least` to `most` bytes and is read again."""

    write: Callable[[_T], bytes]
    read: Callable[[bytes], _T]
    least: int = 0
    most: int | None = None

    def piece(self, value: _T) -> bytes:
        """Return the bytes of a value; UnknownFormat for one that could not be read back."""
        try:
            return self._fitting(self.write(value))
        except (OverflowError, UnicodeError):
            raise UnknownFormat from None

    def value(self, piece: bytes) -> _T:
        """Return the value of a piece; UnknownFormat otherwise."""
        try:
            return self.read(self._fitting(piece))
        except UnicodeError:
            raise UnknownFormat from None

    def _fitting(self, piece: bytes) -> bytes:
        if len(piece) < self.least or (self.most is not None and len(piece) > self.most):
            raise UnknownFormat
        return piece


def _same(data: bytes) -> bytes:
    return data


def exactly(length: int) -> Kind[bytes]:
    """Bytes of one length."""
    return within(length, length)


def within(least: int, most: int) -> Kind[bytes]:
    """Bytes between two lengths."""
    return Kind(write=_same, read=_same, least=least, most=most)


def signed_or_not(fingerprint: bytes, signature: bytes) -> bool:
    """Whether two fields hold a signature and whose it is, or neither."""
    return (len(fingerprint), len(signature)) in ((0, 0), (HASH_LENGTH, SIGNATURE_LENGTH))


def hidden(length: int) -> Kind[Secret]:
    """A secret of one length, in what is sealed and never lies open."""
    return Kind(write=Secret.reveal, read=Secret, least=length, most=length)


def number(width: int) -> Kind[int]:
    """A number from 0, big endian, in this many bytes."""
    return Kind(
        write=lambda value: value.to_bytes(width, "big"),
        read=lambda piece: int.from_bytes(piece, "big"),
        least=width,
        most=width,
    )


def text(charset: str, *, most: int, least: int = 0) -> Kind[str]:
    """Text whose bytes are that many."""
    return Kind(
        write=lambda value: value.encode(charset),
        read=lambda piece: piece.decode(charset),
        least=least,
        most=most,
    )


def each(
    item: Kind[_T], *, most_items: int | None = None, order: Callable[[_T], Any] | None = None
) -> Kind[tuple[_T, ...]]:
    """PAE of every item, in the order given or in that of `order`."""

    def fitting(items: tuple[_T, ...]) -> tuple[_T, ...]:
        if most_items is not None and len(items) > most_items:
            raise UnknownFormat
        return items

    def write(values: tuple[_T, ...]) -> bytes:
        items = values if order is None else tuple(sorted(values, key=order))
        return pae(*map(item.piece, fitting(items)))

    return Kind(write=write, read=lambda piece: fitting(tuple(map(item.value, unpae(piece)))))


def names() -> Kind[frozenset[str]]:
    """Different names in alphabetical order."""
    items = each(text("utf-8", most=LONGEST_NAME), order=str)
    return Kind(write=lambda value: items.piece(tuple(value)), read=lambda piece: frozenset(items.value(piece)))


Id = Annotated[bytes, exactly(ID_LENGTH)]
Hash = Annotated[bytes, exactly(HASH_LENGTH)]
SignPublic = Annotated[bytes, exactly(SIGN_PUBLIC_LENGTH)]
KemPublic = Annotated[bytes, exactly(KEM_PUBLIC_LENGTH)]
Data = Annotated[bytes, Kind(write=_same, read=_same)]  # with a form of its own, looked at by whoever uses it
U8 = Annotated[int, number(1)]
U32 = Annotated[int, number(4)]
U64 = Annotated[int, number(8)]
Flag = Annotated[bool, Kind(write=lambda value: bytes((value,)), read=lambda piece: piece == b"\1", least=1, most=1)]
Text = Annotated[str, text("utf-8", most=LONGEST_TEXT)]
Name = Annotated[str, text("ascii", most=LONGEST_NAME)]
Names = Annotated[frozenset[str], names()]


class Signed(NamedTuple):
    """An encoded statement and the signature over it."""

    statement: Data
    signature: Data


class _Shape(NamedTuple):
    """The fields of a statement by name; of them, `short` stand under the first label."""

    fields: tuple[tuple[str, Kind[Any]], ...]
    short: int


class WireStatement:
    """What every declared statement can do.

    Without a label it is a plain row of pieces. With `extended`, fields that have a default are
    written only when one of them differs from it, and then under that second label. With
    `filled_to`, zeros at the end make all of its statements as long as that.
    """

    label: ClassVar[bytes] = b""
    extended: ClassVar[bytes] = b""
    filled_to: ClassVar[int] = 0
    _shape_read: ClassVar[_Shape]  # from the types of the fields, when the first of these statements is used

    def __init_subclass__(cls, *, label: bytes = b"", extended: bytes = b"", filled_to: int = 0) -> None:
        super().__init_subclass__()
        cls.label, cls.extended, cls.filled_to = label, extended, filled_to

    def encode(self) -> bytes:
        """Return the canonical bytes; UnknownFormat for a value that could not be read back."""
        shape = self._shape()
        pieces = [kind.piece(getattr(self, name)) for name, kind in shape.fields]
        label = self.label
        if self.extended:
            short = all(getattr(self, name) == getattr(type(self), name) for name, _ in shape.fields[shape.short :])
            label, pieces = (label, pieces[: shape.short]) if short else (self.extended, pieces)
        if label:
            pieces.insert(0, label)
        return _filled(pieces, self.filled_to) if self.filled_to else pae(*pieces)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Undo `encode`; UnknownFormat for anything that `encode` does not write."""
        shape, pieces = cls._shape(), [*unpae(data)]
        count = len(shape.fields)
        if cls.label:
            label = pieces.pop(0) if pieces else b""
            if label == b"" or label not in (cls.label, cls.extended):
                raise UnknownFormat
            count = shape.short if cls.extended and label == cls.label else count
        if len(pieces) != count + bool(cls.filled_to):
            raise UnknownFormat
        values = {name: kind.value(piece) for (name, kind), piece in zip(shape.fields[:count], pieces, strict=False)}
        statement = cls(**values)
        if not statement.is_sound() or statement.encode() != data:
            raise UnknownFormat
        return statement

    @classmethod
    def has_label(cls, data: bytes) -> bool:
        """Tell whether data begins as these statements do; whether it is one only reading tells."""
        return data[4:].startswith(u64(len(cls.label)) + cls.label)

    @classmethod
    def _shape(cls) -> _Shape:
        if "_shape_read" not in cls.__dict__:
            hints = get_type_hints(cls, include_extras=True)
            declared = fields(cast(Any, cls))
            named = tuple((each_field.name, kind_of(hints[each_field.name])) for each_field in declared)
            short = sum(each_field.default is MISSING for each_field in declared)
            cls._shape_read = _Shape(named, short)
        return cls._shape_read

    def is_sound(self) -> bool:
        """Tell whether the fields fit together; asked whenever a statement is read."""
        return True

    def hash(self) -> bytes:
        """Return the SHA-256 of the bytes."""
        return digest(self.encode())

    def sign(self, seed: Secret) -> bytes:
        """Return the signature over the bytes."""
        return sign(seed, self.encode())

    def signed(self, seed: Secret) -> Signed:
        """Return the bytes with the signature over them."""
        data = self.encode()
        return Signed(data, sign(seed, data))

    def check_signature(self, public: bytes, signature: bytes) -> None:
        """Raise NotSigned unless this key signed exactly this statement."""
        if not verify(public, self.encode(), signature):
            raise NotSigned


def kind_of(hint: Any) -> Kind[Any]:
    """Return how a field with this type is written; TypeError when the type does not say."""
    for metadata in getattr(hint, "__metadata__", ()):
        if isinstance(metadata, Kind):
            return metadata
    if get_origin(hint) is tuple:
        return each(kind_of(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, WireStatement):
        return Kind(write=hint.encode, read=hint.decode)
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _row(hint)
    raise TypeError(f"{hint} does not say how it is written")


def _row(row: type[tuple[Any, ...]]) -> Kind[Any]:
    """PAE of the parts of a NamedTuple."""
    kinds = tuple(map(kind_of, get_type_hints(row, include_extras=True).values()))

    def read(piece: bytes) -> tuple[Any, ...]:
        pieces = unpae(piece)
        if len(pieces) != len(kinds):
            raise UnknownFormat
        return row(*(kind.value(part) for kind, part in zip(kinds, pieces, strict=True)))

    return Kind(
        write=lambda value: pae(*(kind.piece(part) for kind, part in zip(kinds, value, strict=True))),
        read=read,
    )


def _filled(pieces: list[bytes], length: int) -> bytes:
    missing = length - len(pae(*pieces, b""))
    if missing < 0:
        raise UnknownFormat
    return pae(*pieces, bytes(missing))
