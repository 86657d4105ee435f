// Elements from data. Text is only ever text: nothing here, and nothing in this page, makes markup of a string.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes false and undefined leave an attribute out; functions listen
 * @param {...(Node | string | number | false | undefined | null)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const shown = children.flat(3).filter((child) => child !== false && child !== undefined && child !== null);
  element.append(...shown.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** Messages set what is to be typed between backquotes. */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

/** For screen readers alone. */
export const hidden = (text) => h("span", { class: "unseen" }, text);

/** A link that opens beside the preview; text where the address is no web address. */
export function outside(url, ...children) {
  const isWeb = /^https?:\/\//i.test(url);
  return isWeb
    ? h("a", { href: url, target: "_blank", rel: "noreferrer" }, ...children)
    : h("span", {}, ...children);
}

const plural = new Intl.PluralRules("en");

/** "1 error", "3 errors" */
export const count = (number, noun) =>
  `${number.toLocaleString("en")} ${noun}${plural.select(number) === "one" ? "" : "s"}`;

export const kilobytes = (bytes) => `${(bytes / 1024).toLocaleString("en", { maximumFractionDigits: 1 })} KB`;
