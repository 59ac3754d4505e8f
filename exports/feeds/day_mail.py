"""One day as a mail: a draft of which a mail program or server fills in who gets it and when it was sent.

No clock is read and no name of this machine is told: the message has no `Date`, no `Message-ID`, and one boundary for all days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from exports.content.labels import USUAL, Labels
from exports.feeds.day_html import mail_line, mail_page
from exports.feeds.day_items import DayItem, DayItems
from exports.feeds.day_text import day_text
from exports.feeds.html import html_of
from exports.feeds.xml_text import web_url, xml_line
from newsarchive.errors import BadValueError
from newsarchive.items.body import Inline, Span
from newsarchive.parsing.harmless import harmless

LARGEST = 102_000
"""Bytes of a message as it is sent; Gmail shows no more of one than 102 KB."""
_BOUNDARY = "=_newsarchive"
"""No line of base64 begins with a hyphen, so none can be this."""
_LINE, _IN_A_LINE = 78, 57
"""Bytes of a line of base64 with its end, and bytes of content in it."""


@dataclass(frozen=True, slots=True)
class DayMail:
    """A message in the form of an .eml file, and the entries for which it had no room."""

    text: str
    left_out: tuple[DayItem, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mail it is; without an address the mail program says so. `home` is where the rest of a day can be read."""

    name: str = ""
    address: str = ""
    home: str = ""


def day_mail(day: DayItems, title: str, sender: Sender, labels: Labels = USUAL) -> DayMail:
    """A day as plain text and as HTML, in one message of at most `LARGEST` bytes.

    Entries come in their order as long as there is room; one that is too long leaves its place to those after it. Raises
    BadValueError for what is no address.
    """
    whole = _message(day, title, sender, labels)
    if len(whole) <= LARGEST:
        return DayMail(whole, ())
    frame = len(_message(replace(day, items=()), title, sender, labels, left_out=len(day.items)))
    room = (LARGEST - frame) // _LINE * _IN_A_LINE - 2 * _IN_A_LINE  # each part may end with a line begun
    kept: list[DayItem] = []
    left_out: list[DayItem] = []
    for item in day.items:
        size = _size(item, labels)
        (kept if size <= room else left_out).append(item)
        room -= size if size <= room else 0
    found = replace(day, items=tuple(kept))
    return DayMail(_message(found, title, sender, labels, left_out=len(left_out)), tuple(left_out))


def _size(item: DayItem, labels: Labels) -> int:
    """Bytes of an entry in both parts, line ends included."""
    text = harmless(f"\n\n{item.line}\n{item.url}")
    markup = f"{html_of(mail_line(item, labels))}\n"
    return len(text.encode()) + text.count("\n") + len(markup.encode()) + markup.count("\n")


def _message(day: DayItems, title: str, sender: Sender, labels: Labels, left_out: int = 0) -> str:
    words = labels.beyond.format(left_out) if left_out else ""
    home = web_url(sender.home) or ""
    note: list[Inline] = [Span(words)] if words else []
    if words and home:
        note += [Span(labels.colon), Span(home, link=home)]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = xml_line(title)
    if sender.address:
        message["From"] = _address(sender)
    message["X-Unsent"] = "1"  # mail programs open it for sending
    text = day_text(day, "".join(it.text for it in note if isinstance(it, Span)))
    message.set_content(harmless(text), cte="base64")
    message.add_alternative(mail_page(day, title, labels, note), subtype="html", cte="base64")
    message.set_boundary(_BOUNDARY)
    return message.as_bytes().decode("ascii")


def _address(sender: Sender) -> Address:
    try:
        return Address(xml_line(sender.name), addr_spec=sender.address)
    except (MessageError, ValueError, IndexError):
        raise BadValueError(
            f"--from takes an address such as news@example.com, not {sender.address!r}"
        ) from None
