"""Alarms as JSON to one address of the web, and to no other one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from newsarchive import __version__
from newsarchive.alarms.channels.channel import UnsentError
from newsarchive.alarms.message import AlarmMessage
from newsarchive.no_redirects import NoRedirects
from newsarchive.parsing.harmless import harmless_json


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """An address that takes JSON by POST. It may be a secret itself, so only its host is ever told."""

    url: str = field(repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 20.0

    @property
    def name(self) -> str:
        """There is one."""
        return "webhook"

    def send(self, message: AlarmMessage) -> None:
        """Post a message. Raises UnsentError."""
        host = urlsplit(self.url).hostname
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"newsarchive/{__version__}",
            "Idempotency-Key": message.key,
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = harmless_json(json.dumps(message.data, ensure_ascii=False)).encode()
        request = Request(self.url, body, headers, method="POST")  # noqa: S310 - the operator's own address, http(s) only
        try:
            with build_opener(NoRedirects).open(request, timeout=self.seconds) as answer:
                status = answer.status
        except HTTPError as error:
            status = error.code
            error.close()
        except TimeoutError:
            raise UnsentError(f"{host}: no answer in {self.seconds:g} seconds") from None
        except URLError as error:
            why = error.reason
            raise UnsentError(f"{host}: {getattr(why, 'strerror', None) or type(why).__name__}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise UnsentError(f"{host}: {getattr(error, 'strerror', None) or type(error).__name__}") from None
        if 300 <= status < 400:
            raise UnsentError(
                f"{host} leads elsewhere (status {status}), which is not followed: set the address it means"
            )
        if not 200 <= status < 300:
            raise UnsentError(f"{host} answers with status {status}")
