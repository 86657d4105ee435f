import { createHash, randomBytes } from "node:crypto";
import { normaliseAddress } from "../model/subscriber.ts";
import { RateLimit } from "./limits.ts";
import { choices, form, hidden, paragraph } from "./page.ts";
import { first, type Reply, type Site, tokenOf, type Visit } from "./site.ts";

/** Of one caller: a family behind one address may subscribe, a script may not fill strangers' mailboxes. */
const BURST = 5;
const ONE_EVERY_MS = 6 * 60_000;
/** Of all callers together: thousands of machines, each asking once, would make of us who fills strangers' mailboxes. */
const MOST_AT_ONCE = 1_000;
const ONE_OF_ALL_EVERY_MS = 3_600;
/** Of one address: a second mail within this time helps nobody. */
const AGAIN_AFTER_MS = 15 * 60_000;

const LONGEST_NAME = 100;

/** The form, and the request that it sends, also by script (JSON): a confirmation mail goes out, and nothing else. */
export function joinPage(site: Site): (visit: Visit) => Promise<Reply> {
  const { words } = site;
  const limit = new RateLimit(BURST, ONE_EVERY_MS);
  const limitOfAll = new RateLimit(MOST_AT_ONCE, ONE_OF_ALL_EVERY_MS);
  const told = (status: number, text: string): Reply => ({ status, title: words.join, text });
  const cors: Record<string, string> =
    site.origin === undefined ? {} : { "access-control-allow-origin": site.origin, vary: "Origin" };

  return async (visit) => {
    if (visit.method === "OPTIONS")
      return {
        ...told(204, ""),
        headers: {
          ...cors,
          "access-control-allow-methods": "POST",
          "access-control-allow-headers": "content-type",
        },
      };
    if (visit.method !== "POST") return { ...told(200, words.join), body: signupForm(site) };
    const tooMany = { ...told(429, words.tooMany), headers: { ...cors, "retry-after": "600" } };
    if (!limit.take(visit.caller(), site.now())) return tooMany;
    const result = normaliseAddress(first(visit, "email"));
    if ("reason" in result) return { ...told(400, words.badAddress), headers: cors };
    // Only a program fills in what nobody sees; it hears what everybody hears.
    if (first(visit, "website") !== "") return { ...told(200, words.checkMail), headers: cors };
    // Before it is known whether a mail would go out: the answer tells nobody who reads.
    if (!limitOfAll.take("all", site.now())) return tooMany;
    await ask(site, result.address, visit);
    return { ...told(200, words.checkMail), headers: cors };
  };
}

function signupForm({ words, topics }: Site): string {
  const address = `<label>${words.address}<input type="email" name="email" required autocomplete="email" maxlength="254"></label>`;
  const name = `<label>${words.yourName}<input type="text" name="name" autocomplete="name" maxlength="${LONGEST_NAME}"></label>`;
  const trap = `<label class="trap" aria-hidden="true">Website<input type="text" name="website" tabindex="-1" autocomplete="off"></label>`;
  const wanted = Object.keys(topics).length > 0 ? choices(words.topics, topics, []) : "";
  return form(words.join, address + name + trap + wanted);
}

/** Says the same whether the address is new, on the list or suppressed: nobody can ask who reads. */
async function ask(site: Site, address: string, visit: Visit): Promise<void> {
  const { ledger, topics, words } = site;
  const at = site.now();
  const asked = ledger.consents.lastAsked(address);
  if (asked !== undefined && at.getTime() - asked.getTime() < AGAIN_AFTER_MS) return;
  const { suppression } = ledger.person(address);
  if (suppression !== undefined && suppression.kind !== "unsubscribed") return;
  const token = randomBytes(24).toString("base64url");
  const tags = (visit.fields.get("topic") ?? []).filter((tag) => Object.hasOwn(topics, tag));
  const name =
    first(visit, "name")
      .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
      .trim()
      .slice(0, LONGEST_NAME) || undefined;
  const tokenHash = sha256(token);
  ledger.consents.add({
    tokenHash,
    address,
    name,
    tags,
    text: words.confirmAsk,
    ip: visit.caller(),
    at,
  });
  const link = new URL("confirm", site.url);
  link.searchParams.set("t", token);
  // Whether it could be sent is for the log: the page says the same to everybody, and a second try is free.
  await site.mailConfirmation(address, link.href).catch((error) => {
    ledger.consents.drop(tokenHash);
    site.report(error);
  });
}

/** The link in the confirmation mail: GET asks, since scanners follow it too; POST puts the reader on the list. */
export function confirmPage(site: Site): (visit: Visit) => Promise<Reply> {
  const { words, ledger } = site;
  const told = (status: number, text: string): Reply => ({ status, title: words.confirm, text });
  return async (visit) => {
    const token = sha256(tokenOf(visit));
    if (visit.method !== "POST") {
      if (!ledger.consents.isOpen(token, site.now())) return told(410, words.expired);
      return {
        ...told(200, words.confirmAsk),
        body: paragraph(words.confirmAsk) + form(words.confirm, hidden("confirm", "1")),
      };
    }
    const isJoined = ledger.consents.confirm(token, visit.caller(), site.now());
    return isJoined ? { ...told(200, words.joined), title: words.join } : told(410, words.expired);
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
