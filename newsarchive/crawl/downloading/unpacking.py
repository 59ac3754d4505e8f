"""Undo `Content-Encoding` by the same rules by which raw pages are read again later."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.context import context_of
from newsarchive.crawl.reasons import RefusedError
from newsarchive.storage.raw.content_encoding import BombError, unpacked


class UnpackingMiddleware:
    """Stands in for Scrapy's, which reads no page that is plain under a header that says it is packed."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Unpack a body. Raises RefusedError."""
        encodings = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not encodings:
            return response
        context = context_of(request)
        body, context.unpacked = context.unpacked, None
        try:
            if body is None:
                body = unpacked(response.body, encodings)
        except BombError as error:
            raise RefusedError("decompression_bomb", f"{request.url}: {error}") from error
        response._set_body(body)  # noqa: SLF001 - what was sent is kept already, and a copy costs a fiftieth of a page's time
        del response.headers["Content-Encoding"]
        return response
