"""The seal of a paper: who built it, certified by whom, over every byte of it; and the check that needs no server.

claims    = organisation, case, number, root key, certificates, log checkpoint
statement = PAE("hrd/v2/paper", claims..., SHA-256 of the bytes outside the seal's block)
          or PAE("hrd/v2/paper-manifest", claims..., SHA-256 of SHA256SUMS)
seal      = PAE("hrd/v2/paper-seal", claims..., signature)

All that a seal says is signed: nobody gives a paper another checkpoint, or takes a certificate away.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from hrd_cases.crypto.core.certificates import Certificate, Endorsement, Signed, Trust, key_words
from hrd_cases.crypto.core.encoding import pae, read_number, u32, unpae, unpae_exactly
from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.crypto.core.keys import ROOT, Pins
from hrd_cases.crypto.core.passphrases import compared_words
from hrd_cases.crypto.core.primitives import KEM_PUBLIC_LENGTH, SIGN_PUBLIC_LENGTH, digest, sign, verify
from hrd_cases.crypto.core.secrets import Secret
from hrd_cases.domain.ids import CaseId
from hrd_cases.domain.words import N_
from hrd_cases.render.verify import NoSeal, embed_seal, is_part, split_seal
from hrd_cases.services.kernel import checkpoints
from hrd_cases.services.kernel.context import Context
from hrd_cases.store.certificates import signed_certificates

PAPER, SEAL, MANIFEST = b"hrd/v2/paper", b"hrd/v2/paper-seal", b"hrd/v2/paper-manifest"
LONGEST_CHAIN = 32  # statements: certificates of one person and of whoever certified them, and endorsements
UNCHANGED = N_("Unchanged since it was sealed with this key, which the organisation's root certified.")
UNCHECKED = N_(
    "Unchanged since it was sealed by this key. Who holds the key was not checked: no root words were given."
)
OTHER_ROOT = N_("Sealed under another root than the one given. Do not rely on it.")
CHANGED = N_("Changed after it was sealed, or the seal is false. Do not rely on it.")
PART = N_(
    "This is a separate file of a paper and has no seal of its own. It is sealed by the "
    "manifest SHA256SUMS beside it. Check the folder or the archive it came in."
)
UNSEALED = N_("The paper has no seal, or something was added after it was sealed.")


@dataclass(frozen=True, kw_only=True)
class SealVerdict:
    """What a paper proves by itself; `good` when the bytes hold and the root words, if any were given, fit."""

    good: bool
    text: str
    number: int = 0
    signer_words: tuple[str, ...] = ()
    root_words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    root_checked: bool = False
    checkpoint: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class SealFacts:
    """All that a seal is made of, taken from one act of the builder."""

    org: bytes
    case: bytes
    number: int
    root_public: bytes
    seed: Secret
    chain: tuple[Signed, ...]
    checkpoint: str

    def seal(self, pdf: bytes) -> bytes:
        """The paper with its seal."""
        return embed_seal(pdf, lambda covered: self._of(PAPER, covered))

    def seal_of_manifest(self, sums: bytes) -> bytes:
        """The seal over the manifest of the package, as a file of its own."""
        return base64.encodebytes(self._of(MANIFEST, sums))

    def _of(self, kind: bytes, covered: bytes) -> bytes:
        claims = (
            self.org,
            self.case,
            u32(self.number),
            self.root_public,
            pae(*(pae(signed.statement, signed.signature) for signed in self.chain)),
            self.checkpoint.encode(),
        )
        return pae(SEAL, *claims, sign(self.seed, _statement(kind, claims, covered)))


def sealing(ctx: Context, case: CaseId, number: int) -> SealFacts:
    """What the actor seals a paper of this case with."""
    return SealFacts(
        org=ctx.runtime.org,
        case=bytes.fromhex(case),
        number=number,
        root_public=ctx.runtime.pins.root_public,
        seed=ctx.keys.sign_seed,
        chain=_chain(ctx),
        checkpoint=checkpoint(ctx),
    )


def checkpoint(ctx: Context) -> str:
    """The log's present size and root as a signed note."""
    return checkpoints.note(ctx)


