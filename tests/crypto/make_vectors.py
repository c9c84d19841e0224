"""Makes the test vectors of docs/crypto-format.md: `python tests/crypto/make_vectors.py` (it also checks what it made).

A vector is a call with named inputs and either what comes out or which refusal. Bytes are written in hexadecimal.
What draws randomness inside the library (public-key envelopes, grants, streams) is kept from the file that is
already there, so that making the vectors again changes nothing.
"""

import itertools
import json
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hrd_cases.crypto.ceremony.card_sets import CardSet, CardsRead, check_read, prove_read
from hrd_cases.crypto.ceremony.cards import card_text, read_card
from hrd_cases.crypto.ceremony.custody_record import (
    CustodyRecord,
    CustodyRecordFile,
    KeySignature,
    ListedKey,
    SignedRecord,
    signed_by_root,
)
from hrd_cases.crypto.ceremony.recovery import (
    BY_PEOPLE,
    BY_ROOT,
    AskedVault,
    CertifyRequest,
    RecoveryAnswer,
    RecoveryPart,
    RecoveryRequest,
    SignedRequest,
    read_certified,
    rewrap,
)
from hrd_cases.crypto.ceremony.shares import combine, read_share, split
from hrd_cases.crypto.core import envelope
from hrd_cases.crypto.core.authorship import EntryBody, check_author, entry_body, read_document, sign_document
from hrd_cases.crypto.core.bundles import Bundle, SeenCheckpoint, unlock, unlock_in_session
from hrd_cases.crypto.core.certificates import (
    AgreedRevocation,
    Certificate,
    Endorsement,
    Revocation,
    Signed,
    Trust,
    key_words,
)
from hrd_cases.crypto.core.chains import verify_chain
from hrd_cases.crypto.core.deletions import Deletion, DeletionOrder, ask, check, confirm
from hrd_cases.crypto.core.duty import SignedDuty
from hrd_cases.crypto.core.encoding import pad, padded_length, pae, u64, unpad, unpae
from hrd_cases.crypto.core.envelope import SealedPlace, seal_to, unseal, unseal_from
from hrd_cases.crypto.core.errors import CryptoError, NotSigned
from hrd_cases.crypto.core.files import FileSealer, file_context, open_file
from hrd_cases.crypto.core.grants import accept, deliver
from hrd_cases.crypto.core.headers import (
    GRANT,
    READ,
    USER,
    VAULT,
    WRITE,
    Header,
    Member,
    SignedHeader,
    VaultOrigin,
    sign_header,
    vault_id,
    vault_member_id,
)
from hrd_cases.crypto.core.keyrings import Keyring
from hrd_cases.crypto.core.keys import RECOVERY, ROOT, CompartmentKey, OrgSeeds, Pins, UserKeys, recovery_keys
from hrd_cases.crypto.core.leavings import Leaving
from hrd_cases.crypto.core.locked_calls import mark_entered, mark_waiting, open_call, seal_call
from hrd_cases.crypto.core.manifests import (
    ManifestRow,
    bucket_place,
    decode_bucket,
    decode_head,
    encode_bucket,
    encode_head,
    follow,
    root_of_head,
)
from hrd_cases.crypto.core.merkle import (
    Checkpoint,
    Frontier,
    key_id,
    leaf_hash,
    log_leaf,
    mark,
    read_verifier,
)
from hrd_cases.crypto.core.passphrases import CHEAP_FOR_TESTS, FLOOR, KdfParams, passphrase_keys, word_list
from hrd_cases.crypto.core.previews import PreviewSeal
from hrd_cases.crypto.core.primitives import digest, hpke_seal, kem_public, signing_public, totp
from hrd_cases.crypto.core.second_factors import SecondFactor
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.crypto.core.security_keys import SecurityKey, challenge_time, key_challenge, key_person
from hrd_cases.crypto.core.sessions import DraftKey, csrf_token, keep_token, read_keep, row_key, session_key
from hrd_cases.crypto.core.statements import NO_PREVIOUS
from hrd_cases.crypto.core.tokens import handle_token

FOLDER = Path(__file__).parent / "vectors"
Inputs = dict[str, Any]


# --- what a vector may call ----------------------------------------------------------------------------------------


def _b(text: str) -> bytes:
    return bytes.fromhex(text)


def _s(text: str) -> Secret:
    return Secret(_b(text))


def _place(text: Inputs) -> SealedPlace:
    return SealedPlace(
        org=_b(text["org"]),
        vault=_b(text["vault"]),
        table=text["table"],
        row=_b(text["row"]),
        compartment=text["compartment"],
        epoch=text["epoch"],
        version=text["version"],
    )


def _trust(text: Inputs) -> Trust:
    return Trust(
        _b(text["org"]),
        Pins.decode(_b(text["pins"])),
        [Signed(_b(item), _b(two)) for item, two in text["certificates"]],
        [Signed(_b(item), _b(two)) for item, two in text.get("revocations", [])],
    )


def _chain(text: Inputs) -> str:
    core = None
    if "core" in text:
        core = verify_chain(
            _headers(text["core"]), _trust(text), vault=_b(text["vault"]), compartment="core", day=text["day"]
        )
    verified = verify_chain(
        _headers(text["chain"]),
        _trust(text),
        vault=_b(text["vault"]),
        compartment=text["compartment"],
        day=text["day"],
        core=core,
    )
    return verified.newest.hash().hex()


def _headers(rows: list[list[str]]) -> list[SignedHeader]:
    return [SignedHeader(_b(item), _b(two), _b(three)) for item, two, three in rows]


def _author(text: Inputs) -> str:
    place = _place(text["place"])
    document, author = read_document(_b(text["body"]), place)
    return check_author(document, author, place, _trust(text), header=Header.decode(_b(text["header"]))).user.hex()


def _deletion(text: Inputs) -> str:
    parts = (text[name] for name in ("asked", "asked_signature", "confirmed_by", "confirmed_signature"))
    result = check(Deletion(*map(_b, parts)), _trust(text))
    return f"{result.vault.hex()} {result.record.hex()} {result.day}"


def _leaving(text: Inputs) -> str:
    leaving = Leaving(
        org=_b(text["org"]),
        vault=_b(text["vault"]),
        compartment=text["compartment"],
        epoch=text["epoch"],
        fingerprint=_b(text["fingerprint"]),
    )
    if not leaving.is_signed(_trust(text), _b(text["signature"])):
        raise NotSigned
    return leaving.encode().hex()


def _entry_by(text: Inputs) -> str:
    body = EntryBody.decode(_b(text["body"]))
    return body.said_by(_trust(text), _b(text["user"])).value


def _unlock_in_session(text: Inputs) -> str:
    cookie = _b(text["cookie"])
    key = session_key(cookie, _s(text["boot"]))
    bundle, log_key = unlock_in_session(_b(text["sealed"]), key, _b(text["org"]), _b(text["user"]), row_key(cookie))
    return digest(bundle.encode()).hex() + log_key.reveal().hex()


def _duty(text: Inputs) -> str:
    line = SignedDuty.decode(_b(text["data"]))
    line.check_signature(_trust(text).certificate(line.signer).sign_public, _b(text["signature"]))
    return f"{line.record.hex()} {line.user.hex()} {line.begins} {line.ends}"


def _accept(text: Inputs) -> str:
    key = accept(_s(text["seed"]), _b(text["sealed"]), Header.decode(_b(text["header"])), _b(text["member"]))
    return key.secret.reveal().hex()


def _passphrase(text: Inputs) -> str:
    params = KdfParams(memory_kib=text["memory_kib"], iterations=text["iterations"], lanes=text["lanes"])
    floor = CHEAP_FOR_TESTS if text.get("floor") == "none" else FLOOR
    keys = passphrase_keys(text["text"], _b(text["salt"]), params, _b(text["org"]), _b(text["user"]), floor=floor)
    return keys.kek.reveal().hex() + keys.ktotp.reveal().hex()


def _keyring(text: Inputs) -> str:
    ring = Keyring.opened(_s(text["key"]), _b(text["org"]), _b(text["user"]), text["version"], _b(text["sealed"]))
    result = ring.epochs(_b(text["vault"]), text["compartment"]).get(text["epoch"])
    return "" if result is None else result.secret.reveal().hex()


def _sealed_file(content: bytes, key: Secret, context: bytes) -> bytes:
    sealer = FileSealer(key, context)
    return b"".join([sealer.update(content), *sealer.finalize()])


def _second_factor(text: Inputs) -> str:
    factor = SecondFactor(seed=_s(text["seed"]), last_step=text["last_step"], recovery_hashes=())
    after = factor.check(text["code"], text["now"])
    return "" if after is None else str(after.last_step)


def _factor_row(text: Inputs) -> str:
    """What a second factor says when it is read: the last step, codes left, each key, the last challenge, always."""
    result = SecondFactor.decode(_b(text["data"]) + bytes(text.get("filling", 0)))
    keys = [f"{key.credential.hex()} {key.host} {key.name} {key.count} {key.day}" for key in result.keys]
    numbers = [str(item) for item in (result.last_step, len(result.recovery_hashes), result.last_challenge)]
    return ", ".join([*numbers, *keys, "always" if result.keys_only else "not always"])


def _challenge(text: Inputs) -> str:
    created = challenge_time(_s(text["marker"]), text["purpose"], _b(text["whom"]), _b(text["challenge"]), text["now"])
    return "" if created is None else str(created)


def _compartment_key(text: Inputs) -> str:
    key = CompartmentKey(_s(text["key"]))
    commitment = key.commitment(_b(text["org"]), _b(text["vault"]), text["compartment"], text["epoch"])
    return "".join(part.hex() for part in (key.envelope.reveal(), key.seed.reveal(), digest(key.public), commitment))


def _keep(text: Inputs) -> str:
    keep = read_keep(text["token"], _s(text["key"]))
    return pae(keep.user, keep.form.encode(), keep.row, keep.day.to_bytes(4, "big")).hex()


