import { folded, wordCount } from "../prose.ts";
import { type Element, wordsOf } from "./dom.ts";
import type { Part } from "./parts.ts";

type Drop = (element: Element, reason: string) => void;

/** How many of the last blocks may be about who wrote the article. */
const LAST_BLOCKS = 6;
const LONGEST_BIO = 130;

const IS =
  /^(?:is|was|has|writes|covers|reports|works|lives|serves|leads|joined|specializes|ist|schreibt|arbeitet|war|est|écrit|couvre|es|escribe|cubre|è|scrive|é|escreve|cobre|schrijft|werkt|jest|pisze)$/iu;

const REPORTED =
  /^\(?(?:additional |with )?(?:reporting|writing|editing) by\b|^\((?:reporting|writing|editing|compiled|translated)\b|^(?:this (?:article|story|post) (?:was )?(?:originally|first) (?:published|appeared)|(?:the )?associated press contributed|contact (?:the (?:author|writer|reporter)|us) at|have a tip)\b/i;

const COMMENTER = /^\S.{0,50}\s(?:says|wrote|said|sagt|schreibt|a dit|dice|disse)\s?:?$/iu;

const BLOCK = /^(?:p|div|li|h[2-5]|blockquote)$/;

/** What closes a page's main part after the article's last sentence: who wrote it, who helped, what readers said. */
export function dropTrailers(
  content: Element,
  parts: readonly Part[],
  author: string | undefined,
  drop: Drop,
): void {
  dropComments(content, parts, drop);
  for (const block of lastBlocks(content, parts)) {
    const text = wordsOf(block);
    if (REPORTED.test(text) && wordCount(text) <= 60) drop(block, "names who worked on the article");
    else if (isBio(text, author)) drop(block, "is about the author");
  }
}

function lastBlocks(content: Element, parts: readonly Part[]): Element[] {
  const found: Element[] = [];
  for (const { element, name } of parts.toReversed()) {
    if (found.length === LAST_BLOCKS) break;
    if (!BLOCK.test(name) || !content.contains(element) || wordsOf(element) === "") continue;
    if (element.querySelector("p, div, li, h2, h3, h4, blockquote") === null) found.push(element);
  }
  return found.reverse();
}

/** "Ada Hill is a writer who …": starts with the author's name and a verb that tells of a person. */
function isBio(text: string, author: string | undefined): boolean {
  const names = folded(author ?? "").split(" ");
  if (names.length < 2 || wordCount(text) > LONGEST_BIO) return false;
  const words = folded(text.replace(/^(?:about (?:the author)?:?|by)\s+/i, "")).split(" ");
  const start = words.slice(0, names.length).join(" ") === names.join(" ") ? names.length : 0;
  const isFirstName = start === 0 && words[0] === names[0] && /^(?:is|ist|est|es|è|é)$/.test(words[1] ?? "");
  return (start > 0 && IS.test(words[start] ?? "")) || isFirstName;
}

/** What a heading says that wants something of the reader. */
const CALL =
  /^(?:join|subscribe|sign up|register|start (?:your|now|today)|get (?:started|our|your|the|in touch|a free|more)|(?:are you )?ready (?:to|for)|book (?:a|your|now)|try .{1,40}|request (?:a|your)|contact (?:us|me)|talk to|let['’]s (?:talk|connect)|follow|download (?:our|the|your)|stay (?:in touch|connected|informed)|support (?:us|our|independent)|become a|donate|shop (?:now|the|our)|want (?:more|to (?:learn|read|know) more)|need help|have (?:a )?questions?|see how|discover (?:our|how)|do you (?:need|want)|jetzt|bleiben sie|abonnez|restez|suscríb|únete|iscriviti|inscreva)(?![\p{L}])/iu;
/** Words under a call's heading, to the article's end. */
const LONGEST_CALL = 60;
/** An article that is shorter than this may be a call itself. */
const SHORTEST_ARTICLE = 200;

/** The last heading and the few words under it, where they ask for something: the site's own closing call. */
export function dropClosingCall(content: Element, parts: readonly Part[], drop: Drop): void {
  if (wordCount(wordsOf(content)) < SHORTEST_ARTICLE) return;
  const left = parts.filter(({ element }) => content.contains(element));
  const at = left.findLastIndex(({ name, element }) => /^h[1-6]$/.test(name) && wordsOf(element) !== "");
  const heading = left[at]?.element;
  if (heading === undefined || !CALL.test(wordsOf(heading))) return;
  const after = left.slice(at + 1).filter(({ element }) => !heading.contains(element));
  const blocks = after.filter(({ element }) => element.parentElement?.contains(heading) ?? true);
  if (blocks.reduce((words, { element }) => words + wordCount(wordsOf(element)), 0) > LONGEST_CALL) return;
  for (const { element } of blocks) drop(element, "is a call to action");
  drop(heading, "is a call to action");
}

/** Fewest lines of "somebody says:" that make it a list of comments. */
const FEWEST_COMMENTERS = 3;

/** Characters as written of the line above a comment. */
const LONGEST_NAME = 200;

function dropComments(content: Element, parts: readonly Part[], drop: Drop): void {
  const heads = parts
    .filter(({ name, length }) => length < LONGEST_NAME && /^(?:p|div|li|h[345]|cite|span)$/.test(name))
    .map(({ element }) => element)
    .filter((element) => content.contains(element) && COMMENTER.test(wordsOf(element)));
  const [first] = heads;
  if (first === undefined || heads.length < FEWEST_COMMENTERS) return;
  let at: Element = first;
  while (at.parentElement !== null && at.parentElement !== content && !holdsText(at.parentElement, first))
    at = at.parentElement;
  for (let next = at.nextElementSibling; next !== null; next = at.nextElementSibling)
    drop(next, "is a reader's comment");
  drop(at, "is a reader's comment");
}

/** Whether an element holds words before the one within it. */
function holdsText(around: Element, inner: Element): boolean {
  const text = wordsOf(around);
  return text.slice(0, Math.max(0, text.indexOf(wordsOf(inner)))).length > 200;
}
