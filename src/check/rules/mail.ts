import type { MailFacts } from "../context.ts";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** RFC 5322, 2.1.1: the longest line, without its CRLF. */
const LONGEST_LINE = 998;

/** Rules for publications that send mail. */
function onMail(find: (mail: MailFacts, subject: Subject) => readonly Hit[]) {
  return (subject: Subject): readonly Hit[] =>
    subject.context.mail ? find(subject.context.mail, subject) : [];
}

/** Field names in lower case → values, unfolded (RFC 5322, 2.2.3). undefined: the mail could not be built. */
function fieldsOf({ header }: MailFacts): ReadonlyMap<string, readonly string[]> | undefined {
  if (header === undefined) return undefined;
  const lines = header
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")
    .filter((line) => line.includes(":"));
  const fields = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(":")).toLowerCase());
  return new Map(
    [...fields].map(([name, all]) => [name, all.map((line) => line.slice(line.indexOf(":") + 1).trim())]),
  );
}

/** Each once (RFC 5322, 3.6), and what Gmail and Yahoo ask of senders of lists. */
const REQUIRED = [
  "From",
  "To",
  "Subject",
  "Date",
  "Message-ID",
  "MIME-Version",
  "List-Id",
  "List-Unsubscribe",
];

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

/** Second labels below which others register their names, as in example.co.uk. */
const REGISTRIES = /^(ac|co|com|edu|gov|gob|go|net|ne|or|org|govt|mil|nom|ltd|plc|school)$/;

/**
 * The domain that someone registered, by rule of thumb: the list of public suffixes changes weekly, and both names
 * that are compared here belong to one publication.
 */
function organisation(domain: string): string {
  const labels = domain.toLowerCase().split(".");
  const isRegistry = labels.at(-1)?.length === 2 && REGISTRIES.test(labels.at(-2) ?? "");
  return labels.slice(isRegistry ? -3 : -2).join(".");
}

const isAligned = (a: string, b: string) => organisation(a) === organisation(b);

/** Their DMARC policies tell the world to refuse mail that others send in their name. */
const MAILBOX_PROVIDERS =
  /^(gmail|googlemail|yahoo|ymail|aol|hotmail|outlook|live|msn|icloud|me|mac|gmx|web|proton|protonmail|zoho|yandex|mail)\.(com|co\.uk|net|de|fr|it|es|me|ru|org)$/;

const bare = (text: string) =>
  text
    .replace(/[\s,]+/g, " ")
    .trim()
    .toLowerCase();

const UNSUBSCRIBING = "RFC 8058; required of senders of lists by Gmail and Yahoo since February 2024";