def _split(text: Inputs) -> str:
    drawn = iter([_b(item) for item in text["draws"]])
    shares = split(
        _s(text["seed"]),
        text["kind"],
        _b(text["set"]),
        needed=text["needed"],
        count=text["count"],
        draw=lambda _: next(drawn),
    )
    return "\n".join(share.text() for share in shares)


def _rewrap(text: Inputs) -> str:
    """Everything of an answer that is not drawn by chance."""
    root = _s(text["root"]) if "root" in text else None
    result = rewrap(RecoveryRequest.decode(_b(text["request"])), recovery_keys(_s(text["recovery"])), root)
    headers = [digest(item.header.header_bytes).hex() for item in result.answer.body.opened]
    left_out = [f"left out {item.hex()}" for item in result.left_out]
    return " ".join([result.answer.body.request.hex(), *headers, *left_out])


def _custody_record(text: Inputs) -> str:
    return CustodyRecordFile.decode(_b(text["record"])).newest().hash().hex()


def _request_signers(text: Inputs) -> str:
    """Which administrators of the custodians' record signed a request."""
    signed = SignedRequest.decode(_b(text["request"]))
    record = CustodyRecordFile.decode(_b(text["record"])).newest()
    return " ".join(signer.hex() for signer in record.signers(signed.request, signed.signatures))


def _answer(text: Inputs) -> str:
    answer = RecoveryAnswer.decode(_b(text["answer"]))
    answer.check(Pins.decode(_b(text["pins"])), _b(text["org"]), authority=text["authority"])
    return answer.body.request.hex()


def _seal(text: Inputs) -> str:
    return envelope._seal_with_salt(
        _s(text["key"]), _place(text["place"]), _b(text["plaintext"]), _b(text["salt"])
    ).hex()


OPERATIONS: dict[str, Callable[[Inputs], str]] = {
    "pae": lambda i: pae(*map(_b, i["pieces"])).hex(),
    "unpae": lambda i: ",".join(piece.hex() for piece in unpae(_b(i["data"]))),
    "padded_length": lambda i: str(padded_length(i["length"])),
    "pad": lambda i: digest(pad(_b(i["data"]))).hex(),
    "unpad": lambda i: unpad(_b(i["data"])).hex(),
    "context": lambda i: _place(i).context().hex(),
    "seal with salt": _seal,
    "unseal": lambda i: unseal(_s(i["key"]), _place(i["place"]), _b(i["sealed"])).hex(),
    "unseal from": lambda i: unseal_from(_s(i["seed"]), _place(i["place"]), _b(i["sealed"])).hex(),
    "compartment key": _compartment_key,
    "kem public": lambda i: digest(kem_public(_s(i["seed"]))).hex(),
    "signing public": lambda i: signing_public(_s(i["seed"])).hex(),
    "recovery keys": lambda i: "".join(
        seed.reveal().hex() for seed in (recovery_keys(_s(i["seed"])).kem_seed, recovery_keys(_s(i["seed"])).sign_seed)
    ),
    "vault id": lambda i: vault_id(_b(i["org"]), i["kind"], _b(i["creator"]), _b(i["nonce"])).hex(),
    "vault member": lambda i: vault_member_id(_b(i["vault"]), i["compartment"]).hex(),
    "certificate": lambda i: Certificate.decode(_b(i["data"])).fingerprint.hex(),
    "endorsement": lambda i: Endorsement.decode(_b(i["data"])).certificate.hex(),
    "trust": lambda i: _trust(i).check(_b(i["fingerprint"]), i["day"]).user.hex(),
    "deletion": _deletion,
    "leaving": _leaving,
    "entry by": _entry_by,
    "header": lambda i: Header.decode(_b(i["data"])).hash().hex(),
    "chain": _chain,
    "accept": _accept,
    "author": _author,
    "passphrase keys": _passphrase,
    "unlock": lambda i: digest(unlock(_b(i["sealed"]), _s(i["key"]), _b(i["org"]), _b(i["user"])).encode()).hex(),
    "unlock in session": _unlock_in_session,
    "duty": _duty,
    "open locked call": lambda i: open_call(
        _s(i["seed"]), _b(i["sealed"]), org=_b(i["org"]), call=_b(i["call"]), recipient=_b(i["recipient"])
    ).decode(),
    "locked call waits": lambda i: mark_waiting(_b(i["org"]), _b(i["call"]), _b(i["recipient"]), _b(i["sealed"])).hex(),
    "locked call entered": lambda i: mark_entered(_b(i["org"]), _b(i["call"])).hex(),
    "keyring": _keyring,
    "second factor": _second_factor,
    "second factor row": _factor_row,
    "key challenge": lambda i: key_challenge(_s(i["marker"]), i["purpose"], _b(i["whom"]), i["now"]).hex(),
    "challenge time": _challenge,
    "key person": lambda i: key_person(_s(i["marker"]), _b(i["user"])).hex(),
    "totp": lambda i: totp(_s(i["seed"]), i["time"]),
    "row key": lambda i: row_key(_b(i["cookie"])).hex(),
    "session key": lambda i: session_key(_b(i["cookie"]), _s(i["boot"])).reveal().hex(),
    "csrf": lambda i: csrf_token(_s(i["key"]), i["form"]),
    "keep": _keep,
    "leaf": lambda i: leaf_hash(*map(_b, i["pieces"])).hex(),
    "log leaf": lambda i: log_leaf(i["seq"], i["day"], _b(i["class"]), _b(i["mark"]), _b(i["sealed"])).hex(),
    "root": lambda i: Frontier().extend(map(_b, i["leaves"])).root.hex(),
    "frontier": lambda i: Frontier.decode(_b(i["data"])).root.hex(),
    "mark": lambda i: mark(_s(i["key"]), i["number"], _b(i["root"])).hex(),
    "verifier": lambda i: read_verifier(i["key"]).hex(),
    "past": lambda i: follow(_b(i["past"]), i["version"], _b(i["body"])).hex(),
    "manifest bucket": lambda i: str(len(decode_bucket(_b(i["data"])))),
    "manifest head": lambda i: (decode_head(_b(i["data"])) and root_of_head(_b(i["data"]))).hex(),
    "manifest place": lambda i: (
        bucket_place(
            org=_b(i["org"]),
            vault=_b(i["vault"]),
            compartment=i["compartment"],
            bucket=i["bucket"],
            epoch=i["epoch"],
            number=i["number"],
        )
        .context()
        .hex()
    ),
    "checkpoint": lambda i: Checkpoint.parse(i["note"], _b(i["public"])).root.hex(),
    "file": lambda i: digest(b"".join(open_file([_b(i["sealed"])], _s(i["key"]), _b(i["context"]), i["length"]))).hex(),
    "preview": lambda i: _preview_seal(i).unseal(i["number"], _b(i["sealed"])).hex(),
    "card": lambda i: card_text(_s(i["seed"]), i["kind"]),
    "read card": lambda i: read_card(i["text"], i.get("kind")).reveal().hex(),
    "split": _split,
    "share words": lambda i: " ".join(read_share(i["text"]).words(i["list"])),
    "combine": lambda i: combine([read_share(text) for text in i["shares"]]).reveal().hex(),
    "card set": lambda i: CardSet.from_file(_b(i["file"])).set_id.hex(),
    "cards read": lambda i: str(check_read(_b(i["file"]), Pins.decode(_b(i["pins"])))[1]),
    "certified": lambda i: read_certified(
        _b(i["answer"]), CertifyRequest.decode(_b(i["request"])).certificate, Pins.decode(_b(i["pins"]))
    ).hex(),
    "rewrap": _rewrap,
    "custody record": _custody_record,
    "request signers": _request_signers,
    "recovery answer": _answer,
    "key words": lambda i: " ".join(key_words(_b(i["hash"]), word_list(i["list"]))),
    "handle token": lambda i: handle_token(_s(i["pepper"]), i["handle"]).hex(),
}


def outcome(operation: str, inputs: Inputs) -> dict[str, str]:
    """Return what a call gives: `out`, or the name of the refusal."""
    try:
        return {"out": OPERATIONS[operation](inputs)}
    except CryptoError as refused:
        return {"refused": type(refused).__name__}


# --- the material --------------------------------------------------------------------------------------------------


def seed(label: str) -> Secret:
    """Return 32 bytes that follow from a label."""
    return Secret(digest(b"hrd-cases test vector: " + label.encode()))


def user(label: str) -> UserKeys:
    """Return a user's keys that follow from a label."""
    return UserKeys(
        kem_seed=seed(label + " kem"), sign_seed=seed(label + " sign"), keyring_key=seed(label + " keyring")
    )


ORG = bytes.fromhex("00112233445566778899aabbccddeeff")
SEEDS = OrgSeeds(root_seed=seed("root"), recovery=seed("recovery"))
PINS = SEEDS.pins()
ADMIN, ANNA, BORIS = user("admin"), user("anna"), user("boris")
SECOND, NEW = user("second"), user("anna, new")
IDS = {name: name.encode().ljust(16, b"-") for name in ("admin", "anna", "boris", "second", "third")}
KEY = CompartmentKey(seed("core key"))
ORIGIN = VaultOrigin(org=ORG, kind="case", creator=ANNA.fingerprint, nonce=seed("nonce").reveal())
EVERY = frozenset({READ, WRITE, GRANT})
FIRST = ORIGIN.first_header(
    "core",
    KEY,
    [
        Member(kind=USER, id=ANNA.fingerprint, rights=EVERY),
        Member(kind=USER, id=BORIS.fingerprint, rights=frozenset({READ}), last_day=21_000),
    ],
)
PLACE = {
    "org": ORG.hex(),
    "vault": ORIGIN.vault.hex(),
    "table": "records",
    "row": "ab" * 16,
    "compartment": "core",
    "epoch": 1,
    "version": 3,
}


def certificate(keys: UserKeys, name: str, roles: set[str], issuer: bytes, issuer_seed: Secret) -> Signed:
    """Return a signed certificate."""
    return Certificate(
        org=ORG,
        user=IDS[name],
        sign_public=keys.sign_public,
        kem_public=keys.kem_public,
        roles=frozenset(roles),
        issuer=issuer,
    ).signed(issuer_seed)


