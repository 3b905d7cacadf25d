"""邮件 over SMTP, only to a confirmed address. The subject names the service and the kind of notice, never a person."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from django.conf import settings

from shebao.notices import contacts
from shebao.notices.channels.channel import SECONDS, Envelope, Later, Sent, Uncertain, Undeliverable
from shebao.notices.wording import CATEGORIES
from shebao.privacy import vault
from shebao.privacy.gate import Grant

EMAIL = "person.email"
MARKED = ("promotion", "partner_offer")


@dataclass(frozen=True, repr=False)
class Email:
    """A mail server: smtp://, smtp+starttls:// or smtps://, with user and password where it wants them."""

    url: str
    sender: str
    name: str = "email"
    items: tuple[str, ...] = (EMAIL,)
    repeatable: bool = False

    def address(self, grant: Grant, envelope: Envelope) -> list[str]:
        """The address under confirmation, else the confirmed one; an unconfirmed one gets nothing."""
        if envelope.to:
            return [envelope.to]
        address = vault.read(grant, (EMAIL,)).get(EMAIL, "")
        if not address:
            raise Undeliverable("no_email")
        if not contacts.confirmed(grant, self.name, address):
            raise Undeliverable("unconfirmed")
        return [address]

    def send(self, envelope: Envelope, address: list[str]) -> Sent:
        letter = compose(envelope, address[0], self.sender)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException):
            raise Later("server_unreachable") from None
        try:
            _offer(server, self.sender, address[0])
            _hand_over(server, letter)
        finally:
            server.close()
        return Sent()

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if not parts.hostname:
            raise Undeliverable("not_configured")
        safe = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=SECONDS, context=safe)
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=SECONDS)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=safe)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
        return server


def compose(envelope: Envelope, address: str, sender: str) -> EmailMessage:
    """The mail: what SMS says and where to read it; a promotion is written out, since it says nothing of anybody."""
    name = settings.DEPLOYMENT.get("name", "社保服务")
    mail = EmailMessage()
    mail["Subject"] = f"{name}：{CATEGORIES[envelope.category]}"
    mail["From"], mail["To"] = sender, address
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{envelope.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [envelope.title, "", envelope.body] if envelope.category in MARKED else [envelope.short]
    lines += ["", envelope.link or f"{settings.BASE_URL}/inbox/"]
    if envelope.unsubscribe:
        mail["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        lines += ["", f"不想再收：{envelope.unsubscribe}"]
    mail.set_content("\n".join(lines) + "\n")
    return mail


def _offer(server: smtplib.SMTP, sender: str, address: str) -> None:
    try:
        for code, _ in (server.mail(sender), server.rcpt(address)):
            if code >= 500:
                raise Undeliverable(f"refused_{code}")
            if code >= 400:
                raise Later(f"server_{code}")
    except (OSError, smtplib.SMTPException):
        raise Later("server_lost") from None


def _hand_over(server: smtplib.SMTP, letter: EmailMessage) -> None:
    """From the first byte on a lost connection means that nobody knows."""
    try:
        code, _ = server.data(letter.as_bytes())
    except smtplib.SMTPDataError as refused:
        code = refused.smtp_code
    except (OSError, smtplib.SMTPException):
        raise Uncertain("no_answer") from None
    if code >= 500:
        raise Undeliverable(f"refused_{code}")
    if code >= 400:
        raise Later(f"server_{code}")
