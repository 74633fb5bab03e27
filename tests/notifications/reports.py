"""Delivery reports (RFC 3464) as mail servers write them."""

from __future__ import annotations

DSN = """\
From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I could not deliver your message to {recipient}.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Mon, 1 Jan 2024 10:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Subject: {subject}

--b--
"""


def report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = "alice@customer.example",
    subject: str = "C’est réservé",
) -> bytes:
    told = DSN.format(
        to=to, action=action, status=status, recipient=recipient, subject=subject
    )
    return told.replace("\n", "\r\n").encode()
