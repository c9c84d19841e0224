"""The headers of every answer: nothing is kept, nothing is run, nothing is framed, nothing is told to other sites.

The pages that ask a security key run one script, and those alone (`let_ask`).
"""

from flask import Response, request, url_for

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "script-src 'none'",
    )
)
OFF = ("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
       "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
       "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "usb",
       "web-share", "xr-spatial-tracking")  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send the origin "null" on plain forms, and the origin could not be checked.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
FORGET, FORGET_ALL_BUT_COOKIES = '"cache", "cookies", "storage"', '"cache", "storage"'
STATIC = "static"
SCRIPT = "security_key.js"


def dress(response: Response) -> Response:
    """Put the headers on an answer; what a view has set itself stays, except that pages are never kept."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    ours = request.endpoint == STATIC and response.status_code in (200, 304)
    response.headers["Cache-Control"] = "no-cache" if ours else "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def let_ask(response: Response, act: str) -> None:
    """Let a page run the one script of ours, and ask a security key: "get" what it signs, or "create" a new one."""
    script = url_for(STATIC, filename=SCRIPT, _external=True)
    closed = HEADERS["Content-Security-Policy"].replace("script-src 'none'", f"script-src {script}")
    response.headers["Content-Security-Policy"] = f"{closed}; require-trusted-types-for 'script'; trusted-types 'none'"
    wanted = f"publickey-credentials-{act}"
    response.headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace(f"{wanted}=()", f"{wanted}=(self)")
