"""The way to the mail server: one finished letter, one connection, one outcome.

Law of this file: an error of the server is a value; neither address nor password stands in a reason. A letter that is
sent again carries the same Message-ID, so that whoever gets it twice is shown it once.
Codes: RFC 5321, section 4.2.1: 4xx may pass, 5xx will not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import aiosmtplib

from bot.config import Mail
from bot.outcome import Later, Never, Outcome, Sent
from bot.telegram.pace import Pace
from storage.outbox import Outgoing

CHANNEL = "mail"
METHOD = "letter"
# Seconds a letter may take in all.
SECONDS = 30.0
_FINAL = 500
_UNANSWERED = "no answer from the mail server"


def request(
    cause: str,
    place: int,
    priority: int,
    *,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    language: str = "de",
    reply_to: str = "",
) -> Outgoing:
    """Return the request for a letter, which `written` reads: one of several with a cause, each at its place."""
    said = {"to": to, "subject": subject, "text": f"{text}\n", "language": language, "reply_to": reply_to}
    params = {**said, "key": f"{cause}:{place}", "at": now.isoformat()}
    return Outgoing(cause, place, CHANNEL, CHANNEL, to, METHOD, params, priority)


@dataclass(frozen=True, slots=True)
class MailWire:
    """Where letters go, as `bot.sender.Wire`; `pace` says how long to wait after a failure."""

    settings: Mail
    pace: Pace

    async def post(self, method: str, params: Mapping[str, Any], *, attempts: int = 0) -> Outcome:
        """Send one letter and return what became of it."""
        del method
        letter = written(params, self.settings.sender)
        wait = self.pace.backoff(attempts)
        try:
            await aiosmtplib.send(letter, **_way(self.settings), timeout=SECONDS)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients[0].code, wait)
        except aiosmtplib.SMTPAuthenticationError:
            return Later(wait, "the mail server refuses the login; check mail.user and mail.password")
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, wait)
        except (aiosmtplib.SMTPException, OSError):
            return Later(wait, _UNANSWERED)
        return Sent()


def written(params: Mapping[str, Any], sender: str) -> EmailMessage:
    """Return the letter of a request: plain text to one address, in German where nothing else is said."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, params["to"], params["subject"]
    letter["Date"] = format_datetime(datetime.fromisoformat(params["at"]).astimezone(UTC))
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    letter["Message-ID"] = f"<{hashlib.sha256(params['key'].encode()).hexdigest()[:32]}@{domain}>"
    # Nobody's holiday note shall answer a program (RFC 3834).
    letter["Auto-Submitted"] = "auto-generated"
    if params.get("reply_to"):
        letter["Reply-To"] = params["reply_to"]
    letter["Content-Language"] = params.get("language", "de")  # one of an older version says none
    letter.set_content(params["text"])
    return letter


def _way(settings: Mail) -> dict[str, Any]:
    login = {"username": settings.user, "password": settings.password.get_secret_value()} if settings.user else {}
    encrypted = {"use_tls": settings.security == "tls", "start_tls": settings.security == "starttls"}
    return {"hostname": settings.host, "port": settings.port, **encrypted, **login}


def _refused(code: int, wait: float) -> Outcome:
    reason = f"the mail server says {code}"
    return Never(reason) if code >= _FINAL else Later(wait, reason)
