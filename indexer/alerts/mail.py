"""Messages by mail: plain text and HTML in one, over SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from indexer.alerts.alert import Alert
from indexer.alerts.rendering import Section, html_page, plain_text
from indexer.alerts.store import Message
from indexer.alerts.story import one_line
from indexer.foundation.config import Config, is_mail_address
from indexer.foundation.errors import DeliveryError
from indexer.foundation.trust import tls_context

TIMEOUT_S = 20.0  # for each answer of the server
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 25, "smtps": 465}


def send(alert: Alert, message: Message, config: Config) -> None:
    """Hand a message to the mail server. Raises: DeliveryError."""
    if config.smtp_url is None:
        raise DeliveryError("no mail server is set: write TECHWIRE_SMTP_URL, in .env")
    parts = urlsplit(config.smtp_url.reveal())
    host = parts.hostname or ""
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    mail = compose(alert, message, sender=_sender(config, user, host))
    try:
        with _connection(parts.scheme, host, parts.port or _PORTS[parts.scheme]) as server:
            if user:
                _log_in(server, host, user, password)
            server.send_message(mail)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        words = one_line(error, 200) or type(error).__name__
        raise DeliveryError(f"the mail server {host} failed: {words}") from error


def compose(alert: Alert, message: Message, *, sender: str) -> EmailMessage:
    """The mail; its Message-ID is the same at every try."""
    first, count = message.stories[0], len(message.stories)
    subject = first.title if count == 1 else f"{count} stories: {first.title}"
    title = f"techwire: {alert.name}"
    sections = [Section(heading="", stories=message.stories)]
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = alert.target.reveal()
    mail["Subject"] = one_line(f"[{alert.name}] {subject}", 200)
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_text(title, sections))
    mail.add_alternative(html_page(title, alert.summary(), sections), subtype="html")
    return mail


def _sender(config: Config, user: str, host: str) -> str:
    if config.mail_from:
        return config.mail_from
    name = user if is_mail_address(user) else f"techwire@{host}"
    if not is_mail_address(name):
        raise DeliveryError("no sender is set: write TECHWIRE_MAIL_FROM, in .env")
    return name


def _connection(scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = tls_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


def _log_in(server: smtplib.SMTP, host: str, user: str, password: str) -> None:
    if not isinstance(server.sock, ssl.SSLSocket) and host not in _LOOPBACK:
        raise DeliveryError(
            f"the mail server {host} offers no TLS, and a password is not sent without: "
            "use smtps:// in TECHWIRE_SMTP_URL"
        )
    server.login(user, password)
