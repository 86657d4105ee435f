import { fromWebPath } from "../../model/web-path.ts";
import { type Element, wordsOf } from "./dom.ts";

/** What a mark of a note shows: "1", "[12]", "*", "†", "iv", "a". */
const MARK = /^[[(]?(?:\d{1,3}|[a-z]|[ivxlc]{1,5}|[*†‡§¶#]{1,3})[\])]?$/i;
const NOTE_ID = /^(?:_?(?:foot|end)?note|fn|ftnt?|edn|cite|ref|easy-footnote|sdfootnote|reference)/i;
/** What holds a note. */
const BLOCK = "li, p, dd, aside, div, td";
/** Notes are marked up to here: more is a book, or no notes. */
const MOST = 500;

/**
 * Notes and the marks that lead to them: each mark becomes `<span data-note="1">`, and the notes' texts go to the
 * article's end as `<div data-note-text="1">`. Marks whose note is not part of the article stay as they are.
 * @param base the page's address: links to places of it may name it.
 */
export function gatherNotes(content: Element, base: string | undefined): void {
  const links = [...content.querySelectorAll('a[href*="#"]')].slice(0, MOST * 4);
  if (links.length === 0) return;
  const places = placesIn(content);
  const notes = new Map<Element, number>();
  for (const link of links) {
    const id = placeOf(link, base);
    const block = id === undefined ? undefined : places.named.get(id)?.closest(BLOCK);
    if (id === undefined || !block || !isMark(link, id) || notes.size >= MOST) continue;
    // A note stands below its mark: a link upwards, or out of a note, leads back.
    const [from = 0, to = 0] = [places.order.get(link), places.order.get(block)];
    if (to < from || [...notes.keys()].some((note) => note.contains(link))) continue;
    const number = notes.get(block) ?? notes.size + 1;
    notes.set(block, number);
    replaceMark(link, number);
  }
  const [first] = [...notes.keys()].sort(
    (one, other) => (places.order.get(one) ?? 0) - (places.order.get(other) ?? 0),
  );
  if (first === undefined) return;
  const end = content.ownerDocument.createElement("div");
  first.before(end);
  dropHeading(content, end);
  for (const [block, number] of notes) end.append(noteText(block, number));
  content.append(end);
}

interface Places {
  /** By id or name. */
  readonly named: ReadonlyMap<string, Element>;
  /** Of each element, in the order of the text. */
  readonly order: ReadonlyMap<Element, number>;
}

function placesIn(content: Element): Places {
  const named = new Map<string, Element>();
  const order = new Map<Element, number>();
  for (const element of content.querySelectorAll("*")) {
    order.set(element, order.size);
    for (const name of [element.getAttribute("id"), element.getAttribute("name")])
      if (name && !named.has(name)) named.set(name, element);
  }
  return { named, order };
}

/** "Notes" and the line above what is no longer there. */
function dropHeading(content: Element, end: Element): void {
  const parts = [...content.querySelectorAll("*")];
  for (const part of parts.slice(0, parts.indexOf(end)).reverse()) {
    if (part.contains(end)) continue;
    if (!/^(?:h[1-6]|hr)$/.test(part.localName)) return;
    part.remove();
  }
}

function placeOf(link: Element, base: string | undefined): string | undefined {
  const [page = "", id] = (link.getAttribute("href") ?? "").split("#");
  if (!id || (page !== "" && page !== base?.split("#")[0])) return undefined;
  return fromWebPath(id);
}

function isMark(link: Element, id: string): boolean {
  if (!MARK.test(wordsOf(link))) return false;
  const raised = link.closest("sup") !== null || link.querySelector("sup") !== null;
  return raised || NOTE_ID.test(id) || link.getAttribute("role") === "doc-noteref";
}

function replaceMark(link: Element, number: number): void {
  const raised = link.closest("sup");
  const mark = link.ownerDocument.createElement("span");
  mark.setAttribute("data-note", String(number));
  mark.textContent = String(number);
  // Several marks may share one raised element: "1, 2".
  if (raised === null || wordsOf(raised) !== wordsOf(link)) link.replaceWith(mark);
  else raised.replaceWith(mark);
}

/** The note without its own number and the way back. */
function noteText(block: Element, number: number): Element {
  for (const link of [...block.querySelectorAll("a")])
    if (/^(?:[↩↑^⤴\s]|\uFE0E|\uFE0F)*$/u.test(wordsOf(link)) || MARK.test(wordsOf(link)))
      if (/#/.test(link.getAttribute("href") ?? "")) (link.closest("sup") ?? link).remove();
  const note = block.ownerDocument.createElement("div");
  note.setAttribute("data-note-text", String(number));
  note.innerHTML = block.innerHTML;
  const list = block.parentElement;
  block.remove();
  if (list !== null && /^(?:[uo]l|div|section|aside)$/.test(list.localName) && wordsOf(list) === "")
    list.remove();
  return note;
}
