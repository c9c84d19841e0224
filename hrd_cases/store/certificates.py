"""Every certificate ever signed, in the order in which each person had them."""

from hrd_cases.crypto.core.certificates import Signed
from hrd_cases.store.work import Work


def signed_certificates(work: Work) -> list[Signed]:
    """Every certificate, and the endorsements of those that took two administrators."""
    results = [Signed(row.body, row.signature) for row in work.keys.certificates()]
    for row in work.replacements.certificates():
        results.append(Signed(row.body, row.signature))
        if row.endorsement:
            results.append(Signed(row.endorsement, row.endorsement_signature))
    return results
