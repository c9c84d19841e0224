"""Pictures drawn here: PNG, since the safest browsers draw nothing else."""

from io import BytesIO

import segno
from flask import Response, abort

from hrd_cases.services.signin.accounts import Offer


def qr_code(offer: Offer | None) -> Response:
    """The second factor of an offer as a picture to photograph; 404 when there is none."""
    if offer is None or not offer.uri:
        abort(404)
    drawn = BytesIO()
    segno.make(offer.uri, error="m").save(drawn, kind="png", scale=5, border=4)
    return Response(drawn.getvalue(), mimetype="image/png")
