"""Every declared statement: it reads back, and whatever is cut, longer, relabelled or changed is refused cleanly.

Statements are found where they are declared. A new one is tested here from its first day; when it has a rule of its
own (`is_sound`), it needs a sample below. What has an `encode` of its own stands in OTHERS.
"""

import importlib
import inspect
import pkgutil
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hrd_cases.crypto
from hrd_cases.crypto.ceremony.card_sets import CardSet
from hrd_cases.crypto.ceremony.custody_record import (
    CustodyRecord,
    CustodyRecordFile,
    KeySignature,
    ListedKey,
    SignedRecord,
)
from hrd_cases.crypto.ceremony.recovery import BY_ROOT, CertifyRequest, RecoveryRequest, SignedRequest
from hrd_cases.crypto.core.authorship import EntryBody, entry_body
from hrd_cases.crypto.core.bundles import Bundle, SeenCheckpoint
from hrd_cases.crypto.core.codec import Kind, WireStatement, kind_of
from hrd_cases.crypto.core.encoding import pae, unpae
from hrd_cases.crypto.core.errors import CryptoError, NotSigned, UnknownFormat
from hrd_cases.crypto.core.headers import GRANT, READ, USER, Header, Member, VaultOrigin
from hrd_cases.crypto.core.keys import ROOT, CompartmentKey, OrgSeeds, UserKeys
from hrd_cases.crypto.core.manifests import (
    HEAD,
    ManifestRow,
    SignedHead,
    bucket_place,
    decode_bucket,
    decode_head,
    encode_bucket,
    encode_head,
)
from hrd_cases.crypto.core.merkle import Frontier
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.security_keys import SecurityKey
from hrd_cases.crypto.core.statements import Certificate
from hrd_cases.crypto.formats import bech32

FORMAT = Path(__file__).parents[2] / "docs" / "crypto-format.md"
KEYS, STRANGER = UserKeys.new(), UserKeys.new()
CERTIFICATE = Certificate(
    org=b"o" * 16,
    user=b"u" * 16,
    sign_public=KEYS.sign_public,
    kem_public=KEYS.kem_public,
    roles=frozenset({"lawyer", "auditor"}),
    issuer=ROOT,
)


def _modules() -> list[types.ModuleType]:
    walked = pkgutil.walk_packages(hrd_cases.crypto.__path__, "hrd_cases.crypto.")
    return [importlib.import_module(info.name) for info in walked if ".words" not in info.name]


