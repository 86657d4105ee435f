import { fromWebPath } from "../../model/web-path.ts";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Source } from "../source.ts";
import type { Link, Subject } from "../subject.ts";
import { isGeneric } from "./link-words.ts";

const WCAG_PURPOSE = "WCAG 2.2, 2.4.4: a link's purpose is clear from its text";

/** Links that `isBad` holds for, each once, with the line where the article or its settings name it. */
function among(
  { links, source }: Subject,
  isBad: (link: Link) => boolean,
  say: (link: Link) => Omit<Hit, "place" | "part">,
): readonly Hit[] {
  const seen = new Set<string>();
  return links.filter(isBad).flatMap((link) => {
    const key = `${link.href} ${link.text}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...say(link), place: placeOf(link, source), part: link.from }];
  });
}

/** An article may name its own site's pages by their path, or its addresses as references. */
function placeOf({ href, text, from }: Link, source: Source) {
  const { pathname, search = "" } = parse(href) ?? {};
  if (from !== "article") return hasScheme(href) ? source.find(href) : undefined;
  return source.find(href, pathname && `(${pathname}${search})`, `[${text}]`, text);
}

const parse = (href: string) => (URL.canParse(href) ? new URL(href) : undefined);
const isWeb = (href: string) => /^https?:\/\//i.test(href);
const hasScheme = (href: string) => /^[a-z][a-z0-9+.-]*:/i.test(href.trim());

/** Also the way out of a newsletter without one: `#` until there is an address. */
const isFragment = (href: string) => href.startsWith("#");

const SHORTENERS = new Set(
  "bit.ly t.co tinyurl.com goo.gl ow.ly is.gd buff.ly lnkd.in t.ly rebrand.ly cutt.ly tiny.cc rb.gy shorturl.at bl.ink dlvr.it".split(
    " ",
  ),
);

/** RFC 6761, RFC 6762 and RFC 1918: names and addresses that mean another machine for each reader. */
const PRIVATE_HOST =
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|.*\.(localhost|local|internal|home\.arpa)$)/i;

function isNowhere({ href }: Link, { page, context }: Subject): boolean {
  if (!isFragment(href) || context.mail === undefined) return false;
  const id = fromWebPath(href.slice(1));
  return (
    id === "" ||
    page("[id], a[name]").filter((_, each) => each.attribs.id === id || each.attribs.name === id).length === 0
  );
}

/** The host that a link's text claims: "https://bank.example", "www.bank.example/login". */
function claimedHost(text: string): string | undefined {
  const [, host] =
    /^(?:https?:\/\/|(?=www\.))([\p{L}\p{N}.-]{1,253}\.\p{L}{2,})(?:[/?#]\S*)?$/iu.exec(text) ?? [];
  return host?.toLowerCase().replace(/^www\./, "");
}

export const LINK_RULES: readonly Rule[] = [
  {
    id: "link-relative",
    severity: "error",
    part: "newsletter",
    what: "a link without scheme and host",
    why: "A mail has no address of its own that it could start from (RFC 3986, 5.1).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => href.trim() !== "" && !hasScheme(href) && !isFragment(href),
        ({ href }) => ({
          message: `The link to ${quote(href)} leads nowhere from a mail.`,
          next: "Write the whole address, from https:// on.",
        }),
      ),
  },
  {
    id: "link-unsafe",
    severity: "error",
    part: "newsletter",
    what: "a link that runs code or carries its own content (javascript:, data:, vbscript:, file:)",
    why: "Mail programs drop it, filters take the whole mail for an attack (Gmail's and Outlook's blocked content).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => /^\s*(javascript|data|vbscript|file|blob):/i.test(href),
        ({ href }) => ({
          message: `The link ${quote(href)} is of a kind that mail programs block.`,
          next: "Lead to a web page instead.",
        }),
      ),
  },
  {
    id: "link-malformed",
    severity: "error",
    part: "newsletter",
    what: "a link that is no address",
    why: "It leads to an error page, or nowhere (WHATWG URL standard).",
    find: (subject) =>
      among(
        subject,
        ({ href }) =>
          (isWeb(href) && parse(href) === undefined) ||
          /^mailto:\s*(\?|$)/i.test(href) ||
          /\s/.test(href.trim()),
        ({ href }) => ({
          message: `${quote(href)} is not an address.`,
          next: "Write it as a browser's address bar shows it.",
        }),
      ),
  },
  {
    id: "link-empty-target",
    severity: "error",
    part: "newsletter",
    what: "a link or button without a target",
    why: "It looks like a link and does nothing.",
    find: (subject) =>
      among(
        subject,
        ({ href }) => href.trim() === "",
        ({ text }) => ({
          message: `The link ${quote(text)} has no target.`,
          next: "Give it an address, or take it out.",
        }),
      ),
  },
  {
    id: "link-anchor",
    severity: "error",
    part: "newsletter",
    what: "a link to a place in the mail that is not there (#, #top)",
    why: "It does nothing; some mail programs open an empty page.",
    find: (subject) =>
      among(
        subject,
        (link) => isNowhere(link, subject),
        ({ href, text }) => ({
          message: `The link ${quote(text)} leads to ${href}, which is nowhere in this mail.`,
          next: "Lead to a web address.",
        }),
      ),
  },
  {
    id: "link-http",
    severity: "warning",
    part: "newsletter",
    what: "a link by http://",
    why: "What readers open can be read and changed on the way, and browsers warn of it (RFC 9325; RFC 7258).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => /^http:\/\//i.test(href) && !PRIVATE_HOST.test(parse(href)?.hostname ?? ""),
        ({ href }) => ({
          message: `The link to ${quote(href)} is not encrypted.`,
          next: "Use https:// if the site has it.",
        }),
      ),
  },
  {
    id: "link-private",
    severity: "error",
    part: "newsletter",
    what: "a link to a machine or network that readers are not on (localhost, 192.168.…)",
    why: "Only the writer can open it (RFC 1918, RFC 6761).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => PRIVATE_HOST.test(parse(href)?.hostname ?? ""),
        ({ href }) => ({
          message: `The link to ${quote(href)} can only be opened on your own network.`,
          next: "Use the public address.",
        }),
      ),
  },
  {
    id: "link-ip-address",
    severity: "warning",
    part: "newsletter",
    what: "a link to a number instead of a name, or with a user name in it",
    why: "That is how phishing looks; SpamAssassin scores it (NUMERIC_HTTP_ADDR, HTTP_ESCAPED_HOST).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => {
          const { hostname = "", username = "" } = parse(href) ?? {};
          return (
            isWeb(href) &&
            !PRIVATE_HOST.test(hostname) &&
            (/^(\d+\.){3}\d+$|^\[/.test(hostname) || username !== "")
          );
        },
        ({ href }) => ({
          message: `The link to ${quote(href)} looks like phishing.`,
          next: "Use the site's name.",
        }),
      ),
  },
  {
    id: "link-shortener",
    severity: "warning",
    part: "newsletter",
    what: "a link through a shortener",
    why: "Readers cannot see where it leads and filters distrust the shared domain (Spamhaus DBL lists abused shorteners).",
    find: (subject) =>
      among(
        subject,
        ({ href }) => SHORTENERS.has((parse(href)?.hostname ?? "").replace(/^www\./, "")),
        ({ href }) => ({
          message: `${quote(href)} hides where it leads.`,
          next: "Write the address that it stands for.",
        }),
      ),
  },
  {
    id: "link-disguised",
    severity: "warning",
    part: "newsletter",
    what: "a link whose text shows another site than it leads to",
    why: "Filters take it for phishing (Gmail and Outlook warn; SpamAssassin's SPOOFED_URL).",
    find: (subject) =>
      among(
        subject,
        ({ href, text }) => {
          const claimed = claimedHost(text);
          const host = parse(href)?.hostname.replace(/^www\./, "");
          return claimed !== undefined && isWeb(href) && claimed !== host;
        },
        ({ href, text }) => ({
          message: `The link ${quote(text)} leads to another site: ${quote(href)}.`,
          next: "Let its text say where it leads, or use words.",
        }),
      ),
  },
  {
    id: "link-text-empty",
    severity: "error",
    part: "newsletter",
    what: "a link with nothing to see or hear",
    why: `${WCAG_PURPOSE}; a screen reader reads out the address.`,
    find: (subject) =>
      among(
        subject,
        ({ text }) => text === "",
        ({ href }) => ({
          message: `The link to ${quote(href)} has no text.`,
          next: "Write what it leads to, or give its image an alt text.",
        }),
      ),
  },
  {
    id: "link-text-generic",
    severity: "warning",
    part: "newsletter",
    what: "a link whose text says nothing by itself (click here, read more, …) in the newsletter's language",
    why: `${WCAG_PURPOSE}, also in the list of links that a screen reader offers.`,
    find: (subject) =>
      among(
        subject,
        ({ text }) => isGeneric(text, subject.language),
        ({ text }) => ({
          message: `The link ${quote(text)} does not say what it leads to.`,
          next: "Make the words that name the target the link.",
        }),
      ),
  },
];
