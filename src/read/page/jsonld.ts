import { type Document, oneLine } from "./dom.ts";

/** What a page's JSON-LD (schema.org) says of its article; every value as written. */
export interface LinkedData {
  readonly headline?: string | undefined;
  readonly description?: string | undefined;
  readonly authors: readonly string[];
  readonly published?: string | undefined;
  readonly modified?: string | undefined;
  readonly image?: string | undefined;
  readonly siteName?: string | undefined;
  readonly body?: string | undefined;
  readonly language?: string | undefined;
}

type Thing = Readonly<Record<string, unknown>>;

const ARTICLE =
  /(?:Article|NewsArticle|BlogPosting|Report|Review|Recipe|HowTo|SocialMediaPosting|CreativeWork)$/;
const PAGE = /(?:WebPage|ItemPage|AboutPage|FAQPage)$/;

/** Reads every JSON-LD script; one that is not JSON is passed over. */
export function readLinkedData(document: Document): LinkedData {
  const things = new Map<string, Thing>();
  const all: Thing[] = [];
  for (const script of document.getElementsByTagName("script"))
    if (/^\s*application\/ld\+json\b/i.test(script.getAttribute("type") ?? ""))
      collect(parse(script.textContent ?? ""), all, things);
  const article = all.find((thing) => hasType(thing, ARTICLE));
  const page = all.find((thing) => hasType(thing, PAGE));
  const get = (key: string) => article?.[key] ?? page?.[key];
  return {
    headline: textOf(article?.headline ?? article?.name),
    description: textOf(get("description")),
    authors: namesOf(article?.author ?? page?.author ?? article?.creator, things),
    published: textOf(get("datePublished") ?? article?.dateCreated),
    modified: textOf(get("dateModified")),
    image: addressOf(article?.image ?? page?.primaryImageOfPage ?? page?.image, things),
    siteName: namesOf(get("publisher"), things)[0],
    body: textOf(article?.articleBody),
    language: textOf(get("inLanguage")),
  };
}

/** Line breaks inside strings and HTML comments around the script are common, and no JSON. */
function parse(text: string): unknown {
  const bare = unwrapped(text);
  for (const attempt of [bare, bare.replace(/\p{Cc}/gu, " ")]) {
    try {
      return JSON.parse(attempt);
    } catch {}
  }
  return undefined;
}

/** Without what old browsers wanted around a script. */
function unwrapped(text: string): string {
  const start = text.trim().replace(/^(?:<!--|\/\*[^*]{0,200}\*\/|<!\[CDATA\[)/, "");
  const end = start.replace(/;$/, "").trimEnd();
  const mark = ["-->", "]]>"].find((each) => end.endsWith(each));
  return (mark === undefined ? end : end.slice(0, -mark.length)).trim();
}

/** Every thing in the document, those inside others too, outer ones first; not deeper than anyone writes. */
function collect(value: unknown, all: Thing[], byId: Map<string, Thing>, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > 12 || all.length > 5000) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, all, byId, depth + 1);
    return;
  }
  const thing = value as Thing;
  if (thing["@type"] !== undefined) all.push(thing);
  const id = thing["@id"];
  if (typeof id === "string" && Object.keys(thing).length > 1) byId.set(id, thing);
  for (const [key, each] of Object.entries(thing))
    if (key !== "comment" && key !== "itemListElement" && key !== "review")
      collect(each, all, byId, depth + 1);
}

function hasType(thing: Thing, wanted: RegExp): boolean {
  const types = [thing["@type"]].flat();
  return types.some((type) => typeof type === "string" && wanted.test(type));
}

function textOf(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "string") return undefined;
  return oneLine(first) === "" ? undefined : first;
}

function namesOf(value: unknown, things: ReadonlyMap<string, Thing>): string[] {
  const people = (Array.isArray(value) ? value : [value]).slice(0, 50);
  return people.flatMap((person) => {
    if (typeof person === "string") return [person];
    const known = resolve(person, things);
    const name = known?.name;
    return (Array.isArray(name) ? name : [name]).filter((each): each is string => typeof each === "string");
  });
}

function resolve(value: unknown, things: ReadonlyMap<string, Thing>): Thing | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const thing = value as Thing;
  const id = thing["@id"];
  return thing.name === undefined && thing.url === undefined && typeof id === "string"
    ? (things.get(id) ?? thing)
    : thing;
}

function addressOf(value: unknown, things: ReadonlyMap<string, Thing>): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") return first;
  const thing = resolve(first, things);
  return textOf(thing?.url ?? thing?.contentUrl);
}
