import { type Element, isElement, isText } from "./dom.ts";

/** An element of the article, before anything was taken out of it. */
export interface Part {
  readonly element: Element;
  /** In lower case: what Readability makes anew it names "P". */
  readonly name: string;
  /** Of its text, in characters as written. */
  readonly length: number;
  /** No block, picture or table stands in it. */
  readonly innermost: boolean;
}

const BLOCK = new Set("p h1 h2 h3 h4 h5 h6 li div section blockquote img table pre".split(" "));

/** Every element inside another in the order of the text: one walk, where each question of its own would take one. */
export function partsOf(content: Element): Part[] {
  const parts: Part[] = [];
  walk(content, parts);
  return parts;
}

function walk(element: Element, parts: Part[]): { length: number; hasBlock: boolean } {
  let length = 0;
  let hasBlock = false;
  for (const node of element.childNodes) {
    if (isText(node)) length += node.data.length;
    if (!isElement(node)) continue;
    const name = node.localName.toLowerCase();
    const at = parts.length;
    parts.push({ element: node, name, length: 0, innermost: true });
    const inside = walk(node, parts);
    parts[at] = { element: node, name, length: inside.length, innermost: !inside.hasBlock };
    length += inside.length;
    hasBlock ||= inside.hasBlock || BLOCK.has(name);
  }
  return { length, hasBlock };
}
