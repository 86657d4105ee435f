import type { BounceKind } from "../../src/model/bounce.ts";

/** A report in the shape of one mail system, about a mail to `to` with the Message-ID `id`. */
export interface Shape {
  readonly system: string;
  /** What it means for the reader; undefined: it says nothing that counts. */
  readonly kind: BounceKind | undefined;
  raw(to: string, id: string): string;
}

export const lines = (...all: string[]) => all.join("\r\n");

export const returned = (to: string, id: string) =>
  lines(
    "From: The Reed <news@reed.example>",
    `To: ${to}`,
    "Subject: The tide tables",
    `Message-ID: ${id}`,
    "Date: Tue, 24 Nov 2026 09:00:00 +0000",
  );

interface Parts {
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** Fields of the failed recipient; the address is added where `{to}` stands. */
  readonly status?: string;
  readonly original?: "message/rfc822" | "text/rfc822-headers" | "message/global";
  readonly head?: string;
  readonly charset?: string;
}

const fill = (text: string, to: string) => text.replaceAll("{to}", to).replaceAll("\n", "\r\n");

/** multipart/report with a delivery-status part (RFC 3464). */
export function notification({
  from,
  subject,
  text,
  status = "",
  original = "message/rfc822",
  head = "",
  charset = "utf-8",
}: Parts) {
  return (to: string, id: string) =>
    lines(
      "Return-Path: <>",
      `From: ${from}`,
      "To: news@reed.example",
      `Subject: ${subject}`,
      ...(head ? [head] : []),
      "MIME-Version: 1.0",
      'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"',
      "",
      "--=_b",
      `Content-Type: text/plain; charset=${charset}`,
      "",
      fill(text, to),
      "--=_b",
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; mx.receiver.example",
      "",
      fill(status, to),
      "",
      "--=_b",
      `Content-Type: ${original}`,
      "",
      returned(to, id),
      "",
      "Text of the mail.",
      "--=_b--",
      "",
    );
}

/** One text, the mail that came back quoted in it. */
export function plain({ from, subject, text, head = "", charset = "utf-8" }: Parts) {
  return (to: string, id: string) =>
    lines(
      "Return-Path: <>",
      `From: ${from}`,
      "To: news@reed.example",
      `Subject: ${subject}`,
      ...(head ? [fill(head, to)] : []),
      "MIME-Version: 1.0",
      `Content-Type: text/plain; charset=${charset}`,
      "",
      fill(text, to),
      "",
      returned(to, id),
      "",
      "Text of the mail.",
      "",
    );
}

export function complaint(type: string, fields: string, original = "message/rfc822") {
  return (to: string, id: string) =>
    lines(
      "From: feedback@receiver.example",
      "To: abuse@reed.example",
      "Subject: Abuse report",
      "MIME-Version: 1.0",
      'Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"',
      "",
      "--=_b",
      "Content-Type: text/plain",
      "",
      "This is an email abuse report.",
      "--=_b",
      "Content-Type: message/feedback-report",
      "",
      fill(`Feedback-Type: ${type}\nUser-Agent: Feedback/1.0\nVersion: 1\n${fields}`, to),
      "",
      "--=_b",
      `Content-Type: ${original}`,
      "",
      returned(to, id),
      "",
      "--=_b--",
      "",
    );
}

const failed = (status: string, diagnostic: string, more = "") =>
  `Final-Recipient: rfc822; {to}\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp; ${diagnostic}${more && `\n${more}`}`;

