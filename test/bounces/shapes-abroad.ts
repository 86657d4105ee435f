import { complaint, lines, notification, plain, returned, type Shape } from "./shapes.ts";

const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;

/** A mail that a person's mailbox answers with, by itself. */
function answer(from: string, subject: string, text: string, head = "Auto-Submitted: auto-replied") {
  return (to: string, id: string) =>
    lines(
      `From: ${from.replaceAll("{to}", to)}`,
      "To: news@reed.example",
      `Subject: ${encoded(subject)}`,
      `In-Reply-To: ${id}`,
      `References: ${id}`,
      head,
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "",
      text.replaceAll("{to}", to).replaceAll("\n", "\r\n"),
      "",
    );
}

/** message/disposition-notification (RFC 8098). */
function receipt(from: string, subject: string, disposition: string) {
  return (to: string, id: string) =>
    lines(
      `From: ${from.replaceAll("{to}", to)}`,
      "To: news@reed.example",
      `Subject: ${encoded(subject)}`,
      "MIME-Version: 1.0",
      'Content-Type: multipart/report; report-type=disposition-notification; boundary="=_b"',
      "",
      "--=_b",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Your message was deleted without being read. It could not be delivered to a reader.",
      "--=_b",
      "Content-Type: message/disposition-notification",
      "",
      "Reporting-UA: receiver.example; Mail",
      `Final-Recipient: rfc822;${to}`,
      `Original-Message-ID: ${id}`,
      `Disposition: ${disposition}`,
      "",
      "--=_b--",
      "",
    );
}

const failed = (diagnostic: string, status = "5.0.0") =>
  `Final-Recipient: rfc822;{to}\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp;${diagnostic}`;

const HARD: readonly (readonly [string, ReturnType<typeof plain>])[] = [
  [
    "Exchange Online, in German",
    notification({
      from: "postmaster@receiver.example",
      subject: encoded("Unzustellbar: The tide tables"),
      text: "Ihre Nachricht an {to} konnte nicht zugestellt werden.\nreader wurde in receiver.example nicht gefunden.",
      status: failed(
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup",
        "5.1.10",
      ),
    }),
  ],
  [
    "Exchange, in French, as text",
    plain({
      from: "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@receiver.example>",
      subject: encoded("Non remis : The tide tables"),
      text: "Échec de la remise à ces destinataires ou groupes :\n\n{to}\nL'adresse de messagerie entrée est introuvable. Vérifiez l'adresse et réessayez d'envoyer le message.\n\nInformations de diagnostic pour les administrateurs :\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nEn-têtes du message d'origine :\n",
    }),
  ],
  [
    "Exchange, in Japanese, as text",
    plain({
      from: "postmaster@receiver.example",
      subject: encoded("配信不能: The tide tables"),
      text: "次の受信者またはグループへの配信に失敗しました:\n\n{to}\n入力した電子メール アドレスは見つかりませんでした。\n\n管理者向けの診断情報:\n550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\n\n元のメッセージ ヘッダー:\n",
    }),
  ],
  [
    "Exchange, in Spanish, without a code",
    plain({
      from: "postmaster@receiver.example",
      subject: encoded("No se puede entregar: The tide tables"),
      text: "No se pudo entregar el mensaje a {to}.\nNo se encontró reader en receiver.example: la dirección de correo no existe.\n",
    }),
  ],
  [
    "Yahoo, as text",
    plain({
      from: "MAILER-DAEMON@yahoo.com",
      subject: "Failure Notice",
      text: "Sorry, we were unable to deliver your message to the following address.\n\n<{to}>:\n554: delivery error: dd This user doesn't have a yahoo.com account ({to}) [0] - mta4208.mail.bf1.yahoo.com\n\n--- Below this line is a copy of the message.\n",
    }),
  ],
  [
    "Yahoo, a mailbox that is disabled",
    notification({
      from: "MAILER-DAEMON@sender.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "{to}: host mx.receiver.example said: see below",
      status: failed(
        "554 30 Sorry, your message to {to} cannot be delivered. This mailbox is disabled (554.30).",
      ),
    }),
  ],
  [
    "Mimecast",
    notification({
      from: "postmaster@sender.example",
      subject: "Delivery Status Notification (Failure)",
      text: "The following message could not be delivered.",
      status: failed(
        "550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [gXY2zV3sPkq]",
      ),
    }),
  ],
  [
    "Proofpoint",
    notification({
      from: "MAILER-DAEMON@pphosted.example",
      subject: "Returned mail: see transcript for details",
      text: "----- The following addresses had permanent fatal errors -----\n<{to}>\n    (reason: 550 5.1.1 <{to}>... User unknown)",
      status: failed("550 5.1.1 <{to}>... User unknown", "5.1.1"),
    }),
  ],
  [
    "OVH",
    notification({
      from: "MAILER-DAEMON@mo5.mail-out.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "<{to}>: host mx1.mail.example said: 550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table",
      status: failed(
        "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table",
        "5.1.1",
      ),
    }),
  ],
  [
    "web.de, as text",
    plain({
      from: '"WEB.DE Mailer Daemon" <mailer-daemon@web.de>',
      subject: "Mail delivery failed: returning message to sender",
      text: "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n{to}:\nSMTP error from remote server for RCPT TO command, host: mx.receiver.example (192.0.2.7) reason: 550 Requested action not taken: mailbox unavailable\n\n--- The header of the original message is following. ---\n",
    }),
  ],
  [
    "Zoho",
    plain({
      from: "mailer-daemon@mail.zoho.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "This message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n{to} Invalid Recipients, ERROR_CODE :550, ERROR_CODE :5.1.1 User does not exist - <{to}>\n",
    }),
  ],
  [
    "iCloud, in a report",
    notification({
      from: "mailer-daemon@icloud.example",
      subject: "Undeliverable: The tide tables",
      text: "{to}: user does not exist",
      status: failed("550 5.1.1 <{to}>: user does not exist", "5.1.1"),
    }),
  ],
  [
    "Yandex, with a code of policy",
    notification({
      from: "mailer-daemon@yandex.example",
      subject: encoded("Недоставленное сообщение"),
      text: "Это письмо отправлено почтовым сервером.",
      status: failed("550 5.7.1 No such user!", "5.7.1"),
    }),
  ],
  [
    "Comcast",
    notification({
      from: "MAILER-DAEMON@sender.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "see below",
      status: failed("550 5.1.1 Not our Customer", "5.1.1"),
    }),
  ],
  [
    "vpopmail, closed",
    plain({
      from: "MAILER-DAEMON@receiver.example",
      subject: "failure notice",
      text: "Hi. This is the qmail-send program at receiver.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{to}>:\nThis address no longer accepts mail.\n\n--- Below this line is a copy of the message.\n",
    }),
  ],
  [
    "Lotus Notes, over two lines",
    plain({
      from: "Postmaster@receiver.example",
      subject: "DELIVERY FAILURE: User reader (reader@receiver.example) not listed in Domino\n Directory",
      text: "Your message\n\n  Subject: The tide tables\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User reader ({to}) not listed in Domino Directory\n",
    }),
  ],
];

