"""Alarms by whatever apprise knows: 飞书 (feishu), 钉钉 (dingtalk), 企业微信 (wecombot), Bark, ntfy and a hundred more."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field

from newsarchive.alarms.channels.channel import UnsentError
from newsarchive.alarms.message import AlarmMessage
from newsarchive.errors import BadValueError, MissingExtraError

NAME = "NEWSARCHIVE_ALARM_APPRISE"


@dataclass(frozen=True, slots=True)
class ServiceChannel:
    """A service by its apprise URL, which holds a secret: it is known by its scheme and a fingerprint."""

    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """The service, told apart from others of its kind."""
        fingerprint = hashlib.sha256(self.url.encode(errors="replace")).hexdigest()[:6]
        scheme, found, _ = self.url.partition("://")
        return f"{scheme if found else 'service'} {fingerprint}"

    def check(self) -> None:
        """Find out whether apprise knows the URL. Raises MissingExtraError, BadValueError."""
        try:
            from apprise import Apprise  # noqa: PLC0415 - an extra
        except ImportError:
            raise MissingExtraError(
                f"{NAME} names services that apprise sends to: pip install 'newsarchive[alarms]'"
            ) from None
        _silence()
        if not Apprise().add(self.url):
            raise BadValueError(f"{NAME} has a URL ({self.name}) that apprise does not know (docs/alarms.md)")

    def send(self, message: AlarmMessage) -> None:
        """Hand a message to the service. Raises UnsentError."""
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - an extra

        _silence()
        service = Apprise()
        service.add(self.url)
        try:
            taken = service.notify(message.text, message.title, body_format=NotifyFormat.TEXT)
        except Exception as error:  # noqa: BLE001 - whatever one of a hundred plugins raises, its words may hold the URL
            raise UnsentError(f"{self.name}: {type(error).__name__}") from None
        if not taken:
            raise UnsentError(f"{self.name} did not take it")


def _silence() -> None:
    """Let apprise and what it asks the web with log nothing: what they log has addresses in it, and these are secrets."""
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