export const SHAPES: readonly Shape[] = [
  // Hard, as RFC 3464 has it.
  {
    system: "Postfix",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example (Mail Delivery System)",
      subject: "Undelivered Mail Returned to Sender",
      text: "This is the mail system at host mx.reed.example.\n\n<{to}>: host mx.receiver.example said: 550 5.1.1 User unknown",
      status: failed(
        "5.1.1",
        "550 5.1.1 <{to}>: Recipient address rejected:\n User unknown in virtual mailbox table",
        "Original-Recipient: rfc822;{to}",
      ),
    }),
  },
  {
    system: "Sendmail",
    kind: "hard",
    raw: notification({
      from: "Mail Delivery Subsystem <MAILER-DAEMON@mx.reed.example>",
      subject: "Returned mail: see transcript for details",
      text: "   ----- The following addresses had permanent fatal errors -----\n<{to}>\n    (reason: 550 5.1.1 <{to}>... User unknown)",
      status:
        "Final-Recipient: RFC822; {to}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mx.receiver.example\nDiagnostic-Code: SMTP; 550 5.1.1 <{to}>... User unknown\nLast-Attempt-Date: Tue, 24 Nov 2026 09:00:02 GMT",
      original: "text/rfc822-headers",
    }),
  },
  {
    system: "Gmail, no such address",
    kind: "hard",
    raw: notification({
      from: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
      subject: "Delivery Status Notification (Failure)",
      text: "** Address not found **\n\nYour message wasn't delivered to {to} because the address couldn't be found.",
      status: failed(
        "5.1.1",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos or\n 550 5.1.1 unnecessary spaces. - gsmtp",
      ),
      head: "X-Failed-Recipients: reader@receiver.example",
    }),
  },
  {
    system: "Gmail, disabled",
    kind: "hard",
    raw: notification({
      from: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
      subject: "Delivery Status Notification (Failure)",
      text: "Your message wasn't delivered.",
      status: failed("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled. - gsmtp"),
    }),
  },
  {
    system: "Exchange Online, not found",
    kind: "hard",
    raw: notification({
      from: "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@receiver.example>",
      subject: "Undeliverable: The tide tables",
      text: "Delivery has failed to these recipients or groups:\n\n{to}\nThe email address you entered couldn't be found.",
      status: failed(
        "5.1.10",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup",
      ),
    }),
  },
  {
    system: "Exchange Online, access denied",
    kind: "hard",
    raw: notification({
      from: "postmaster@receiver.example",
      subject: "Undeliverable: The tide tables",
      text: "Your message couldn't be delivered.",
      status: failed(
        "5.4.1",
        "550 5.4.1 Recipient address rejected: Access denied. [DB5EUR01.prod.protection.outlook.com]",
      ),
    }),
  },
  {
    system: "Outlook.com",
    kind: "hard",
    raw: notification({
      from: "postmaster@outlook.com",
      subject: "Undeliverable: The tide tables",
      text: "Requested action not taken",
      status: failed(
        "5.5.0",
        "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [x.mail.protection.outlook.com]",
      ),
    }),
  },
  {
    system: "Yahoo",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@yahoo.com",
      subject: "Failure Notice",
      text: "Sorry, we were unable to deliver your message to the following address.",
      status: failed(
        "5.0.0",
        "554 delivery error: dd This user doesn't have a yahoo.com account ({to}) [0] - mta.mail.yahoo.com",
      ),
    }),
  },
  {
    system: "iCloud",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("5.1.1", "550 5.1.1 <{to}>: user does not exist"),
    }),
  },
  {
    system: "Null MX",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("5.1.10", "556 5.1.10 Domain of {to} does not accept mail (nullMX)"),
    }),
  },
  {
    system: "GMX",
    kind: "hard",
    raw: notification({
      from: '"GMX Mailer Daemon" <mailer-daemon@gmx.de>',
      subject: "Mail delivery failed: returning message to sender",
      text: "Diese Nachricht wurde automatisch vom Mail-System erzeugt.\n\n{to}:\nSMTP-Server antwortete: 550 Empfänger unbekannt",
      status: failed("5.0.0", "550 Requested action not taken: mailbox unavailable"),
    }),
  },
  {
    system: "Amazon SES",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@amazonses.com",
      subject: "Delivery Status Notification (Failure)",
      text: "An error occurred while trying to deliver the mail to the following recipients:\n{to}",
      status: failed("5.1.1", "550 5.1.1 user unknown"),
    }),
  },
  {
    system: "Domain gone",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status:
        "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; Host or domain name not found. Name service error for\n    name=receiver.example type=A: Host not found",
    }),
  },
  {
    system: "With an internationalised report",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("5.1.1", "550 5.1.1 no such user"),
      original: "message/global",
    }),
  },
  {
    system: "Status in the server's words alone",
    kind: "hard",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("5.0.0", "550 5.1.1 {to} unknown user"),
    }),
  },

  // Hard, in shapes of their own.
  {
    system: "qmail",
    kind: "hard",
    raw: plain({
      from: "MAILER-DAEMON@receiver.example",
      subject: "failure notice",
      text: "Hi. This is the qmail-send program at receiver.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{to}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n",
    }),
  },
  {
    system: "Exim",
    kind: "hard",
    raw: plain({
      from: "Mail Delivery System <Mailer-Daemon@mx.receiver.example>",
      subject: "Mail delivery failed: returning message to sender",
      head: "X-Failed-Recipients: {to}\r\nAuto-Submitted: auto-replied",
      text: "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {to}\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n",
    }),
  },
  {
    system: "sendmail of old",
    kind: "hard",
    raw: plain({
      from: "Mail Delivery Subsystem <MAILER-DAEMON@receiver.example>",
      subject: "Returned mail: User unknown",
      text: "   ----- The following addresses had permanent fatal errors -----\n{to}\n\n   ----- Transcript of session follows -----\n550 {to}... User unknown\n\n   ----- Original message follows -----\n",
    }),
  },
  {
    system: "Domino",
    kind: "hard",
    raw: plain({
      from: "Postmaster@receiver.example",
      subject: "DELIVERY FAILURE: User reader (reader@receiver.example) not listed in Domino Directory",
      text: "Your message\n\n  Subject: The tide tables\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User reader ({to}) not listed in Domino Directory\n",
    }),
  },
  {
    system: "MDaemon",
    kind: "hard",
    raw: plain({
      from: "MDaemon at receiver.example <MDaemon@receiver.example>",
      subject: "Permanent Delivery Failure",
      text: "The attached message had PERMANENT fatal delivery errors!\n\nFailed address: {to}\n\n--- Session Transcript ---\n RCPT To:<{to}>\n 550 <{to}>, Recipient unknown\n--- End Transcript ---\n",
    }),
  },
  {
    system: "IMail",
    kind: "hard",
    raw: plain({
      from: "Postmaster <postmaster@receiver.example>",
      subject: "Undeliverable Mail",
      text: "Unknown user: {to}\n\nOriginal message follows.\n",
    }),
  },
  {
    system: "GroupWise",
    kind: "hard",
    raw: plain({
      from: "Mailer-Daemon@receiver.example",
      subject: "Message status - undeliverable",
      text: "The message that you sent was undeliverable to the following:\n\t{to} (user not found)\n",
    }),
  },
  {
    system: "Courier",
    kind: "hard",
    raw: notification({
      from: '"Courier mail server at mx.receiver.example" <>',
      subject: "NOTICE: mail delivery status.",
      text: "UNDELIVERABLE MAIL\n\n<{to}>:\n     mx.receiver.example [192.0.2.4]:\n >>> RCPT TO:<{to}>\n <<< 550 User unknown.",
      status:
        "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown.",
      original: "text/rfc822-headers",
    }),
  },
  {
    system: "Orange, in French",
    kind: "hard",
    raw: plain({
      from: "postmaster@receiver.example",
      subject: "Echec de remise : message non remis",
      text: "Bonjour,\n\nVotre message n'a pas pu être remis à {to}.\n550 5.1.1 Adresse d au moins un destinataire invalide. L'adresse n'existe pas.\n\n-------- Message original --------\n",
    }),
  },
  {
    system: "Mail.ru",
    kind: "hard",
    raw: plain({
      from: "mailer-daemon@receiver.example",
      subject: "Сообщение не доставлено",
      text: "Это письмо создано автоматически.\n\nПисьмо не доставлено: {to}\n550 Такой пользователь не найден: нет такого пользователя\n\n--------------------\n",
    }),
  },
  {
    system: "QQ, in Chinese",
    kind: "hard",
    raw: plain({
      from: "PostMaster@receiver.example",
      subject: "系统退信",
      text: "收件人 {to} 的邮箱用户不存在。550 Mailbox not found\n\n------------------\n",
    }),
  },
  {
    system: "A Japanese carrier",
    kind: "hard",
    raw: plain({
      from: "Mailer-Daemon@receiver.example",
      subject: "配信不能のお知らせ",
      text: "次の宛先が見つかりません。宛先不明です。\n<{to}>: 550 Unknown user\n\n---------- Original message ----------\n",
    }),
  },
  {
    system: "HTML alone",
    kind: "hard",
    raw: (to, id) =>
      lines(
        "Return-Path: <>",
        "From: postmaster@receiver.example",
        "To: news@reed.example",
        "Subject: Undeliverable: The tide tables",
        `In-Reply-To: ${id}`,
        "Content-Type: text/html; charset=utf-8",
        "",
        `<html><body><p>Delivery has failed to:</p><p>&lt;${to}&gt;</p><p>550 5.1.1 User unknown</p></body></html>`,
        "",
      ),
  },

  // Soft: the mailbox is full, the moment is bad, or it is about the mail and not about the address.
  {
    system: "Gmail, over quota",
    kind: "soft",
    raw: notification({
      from: "mailer-daemon@googlemail.com",
      subject: "Delivery Status Notification (Failure)",
      text: "not delivered",
      status: failed("5.2.2", "552 5.2.2 The email account that you tried to reach is over quota. - gsmtp"),
    }),
  },
  {
    system: "Postfix, given up",
    kind: "soft",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("4.4.1", "451 4.4.1 connection timed out"),
    }),
  },
  {
    system: "Exchange Online, blocked",
    kind: "soft",
    raw: notification({
      from: "postmaster@receiver.example",
      subject: "Undeliverable: The tide tables",
      text: "not delivered",
      status: failed("5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]"),
    }),
  },
  {
    system: "A block list, with the code of an unknown address",
    kind: "soft",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed("5.1.1", "550 5.1.1 mail from 192.0.2.1 refused: listed by the RBL at receiver.example"),
    }),
  },
  {
    system: "DMARC",
    kind: "soft",
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "not delivered",
      status: failed(
        "5.7.26",
        "550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy",
      ),
    }),
  },
  {
    system: "Exim, mailbox full",
    kind: "soft",
    raw: plain({
      from: "Mailer-Daemon@mx.receiver.example",
      subject: "Mail delivery failed: returning message to sender",
      head: "X-Failed-Recipients: {to}",
      text: "A message that you sent could not be delivered. The following address failed:\n\n  {to}\n    mailbox is full: retry timeout exceeded\n\n------ This is a copy of the message, including all the headers. ------\n",
    }),
  },

  // Complaints.
  {
    system: "ARF",
    kind: "complaint",
    raw: complaint("abuse", "Original-Rcpt-To: {to}\nArrival-Date: Tue, 24 Nov 2026 09:10:00 +0000"),
  },
  {
    system: "ARF, the address struck out",
    kind: "complaint",
    raw: (to, id) =>
      complaint(
        "abuse",
        "Original-Rcpt-To: [redacted]",
        "text/rfc822-headers",
      )(to, id).replaceAll(to, "[redacted]"),
  },
  { system: "Opt-out", kind: "complaint", raw: complaint("opt-out", "Removal-Recipient: {to}") },
  {
    system: "Outlook.com's junk reports",
    kind: "complaint",
    raw: (to, id) =>
      lines(
        "From: staff@hotmail.com",
        "To: abuse@reed.example",
        "Subject: complaint about message from 192.0.2.1",
        'Content-Type: multipart/mixed; boundary="=_b"',
        "",
        "--=_b",
        "Content-Type: message/rfc822",
        "",
        `X-HmXmrOriginalRecipient: ${to}`,
        returned(to, id),
        "",
        "x",
        "--=_b--",
        "",
      ),
  },

  // No reports, or none that count.
  {
    system: "Delayed",
    kind: undefined,
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Delayed Mail (still being retried)",
      text: "THIS IS A WARNING ONLY.",
      status:
        "Final-Recipient: rfc822; {to}\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 451 4.4.1 try later",
    }),
  },
  {
    system: "Exim, delayed",
    kind: undefined,
    raw: plain({
      from: "Mailer-Daemon@mx.receiver.example",
      subject: "Warning: message delayed 24 hours",
      text: "A message that you sent has not yet been delivered after more than 24 hours: {to}\nNo action is required on your part. Delivery attempts will continue.\n\n------ headers ------\n",
    }),
  },
  {
    system: "Delivered",
    kind: undefined,
    raw: notification({
      from: "MAILER-DAEMON@mx.reed.example",
      subject: "Successful Mail Delivery Report",
      text: "delivered",
      status: "Final-Recipient: rfc822; {to}\nAction: delivered\nStatus: 2.1.5",
    }),
  },
  {
    system: "Out of office",
    kind: undefined,
    raw: (to, id) =>
      lines(
        `From: ${to}`,
        "To: news@reed.example",
        "Subject: Automatic reply: The tide tables",
        "Auto-Submitted: auto-replied",
        `In-Reply-To: ${id}`,
        "",
        "I am away until Monday. Mail that is urgent: 550 King Street does not exist.",
        "",
      ),
  },
  {
    system: "A reader's answer",
    kind: undefined,
    raw: (to, id) =>
      lines(
        `From: ${to}`,
        "To: news@reed.example",
        "Subject: Re: The tide tables",
        `In-Reply-To: ${id}`,
        "",
        "My account at the other paper does not exist any more, please keep this one.",
        `> Message-ID: ${id}`,
        "",
      ),
  },
  { system: "Not spam", kind: undefined, raw: complaint("not-spam", "Original-Rcpt-To: {to}") },
  {
    system: "Report on authentication",
    kind: undefined,
    raw: complaint("auth-failure", "Original-Rcpt-To: {to}"),
  },
];