def _declared(base: type[WireStatement]) -> Iterator[type[WireStatement]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _declared(kind)


MODULES = _modules()
DECLARED = sorted(
    (kind for kind in _declared(WireStatement) if kind.__module__.startswith("hrd_cases.")),
    key=lambda kind: kind.__name__,
)


def _sample_of(hint: Any) -> Any:
    """A value that fits a type; whatever has a length has the least one, or a few bytes."""
    if isinstance(hint, type) and issubclass(hint, WireStatement):
        return samples(hint)[-1]
    if isinstance(hint, type) and issubclass(hint, tuple):
        return hint(*map(_sample_of, get_type_hints(hint, include_extras=True).values()))
    if get_origin(hint) is tuple:
        return (_sample_of(get_args(hint)[0]),) * 2
    kind, plain = kind_of(hint), get_args(hint)[0]
    length = max(kind.least, 3) if kind.most is None else min(max(kind.least, 3), kind.most)
    by_type: dict[Any, Any] = {
        bytes: _bytes(length),
        int: 7,
        bool: True,
        str: "abc",
        Secret: Secret(_bytes(length)),
        frozenset[str]: frozenset({READ, GRANT}),
    }
    return by_type[plain] if plain in by_type else _items_of(plain)


def _bytes(length: int) -> bytes:
    return bytes(at % 251 for at in range(length))


def _items_of(plain: Any) -> Any:
    """A list whose items say themselves how they are written."""
    item = get_args(plain)[0]
    return (bytes(32), _bytes(32)) if item is bytes else (_sample_of(item),)


def samples(kind: type[WireStatement]) -> list[WireStatement]:
    """Values of a statement: those below, or one made from its types."""
    if kind in SAMPLES:
        return SAMPLES[kind]
    hints = get_type_hints(kind, include_extras=True)
    return [kind(**{each.name: _sample_of(hints[each.name]) for each in fields(kind)})]


def _with(kind: type[WireStatement], **values: Any) -> WireStatement:
    hints = get_type_hints(kind, include_extras=True)
    rest = {each.name: _sample_of(hints[each.name]) for each in fields(kind) if each.name not in values}
    return kind(**rest, **values)


SAMPLES: dict[type[WireStatement], list[WireStatement]] = {}
SAMPLES[Certificate] = [
    CERTIFICATE,
    CERTIFICATE.followed_by(issuer=KEYS.fingerprint, day=20_000, roles=("caseworker",)),
]
SAMPLES[CertifyRequest] = [_with(CertifyRequest, certificate=CERTIFICATE)]
SAMPLES[RecoveryRequest] = [_with(RecoveryRequest, org=CERTIFICATE.org, target=CERTIFICATE, authority=BY_ROOT)]
_REQUEST = SAMPLES[RecoveryRequest][0]
SAMPLES[SignedRequest] = [_with(SignedRequest, request=_REQUEST, signatures=(KeySignature(ROOT, b"s"),))]
_KEY = ListedKey(KEYS.fingerprint, KEYS.sign_public, frozenset({"administrator"}))
SAMPLES[CustodyRecord] = [_with(CustodyRecord, keys=(_KEY,))]
_SIGNED = SignedRecord(cast(CustodyRecord, SAMPLES[CustodyRecord][0]), (KeySignature(ROOT, b"s"),))
SAMPLES[CustodyRecordFile] = [CustodyRecordFile(records=(_SIGNED,))]
SAMPLES[CardSet] = [_with(CardSet, needed=2, count=2, set_id=b"set2", voids=(b"set1",))]
SAMPLES[SecurityKey] = [
    SecurityKey(credential=b"c", public=b"p", count=3, name="Ключ", day=20_000, host="a.example"),
]
SAMPLES[SecondFactor] = [
    SecondFactor.new()[0],
    replace(SecondFactor.new()[0], keys=tuple(SAMPLES[SecurityKey]), keys_only=True, last_challenge=9),
]
SAMPLES[EntryBody] = [
    entry_body(b"details", org=b"o" * 16, key=b"k" * 16, counter=7, by=KEYS),
    entry_body(b"details", org=b"o" * 16, key=b"k" * 16, counter=8, by=None),
]
PLACE = bucket_place(org=b"o" * 16, vault=b"v" * 16, compartment="core", bucket=HEAD, epoch=1, number=3)
SAMPLES[SignedHead] = [SignedHead(head=b"head"), SignedHead(head=b"head").signed_by(KEYS, PLACE)]
WHOLE = [
    pytest.param(kind, sample, id=f"{kind.__name__}-{at}")
    for kind in DECLARED
    for at, sample in enumerate(samples(kind))
]


def test_all_are_found() -> None:
    assert len(DECLARED) >= 22
    assert {"Certificate", "SignedDuty", "Pins", "RecoveryAnswer", "DeletionConfirmation"} <= {
        kind.__name__ for kind in DECLARED
    }


def test_every_label_is_used_once_and_described() -> None:
    labels = [label for kind in DECLARED for label in (kind.label, kind.extended) if label]
    assert len(set(labels)) == len(labels)
    described = FORMAT.read_text(encoding="utf-8")
    assert [label for label in labels if f'"{label.decode()}"' not in described] == []


def test_whatever_has_a_rule_of_its_own_has_a_sample() -> None:
    ruled = {kind for kind in DECLARED if kind.is_sound is not WireStatement.is_sound}
    assert ruled <= set(SAMPLES)


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_it_reads_back(kind: type[WireStatement], sample: WireStatement) -> None:
    assert kind.decode(sample.encode()) == sample


def _refused(kind: type[WireStatement], data: bytes) -> None:
    with pytest.raises(UnknownFormat):
        kind.decode(data)


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_every_truncation_and_every_extra_byte_is_refused(kind: type[WireStatement], sample: WireStatement) -> None:
    data = sample.encode()
    for end in range(len(data)):
        _refused(kind, data[:end])
    for extra in (b"\0", b"\1", data[-8:], data):
        _refused(kind, data + extra)
        _refused(kind, extra + data)


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_another_label_or_number_of_pieces_is_refused(kind: type[WireStatement], sample: WireStatement) -> None:
    pieces = unpae(sample.encode())
    for shorter in (pieces[at + 1 :] for at in range(len(pieces))):
        _refused(kind, pae(*shorter))
    for longer in ((*pieces, b""), (*pieces, pieces[-1]), (b"", *pieces)):
        _refused(kind, pae(*longer))
    if kind.label:
        others = {label for other in DECLARED for label in (other.label, other.extended)} - {pieces[0]}
        for label in (*others, b"", pieces[0] + b"\0", pieces[0][:-1], pieces[0].upper()):
            _refused(kind, pae(label, *pieces[1:]))
        _refused(kind, pae(*pieces[1:]))


def _named(kind: type[WireStatement], sample: WireStatement) -> Iterator[tuple[str, Kind[Any], int]]:
    """The fields of a statement with the place of each among the pieces."""
    hints, written = get_type_hints(kind, include_extras=True), len(unpae(sample.encode()))
    for at, each in enumerate(fields(kind), int(bool(kind.label))):
        if at < written:
            yield each.name, kind_of(hints[each.name]), at


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_a_piece_that_is_too_short_or_too_long_is_refused(kind: type[WireStatement], sample: WireStatement) -> None:
    pieces = list(unpae(sample.encode()))
    for name, field_kind, at in _named(kind, sample):
        lengths = {field_kind.least - 1, *(() if field_kind.most is None else (field_kind.most + 1,))}
        for length in lengths - {-1}:
            wrong = (pieces[at] * (length // max(1, len(pieces[at])) + 1) or bytes(length))[:length]
            assert len(wrong) == length, name
            _refused(kind, pae(*pieces[:at], wrong, *pieces[at + 1 :]))


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_a_list_or_statement_inside_is_read_as_strictly(kind: type[WireStatement], sample: WireStatement) -> None:
    pieces = list(unpae(sample.encode()))
    for name, _, at in _named(kind, sample):
        if not isinstance(getattr(sample, name), tuple | WireStatement | frozenset):
            continue
        inner = pieces[at]
        for wrong in (inner[:-1], inner + b"\0", b"", inner + inner):
            _refused(kind, pae(*pieces[:at], wrong, *pieces[at + 1 :]))


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_what_could_not_be_read_back_is_not_written(kind: type[WireStatement], sample: WireStatement) -> None:
    for name, field_kind, _ in _named(kind, sample):
        value = getattr(sample, name)
        if field_kind.most is None or isinstance(value, bool | frozenset):
            continue
        by_type: dict[type, Any] = {bytes: bytes(field_kind.most + 1), str: "a" * (field_kind.most + 1)}
        by_type |= {Secret: Secret(bytes(field_kind.most + 1)), int: 256**field_kind.most}
        with pytest.raises(UnknownFormat):
            replace(sample, **{name: by_type[type(value)]}).encode()


def _changed(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        yield data[:at] + bytes((data[at] ^ 1 << at % 8,)) + data[at + 1 :]


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_a_changed_byte_is_refused_or_says_something_else(kind: type[WireStatement], sample: WireStatement) -> None:
    data, seen = sample.encode(), 0
    for changed in _changed(data):
        try:
            other = kind.decode(changed)
        except CryptoError:
            continue
        seen += 1
        assert other.encode() == changed
        assert other != sample
    assert seen < len(data)


@pytest.mark.parametrize(("kind", "sample"), WHOLE)
def test_a_signature_is_over_every_field(kind: type[WireStatement], sample: WireStatement) -> None:
    signed = sample.signed(KEYS.sign_seed)
    assert signed == (sample.encode(), sample.sign(KEYS.sign_seed))
    sample.check_signature(KEYS.sign_public, signed.signature)
    with pytest.raises(NotSigned):
        sample.check_signature(STRANGER.sign_public, signed.signature)
    for changed in (signed.signature[:-1], signed.signature + b"\0", b"", bytes(64)):
        with pytest.raises(NotSigned):
            sample.check_signature(KEYS.sign_public, changed)
    for each in fields(kind):
        other = _other(getattr(sample, each.name))
        if other is not None:
            with pytest.raises((NotSigned, UnknownFormat)):
                replace(sample, **{each.name: other}).check_signature(KEYS.sign_public, signed.signature)


def _other(value: Any) -> Any:
    if isinstance(value, bool | int):
        return not value if isinstance(value, bool) else value + 1
    if isinstance(value, bytes):
        return bytes((value[0] ^ 1,)) + value[1:] if value else b"x"
    if isinstance(value, str):
        return value + "b"
    if isinstance(value, frozenset):
        return value - {min(value)}
    if isinstance(value, tuple) and hasattr(value, "_replace"):
        first = value._fields[0]
        return value._replace(**{first: _other(getattr(value, first))})
    return value[:-1] if isinstance(value, tuple) and value else None


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_random_bytes_are_refused_cleanly(data: bytes) -> None:
    for kind in DECLARED:
        _refused(kind, data)
        _refused(kind, pae(kind.label, data))


# --- what has an encoding of its own -----------------------------------------------------------------------------

_KEY, _SEEDS = CompartmentKey.new(), OrgSeeds.new()
_MEMBER = Member(kind=USER, id=KEYS.fingerprint, rights=frozenset({READ}), last_day=9)
_HEADER = VaultOrigin.new(b"o" * 16, "case", KEYS.fingerprint).first_header("core", _KEY, [_MEMBER])
_BUNDLE = Bundle(
    user_keys=KEYS,
    pins=_SEEDS.pins(),
    trends_headers=(b"t" * 32,),
    log_headers=(b"l" * 32,),
    checkpoint=SeenCheckpoint(size=3, root=b"r" * 32),
)
OTHERS: dict[Callable[[bytes], Any], tuple[bytes, Callable[[Any], bytes]]] = {
    Member.decode: (_MEMBER.encode(), Member.encode),
    Header.decode: (_HEADER.encode(), Header.encode),
    Bundle.decode: (_BUNDLE.encode(), Bundle.encode),
    Frontier.decode: (Frontier().extend([b"a" * 32, b"b" * 32, b"c" * 32]).encode(), Frontier.encode),
    decode_bucket: (encode_bucket({b"r" * 16: ManifestRow(1, b"b" * 32)}), encode_bucket),
    decode_head: (encode_head({3: b"h" * 32, 4: b"i" * 32}, {}), lambda head: encode_head(*head)),
}


def test_nothing_reads_bytes_outside_of_these_tests() -> None:
    readers = set()
    for module in MODULES:
        for name, item in vars(module).items():
            if getattr(item, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(item) and re.match(r"decode", name):
                readers.add(item)
            if inspect.isclass(item) and "decode" in vars(item) and not issubclass(item, WireStatement):
                readers.add(item.decode)
    assert readers - {bech32.decode} == set(OTHERS)


@pytest.mark.parametrize("read", OTHERS, ids=lambda read: read.__qualname__)
def test_other_formats_are_read_as_strictly(read: Callable[[bytes], Any]) -> None:
    data, write = OTHERS[read]
    assert write(read(data)) == data
    refused = [data[:end] for end in range(1, len(data))]
    refused += [data + b"\0", data + b"\1", b"\0" + data]
    for wrong in refused:
        with pytest.raises(CryptoError):
            read(wrong)
    for changed in _changed(data):
        try:
            other = read(changed)
        except CryptoError:
            continue
        assert write(other) == changed
