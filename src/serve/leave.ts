import type { Departures } from "./departures.ts";
import { choices, form, hidden, paragraph } from "./page.ts";
import { first, type Reply, type Site, tokenOf, type Visit } from "./site.ts";

/**
 * The unsubscribe endpoint (RFC 8058): GET shows a page and changes nothing, since link scanners follow every link;
 * POST acts at once, without cookie, login or redirect, and says the same however often it is sent.
 */
export function leavePage(site: Site, { leave }: Departures): (visit: Visit) => Promise<Reply> {
  const { words, ledger, topics } = site;
  const told = (status: number, text: string): Reply => ({ status, title: words.leave, text });

  return async (visit) => {
    // Who leaves here is off the list already: `subscribers sync` has nothing to bring home.
    if (visit.method !== "POST" && visit.url.searchParams.has("log"))
      return { ...told(200, words.leave), json: { left: [] } };
    const token = tokenOf(visit);
    const id = site.subscriberOf(token);
    if (site.isInert(token)) return told(200, words.test);
    if (id === undefined) return told(400, words.invalid);
    if (visit.method !== "POST") return { ...told(200, words.leaveAsk), body: ask(site, id) };
    if (first(visit, "save") !== "") {
      ledger.consents.choose(id, Object.keys(topics), visit.fields.get("topic") ?? []);
      return { ...told(200, words.saved), title: words.topics };
    }
    await leave(id);
    return told(200, words.left);
  };
}

function ask({ words, topics, ledger }: Site, id: string): string {
  const button = form(words.leave, hidden("List-Unsubscribe", "One-Click"));
  const address = Object.keys(topics).length > 0 ? ledger.subscribers.addressOf(id) : undefined;
  const tags = address === undefined ? undefined : ledger.person(address).subscriber?.tags;
  const preferences =
    tags && form(words.save, hidden("save", "topics") + choices(words.topics, topics, tags));
  return paragraph(words.leaveAsk) + button + (preferences ?? "");
}
