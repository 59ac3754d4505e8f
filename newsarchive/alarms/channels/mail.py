"""Alarms by mail: one message for each address, over a connection that is safe or stays on this machine."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from newsarchive.alarms.channels.channel import UnsentError
from newsarchive.alarms.message import AlarmMessage

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TLS_PORT, SUBMISSION_PORT, LOCAL_PORT = 465, 587, 25
"""The usual ports: of TLS from the start, of STARTTLS, and of a mail server on this machine."""


@dataclass(frozen=True, slots=True)
class MailChannel:
    """A mail address, and the server that takes mail for it (`smtp://host:port` or `smtps://host:port`)."""

    address: str
    sender: str
    server: str
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 20.0

    @property
    def name(self) -> str:
        """The address."""
        return f"mail {self.address}"

    def send(self, message: AlarmMessage) -> None:
        """Send a mail. Raises UnsentError."""
        mail = mail_of(message, self.sender, self.address)
        parts = urlsplit(self.server)
        host = parts.hostname or ""
        try:
            with self._connected(parts.scheme, host, parts.port) as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail, self.sender, [self.address])
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({str(code) for code, _ in error.recipients.values()})
            raise UnsentError(f"{host} refuses the address: {', '.join(codes)}") from None
        except smtplib.SMTPResponseException as error:
            # Its words may repeat what was sent to it, the password's answer among that.
            raise UnsentError(f"{host} answers {error.smtp_code} ({type(error).__name__})") from None
        except smtplib.SMTPException as error:
            raise UnsentError(f"{host}: {type(error).__name__}") from None
        except ssl.SSLError as error:
            raise UnsentError(
                f"{host}: no safe connection ({error.reason or type(error).__name__})"
            ) from None
        except TimeoutError:
            raise UnsentError(f"{host}: no answer in {self.seconds:g} seconds") from None
        except (OSError, UnicodeError) as error:
            raise UnsentError(f"{host}: {getattr(error, 'strerror', None) or type(error).__name__}") from None

    def _connected(self, scheme: str, host: str, port: int | None) -> smtplib.SMTP:
        """A connection, TLS where it leaves this machine. Raises UnsentError and what smtplib raises."""
        if scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or TLS_PORT, timeout=self.seconds, context=context)
        if host in _LOOPBACK:
            return smtplib.SMTP(host, port or LOCAL_PORT, timeout=self.seconds)
        server = smtplib.SMTP(host, port or SUBMISSION_PORT, timeout=self.seconds)
        try:
            server.starttls(context=ssl.create_default_context())
        except smtplib.SMTPNotSupportedError:
            server.close()
            raise UnsentError(
                f"{host} offers no STARTTLS: nothing is sent to it (smtps:// begins with TLS)"
            ) from None
        except BaseException:
            server.close()
            raise
        return server


def mail_of(message: AlarmMessage, sender: str, address: str) -> EmailMessage:
    """A message as a mail; mail programs show one that came twice once."""
    mail = EmailMessage()
    mail["Subject"] = message.title
    mail["From"] = Address("newsarchive", addr_spec=sender)
    mail["To"] = address
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message.key}@newsarchive.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, charset="utf-8", cte="base64")
    return mail