CERTIFICATES = [
    certificate(ADMIN, "admin", {"administrator", "coordinator"}, ROOT, SEEDS.root_seed),
    certificate(ANNA, "anna", {"caseworker"}, ADMIN.fingerprint, ADMIN.sign_seed),
    certificate(BORIS, "boris", {"lawyer"}, ADMIN.fingerprint, ADMIN.sign_seed),
]
PEOPLE = {
    "org": ORG.hex(),
    "pins": PINS.encode().hex(),
    "certificates": [[item.statement.hex(), item.signature.hex()] for item in CERTIFICATES],
}


class Vectors:
    """Collects the vectors of one file and keeps random ciphertexts from before."""

    def __init__(self, name: str) -> None:
        self.path = FOLDER / f"{name}.json"
        existing = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else []
        self._known = {item["name"]: item for item in existing}
        self.vectors: list[dict[str, Any]] = []

    def kept(self, name: str, at: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes that stood before at an input of a vector, or make them."""
        existing = self._known.get(name, {}).get("in", {}).get(at)
        return bytes.fromhex(existing) if existing else make()

    def add(self, name: str, operation: str, inputs: Inputs, *, refused: bool = False) -> None:
        """Add a vector; complains when a refusal is expected and does not come, or the other way round."""
        result = outcome(operation, inputs)
        if ("refused" in result) != refused:
            raise SystemExit(f"{self.path.name}: {name}: {result}")
        self.vectors.append({"name": name, "op": operation, "in": inputs, **result})

    def changed(self, name: str, operation: str, inputs: Inputs, at: str) -> None:
        """Add refusals: one input's bytes changed in each of several ways."""
        data = bytes.fromhex(inputs[at])
        ways = {
            "first bit flipped": bytes((data[0] ^ 0x80,)) + data[1:],
            "second byte changed": data[:1] + bytes((data[1] ^ 1,)) + data[2:],
            "a byte in the middle changed": data[: len(data) // 2] + bytes((data[len(data) // 2] ^ 4,))
            + data[len(data) // 2 + 1 :],
            "last bit flipped": data[:-1] + bytes((data[-1] ^ 1,)),
            "last byte missing": data[:-1],
            "a zero appended": data + b"\0",
            "nothing": b"",
        }  # fmt: skip
        for way, other in ways.items():
            self.add(f"{name}: {way}", operation, inputs | {at: other.hex()}, refused=True)

    def write(self) -> None:
        """Write the file."""
        text = json.dumps(self.vectors, ensure_ascii=False, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")


def encoding() -> Vectors:
    """Joining and padding."""
    v = Vectors("encoding")
    for name, pieces in {
        "no pieces": [],
        "one empty piece": [""],
        "two pieces": ["61", "6263"],
        "the same bytes cut elsewhere": ["6162", "63"],
        "a piece of 300 bytes": ["7a" * 300],
    }.items():
        v.add(name, "pae", {"pieces": pieces})
        v.add(f"{name}, back", "unpae", {"data": pae(*map(_b, pieces)).hex()})
    whole = pae(b"a", b"bc")
    for name, data in {
        "nothing at all": b"",
        "a count only in part": whole[:3],
        "one piece more announced": b"\0\0\0\x03" + whole[4:],
        "one piece fewer announced": b"\0\0\0\x01" + whole[4:],
        "the last byte missing": whole[:-1],
        "a byte too many": whole + b"\0",
        "a huge length": b"\0\0\0\x01" + b"\xff" * 8,
        "a huge count": b"\xff" * 4,
    }.items():
        v.add(name, "unpae", {"data": data.hex()}, refused=True)
    for length in (0, 1, 255, 256, 257, 4095, 4096, 4097, 8192, 8193, 65_536, 65_537, 1_000_000, 1 << 32):
        v.add(f"step of {length}", "padded_length", {"length": length})
    for length in (0, 1, 252, 253, 4092, 4093, 10_000):
        v.add(f"padding of {length} bytes", "pad", {"data": "41" * length})
    v.add("padding off", "unpad", {"data": pad(b"text").hex()})
    for name, padded in {
        "a one in the zeros": pad(b"text")[:-1] + b"\x01",
        "a step too many": pad(b"text") + bytes(256),
        "no step": pad(b"text")[:-1],
        "a length beyond the end": b"\xff" * 4 + bytes(252),
        "a length smaller than the text": b"\0\0\0\x02" + pad(b"text")[4:],
        "an empty one": b"",
    }.items():
        v.add(name, "unpad", {"data": padded.hex()}, refused=True)
    v.add("a place", "context", PLACE)
    v.add("a place without vault compartment", "context", PLACE | {"compartment": "", "epoch": 0})
    return v


def envelopes() -> Vectors:
    """The envelope under a key."""
    v = Vectors("envelope_under_key")
    key, salt = seed("envelope").reveal().hex(), seed("salt").reveal()
    for name, text in {"empty": b"", "short": b"a record", "at a step": b"x" * 252, "4 KiB": b"y" * 4093}.items():
        wording = {"key": key, "place": PLACE, "plaintext": text.hex(), "salt": salt.hex()}
        v.add(f"{name}, sealed", "seal with salt", wording)
        sealed = envelope._seal_with_salt(_s(key), _place(PLACE), text, salt)
        v.add(f"{name}, opened", "unseal", {"key": key, "place": PLACE, "sealed": sealed.hex()})
    wording = {
        "key": key,
        "place": PLACE,
        "sealed": envelope._seal_with_salt(_s(key), _place(PLACE), b"a record", salt).hex(),
    }
    v.changed("a record", "unseal", wording, "sealed")
    data = _b(wording["sealed"])
    for name, at in {"salt": 5, "commitment": 40, "ciphertext": 70, "tag": len(data) - 5}.items():
        other = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        v.add(f"a bit of the {name} flipped", "unseal", wording | {"sealed": other.hex()}, refused=True)
    v.add(
        "version byte of the other envelope", "unseal", wording | {"sealed": "02" + wording["sealed"][2:]}, refused=True
    )
    v.add("another key", "unseal", wording | {"key": seed("other").reveal().hex()}, refused=True)
    for name, other in _elsewhere().items():
        v.add(f"read at {name}", "unseal", wording | {"place": other}, refused=True)
    return v


def _elsewhere() -> dict[str, Inputs]:
    return {
        "another organisation": PLACE | {"org": "ff" * 16},
        "another vault": PLACE | {"vault": "ff" * 16},
        "another table": PLACE | {"table": "cards"},
        "another row": PLACE | {"row": "ac" * 16},
        "another compartment": PLACE | {"compartment": "identity"},
        "another epoch": PLACE | {"epoch": 2},
        "an older version": PLACE | {"version": 2},
    }


def public_envelopes() -> Vectors:
    """The envelope to a compartment's public key."""
    v = Vectors("envelope_to_public_key")
    place, name = _place(PLACE), "without mark"
    sealed = v.kept(name, "sealed", lambda: seal_to(KEY.public, place, b"a fact"))
    text = {"seed": KEY.seed.reveal().hex(), "place": PLACE, "sealed": sealed.hex()}
    v.add(name, "unseal from", text)
    v.changed(name, "unseal from", text, "sealed")
    v.add(f"{name}: classical suite", "unseal from", text | {"sealed": "0201" + sealed.hex()[4:]}, refused=True)
    v.add(f"{name}: another seed", "unseal from", text | {"seed": seed("x").reveal().hex()}, refused=True)
    for where, other in _elsewhere().items():
        v.add(f"{name}: read at {where}", "unseal from", text | {"place": other}, refused=True)
    marked = v.kept("with a mark", "sealed", lambda: _marked(place))
    v.add("with a mark", "unseal from", text | {"sealed": marked.hex()}, refused=True)
    return v


def _marked(place: SealedPlace) -> bytes:
    info = pae(b"hrd/v1/seal", place.context())
    return b"\x02\x02" + hpke_seal(KEY.public, info, pad(pae(b"m" * 32, b"a fact")))


def keys() -> Vectors:
    """Keys, words and tokens that follow from secrets."""
    v = Vectors("keys")
    by_name = {"org": ORG.hex(), "vault": ORIGIN.vault.hex(), "compartment": "core", "epoch": 1}
    v.add("what follows from a compartment's key", "compartment key", by_name | {"key": KEY.secret.reveal().hex()})
    v.add("the same in the next epoch", "compartment key", by_name | {"key": KEY.secret.reveal().hex(), "epoch": 2})
    v.add("a short key", "compartment key", by_name | {"key": "00" * 31}, refused=True)
    for label in ("one", "two"):
        v.add(f"hybrid public key {label}", "kem public", {"seed": seed(label).reveal().hex()})
        v.add(f"signing public key {label}", "signing public", {"seed": seed(label).reveal().hex()})
    v.add("a short hybrid seed", "kem public", {"seed": "00"}, refused=True)
    v.add("recovery keys", "recovery keys", {"seed": SEEDS.recovery.reveal().hex()})
    v.add("a vault's id", "vault id", {"org": ORG.hex(), "kind": "case", "creator": "aa" * 32, "nonce": "bb" * 32})
    v.add("another kind", "vault id", {"org": ORG.hex(), "kind": "person", "creator": "aa" * 32, "nonce": "bb" * 32})
    v.add("a vault as member", "vault member", {"vault": ORIGIN.vault.hex(), "compartment": "core"})
    for name in ("latin", "ru", "kk"):
        v.add(f"eight words, {name}", "key words", {"hash": digest(b"words").hex(), "list": name})
    v.add("a handle", "handle token", {"pepper": seed("pepper").reveal().hex(), "handle": "lumep tavok"})
    return v


def _replaced(v: Vectors) -> None:
    """Other roles, other keys, and the second administrator that these take."""
    second = certificate(SECOND, "second", {"administrator"}, ROOT, SEEDS.root_seed)
    first = Certificate.decode(CERTIFICATES[1].statement)
    promoted = first.followed_by(issuer=ADMIN.fingerprint, day=20_000, roles={"caseworker", "lawyer"})
    pair = (NEW.sign_public, NEW.kem_public)
    renewed = promoted.followed_by(issuer=ADMIN.fingerprint, day=20_001, roles=promoted.roles, keys=pair)
    by_root = promoted.followed_by(issuer=ROOT, day=20_001, roles=promoted.roles, keys=pair)
    existing = [*CERTIFICATES, second, promoted.signed(ADMIN.sign_seed)]

    def said(keys: UserKeys, *more: Signed, without: tuple[Signed, ...] = ()) -> Inputs:
        listed = [[item.statement.hex(), item.signature.hex()] for item in (*existing, *more) if item not in without]
        return PEOPLE | {"certificates": listed, "fingerprint": keys.fingerprint.hex(), "day": 20_002}

    def endorsed(by: UserKeys, of: Certificate = renewed) -> Signed:
        return Endorsement(org=ORG, certificate=of.hash(), issuer=by.fingerprint).signed(by.sign_seed)

    signed = renewed.signed(ADMIN.sign_seed)
    v.add("a later certificate", "certificate", {"data": promoted.encode().hex()})
    first_serial = replace(promoted, serial=1, previous=NO_PREVIOUS, day=0).encode()
    v.add("a first certificate has no day and no previous", "certificate", {"data": first_serial.hex()})
    cut = promoted.encode().replace(b"hrd/v2/cert", b"hrd/v1/cert")
    v.add("a later certificate under the first label", "certificate", {"data": cut.hex()}, refused=True)
    v.add("an endorsement", "endorsement", {"data": endorsed(SECOND).statement.hex()})
    v.add("an endorsement, cut", "endorsement", {"data": endorsed(SECOND).statement[:-1].hex()}, refused=True)
    v.add("other roles", "trust", said(ANNA))
    v.add("other keys, two administrators", "trust", said(NEW, signed, endorsed(SECOND)))
    v.add("other keys, the root alone", "trust", said(NEW, by_root.signed(SEEDS.root_seed)))
    v.add("the replaced keys", "trust", said(ANNA, signed, endorsed(SECOND)), refused=True)
    v.add("other keys, one administrator", "trust", said(NEW, signed), refused=True)
    v.add("other keys, the same administrator twice", "trust", said(NEW, signed, endorsed(ADMIN)), refused=True)
    v.add("other keys, endorsed by a lawyer", "trust", said(NEW, signed, endorsed(BORIS)), refused=True)
    v.add("another certificate endorsed", "trust", said(NEW, signed, endorsed(SECOND, by_root)), refused=True)
    gap = said(NEW, signed, endorsed(SECOND), without=(existing[-1],))
    v.add("other keys, the certificate before missing", "trust", gap, refused=True)
    again = certificate(NEW, "anna", {"caseworker"}, ADMIN.fingerprint, ADMIN.sign_seed)
    v.add("a second first certificate", "trust", said(NEW, again, endorsed(SECOND)), refused=True)


def people() -> Vectors:
    """Certificates and revocations."""
    v = Vectors("certificates")
    anna = CERTIFICATES[1]
    v.add("a certificate", "certificate", {"data": anna.statement.hex()})
    for name, data in {
        "cut": anna.statement[:-1],
        "longer": anna.statement + b"\0",
        "another label": anna.statement.replace(b"hrd/v1/cert", b"hrd/v1/cerx"),
        "a revocation": Revocation(org=ORG, fingerprint=bytes(32), day=1, issuer=ROOT).encode(),
    }.items():
        v.add(f"not a certificate: {name}", "certificate", {"data": data.hex()}, refused=True)
    text = PEOPLE | {"fingerprint": ANNA.fingerprint.hex(), "day": 20_000}
    v.add("certified by an administrator", "trust", text)
    admin, own = PEOPLE["certificates"][0], PEOPLE["certificates"][1]
    v.add("the administrator's certificate missing", "trust", text | {"certificates": [own]}, refused=True)
    changed = [own[0], own[1][:-2] + ("00" if own[1][-2:] != "00" else "01")]
    v.add("a signature changed", "trust", text | {"certificates": [admin, changed]}, refused=True)
    raised = certificate(ANNA, "anna", {"administrator"}, ADMIN.fingerprint, ANNA.sign_seed)
    planted = [raised.statement.hex(), raised.signature.hex()]
    v.add("certified by oneself", "trust", text | {"certificates": [admin, planted]}, refused=True)
    by_boris = certificate(ANNA, "anna", {"caseworker"}, BORIS.fingerprint, BORIS.sign_seed)
    planted = [by_boris.statement.hex(), by_boris.signature.hex()]
    lawyer = PEOPLE["certificates"][2]
    v.add("certified by a lawyer", "trust", text | {"certificates": [admin, lawyer, planted]}, refused=True)
    other = OrgSeeds(root_seed=seed("other root"), recovery=seed("other recovery")).pins()
    v.add("another root pinned", "trust", text | {"pins": other.encode().hex()}, refused=True)
    v.add("another organisation", "trust", text | {"org": "ff" * 16}, refused=True)
    _replaced(v)
    revoked = Revocation(org=ORG, fingerprint=ANNA.fingerprint, day=20_000, issuer=ADMIN.fingerprint)
    by_admin = revoked.signed(ADMIN.sign_seed)
    row = [[by_admin.statement.hex(), by_admin.signature.hex()]]
    v.add("revoked on that day", "trust", text | {"revocations": row}, refused=True)
    v.add("not yet revoked", "trust", text | {"revocations": row, "day": 19_999})
    by_other = revoked.signed(BORIS.sign_seed)
    row = [[by_other.statement.hex(), by_other.signature.hex()]]
    v.add("a revocation signed by someone else", "trust", text | {"revocations": row})
    _ended_by_two(v)
    return v


def _ended_by_two(v: Vectors) -> None:
    """An administrator's keys: ended by two others, not by one."""
    third = user("third")
    roles = {"administrator"}
    signed = [
        [one.statement.hex(), one.signature.hex()]
        for one in (
            certificate(SECOND, "second", roles, ADMIN.fingerprint, ADMIN.sign_seed),
            certificate(third, "third", roles, ADMIN.fingerprint, ADMIN.sign_seed),
        )
    ]
    text = PEOPLE | {"certificates": [*PEOPLE["certificates"], *signed], "day": 20_000}
    text |= {"fingerprint": SECOND.fingerprint.hex()}
    said = Revocation(org=ORG, fingerprint=SECOND.fingerprint, day=20_000, issuer=ADMIN.fingerprint)
    alone = said.signed(ADMIN.sign_seed)

    def ended(one: Signed) -> dict[str, object]:
        return text | {"revocations": [[one.statement.hex(), one.signature.hex()]]}

    def agreed(by: UserKeys) -> Signed:
        return AgreedRevocation(
            revocation=said, revocation_signature=alone.signature, day=20_000, issuer=by.fingerprint
        ).signed(by.sign_seed)

    v.add("an administrator, ended by one alone", "trust", ended(alone))
    v.add("an administrator, ended by two others", "trust", ended(agreed(third)), refused=True)
    v.add("an administrator, ended by the same one twice", "trust", ended(agreed(ADMIN)))
    v.add("an administrator, agreed to by a lawyer", "trust", ended(agreed(BORIS)))


def headers() -> Vectors:
    """Headers, chains of them and grants."""
    v = Vectors("headers_and_grants")
    v.add("a header", "header", {"data": FIRST.encode().hex()})
    for name, data in {
        "cut": FIRST.encode()[:-1],
        "longer": FIRST.encode() + b"\0",
        "another label": FIRST.encode().replace(b"hrd/v1/header", b"hrd/v2/header"),
    }.items():
        v.add(f"not a header: {name}", "header", {"data": data.hex()}, refused=True)
    second = FIRST.follow([Member(kind=USER, id=BORIS.fingerprint, rights=EVERY)], CompartmentKey(seed("core key 2")))
    item, two = sign_header(FIRST, ANNA), sign_header(second, ANNA)

    def rows(*signed: SignedHeader) -> list[list[str]]:
        return [[part.hex() for part in entry] for entry in signed]

    text = PEOPLE | {"vault": ORIGIN.vault.hex(), "compartment": "core", "day": 20_000, "chain": rows(item)}
    v.add("a first header", "chain", text)
    v.add("a second header with a new key", "chain", text | {"chain": rows(item, two)})
    _days(v, text, item, rows)
    by_recovery = sign_header(second, recovery_keys(SEEDS.recovery))
    v.add("signed by the recovery key", "chain", text | {"chain": rows(item, by_recovery)})
    mine = VaultOrigin(org=ORG, kind="case", creator=BORIS.fingerprint, nonce=ORIGIN.nonce)
    rival = mine.first_header("core", KEY, [Member(kind=USER, id=BORIS.fingerprint, rights=EVERY)])
    bad = {
        "no header": [],
        "the second alone": rows(two),
        "in the wrong order": rows(two, item),
        "the first twice": rows(item, item),
        "signed by someone without the right": rows(item, sign_header(second, BORIS)),
        "signed by an administrator": rows(item, sign_header(second, ADMIN)),
        "signed in another's name": rows(item, SignedHeader(two.header_bytes, BORIS.fingerprint, two.signature)),
        "unsigned": rows(SignedHeader(item.header_bytes, item.signer_fp, bytes(64))),
        "someone's own under another's vault": rows(sign_header(rival, BORIS)),
    }
    for name, chain in bad.items():
        v.add(name, "chain", text | {"chain": chain}, refused=True)
    v.add("asked for another vault", "chain", text | {"vault": "ff" * 16}, refused=True)
    v.add("asked for another compartment", "chain", text | {"compartment": "identity"}, refused=True)
    lawyers = ORIGIN.first_header("privileged", KEY, [Member(kind=USER, id=BORIS.fingerprint, rights=EVERY)])
    core = {"compartment": "privileged", "core": rows(item)}
    v.add("privileged by a lawyer", "chain", text | core | {"chain": rows(sign_header(lawyers, BORIS))})
    by_anna = {"chain": rows(sign_header(lawyers, ANNA))}
    v.add("privileged by someone else", "chain", text | core | by_anna, refused=True)
    _grants(v, second)
    return v


def _days(v: Vectors, text: dict[str, Any], item: SignedHeader, rows: Callable[..., list[list[str]]]) -> None:
    """A successor that was signed beforehand counts from its own day on, and not before."""
    members = [Member(kind=USER, id=ANNA.fingerprint, rights=EVERY)]
    later = FIRST.follow(members, CompartmentKey(seed("core key 2")), not_before=20_000)
    v.add("a header that counts from a day on", "header", {"data": later.encode().hex()})
    chain = {"chain": rows(item, sign_header(later, ANNA))}
    v.add("a successor on its day", "chain", text | chain)
    v.add("a successor before its day", "chain", text | chain | {"day": 19_999}, refused=True)
    early = replace(later, not_before=0)
    moved = SignedHeader(early.encode(), ANNA.fingerprint, sign_header(later, ANNA).signature)
    v.add("a successor whose day was taken out", "chain", text | {"chain": rows(item, moved)}, refused=True)


def _grants(v: Vectors, second: Header) -> None:
    boris = BORIS.fingerprint
    sealed = v.kept("a grant", "sealed", lambda: deliver(KEY, FIRST, BORIS.kem_public, boris))
    text = {
        "seed": BORIS.kem_seed.reveal().hex(),
        "sealed": sealed.hex(),
        "header": FIRST.encode().hex(),
        "member": boris.hex(),
    }
    v.add("a grant", "accept", text)
    v.changed("a grant", "accept", text, "sealed")
    v.add("a grant under the next header", "accept", text | {"header": second.encode().hex()}, refused=True)
    v.add("to someone not named", "accept", text | {"member": ADMIN.fingerprint.hex()}, refused=True)
    v.add("for another member", "accept", text | {"member": ANNA.fingerprint.hex()}, refused=True)
    v.add("with another seed", "accept", text | {"seed": ANNA.kem_seed.reveal().hex()}, refused=True)
    v.add("classical suite", "accept", text | {"sealed": "01" + sealed.hex()[2:]}, refused=True)
    recovery = v.kept("recovery grant", "sealed", lambda: deliver(KEY, FIRST, PINS.recovery_kem_public, RECOVERY))
    kem = recovery_keys(SEEDS.recovery).kem_seed.reveal().hex()
    text = text | {"seed": kem, "sealed": recovery.hex(), "member": RECOVERY.hex()}
    v.add("recovery grant", "accept", text)
    chosen = CompartmentKey(seed("chosen by a stranger"))
    foreign = ORIGIN.first_header("core", chosen, FIRST.members)
    planted = v.kept("a key of one's choice", "sealed", lambda: deliver(chosen, foreign, BORIS.kem_public, boris))
    text = text | {"seed": BORIS.kem_seed.reveal().hex(), "sealed": planted.hex(), "member": boris.hex()}
    v.add("a key of one's choice", "accept", text, refused=True)
    case = Member(kind=VAULT, id=ORIGIN.vault, compartment="core", rights=frozenset({READ}))
    person = VaultOrigin(org=ORG, kind="person", creator=ANNA.fingerprint, nonce=seed("person").reveal())
    key = CompartmentKey(seed("person core"))
    header = person.first_header("core", key, [case])
    linked = v.kept("a grant to a vault", "sealed", lambda: deliver(key, header, KEY.public, case.ident))
    text = {"seed": KEY.seed.reveal().hex(), "sealed": linked.hex(), "header": header.encode().hex()}
    v.add("a grant to a vault", "accept", text | {"member": case.ident.hex()})


def own_things() -> Vectors:
    """Passphrases, bundles, keyrings, second factors and sessions."""
    v = Vectors("users")
    org, anna, salt = ORG.hex(), IDS["anna"].hex(), "5a" * 16
    cheap = {"salt": salt, "memory_kib": 64, "iterations": 1, "lanes": 1, "org": org, "user": anna, "floor": "none"}
    v.add("a passphrase at least cost", "passphrase keys", cheap | {"text": "lumep tavok", "memory_kib": 65536,
          "iterations": 3, "floor": "standard"})  # fmt: skip
    for name, text in {"Latin": "lumep tavok", "composed": "\u0439\u043e", "decomposed": "\u0438\u0306\u043e"}.items():
        v.add(f"a passphrase for tests, {name}", "passphrase keys", cheap | {"text": text})
    low = cheap | {"text": "x", "floor": "standard"}
    v.add("a cost below the floor", "passphrase keys", low, refused=True)
    v.add("memory lowered by one", "passphrase keys", low | {"memory_kib": 65535, "iterations": 3}, refused=True)
    v.add("an empty passphrase", "passphrase keys", cheap | {"text": ""}, refused=True)
    v.add("a short salt", "passphrase keys", cheap | {"text": "x", "salt": "5a"}, refused=True)
    bundle = Bundle(
        user_keys=ANNA,
        pins=PINS,
        trends_headers=(b"t" * 32,),
        log_headers=(b"l" * 32,),
        checkpoint=SeenCheckpoint(size=5, root=b"r" * 32),
    )
    fixed = seed("bundle salt").reveal()
    place = SealedPlace(org=ORG, vault=IDS["anna"], table="bundle", row=IDS["anna"], compartment="", epoch=0, version=0)
    sealed = envelope._seal_with_salt(seed("kek"), place, bundle.encode(), fixed)
    wording = {"sealed": sealed.hex(), "key": seed("kek").reveal().hex(), "org": org, "user": anna}
    v.add("a bundle", "unlock", wording)
    v.changed("a bundle", "unlock", wording, "sealed")
    v.add("another passphrase", "unlock", wording | {"key": seed("other kek").reveal().hex()}, refused=True)
    v.add("another user", "unlock", wording | {"user": IDS["boris"].hex()}, refused=True)
    _sessions(v, bundle, fixed)
    _keyrings(v, fixed)
    _codes(v)
    return v


def _sessions(v: Vectors, bundle: Bundle, salt: bytes) -> None:
    cookie, boot = seed("cookie").reveal(), seed("boot")
    v.add("a session's row", "row key", {"cookie": cookie.hex()})
    v.add("a session's key", "session key", {"cookie": cookie.hex(), "boot": boot.reveal().hex()})
    place = SealedPlace(
        org=ORG, vault=IDS["anna"], table="session", row=row_key(cookie), compartment="", epoch=0, version=0
    )
    payload = pae(bundle.encode(), seed("session's log key").reveal())
    sealed = envelope._seal_with_salt(session_key(cookie, boot), place, payload, salt)
    text = {
        "sealed": sealed.hex(),
        "cookie": cookie.hex(),
        "boot": boot.reveal().hex(),
        "org": ORG.hex(),
        "user": IDS["anna"].hex(),
    }
    v.add("a session", "unlock in session", text)
    v.add("after a restart", "unlock in session", text | {"boot": seed("boot 2").reveal().hex()}, refused=True)
    v.add("another cookie", "unlock in session", text | {"cookie": seed("cookie 2").reveal().hex()}, refused=True)
    bare = envelope._seal_with_salt(session_key(cookie, boot), place, bundle.encode(), salt)
    v.add("a bundle without a log key", "unlock in session", text | {"sealed": bare.hex()}, refused=True)
    v.add("another user's row", "unlock in session", text | {"user": IDS["boris"].hex()}, refused=True)
    v.add("a form's token", "csrf", {"key": seed("ks").reveal().hex(), "form": "incident"})
    token = keep_token(DraftKey(user=IDS["anna"], form="incident", row=b"r" * 16, day=20_000), seed("instance"))
    v.add("a late form", "keep", {"token": token, "key": seed("instance").reveal().hex()})
    for name, other in {"cut": token[:-2], "changed": "B" + token[1:], "empty": "", "no base64": "*" * 80}.items():
        v.add(f"a late form, {name}", "keep", {"token": other, "key": seed("instance").reveal().hex()}, refused=True)
    v.add("of another instance", "keep", {"token": token, "key": seed("x").reveal().hex()}, refused=True)


def _keyrings(v: Vectors, salt: bytes) -> None:
    ring = Keyring.pack(
        [
            (ORIGIN.vault, "core", 1, KEY),
            (ORIGIN.vault, "core", 2, CompartmentKey(seed("core key 2"))),
            (ORIGIN.vault, "identity", 1, CompartmentKey(seed("identity key"))),
        ]
    )
    place = SealedPlace(
        org=ORG, vault=IDS["anna"], table="keyring", row=IDS["anna"], compartment="", epoch=0, version=4
    )
    sealed = envelope._seal_with_salt(ANNA.keyring, place, ring.encode(), salt)
    text = {
        "sealed": sealed.hex(),
        "key": ANNA.keyring.reveal().hex(),
        "org": ORG.hex(),
        "user": IDS["anna"].hex(),
        "version": 4,
        "vault": ORIGIN.vault.hex(),
        "compartment": "core",
        "epoch": 1,
    }
    v.add("a key from a keyring", "keyring", text)
    v.add("of another compartment", "keyring", text | {"compartment": "identity"})
    v.add("a key that is not held", "keyring", text | {"epoch": 3})
    v.add("an older version", "keyring", text | {"version": 3}, refused=True)
    v.add("another user's", "keyring", text | {"user": IDS["boris"].hex()}, refused=True)


def _codes(v: Vectors) -> None:
    rfc = b"12345678901234567890".hex()
    for time, _code in ((59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")):
        v.add(f"the code at {time}", "totp", {"seed": rfc, "time": time})
    step = 1_111_111_109 // 30
    text = {"seed": rfc, "code": "081804", "now": 1_111_111_109, "last_step": 0}
    v.add("a code in its time", "second factor", text)
    v.add("a step late", "second factor", text | {"now": 1_111_111_109 + 30})
    v.add("two steps late", "second factor", text | {"now": 1_111_111_109 + 60})
    v.add("a step early", "second factor", text | {"now": 1_111_111_109 - 30})
    v.add("a second time", "second factor", text | {"last_step": step})
    v.add("after a later one", "second factor", text | {"last_step": step + 1})
    v.add("a wrong code", "second factor", text | {"code": "081805"})


def _preview_seal(inputs: Inputs) -> PreviewSeal:
    names = ("org", "vault", "file", "made_of")
    return PreviewSeal(_s(inputs["key"]), *(_b(inputs[name]) for name in names))


def _previews(v: Vectors) -> None:
    """Pictures of the pages of a file."""
    where = {"key": seed("file").reveal().hex(), "org": ORG.hex(), "vault": ORIGIN.vault.hex()}
    where |= {"file": (b"f" * 16).hex(), "made_of": digest(b"made of").hex()}
    for number, content in enumerate((b"what came of it", b"a small picture", b"a page" * 100)):
        name = f"piece {number} of the pictures of a file"
        sealed = v.kept(name, "sealed", lambda n=number, c=content: _preview_seal(where).seal(n, c))
        opened = where | {"number": number, "sealed": sealed.hex()}
        v.add(name, "preview", opened)
        for what, other in {"file": b"g" * 16, "vault": b"w" * 16, "made_of": digest(b"turned")}.items():
            v.add(f"{name}, another {what}", "preview", opened | {what: other.hex()}, refused=True)
        v.add(f"{name}, in another place", "preview", opened | {"number": number + 1}, refused=True)
    v.changed(name, "preview", opened, "sealed")


def documents() -> Vectors:
    """Authorship, files and cards."""
    v = Vectors("documents_files_cards")
    body = sign_document(ANNA, _place(PLACE), FIRST.hash(), b"a narrative", author=IDS["anna"])
    wording = PEOPLE | {"place": PLACE, "body": body.hex(), "header": FIRST.encode().hex()}
    v.add("an author's document", "author", wording)
    v.add("sealed again in a later epoch", "author", wording | {"place": PLACE | {"epoch": 5}})
    for where, other in _elsewhere().items():
        if where != "another epoch":
            v.add(f"read at {where}", "author", wording | {"place": other}, refused=True)
    reader = sign_document(BORIS, _place(PLACE), FIRST.hash(), b"a narrative", author=IDS["boris"])
    v.add("by someone who may only read", "author", wording | {"body": reader.hex()}, refused=True)
    other = sign_document(ANNA, _place(PLACE), FIRST.hash(), b"a narrative", author=IDS["boris"])
    v.add("in a colleague's name", "author", wording | {"body": other.hex()}, refused=True)
    changed = body.replace(b"a narrative", b"a Narrative")
    v.add("a word changed", "author", wording | {"body": changed.hex()}, refused=True)
    key, context = seed("file"), file_context(ORG, ORIGIN.vault, b"f" * 16)
    for name, content in {"an empty file": b"", "a file of one byte": b"x", "a file of 600 bytes": b"f" * 600}.items():
        sealed = v.kept(name, "sealed", lambda content=content: _sealed_file(content, key, context))
        opened = {
            "sealed": sealed.hex(),
            "key": key.reveal().hex(),
            "context": context.hex(),
            "length": len(content),
        }
        v.add(name, "file", opened)
        v.changed(name, "file", opened, "sealed")
        v.add(f"{name}, of another vault", "file",
              opened | {"context": file_context(ORG, b"w" * 16, b"f" * 16).hex()}, refused=True)  # fmt: skip
    v.add("a length that hides the end", "file", opened | {"length": 599}, refused=True)
    _previews(v)
    for kind, secret in (("root", SEEDS.root_seed), ("recovery", SEEDS.recovery)):
        v.add(f"the {kind} card", "card", {"seed": secret.reveal().hex(), "kind": kind})
        text = card_text(secret, kind)
        v.add(f"the {kind} card, read", "read card", {"text": text, "kind": kind})
        groups = " ".join(line for line in text.splitlines() if not line.startswith("#")).split()
        v.add(f"the {kind} card in small letters", "read card", {"text": " ".join(groups).lower()})
        v.add(f"the {kind} card, two groups exchanged", "read card",
              {"text": " ".join([groups[1], groups[0], *groups[2:]])}, refused=True)  # fmt: skip
        v.add(f"the {kind} card, a group missing", "read card", {"text": " ".join(groups[1:])}, refused=True)
        another = "recovery" if kind == "root" else "root"
        v.add(f"the {kind} card as {another}", "read card", {"text": text, "kind": another}, refused=True)
    return v


def custodians() -> Vectors:
    """Shares of a seed, the public record of a set, and keys opened with the cards."""
    v = Vectors("custodians")
    _shares(v)
    created = CardSet(
        pins=PINS,
        set_id=b"set1",
        needed=2,
        count=3,
        root_marks=tuple(digest(bytes((n,))) for n in range(3)),
        recovery_marks=tuple(digest(bytes((n,))) for n in range(3, 6)),
        voids=(b"set0",),
    )
    record = created.to_file(SEEDS)
    v.add("a set's public record", "card set", {"file": record.hex()})
    v.changed("a set's public record", "card set", {"file": record.hex()}, "file")
    for name, other in {
        "signed by another root": created.to_file(OrgSeeds(root_seed=seed("x"), recovery=SEEDS.recovery)),
        "more needed than made": replace(created, needed=4).to_file(SEEDS),
        "a mark missing": replace(created, root_marks=created.root_marks[:2]).to_file(SEEDS),
        "void itself": replace(created, voids=(b"set1",)).to_file(SEEDS),
    }.items():
        v.add(f"a set's public record, {name}", "card set", {"file": other.hex()}, refused=True)
    pinned = {"pins": PINS.encode().hex()}
    proof = pinned | {"file": prove_read(SEEDS, b"set1", 20_000).hex()}
    v.add("cards read back", "cards read", proof)
    v.changed("cards read back", "cards read", proof, "file")
    strange = OrgSeeds(root_seed=SEEDS.root_seed, recovery=seed("x"))
    v.add("read back with another recovery seed", "cards read",
          pinned | {"file": prove_read(strange, b"set1", 20_000).hex()}, refused=True)  # fmt: skip
    other_pins = CardsRead(pins=digest(b"other pins"), set_id=b"set1", day=20_000)
    signatures = (other_pins.sign(SEEDS.root_seed), other_pins.sign(recovery_keys(SEEDS.recovery).sign_seed))
    other_file = pae(b"hrd/v1/cards-read-file", other_pins.encode(), *signatures)
    v.add("read back of other pinned keys", "cards read", pinned | {"file": other_file.hex()}, refused=True)
    request = CertifyRequest(pins=PINS, certificate=Certificate.decode(CERTIFICATES[0].statement))
    text = pinned | {"request": request.encode().hex(), "answer": request.answer(SEEDS.root_seed).hex()}
    v.add("a founder certified", "certified", text)
    v.changed("a founder certified", "certified", text, "answer")
    _recovery(v, pinned)
    return v


def _shares(v: Vectors) -> None:
    wording = {
        "seed": SEEDS.recovery.reveal().hex(),
        "kind": "recovery",
        "set": b"set1".hex(),
        "needed": 3,
        "count": 5,
        "draws": [seed(f"coefficient {n}").reveal().hex() for n in (1, 2)],
    }
    v.add("a seed split 3 of 5", "split", wording)
    v.add("more needed than made", "split", wording | {"needed": 6}, refused=True)
    v.add("seventeen shares", "split", wording | {"count": 17}, refused=True)
    v.add("a short seed", "split", wording | {"seed": "00"}, refused=True)
    texts = [text + "\n" for text in _split(wording).split("\n\n")]
    for chosen in itertools.combinations(range(5), 3):
        v.add(f"shares {chosen}", "combine", {"shares": [texts[at] for at in chosen]})
    for listed in ("latin", "ru", "kk"):
        words = " ".join(read_share(texts[0]).words(listed))
        v.add(f"a share in words, {listed}", "share words", {"text": texts[0], "list": listed})
        v.add(f"shares, one in words, {listed}", "combine", {"shares": [words, texts[1], texts[2]]})
        swapped = " ".join([words.split()[1], words.split()[0], *words.split()[2:]])
        v.add(f"two words exchanged, {listed}", "combine", {"shares": [swapped, *texts[1:3]]}, refused=True)
    beside = _split(wording | {"set": b"set2".hex()}).split("\n\n")
    root = _split(wording | {"kind": "root"}).split("\n\n")
    first = texts[0].splitlines()[2].split()[0]
    for name, shares in {
        "two of three": texts[:2],
        "the same twice": [texts[0], texts[0], texts[1]],
        "of another set": [*texts[:2], beside[2]],
        "of another kind": [*texts[:2], root[2]],
        "two letters exchanged": [texts[0].replace(first[:4], first[1] + first[0] + first[2:4], 1), *texts[1:3]],
        "a group missing": [" ".join(texts[0].splitlines()[1].split()[:3]), *texts[1:3]],
        "one more, that is of other coefficients": [
            *texts[:3], _split(wording | {"draws": wording["draws"][::-1]}).split("\n\n")[3]
        ],
        "none": [],
    }.items():  # fmt: skip
        v.add(f"shares, {name}", "combine", {"shares": shares}, refused=True)


def _recovery(v: Vectors, pinned: Inputs) -> None:
    opened = sign_header(FIRST, ANNA)
    wrap = v.kept("a request opened", "wrap", lambda: deliver(KEY, FIRST, PINS.recovery_kem_public, RECOVERY))
    part = RecoveryPart(compartment="core", rights=EVERY, chain=(opened,), wrap=wrap)
    request = RecoveryRequest(
        org=ORG,
        nonce=seed("request nonce").reveal()[:16],
        day=20_000,
        authority=BY_PEOPLE,
        reason="lost",
        pins=PINS,
        target=Certificate.decode(CERTIFICATES[2].statement),
        certify=False,
        certificates=tuple(CERTIFICATES),
        revocations=(),
        vaults=(AskedVault(vault=ORIGIN.vault, kind="case", parts=(part,)),),
    )
    seeds = {"recovery": SEEDS.recovery.reveal().hex(), "wrap": wrap.hex()}
    text = seeds | {"request": request.encode().hex()}
    v.add("a request opened", "rewrap", text)
    data = request.encode()
    for name, other in {
        "cut": data[:-1],
        "longer": data + b"\0",
        "another label": data.replace(b"hrd/v1/recovery-request", b"hrd/v2/recovery-request"),
        "nothing": b"",
        "an unknown authority": replace(request, authority=3).encode(),
    }.items():
        v.add(f"a request, {name}", "rewrap", seeds | {"request": other.hex()}, refused=True)
    v.add("another recovery seed", "rewrap", text | {"recovery": seed("x").reveal().hex()}, refused=True)
    by_root = replace(request, authority=BY_ROOT).encode().hex()
    v.add("without the root that is asked for", "rewrap", seeds | {"request": by_root}, refused=True)
    v.add("with another root", "rewrap",
          seeds | {"request": by_root, "root": seed("x").reveal().hex()}, refused=True)  # fmt: skip
    bare = replace(request, certificates=()).encode().hex()
    v.add("for a key that nobody certified", "rewrap", seeds | {"request": bare}, refused=True)
    moved = replace(request, vaults=(AskedVault(vault=b"w" * 16, kind="case", parts=(part,)),))
    v.add("a header of another vault is left out", "rewrap", seeds | {"request": moved.encode().hex()})
    _custody_records(v, request)
    sealed = v.kept("an answer", "answer", rewrap(request, recovery_keys(SEEDS.recovery)).answer.encode)
    answer = pinned | {"org": ORG.hex(), "authority": BY_PEOPLE, "answer": sealed.hex()}
    v.add("an answer", "recovery answer", answer)
    v.changed("an answer", "recovery answer", answer, "answer")
    v.add(
        "an answer that the root should have signed", "recovery answer", answer | {"authority": BY_ROOT}, refused=True
    )
    v.add("an answer for another organisation", "recovery answer", answer | {"org": "00" * 16}, refused=True)


def _custody_records(v: Vectors, request: RecoveryRequest) -> None:
    """The custodians' record, by the root and then by two of its list; and who of it signed a request."""
    two, stranger = (ADMIN, SECOND), BORIS
    listed = sorted(ListedKey(key.fingerprint, key.sign_public, frozenset({"administrator"})) for key in two)
    first = CustodyRecord(
        org=ORG, pins=PINS, day=20_000, keys=tuple(listed), card_set=b"", log_size=7, log_root=digest(b"log"),
        previous=b"",
    )  # fmt: skip
    file = signed_by_root(first, SEEDS.root_seed)
    next_one = replace(first, day=20_001, log_size=9, previous=first.hash())

    def after(record: CustodyRecord, *keys: UserKeys) -> Inputs:
        signed = SignedRecord(record, tuple(KeySignature(key.fingerprint, record.sign(key.sign_seed)) for key in keys))
        return {"record": CustodyRecordFile(records=(*file.records, signed)).encode().hex()}

    v.add("a record by the root", "custody record", {"record": file.encode().hex()})
    v.add("a record by two of the one before", "custody record", after(next_one, *two))
    for name, wrong in {
        "by one": after(next_one, two[0]),
        "by one, twice": after(next_one, two[0], two[0]),
        "by one of the list and another": after(next_one, two[0], stranger),
        "of an earlier day": after(replace(next_one, day=19_999), *two),
        "that does not follow": after(replace(next_one, previous=b""), *two),
    }.items():
        v.add(f"a record {name}", "custody record", wrong, refused=True)
    alone = CustodyRecordFile(records=(SignedRecord(first, ()),)).encode().hex()
    v.add("a record by nobody", "custody record", {"record": alone}, refused=True)
    for name, keys in {"two": two, "one": two[:1], "one, twice": (two[0], two[0]), "another": (stranger,)}.items():
        signatures = tuple(KeySignature(key.fingerprint, request.sign(key.sign_seed)) for key in keys)
        signed = SignedRequest(request=request, signatures=signatures).encode().hex()
        v.add(f"a request signed by {name}", "request signers", {"request": signed, "record": file.encode().hex()})


def _manifests(v: Vectors) -> None:
    """What a compartment consists of."""
    rows = {bytes((n,)) * 16: ManifestRow(version=n, body=digest(b"body"), past=bytes((n,)) * 32) for n in (1, 2)}
    bucket = encode_bucket(rows)
    head = encode_head({7: digest(b"one"), 20: digest(b"two")}, {})
    in_head = encode_head({257: digest(b"pack")}, rows)
    v.add("the hash over what was replaced", "past", {"past": "00" * 32, "version": 1, "body": digest(b"body").hex()})
    again = {"past": digest(b"past").hex(), "version": 2, "body": digest(b"body").hex()}
    v.add("the hash over what was replaced, twice", "past", again)
    where = {"org": "01" * 16, "vault": "02" * 16, "compartment": "core", "bucket": 256, "epoch": 3, "number": 9}
    v.add("where a manifest's head rests", "manifest place", where)
    for name, data in {"bucket": bucket, "head": head, "head with rows": in_head}.items():
        operation = f"manifest {name.partition(' ')[0]}"
        v.add(f"a manifest's {name}", operation, {"data": data.hex()})
        for harm, other in _harmed_lists(data).items():
            v.add(f"a manifest's {name}, {harm}", operation, {"data": other.hex()}, refused=True)
        other = head if name == "bucket" else bucket
        v.add(f"a manifest's {name} that is the other", operation, {"data": other.hex()}, refused=True)
    both = encode_head({7: digest(b"one")}, rows)
    v.add("rows in the head and in a bucket", "manifest head", {"data": both.hex()}, refused=True)


def _harmed_lists(data: bytes) -> dict[str, bytes]:
    """Each list of lines with its two lines turned, one of them twice, one missing; and the whole cut."""
    pieces = list(unpae(data))
    results = {"cut": data[:-1], "empty": b""}
    for at, piece in enumerate(pieces[1:], start=1):
        half = len(piece) // 2
        first, second = piece[:half], piece[half:]
        others = {"in another order": second + first, "one twice": second * 2, "cut within": piece[:-1]}
        if at == len(pieces) - 1 and len(pieces) > 2:
            others["of no row"] = bytes(16) + piece[16:]
        for harm, other in others.items():
            if other != piece and piece:
                results[f"list {at} {harm}"] = pae(*pieces[:at], other, *pieces[at + 1 :])
    return results


def _add_entries(v: Vectors) -> None:
    """Whose word an entry is."""
    place = {"org": ORG, "key": b"k" * 16, "counter": 3}
    own = entry_body(b'{"act":"read a case"}', by=BORIS, **place)
    user = {"user": IDS["boris"].hex()}
    for name, body, more in (
        ("signed by the person it names", own, user),
        ("that names somebody else", own, {"user": bytes(16).hex()}),
        ("with another counter", replace(own, counter=4), user),
        ("with other details", replace(own, details=b"{}"), user),
        ("signed by nobody", entry_body(b"{}", by=None, **place), user),
        ("signed by keys that nobody certified", replace(own, fingerprint=bytes(32)), user),
    ):
        v.add(f"an entry {name}", "entry by", PEOPLE | more | {"body": body.encode().hex()})
    for name, data in {"cut": own.encode()[:-1], "half a signature": own.encode()[:-32], "empty": b""}.items():
        v.add(f"an entry, {name}", "entry by", PEOPLE | user | {"body": data.hex()}, refused=True)


def log() -> Vectors:
    """Leaves, roots, marks and checkpoints."""
    v = Vectors("log")
    v.add("a leaf", "leaf", {"pieces": ["61", "62"]})
    row = {"seq": 7, "day": 20_000, "class": "72656164", "mark": "6d" * 48, "sealed": "736561"}
    v.add("a row's leaf", "log leaf", row)
    v.add("a row's leaf, mark changed", "log leaf", row | {"mark": "6e" * 48})
    leaves = [digest(bytes((n,))).hex() for n in range(9)]
    for size in range(10):
        v.add(f"root of {size}", "root", {"leaves": leaves[:size]})
    frontier = Frontier()
    for leaf in leaves[:7]:
        frontier = frontier.append(_b(leaf))
    v.add("a frontier of 7", "frontier", {"data": frontier.encode().hex()})
    for name, data in {"cut": frontier.encode()[:-1], "longer": frontier.encode() + b"\0", "empty": b""}.items():
        v.add(f"a frontier, {name}", "frontier", {"data": data.hex()}, refused=True)
    v.add("a mark", "mark", {"key": seed("core key").reveal().hex(), "number": 5, "root": "ab" * 32})
    _add_entries(v)
    note = Checkpoint(origin="log.example/1", size=7, root=frontier.root).encode(seed("instance sign"))
    public = signing_public(seed("instance sign")).hex()
    v.add("a checkpoint", "checkpoint", {"note": note, "public": public})
    for name, other in {
        "another size": note.replace("\n7\n", "\n8\n"),
        "a size with a zero in front": note.replace("\n7\n", "\n07\n"),
        "another origin": note.replace("log.example", "log.examplf"),
        "no signature": note.split("—")[0],
        "no line at the end": note[:-1],
        "more text": note + "more\n",
        "empty": "",
    }.items():
        v.add(f"a checkpoint, {name}", "checkpoint", {"note": other, "public": public}, refused=True)
    written = b64encode(b"\1" + _b(public)).decode()
    key = f"log.example/1+{key_id('log.example/1', _b(public)).hex()}+{written}"
    v.add("the key that checks it", "verifier", {"key": key})
    for name, other in {"another name": key.replace("/1", "/2"), "no name": key[14:], "cut": key[:-4], "": ""}.items():
        v.add(f"the key that checks it, {name or 'empty'}", "verifier", {"key": other}, refused=True)
    _manifests(v)
    foreign = signing_public(seed("x")).hex()
    v.add("of another instance", "checkpoint", {"note": note, "public": foreign}, refused=True)
    return v


def deletions() -> Vectors:
    """A deletion that two people signed."""
    v = Vectors("deletions")
    request = DeletionOrder(
        org=ORG, vault=ORIGIN.vault, request=b"request".ljust(16, b"-"), day=20_777, by=ANNA.fingerprint
    )
    signature = ask(request, ANNA)

    def said(deletion: Deletion, **more: str) -> Inputs:
        return PEOPLE | {name: part.hex() for name, part in deletion._asdict().items()} | more

    whole = said(confirm(request, signature, BORIS))
    v.add("a vault, asked by one and confirmed by another", "deletion", whole)
    item = replace(request, record=bytes.fromhex("ab" * 16))
    v.add("one record", "deletion", said(confirm(item, ask(item, ANNA), BORIS)))
    v.add("confirmed by who asked", "deletion", said(confirm(request, signature, ANNA)), refused=True)
    v.add(
        "confirmed by somebody without a certificate", "deletion", said(confirm(request, signature, NEW)), refused=True
    )
    never = said(confirm(request, ask(item, ANNA), BORIS))
    v.add("asked for something else", "deletion", never, refused=True)
    elsewhere = replace(request, org=bytes(16))
    v.add("of another organisation", "deletion", said(confirm(elsewhere, ask(elsewhere, ANNA), BORIS)), refused=True)
    other = said(confirm(item, ask(item, ANNA), BORIS))["confirmed_signature"]
    v.add("the confirmation of another request", "deletion", whole | {"confirmed_signature": other}, refused=True)
    for at in ("asked", "asked_signature", "confirmed_by", "confirmed_signature"):
        v.changed(f"deletion, {at.replace('_', ' ')}", "deletion", whole, at)
    return v


def leavings() -> Vectors:
    """Somebody gives up a compartment whose next header they may not sign."""
    v = Vectors("leavings")
    whole = PEOPLE | {
        "vault": ORIGIN.vault.hex(),
        "compartment": "core",
        "epoch": 1,
        "fingerprint": BORIS.fingerprint.hex(),
        "signature": Leaving(org=ORG, vault=ORIGIN.vault, compartment="core", epoch=1, fingerprint=BORIS.fingerprint)
        .sign(BORIS.sign_seed)
        .hex(),
    }
    v.add("one's own, in its epoch", "leaving", whole)
    v.add("of a later epoch", "leaving", whole | {"epoch": 2}, refused=True)
    v.add("of another part", "leaving", whole | {"compartment": "identity"}, refused=True)
    v.add("of another vault", "leaving", whole | {"vault": bytes(16).hex()}, refused=True)
    v.add("of another organisation", "leaving", whole | {"org": bytes(16).hex()}, refused=True)
    v.add("for somebody else", "leaving", whole | {"fingerprint": ANNA.fingerprint.hex()}, refused=True)
    v.add("of keys that nobody certified", "leaving", whole | {"fingerprint": bytes(32).hex()}, refused=True)
    v.changed("leaving, signature", "leaving", whole, "signature")
    return v


def security_keys() -> Vectors:
    """Second factors with and without security keys, and what keys are asked to sign."""
    v = Vectors("security_keys")
    hashes = pae(digest(b"one"), digest(b"two"))
    key = SecurityKey(
        credential=b"\x11" * 32, public=b"\xa5" * 77, count=7, name="синий", day=20_779, host="work.example"
    )

    def row(keys: list[bytes], always: bytes = b"\0", label: bytes = b"hrd/v2/second-factor") -> bytes:
        return pae(label, bytes(20), u64(9), hashes, pae(*keys), u64(1_800_000_000), always)

    def add(name: str, data: bytes, *, length: int = 6140, refused: bool = False) -> None:
        """The pieces of `data` and a last one of zeros that fills them to this length."""
        count, room = int.from_bytes(data[:4], "big") + 1, length - len(data) - 8
        filled = count.to_bytes(4, "big") + data[4:] + u64(room)
        v.add(name, "second factor row", {"data": filled.hex(), "filling": room}, refused=refused)

    item = key.encode()
    v.add(
        "before there were keys",
        "second factor row",
        {"data": pae(b"hrd/v1/second-factor", bytes(20), u64(9), hashes).hex()},
    )
    add("no key", row([]))
    add("one key", row([item]))
    add("one key, asked for always", row([item], b"\1"))
    add("asked for always, and none there", row([], b"\1"), refused=True)
    add("neither yes nor no", row([item], b"\2"), refused=True)
    add("the same key six times", row([item] * 6), refused=True)
    add("a key without its address", row([replace(key, host="x").encode()[:-9] + u64(0)]), refused=True)
    add("a key with a byte more", row([item + b"\0"]), refused=True)
    add("shorter than all others", row([item]), length=6139, refused=True)
    add("longer than all others", row([item]), length=6141, refused=True)
    add("another label", row([item], label=b"hrd/v3/second-factor"), refused=True)
    v.add(
        "an old label over new pieces",
        "second factor row",
        {"data": row([item], label=b"hrd/v1/second-factor").hex()},
        refused=True,
    )
    v.add("nothing but zeros", "second factor row", {"data": "", "filling": 6140}, refused=True)

    request = {"marker": seed("marker").reveal().hex(), "purpose": "log in", "whom": b"a browser".hex()}
    v.add("what a key signs", "key challenge", request | {"now": 1_800_000_000})
    challenge = key_challenge(seed("marker"), "log in", b"a browser", 1_800_000_000).hex()
    whole = request | {"challenge": challenge, "now": 1_800_000_000}
    v.add("at once", "challenge time", whole)
    v.add("ten minutes later", "challenge time", whole | {"now": 1_800_000_600})
    v.add("a second too late", "challenge time", whole | {"now": 1_800_000_601})
    v.add("before it was made", "challenge time", whole | {"now": 1_799_999_999})
    v.add("for another purpose", "challenge time", whole | {"purpose": "confirm"})
    v.add("of another browser", "challenge time", whole | {"whom": b"another".hex()})
    v.add("of another server", "challenge time", whole | {"marker": seed("other").reveal().hex()})
    v.add(
        "a later time over the same mark",
        "challenge time",
        whole | {"challenge": u64(1_800_000_001).hex() + challenge[16:], "now": 1_800_000_001},
    )
    v.add("a byte short", "challenge time", whole | {"challenge": challenge[:-2]})
    v.add("what a key keeps of its owner", "key person", {"marker": request["marker"], "user": IDS["anna"].hex()})
    return v


def duty_and_locked_calls() -> Vectors:
    """Who is on duty, in the clear and signed; a call from a locked page, sealed to one reader."""
    v = Vectors("duty_and_locked_calls")
    line = SignedDuty(org=ORG, record=b"r" * 16, user=IDS["boris"], begins=20_000, ends=20_006, signer=ANNA.fingerprint)
    whole = PEOPLE | {"data": line.encode().hex(), "signature": line.sign(ANNA.sign_seed).hex()}
    v.add("a line of duty", "duty", whole)
    v.add("one day", "duty", whole | _signed_duty(replace(line, ends=20_000), ANNA))
    for name, other in {
        "of another organisation": replace(line, org=bytes(16)),
        "for another account": replace(line, user=IDS["anna"]),
        "for another record": replace(line, record=b"s" * 16),
        "begun earlier": replace(line, begins=19_999),
        "ending later": replace(line, ends=20_007),
        "in another's name": replace(line, signer=BORIS.fingerprint),
    }.items():
        v.add(name, "duty", whole | {"data": other.encode().hex()}, refused=True)
    v.add("signed by keys that nobody certified", "duty", whole | _signed_duty(line, SECOND), refused=True)
    v.changed("a line of duty", "duty", whole, "data")
    v.changed("a line of duty, signature", "duty", whole, "signature")
    later = line.encode().replace(b"hrd/v1/duty", b"hrd/v2/duty")
    v.add("another label", "duty", whole | {"data": later.hex()}, refused=True)
    pieces = unpae(line.encode())
    v.add("a piece more", "duty", whole | {"data": pae(*pieces, b"").hex()}, refused=True)
    v.add(
        "a day in eight bytes", "duty", whole | {"data": pae(*pieces[:5], u64(20_006), pieces[6]).hex()}, refused=True
    )

    body = json.dumps({"at": "2026-11-20T09:00+00:00", "by": IDS["anna"].hex(), "parts": {"core": "{}"}}).encode()
    call: Inputs = {"org": ORG.hex(), "call": (b"c" * 16).hex(), "recipient": ANNA.fingerprint.hex()}

    def seal() -> bytes:
        return seal_call(ANNA.kem_public, body, org=ORG, call=b"c" * 16, recipient=ANNA.fingerprint)

    text = call | {"seed": ANNA.kem_seed.reveal().hex(), "sealed": v.kept("a locked call", "sealed", seal).hex()}
    v.add("a locked call", "open locked call", text)
    v.add("with another reader's key", "open locked call", text | {"seed": BORIS.kem_seed.reveal().hex()}, refused=True)
    for at, other in {"org": bytes(16), "call": b"d" * 16, "recipient": BORIS.fingerprint}.items():
        v.add(f"at another place: {at}", "open locked call", text | {at: other.hex()}, refused=True)
    v.changed("a locked call", "open locked call", text, "sealed")
    v.add("what the log tells of it", "locked call waits", call | {"sealed": text["sealed"]})
    v.add("and when it was entered", "locked call entered", {"org": call["org"], "call": call["call"]})
    return v


def _signed_duty(line: SignedDuty, keys: UserKeys) -> Inputs:
    return {"data": line.encode().hex(), "signature": line.sign(keys.sign_seed).hex()}


def main() -> None:
    """Write every file and say how many vectors there are."""
    FOLDER.mkdir(exist_ok=True)
    created = [
        make()
        for make in (
            encoding,
            envelopes,
            public_envelopes,
            keys,
            people,
            headers,
            own_things,
            documents,
            custodians,
            log,
            deletions,
            leavings,
            security_keys,
            duty_and_locked_calls,
        )
    ]
    for vectors in created:
        vectors.write()
    refused = sum("refused" in vector for vectors in created for vector in vectors.vectors)
    sys.stdout.write(f"{sum(len(vectors.vectors) for vectors in created)} vectors, {refused} of them refusals\n")


if __name__ == "__main__":
    main()