def root_words(root_public: bytes) -> tuple[str, ...]:
    """The eight words by which the organisation's root is known: published, printed and compared in this one form."""
    return key_words(digest(root_public), compared_words())


def check(pdf: bytes, root: Sequence[str] | None = None) -> SealVerdict:
    """Check a paper by itself; `root` are the eight words of the organisation's root."""
    try:
        covered, seal = split_seal(pdf)
    except NoSeal:
        return SealVerdict(good=False, text=PART if is_part(pdf) else UNSEALED)
    return _judged(PAPER, covered, seal, root)


def check_manifest(sums: bytes, seal: bytes, root: Sequence[str] | None = None) -> SealVerdict:
    """Check the manifest of a package by its seal; `root` as in check()."""
    try:
        raw = base64.b64decode(b"".join(seal.split()), validate=True)
    except ValueError:
        return SealVerdict(good=False, text=CHANGED)
    return _judged(MANIFEST, sums, raw, root)


def _judged(kind: bytes, covered: bytes, seal: bytes, root: Sequence[str] | None) -> SealVerdict:
    try:
        return _judge(kind, covered, seal, tuple(word.casefold() for word in root) if root else None)
    except CryptoError:
        return SealVerdict(good=False, text=CHANGED)


def _judge(kind: bytes, covered: bytes, seal: bytes, root: tuple[str, ...] | None) -> SealVerdict:
    label, *claims, signature = unpae_exactly(seal, 8)
    org, _case, number, root_public, chain, note = claims
    links = [Signed(*unpae_exactly(data, 2)) for data in unpae(chain)]
    if label != SEAL or not 0 < len(links) <= LONGEST_CHAIN:
        return SealVerdict(good=False, text=CHANGED)
    builder = Certificate.decode(links[0].statement)
    pins = Pins(
        root_public=root_public,
        recovery_kem_public=bytes(KEM_PUBLIC_LENGTH),
        recovery_sign_public=bytes(SIGN_PUBLIC_LENGTH),
    )
    certified = Trust(org, pins, links).certificate(builder.fingerprint)
    if not verify(certified.sign_public, _statement(kind, claims, covered), signature):
        return SealVerdict(good=False, text=CHANGED)
    fits = root is not None and root == root_words(root_public)
    return SealVerdict(
        good=fits or root is None,
        text=UNCHECKED if root is None else UNCHANGED if fits else OTHER_ROOT,
        number=read_number(number, 4),
        signer_words=key_words(certified.fingerprint, compared_words()),
        root_words=root_words(root_public),
        roles=tuple(sorted(certified.roles)),
        root_checked=fits,
        checkpoint=note.decode("utf-8", "replace"),
        sha256=digest(covered).hex(),
    )


def _statement(kind: bytes, claims: Sequence[bytes], covered: bytes) -> bytes:
    return pae(kind, *claims, digest(covered))


def _chain(ctx: Context) -> tuple[Signed, ...]:
    """The actor's certificates, newest first, and of whoever issued or endorsed one of them, up to the root."""
    signed, endorsed = _statements(ctx)
    results: dict[bytes, Signed] = {}
    fingerprints, at = [ctx.keys.fingerprint], 0
    while at < len(fingerprints):
        newest = ctx.trust.certificate(fingerprints[at])
        at += 1
        for certificate in reversed(ctx.trust.chain(newest.user)[: newest.serial]):
            mine = [signed[certificate.hash()], *endorsed.get(certificate.hash(), ())]
            results |= {digest(each.statement): each for each in mine}
            issuers = [certificate.issuer, *(Endorsement.decode(each.statement).issuer for each in mine[1:])]
            fingerprints += [issuer for issuer in issuers if issuer != ROOT and issuer not in fingerprints]
    return tuple(results.values())


def _statements(ctx: Context) -> tuple[dict[bytes, Signed], dict[bytes, list[Signed]]]:
    """Certificates by their hash, and endorsements by the hash of what they endorse."""
    signed = {digest(signed.statement): signed for signed in signed_certificates(ctx.work)}
    endorsed: dict[bytes, list[Signed]] = {}
    for row in ctx.work.replacements.certificates():
        if row.endorsement:
            endorsed.setdefault(digest(row.body), []).append(Signed(row.endorsement, row.endorsement_signature))
    return signed, endorsed