export const MAIL_RULES: readonly Rule[] = [
  {
    id: "header-line-long",
    severity: "error",
    part: "headers",
    what: "a header line of more than 998 characters",
    why: "RFC 5322, 2.1.1: servers may refuse or break it.",
    notices: ["mail-header-too-long"],
    find: onMail(({ header = "" }) =>
      header
        .split("\r\n")
        .filter((line) => line.length > LONGEST_LINE)
        .map((line) => ({
          message: `The header line ${quote(line)} has ${line.length} characters; mail allows ${LONGEST_LINE}.`,
          next: "Shorten the value that it is made from.",
        })),
    ),
  },
  {
    id: "header-missing",
    severity: "error",
    part: "headers",
    what: "a mail without, or with two, of From, To, Subject, Date, Message-ID, MIME-Version, List-Id, List-Unsubscribe",
    why: "RFC 5322, 3.6; RFC 2919; Gmail refuses mail that breaks it (550 5.7.1).",
    find: onMail((mail) => {
      const fields = fieldsOf(mail);
      if (fields === undefined) return [];
      return REQUIRED.flatMap((name) => {
        const values = fields.get(name.toLowerCase()) ?? [];
        if (values.length === 1 && values[0] !== "") return [];
        return [
          {
            message: `The mail has ${values.length > 1 ? "two" : "no"} ${name}.`,
            next: "Check `email:` in pressrun.yaml.",
          },
        ];
      });
    }),
  },
  {
    id: "unsubscribe-header",
    severity: "warning",
    part: "headers",
    what: "a List-Unsubscribe without https, or without List-Unsubscribe-Post",
    why: `${UNSUBSCRIBING}: readers leave by one click, or they press "spam".`,
    find: onMail((mail) => {
      const fields = fieldsOf(mail);
      if (fields === undefined) return [];
      const [ways = ""] = fields.get("list-unsubscribe") ?? [];
      const [post = ""] = fields.get("list-unsubscribe-post") ?? [];
      if (ways.startsWith("<https://") && /^List-Unsubscribe=One-Click$/i.test(post)) return [];
      return [
        {
          message: "Readers cannot leave the list by one click: List-Unsubscribe has no https address.",
          next: "Set email.unsubscribe_url to an https endpoint that takes ?t=TOKEN by POST.",
        },
      ];
    }),
  },
  {
    id: "unsubscribe-link",
    severity: "error",
    part: "newsletter",
    what: "a newsletter, or a plain-text part, without the reader's own unsubscribe link",
    why: "CAN-SPAM (15 USC 7704(a)(3)) and GDPR, 7(3); Gmail asks for one that is seen in the body.",
    find: onMail(({ values }, { links, text }) => {
      const link = values.unsubscribe_url;
      const inHtml = links.some(({ href, text: shown }) => href === link && shown !== "");
      return [
        ...(inHtml
          ? []
          : [
              {
                message: "The newsletter shows no link to unsubscribe.",
                next: "Write {{unsubscribe_url}} into the template where it is seen.",
              },
            ]),
        ...(text.includes(link)
          ? []
          : [
              {
                message: "The plain-text part shows no link to unsubscribe.",
                next: "Write {{unsubscribe_url}} into it.",
                part: "text" as const,
              },
            ]),
      ];
    }),
  },
  {
    id: "unsubscribe-domain",
    severity: "warning",
    part: "headers",
    what: "an unsubscribe address on another domain than the sender's",
    why: "Filters distrust it, and readers do (M3AAWG Sender Best Common Practices, 2.2).",
    find: onMail(({ from, unsubscribeUrl }) => {
      if (unsubscribeUrl === undefined || !URL.canParse(unsubscribeUrl)) return [];
      const { hostname } = new URL(unsubscribeUrl);
      if (isAligned(hostname, domainOf(from.address))) return [];
      return [
        {
          message: `Readers unsubscribe at ${hostname}, the mail comes from ${domainOf(from.address)}.`,
          next: "Let email.unsubscribe_url be on the sender's domain.",
        },
      ];
    }),
  },
  {
    id: "dkim-alignment",
    severity: "error",
    part: "headers",
    what: "a DKIM domain that is not the sender's",
    why: "DMARC (RFC 7489, 3.1.1) counts only a signature of the From domain; Gmail and Yahoo ask for it.",
    find: onMail(({ from, dkimDomain }) => {
      if (dkimDomain === undefined || isAligned(dkimDomain, domainOf(from.address))) return [];
      return [
        {
          message: `The mail is signed by ${dkimDomain} and comes from ${domainOf(from.address)}.`,
          next: "Set email.dkim.domain to the domain of email.from.",
        },
      ];
    }),
  },
  {
    id: "sender-provider",
    severity: "error",
    part: "headers",
    what: "a sender at a mailbox provider (gmail.com, yahoo.com, …)",
    why: "Their DMARC policies make receivers refuse list mail in their name (Gmail's sender guidelines).",
    find: onMail(({ from }) => {
      if (!MAILBOX_PROVIDERS.test(domainOf(from.address))) return [];
      return [
        {
          message: `The sender ${from.address} is at a mailbox provider, in whose name lists may not send.`,
          next: "Send from a domain of your own.",
        },
      ];
    }),
  },
  {
    id: "sender-name",
    severity: "warning",
    part: "headers",
    what: "a sender without a name",
    why: "Inboxes show the name first; readers open mail from those they know.",
    find: onMail(({ from }) =>
      (from.name ?? "").trim() === ""
        ? [
            {
              message: `The sender is only an address, ${from.address}.`,
              next: "Write email.from as Name <address>.",
            },
          ]
        : [],
    ),
  },
  {
    id: "sender-no-reply",
    severity: "warning",
    part: "headers",
    what: "a sender that takes no answers (noreply@) without a Reply-To",
    why: "Answers tell receivers that the mail is wanted, and readers who cannot answer complain instead.",
    find: onMail(({ from, replyTo }) => {
      const address = (replyTo ?? from).address;
      if (!/^(no|do-?not)[._-]?reply/i.test(address)) return [];
      return [
        {
          message: `Answers go to ${address}, which nobody reads.`,
          next: "Set email.reply_to to a mailbox that someone reads.",
        },
      ];
    }),
  },
  {
    id: "postal-address",
    severity: "warning",
    part: "footer",
    what: "a newsletter without the publication's postal address",
    why: "CAN-SPAM (15 USC 7704(a)(5)) and similar laws ask for it in every commercial mail.",
    find: onMail((_, { edition, page, text }) => {
      const { postalAddress } = edition.publication;
      if (postalAddress === undefined)
        return [
          {
            message: "The publication has no postal address.",
            next: "Set publication.postal_address in pressrun.yaml.",
          },
        ];
      const missing = [
        ...(bare(page("body").text()).includes(bare(postalAddress)) ? [] : ["newsletter"]),
        ...(bare(text).includes(bare(postalAddress)) ? [] : ["plain-text part"]),
      ];
      return missing.map((where) => ({
        message: `The ${where} does not show the postal address.`,
        next: "Write {{publication.postal_address}} into its template.",
      }));
    }),
  },
];
