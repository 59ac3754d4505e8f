"""The channels that the settings name, with the secrets of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsarchive.alarms.channels.channel import AlarmChannel
from newsarchive.alarms.channels.mail import MailChannel
from newsarchive.alarms.channels.services import NAME as APPRISE
from newsarchive.alarms.channels.services import ServiceChannel
from newsarchive.alarms.channels.webhook import WebhookChannel
from newsarchive.errors import BadValueError
from newsarchive.setting import checked_url

WEBHOOK = "NEWSARCHIVE_ALARM_WEBHOOK"
TOKEN = "NEWSARCHIVE_ALARM_WEBHOOK_TOKEN"  # noqa: S105 - the name of a variable
PASSWORD = "NEWSARCHIVE_ALARM_SMTP_PASSWORD"  # noqa: S105 - as above


def channels_of(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[AlarmChannel]:
    """Who is told of alarms; nobody where nothing is set.

    Raises BadValueError for an address that is none, which it does not repeat, and MissingExtraError.
    """
    seconds = float(settings["NEWSARCHIVE_ALARM_SECONDS"])
    addresses = [one for one in settings["NEWSARCHIVE_ALARM_MAIL_TO"].split(",") if one]
    found: list[AlarmChannel] = [
        MailChannel(
            address,
            settings["NEWSARCHIVE_ALARM_MAIL_FROM"].partition(",")[0] or addresses[0],
            settings["NEWSARCHIVE_ALARM_SMTP"],
            settings["NEWSARCHIVE_ALARM_SMTP_USER"],
            environment.get(PASSWORD, ""),
            seconds,
        )
        for address in dict.fromkeys(addresses)
    ]
    if url := environment.get(WEBHOOK, ""):
        try:
            checked_url(url)
        except ValueError:
            raise BadValueError(f"{WEBHOOK} is no URL that begins with http:// or https://") from None
        token = environment.get(TOKEN, "")
        if not token.isprintable() or not token.isascii():
            raise BadValueError(f"{TOKEN} is no token: it has characters that no header takes")
        found.append(WebhookChannel(url, token, seconds))
    for url in dict.fromkeys(environment.get(APPRISE, "").split()):
        service = ServiceChannel(url)
        service.check()
        found.append(service)
    return found
