"""Alarms arrive: by mail over TLS, as JSON at a web server, by apprise; and what is secret arrives nowhere else."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.alarms.channels import mail
from newsarchive.alarms.channels.channel import UnsentError
from newsarchive.alarms.channels.configured import channels_of
from newsarchive.alarms.channels.mail import MailChannel
from newsarchive.alarms.channels.services import ServiceChannel
from newsarchive.alarms.channels.webhook import WebhookChannel
from newsarchive.alarms.episodes import Tiding
from newsarchive.alarms.message import AlarmMessage, message_of
from newsarchive.errors import BadValueError, MissingExtraError
from newsarchive.records.alarm import Alarm, AlarmEpisode
from newsarchive.settings import ours
from tests.alarms.servers import mail_server, web_server
from tests.certificate import certificate

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
SECRET = "gehe!m/wort"
APPRISE = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Its plugins import what Python 3.13 has no more."""
HOSTILE = "<b>\x1b[2J\r\nBcc: all@example.org\r\n\r\n.\r\nQUIT\r\n\u202e标题"


def message(why: str = "what is newest was last read yesterday") -> AlarmMessage:
    alarm = Alarm(kind="robots", site="36kr", subject="www.36kr.com", why=why, todo="newsarchive crawl 36kr")
    over = Alarm(kind="stale", site="ithome", why=why, todo="x", degree=2)
    episodes = [AlarmEpisode(alarm=alarm, since=NOW, seen=NOW), AlarmEpisode(alarm=over, since=NOW, seen=NOW)]
    words = [Tiding("new", "a", episodes[0]), Tiding("over", "b", episodes[1])]
    return message_of(words, "here", NOW)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate of this machine, trusted; and what this machine serves counts as another one's."""
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(mail, "_LOOPBACK", frozenset())
    return pem


@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
def test_a_mail_arrives_over_tls_with_a_login(trusted: Path, scheme: str, at_once: bool) -> None:  # noqa: FBT001
    with mail_server(trusted, at_once=at_once, password=SECRET) as box:
        channel = MailChannel(
            "it@example.org", "archive@example.org", f"{scheme}://localhost:{box.port}", "archive", SECRET
        )
        assert SECRET not in repr(channel) + channel.name
        channel.send(message())
    assert box.logins == [("archive", SECRET)]
    ((got, to, safe),) = box.mails
    assert safe
    assert to == ["it@example.org"]
    assert got["Subject"] == "newsarchive: 1 new, 1 over (robots:36kr:www.36kr.com, …)"
    assert got["From"] == "newsarchive <archive@example.org>"
    text = got.get_content()
    assert "NEW warning: robots:36kr:www.36kr.com" in text
    assert "OVER stale:ithome" in text
    assert "to do: newsarchive crawl 36kr" in text


