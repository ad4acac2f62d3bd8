"""The only door of the renderer to the outside, and it is closed.

WeasyPrint asks for `asset:<sha256>`; the bytes of exactly those pictures were handed in. All
else (http, file, data, anything) is refused, and a refusal ends the render.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

SCHEME = "asset:"
_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def asset_url(sha256: str) -> str:
    """The address under which the renderer asks for a picture."""
    return SCHEME + sha256


class Refused(ValueError):
    """Something asked for an address that is not one of the report's pictures."""


def closed_fetcher(pictures: Mapping[str, Callable[[], bytes]]) -> URLFetcher:
    """A fetcher that knows `pictures` (SHA-256 → a function that reads the bytes) only."""
    # Imported here: the modules that only name addresses must not load WeasyPrint.
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Closed(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002
            read = pictures.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
            if read is None:
                raise FatalURLFetchingError(f"not one of the report's pictures: {url[:200]}")
            body = read()
            # A cut or exchanged file is found here; a decoder might draw half of it in silence.
            if hashlib.sha256(body).hexdigest() != url.removeprefix(SCHEME):
                raise FatalURLFetchingError(f"these bytes are not those of {url[:80]}")
            return URLFetcherResponse(url, body, {"Content-Type": _media_type(body)})

    return Closed(fail_on_errors=True, allowed_protocols=("asset",))


def _media_type(body: bytes) -> str:
    for signature, media_type in _SIGNATURES.items():
        if body.startswith(signature):
            return media_type
    raise Refused("a picture of a report is a JPEG or a PNG")
