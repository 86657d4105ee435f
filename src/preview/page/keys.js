// One key for each thing that is done often; the dialog lists them, and its switch turns them off.
import { VIEWS, WIDTHS } from "./address.js";
import { byId } from "./dom.js";

/**
 * @param {object} page
 * @param {() => object | undefined} page.current the address
 * @param {() => readonly {slug: string}[]} page.articles
 * @param {(change: object) => void} page.go
 */
export function listenToKeys({ current, articles, go }) {
  const help = byId("help");
  const step = (by) => {
    const all = articles();
    const here = all.findIndex(({ slug }) => slug === current()?.slug);
    const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
    if (next) go({ kind: "article", slug: next.slug, view: known(current()?.view) });
  };
  const look = (change) => current()?.view === "newsletter" && go(change(current()));
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    w: () => look(({ width }) => ({ width: WIDTHS[(WIDTHS.indexOf(width) + 1) % WIDTHS.length] })),
    d: () => look(({ scheme }) => ({ scheme: scheme === "dark" ? "light" : "dark" })),
    i: () => look(({ images }) => ({ images: images === "off" ? "own" : "off" })),
    m: () => go({ kind: "inbox" }),
    a: () => byId("reader").focus(),
    "/": () => byId("filter").focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (!isOurs(event)) return;
    const view = VIEWS[Number(event.key) - 1];
    const act = view === undefined ? keys[event.key] : () => current()?.slug && go({ view });
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  byId("help-button").addEventListener("click", () => help.showModal());
  byId("help-close").addEventListener("click", () => help.close());
}

/** Not while someone types, nor with a modifier: those keys are the browser's. */
function isOurs({ target, altKey, ctrlKey, metaKey }) {
  if (altKey || ctrlKey || metaKey || !byId("keys-on").checked || byId("help").open) return false;
  return !target.matches?.("input:not([type=radio]), textarea, select");
}

const known = (view) => (VIEWS.includes(view) ? view : "newsletter");