def test_nothing_is_sent_without_tls_nor_to_whom_nobody_trusts(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as box, pytest.raises(UnsentError, match="offers no STARTTLS"):
        MailChannel("it@example.org", "a@example.org", f"smtp://localhost:{box.port}").send(message())
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(trusted) as box, pytest.raises(UnsentError, match="no safe connection"):
        MailChannel("it@example.org", "a@example.org", f"smtp://localhost:{box.port}").send(message())
    assert not box.mails


def test_a_mail_server_on_this_machine_needs_neither() -> None:
    with mail_server() as box:
        MailChannel("it@example.org", "a@example.org", f"smtp://127.0.0.1:{box.port}").send(message())
    assert len(box.mails) == 1


def test_why_a_mail_could_not_be_sent_holds_no_secret(trusted: Path) -> None:
    with mail_server(trusted, password="another") as box:
        channel = MailChannel(
            "it@example.org", "a@example.org", f"smtp://localhost:{box.port}", "archive", SECRET
        )
        with pytest.raises(UnsentError, match=r"localhost answers 535 \(SMTPAuthenticationError\)") as told:
            channel.send(message())
        assert SECRET not in str(told.value)
        with pytest.raises(UnsentError, match="refuses the address: 550"):
            replace(channel, address="nobody@example.org", user="").send(message())
    with pytest.raises(UnsentError, match="Connection refused"):
        channel.send(message())


def test_words_of_pages_are_neither_header_nor_command_nor_escape() -> None:
    hostile = message(HOSTILE)
    with mail_server() as box:
        MailChannel("it@example.org", "a@example.org", f"smtp://127.0.0.1:{box.port}").send(hostile)
    ((got, to, _),) = box.mails
    assert to == ["it@example.org"]
    assert got["Bcc"] is None
    for text in (got.get_content(), hostile.title, str(hostile.data)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "<b>" in got.get_content()
    assert got.get_content_type() == "text/plain"


def test_a_webhook_gets_json_with_its_token_and_the_same_key_twice() -> None:
    with web_server() as hook:
        channel = WebhookChannel(f"{hook.url}/{SECRET}", "tok-en")
        assert SECRET not in repr(channel) + channel.name
        channel.send(message(HOSTILE))
        channel.send(message(HOSTILE))
    (path, headers, data), (_, again, _) = hook.got
    assert path == f"/{SECRET}"
    assert headers["Authorization"] == "Bearer tok-en"
    assert headers["Idempotency-Key"] == again["Idempotency-Key"] == data["id"]
    assert [(one["word"], one["name"]) for one in data["alarms"]] == [
        ("new", "robots:36kr:www.36kr.com"),
        ("over", "stale:ithome"),
    ]
    assert "NEW warning: robots:36kr:www.36kr.com" in data["text"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_webhook_follows_no_redirect(status: int) -> None:
    with web_server() as hook, web_server() as other:
        hook.status, hook.to = status, f"{other.url}/take-it"
        with pytest.raises(UnsentError, match="leads elsewhere"):
            WebhookChannel(f"{hook.url}/{SECRET}", "tok-en").send(message())
        assert other.got == []


def test_why_a_webhook_did_not_take_it_holds_no_secret() -> None:
    with web_server() as hook:
        hook.status = 503
        with pytest.raises(UnsentError, match=r"127\.0\.0\.1 answers with status 503") as told:
            WebhookChannel(f"{hook.url}/{SECRET}").send(message())
        assert SECRET not in str(told.value)
        url = hook.url
    with pytest.raises(UnsentError, match="Connection refused"):
        WebhookChannel(url).send(message())


@APPRISE
def test_apprise_sends_to_a_service_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("apprise")
    with web_server() as hook, caplog.at_level(logging.DEBUG):
        port = hook.url.rpartition(":")[2]
        channel = ServiceChannel(f"json://127.0.0.1:{port}/geheim")
        channel.check()
        assert "geheim" not in repr(channel) + channel.name
        channel.send(message())
        hook.status = 500
        with pytest.raises(UnsentError) as told:
            channel.send(message())
    assert "geheim" not in str(told.value) + caplog.text
    assert hook.got[0][2]["title"].startswith("newsarchive: 1 new, 1 over")
    assert "NEW warning" in hook.got[0][2]["message"]


@APPRISE
@pytest.mark.parametrize(
    "url",
    [
        "feishu://abcdefabcdefabcdefabcd",
        "dingtalk://secret@abcdefabcdef",
        "wecombot://abcdef-abcdef",
        "bark://abcdef@api.day.app",
        "ntfy://news-archive",
    ],
)
def test_the_services_of_the_docs_are_known_to_apprise(url: str) -> None:
    pytest.importorskip("apprise")
    ServiceChannel(url).check()


@APPRISE
def test_what_the_settings_and_the_environment_name() -> None:
    settings = ours({"NEWSARCHIVE_ALARM_MAIL_TO": "a@example.org, b@example.org"})
    assert channels_of(ours({}), {}) == []
    found = channels_of(settings, {"NEWSARCHIVE_ALARM_WEBHOOK": "https://hooks.example.org/x"})
    assert [channel.name for channel in found] == ["mail a@example.org", "mail b@example.org", "webhook"]
    for name, value in (
        ("NEWSARCHIVE_ALARM_WEBHOOK", f"file:///{SECRET}"),
        ("NEWSARCHIVE_ALARM_WEBHOOK", SECRET),
        ("NEWSARCHIVE_ALARM_APPRISE", f"nonsense://{SECRET}"),
        ("NEWSARCHIVE_ALARM_APPRISE", SECRET),
    ):
        with pytest.raises(BadValueError) as told:
            channels_of(settings, {name: value})
        assert SECRET not in str(told.value)
        assert name in str(told.value)
    token = {
        "NEWSARCHIVE_ALARM_WEBHOOK": "https://h.example",
        "NEWSARCHIVE_ALARM_WEBHOOK_TOKEN": "a\r\nX: y",
    }
    with pytest.raises(BadValueError, match="WEBHOOK_TOKEN"):
        channels_of(settings, token)


def test_without_apprise_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missing: dict[str, Any] = {"apprise": None}
    monkeypatch.setitem(__import__("sys").modules, "apprise", missing["apprise"])
    with pytest.raises(MissingExtraError, match=r"pip install 'newsarchive\[alarms\]'"):
        ServiceChannel("ntfy://x").check()
