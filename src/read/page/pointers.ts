import { endsSentence, wordCount } from "../prose.ts";
import { type Element, oneLine, wordsOf } from "./dom.ts";

/** How a line starts that leads to another article or asks for something. */
const STARTS =
  /^(?:read (?:more|also|next|on|the full|our)|also read|see (?:also|more|related)|related|recommended|more (?:on|from|about|like this|stories|to read|info(?:rmation)?)|learn more|find out more|further reading|(?:you|we) (?:may|might|can)(?: also)? (?:like|enjoy|check|be interested|read)|don['’]t miss|must[- ]read|up next|watch(?: also| next|:)|trending|popular(?: now| this week)|most (?:read|popular)|check out|click here|tap here|subscribe|sign up|join (?:our|the|us|my|now)|follow (?:us|me|@)|share this|download (?:our|the|my)|get (?:our|the|my) (?:free|newsletter|latest|app)|leave a (?:comment|reply)|stay (?:connected|tuned|informed)|have a tip|like this (?:story|article|post)|pin (?:it|this)|lire (?:aussi|également|la suite)|à lire|voir aussi|abonnez-vous|inscrivez-vous|suivez-nous|partagez|(?:lesen|sehen|hören) sie (?:auch|hier|mehr|dazu)|mehr (?:zum|zu|über|dazu)|siehe auch|auch interessant|jetzt (?:abonnieren|anmelden|lesen)|abonnieren sie|folgen sie uns|(?:lea|lee|leer|vea|ver) (?:también|más)|te puede interesar|suscr[ií]b(?:ete|ase)|síguenos|comparte|leggi (?:anche|di più|tutto)|vedi anche|iscriviti|seguici|leia (?:também|mais)|veja (?:também|mais)|saiba mais|inscreva-se|siga-nos|lees (?:ook|meer|verder)|bekijk ook|abonneer|volg ons|czytaj (?:też|także|więcej)|zobacz (?:też|także|również)|читайте также|читать далее|подпис(?:ывайтесь|аться)|смотрите также|関連記事|あわせて読みたい|続きを読む|もっと読む|相关阅读|延伸阅读|阅读更多|اقرأ (?:أيضا|أيضًا|المزيد)|إقرأ أيضا|شاهد أيضا|تابعونا|اشترك)(?![\p{L}\p{N}])/iu;

/** The start alone, or with a colon: what it leads to stands in the lines after it. */
const BARE =
  /^(?:related(?: [\p{L}]+){0,2}|recommended(?: for you)?|trending(?: (?:now|news|this week))?|don['’]t miss|must[- ]read|read (?:more|also|next)|also read|see also|up next|more from .{1,40}|more like this|you (?:may|might)(?: also)? (?:like|enjoy|check|be interested(?: in.{0,60})?)|most (?:read|popular)|popular(?: now| this week)|what (?:others|people|readers) (?:are|is) reading(?: now)?|(?:good|other|more) (?:articles|stories) to read.{0,20}|lire aussi|à lire aussi|voir aussi|mehr zum thema|auch interessant|siehe auch|te puede interesar|leggi anche|leia também|veja também|lees ook|czytaj (?:też|także)|zobacz (?:też|także)|читайте также|関連記事|あわせて読みたい|相关阅读|延伸阅读|اقرأ أيضا|شاهد أيضا)\s*[:.…]*$/iu;

const LONGEST = 25;
/** A line that is this much link leads away, whatever its last sign is. */
const LINKED = 0.4;

/** Why a block that holds no other is a line leading away from the article, as the end of a sentence. */
export function pointerOf(block: Element): string | undefined {
  const text = withoutMarks(wordsOf(block));
  const words = wordCount(text);
  if (words > LONGEST && headsLinks(block)) return "points to other articles";
  if (words === 0 || words > LONGEST || !STARTS.test(text)) return undefined;
  if (BARE.test(text) && !/^h[1-6]$/.test(block.localName)) return "points to other articles";
  if (block.localName === "li" || /^h[1-6]$/.test(block.localName))
    return linkShare(block) > 0.8 ? "points to another page" : undefined;
  return linkShare(block) >= LINKED || !endsSentence(text) || /!$/.test(text)
    ? "points to another page"
    : undefined;
}

/** "Don't miss", a line break, and links line by line. */
function headsLinks(block: Element): boolean {
  if (block.querySelector("br") === null || linkShare(block) < LINKED) return false;
  const [first = ""] = (block.innerHTML ?? "").slice(0, 1000).split(/<br\b/i);
  return BARE.test(withoutMarks(oneLine(first.replace(/<[^<>]*>/g, "")).replaceAll("&#39;", "'")));
}

export function isBarePointer(text: string): boolean {
  return BARE.test(withoutMarks(text));
}

/** "» [Read more…]" → "Read more…". */
function withoutMarks(text: string): string {
  return text.replace(/^[^\p{L}\p{N}]+/u, "").replace(/[\])*»>→\s]+$/u, "");
}

/** Share of an element's characters that stand in links, 0..1. */
export function linkShare(element: Element): number {
  const length = element.textContent?.trim().length ?? 0;
  if (element.localName === "a") return 1;
  if (length === 0) return 0;
  let linked = 0;
  for (const link of element.querySelectorAll("a")) linked += link.textContent?.trim().length ?? 0;
  return linked / length;
}