const SOFT: readonly (readonly [string, ReturnType<typeof plain>])[] = [
  [
    "Mimecast, policy",
    notification({
      from: "postmaster@sender.example",
      subject: "Delivery Status Notification (Failure)",
      text: "The following message could not be delivered.",
      status: failed(
        "554 Email rejected due to security policies - https://community.mimecast.com/docs/DOC-1369#554",
      ),
    }),
  ],
  [
    "Proofpoint, blocked",
    notification({
      from: "postmaster@sender.example",
      subject: "Undeliverable: The tide tables",
      text: "Delivery has failed.",
      status: failed("554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7", "5.7.0"),
    }),
  ],
  [
    "T-Online",
    notification({
      from: "MAILER-DAEMON@sender.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "see below",
      status: failed(
        "554 IP=192.0.2.7 - A problem occurred. Ask your postmaster for help or to contact tosa@rx.t-online.example to clarify.",
      ),
    }),
  ],
  [
    "AT&T, reverse DNS",
    notification({
      from: "MAILER-DAEMON@sender.example",
      subject: "Undelivered Mail Returned to Sender",
      text: "see below",
      status: failed(
        "550 5.7.1 Connections not accepted from servers without a valid sender domain. flph832 Fix reverse DNS for 192.0.2.7",
        "5.7.1",
      ),
    }),
  ],
  [
    "iCloud, full",
    notification({
      from: "mailer-daemon@icloud.example",
      subject: "Undeliverable: The tide tables",
      text: "{to}: user is over quota",
      status: failed("552 5.2.2 <{to}>: user is over quota", "5.2.2"),
    }),
  ],
  [
    "Exim, given up",
    plain({
      from: "Mail Delivery System <Mailer-Daemon@sender.example>",
      subject: "Mail delivery failed: returning message to sender",
      head: "X-Failed-Recipients: {to}\nAuto-Submitted: auto-replied",
      text: "A message that you sent could not be delivered to one or more of its recipients.\n\n  {to}\n    host mx.receiver.example [192.0.2.9]\n    retry timeout exceeded\n",
    }),
  ],
  [
    "Exchange, in German, mailbox full, as text",
    plain({
      from: "postmaster@receiver.example",
      subject: encoded("Unzustellbar: The tide tables"),
      text: "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilerlisten:\n\n{to}\nDas Postfach des Empfängers ist voll und kann zurzeit keine Nachrichten annehmen. Versuchen Sie es später erneut.\n",
    }),
  ],
];

