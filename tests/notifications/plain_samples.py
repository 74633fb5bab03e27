"""Reports as servers write them: our own wording of each, to `{to}`."""

from __future__ import annotations

from email.message import EmailMessage

QMAIL = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<alice@customer.example>:
{reason}

--- Below this line is a copy of the message.

Subject: 550 5.1.1 no such user
"""
EXIM = """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: {to}
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: alice@customer.example
Auto-Submitted: auto-replied

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  alice@customer.example
    {reason}

------ This is a copy of the message, including all the headers. ------

Subject: 550 5.1.1 no such user
"""
EXIM_WAITS = """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: {to}
Subject: Warning: message delayed 24 hours

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

No action is required on your part. Delivery attempts will continue for
some time. 550 5.1.1
"""
DSN_OF = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undeliverable
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

It did not arrive.

--b
Content-Type: {kind}

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; alice@customer.example
Action: failed
Status: {status}
Diagnostic-Code: smtp;
 {words}

--b--
"""


def plain(sample: str, to: str, reason: str = "") -> bytes:
    return sample.format(to=to, reason=reason).encode()


def dsn_of(
    to: str, status: str, words: str, kind: str = "message/delivery-status"
) -> bytes:
    return DSN_OF.format(to=to, status=status, words=words, kind=kind).encode()


def forwarded(report: bytes, *, how: str) -> bytes:
    """The report inside a mail of a colleague's: whole, as a file, or in base 64."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "desk@visavis.example", "bounces@visavis.example"
    mail["Subject"] = "Fwd: Undeliverable"
    mail.set_content("Seen this?")
    if how == "file":
        mail.add_attachment(
            report, maintype="application", subtype="octet-stream", filename="a.eml"
        )
        return mail.as_bytes()
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="x.png")
    head, boundary = mail.as_bytes(), mail.get_boundary()
    coding = ""
    if how == "base 64":
        report, coding = _coded(report), "Content-Transfer-Encoding: base64\n"
    part = f"--{boundary}\nContent-Type: message/rfc822\n{coding}\n".encode()
    end = f"--{boundary}--".encode()
    return head.replace(end, part + report + b"\n" + end)


def _coded(raw: bytes) -> bytes:
    mail = EmailMessage()
    mail.set_content(raw, maintype="application", subtype="octet-stream")
    return mail.as_bytes().partition(b"\n\n")[2]