const NOTHING: readonly (readonly [string, ReturnType<typeof plain>])[] = [
  [
    "Gmail, delayed",
    notification({
      from: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
      subject: "Delivery Status Notification (Delay)",
      text: "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to {to}. Gmail will retry for 45 more hours. You'll be notified if the delivery fails permanently.",
      status:
        "Final-Recipient: rfc822; {to}\nAction: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space\nWill-Retry-Until: Thu, 26 Nov 2026 09:00:00 +0000",
    }),
  ],
  [
    "Greylisted, still tried, as text",
    plain({
      from: "MAILER-DAEMON@sender.example",
      subject: "Warning: could not send message for past 4 hours",
      text: "**********************************************\n**      THIS IS A WARNING MESSAGE ONLY      **\n**  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n**********************************************\n\n----- Transcript of session follows -----\n451 4.7.1 <{to}>... Greylisted, please try again later\nMessage could not be delivered for 4 hours\nMessage will be deleted from queue if not delivered within 5 days\n",
    }),
  ],
  [
    "GMX, delayed, in German",
    plain({
      from: "mailer-daemon@gmx.example",
      subject: encoded("Warnung: Nachricht verzögert"),
      text: "Ihre Nachricht an {to} konnte noch nicht zugestellt werden. Es wird weiter versucht, sie zuzustellen; Sie müssen nichts tun.\n",
    }),
  ],
  [
    "Holiday, in German",
    answer(
      "Reader <{to}>",
      "Abwesenheitsnotiz: The tide tables",
      "Ich bin bis 1. Dezember nicht erreichbar. Die Adresse alt@receiver.example existiert nicht mehr.",
    ),
  ],
  [
    "Left the company",
    answer(
      "Reader <{to}>",
      "Automatic reply: The tide tables",
      "I no longer work here and this mailbox is no longer monitored. User unknown to the new team: write to office@receiver.example.",
      "X-Auto-Response-Suppress: All\r\nAuto-Submitted: auto-replied",
    ),
  ],
  [
    "Absent, about mail that is not delivered",
    answer(
      "Reader <{to}>",
      "Automatic reply: Undelivered mail: why letters are returned to sender",
      "I have left. The account {to} does not exist any more; come and see us at 550 Harbour Street.",
      "Return-Path: <>\r\nAuto-Submitted: auto-replied",
    ),
  ],
  [
    "A mailbox that nobody reads",
    answer(
      "noreply@receiver.example",
      "Your message was not delivered to a person",
      "This mailbox is not monitored. Mail to {to} is not read. The account does not exist for correspondence.",
      "Auto-Submitted: auto-replied\r\nPrecedence: auto_reply",
    ),
  ],
  [
    "Challenge and response",
    answer(
      "Reader's guard <noreply@guard.example>",
      "Re: The tide tables (verification required)",
      "Your message to {to} was not delivered yet: the recipient only takes mail from known senders. Click here to verify your address.",
    ),
  ],
  [
    "Challenge and response, by a system address",
    answer(
      "Mail Administrator <postmaster@guard.example>",
      "Message not delivered: please confirm",
      "Your message to {to} is being held. Please confirm that you are a person by following this link, and it will be delivered.",
    ),
  ],
  [
    "Read receipt",
    receipt("Reader <{to}>", "Read: The tide tables", "manual-action/MDN-sent-manually; displayed"),
  ],
  [
    "Not read receipt",
    receipt("Reader <{to}>", "Not read: The tide tables", "automatic-action/MDN-sent-automatically; deleted"),
  ],
  [
    "Not read receipt, by a system address",
    receipt(
      "postmaster@receiver.example",
      "Undeliverable: not read: The tide tables",
      "automatic-action/MDN-sent-automatically; deleted",
    ),
  ],
];

/** Yahoo's and AOL's complaints: the mail's own headers, with the reader struck out of all of them. */
function redacted(head: string) {
  return (_to: string, id: string) =>
    lines(
      "From: feedback@arf.example",
      "To: abuse@reed.example",
      "Subject: FW: The tide tables",
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
      "Feedback-Type: abuse",
      "User-Agent: Yahoo!-Mail-Feedback/2.0",
      "Version: 0.1",
      head,
      "Original-Mail-From: <news@reed.example>",
      "",
      "--=_b",
      "Content-Type: message/rfc822",
      "Content-Disposition: inline",
      "",
      returned("redacted@redacted.example", id),
      "",
      "Text of the mail.",
      "--=_b--",
      "",
    );
}

const COMPLAINTS: readonly (readonly [string, ReturnType<typeof plain>])[] = [
  ["Yahoo's complaint, the reader struck out", redacted("Original-Rcpt-To: <[Redacted]>")],
  ["AOL's complaint, the reader struck out", redacted("Removal-Recipient: redacted-address")],
  ["A complaint with headers alone", complaint("abuse", "Original-Rcpt-To: <{to}>", "text/rfc822-headers")],
  ["A complaint of another kind", complaint("other", "Original-Rcpt-To: rfc822;{to}")],
];

const as = (kind: Shape["kind"], shapes: typeof HARD): Shape[] =>
  shapes.map(([system, raw]) => ({ system, kind, raw }));

/** More of them: other languages, filters that stand before mailboxes, and what only looks like a bounce. */
export const SHAPES_ABROAD: readonly Shape[] = [
  ...as("hard", HARD),
  ...as("soft", SOFT),
  ...as(undefined, NOTHING),
  ...as("complaint", COMPLAINTS),
];
