// One mail: how it looks in the list and opened, its text, its source, its headers.
import { byId, h, kilobytes } from "./dom.js";

/** Gmail cuts a mail here, in bytes of its HTML, and hides the rest with the way out behind a link. */
const GMAIL_BYTES = 102_400;
const WARN_BYTES = 92_160;

export function renderEnvelope(room, { from = "", to = "", subject, preheader }) {
  const name = from.replace(/\s*<[^>]*>$/, "").replace(/^"|"$/g, "") || from;
  room.replaceChildren(
    h(
      "span",
      { class: "avatar", "aria-hidden": "true" },
      [...name.replace(/^the\s+/i, "")][0]?.toUpperCase() ?? "",
    ),
    h(
      "div",
      { class: "envelope-text" },
      h(
        "p",
        { class: "envelope-from" },
        h("strong", { title: from }, name),
        to && h("span", { class: "muted" }, `to ${to}`),
      ),
      h(
        "p",
        { class: "envelope-subject", dir: "auto" },
        h("strong", {}, subject),
        preheader && " ",
        preheader && h("span", { class: "muted" }, preheader),
      ),
    ),
  );
}

export function renderGauge(room, bytes) {
  const full = Math.max(bytes, GMAIL_BYTES) * 1.12;
  const level = bytes > GMAIL_BYTES ? "over" : bytes > WARN_BYTES ? "near" : "fine";
  const bar = h(
    "span",
    { class: `gauge-bar ${level}`, "aria-hidden": "true" },
    h("span", { class: "fill" }),
    h("span", { class: "line" }),
  );
  bar.children[0].style.width = `${(bytes / full) * 100}%`;
  bar.children[1].style.insetInlineStart = `${(GMAIL_BYTES / full) * 100}%`;
  const words = {
    fine: "of 100 KB",
    near: "of 100 KB: near Gmail’s limit",
    over: "of 100 KB: Gmail cuts it off",
  };
  room.replaceChildren(bar, h("p", {}, h("strong", {}, kilobytes(bytes)), ` ${words[level]}`));
  room.title = `Gmail shows ${GMAIL_BYTES.toLocaleString("en")} bytes of HTML; this mail has ${bytes.toLocaleString("en")}.`;
}

/**
 * Shows `url` in the sandboxed frame. The next document loads behind the one that is seen, so that nothing flickers.
 * @param {string} stamp says when the same address shows another document
 * @param {() => void} onShown
 */
export function showFrame(url, stamp, onShown) {
  const room = byId("frame");
  const current = room.lastElementChild;
  if (current?.dataset.stamp === `${url} ${stamp}`) return false;
  // No script, no form, no window, and an origin of its own: what is in the frame can touch nothing.
  const frame = h("iframe", {
    sandbox: "",
    class: "coming",
    title: "Newsletter",
    "data-stamp": `${url} ${stamp}`,
  });
  frame.addEventListener("load", () => {
    if (frame !== room.lastElementChild) return;
    frame.className = "";
    // A frame that is moved loads again: the others go, this one stays where it is.
    for (const old of [...room.children]) if (old !== frame) old.remove();
    requestAnimationFrame(() => onShown());
  });
  frame.src = `${url}#pressrun-changed`;
  room.append(frame);
  return true;
}

export function renderText(view, { text }) {
  view.replaceChildren(
    h("pre", { class: "plain", tabindex: "0", dir: "auto", "aria-label": "Plain-text part" }, text),
  );
}

export function renderHeaders(view, { headers }) {
  const rows = headers.map(({ name, value }) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)),
  );
  view.replaceChildren(
    rows.length > 0
      ? h(
          "table",
          { class: "headers" },
          h("caption", { class: "unseen" }, "Headers of the mail"),
          h("tbody", {}, ...rows),
        )
      : h("p", { class: "empty" }, "The publication sends no mail, so there are no headers."),
  );
}

/** The mail as it is sent, or its HTML; fetched when it is looked at. */
export async function renderSource(view, { hasSource }, of, link, fetchText) {
  const shown = hasSource ? of : "html";
  const choice = (value, name) =>
    h("a", { class: "choice", href: link(value), "aria-current": value === shown ? "true" : false }, name);
  const text = await fetchText(shown);
  view.replaceChildren(
    h("p", { class: "choices" }, hasSource && choice("mail", "Whole mail"), choice("html", "HTML alone")),
    h("pre", { class: "source", tabindex: "0", "aria-label": "Source" }, text),
  );
}

export function renderFooter(view, { message, links, explore }) {
  const list = (title, items) =>
    items.length > 0 &&
    h(
      "section",
      {},
      h("h2", {}, title),
      h("ul", {}, ...items.map(({ name, url }) => h("li", {}, h("span", {}, name), h("code", {}, url)))),
    );
  view.replaceChildren(
    h(
      "div",
      { class: "footer-card" },
      message
        ? h("p", { class: "footer-message", dir: "auto" }, message)
        : h("p", { class: "empty" }, "The footer has no message."),
      list(
        "Links",
        links.map(({ label, url }) => ({ name: label, url })),
      ),
      list(
        "Explore",
        explore.map(({ title, url }) => ({ name: title, url })),
      ),
    ),
  );
}

export function renderInbox(view, { mails, total }, link) {
  if (total === 0) {
    const command = h("code", {}, "pressrun publish ARTICLE --sandbox");
    return view.replaceChildren(h("p", { class: "empty" }, "No mail yet. ", command, " sends some here."));
  }
  const isCut = total > mails.length;
  view.replaceChildren(
    h("ul", { class: "mails" }, ...mails.map((mail) => h("li", {}, mailLink(mail, link(mail))))),
    ...(isCut
      ? [h("p", { class: "meta" }, `The newest ${mails.length} of ${total.toLocaleString("en")}.`)]
      : []),
  );
}

function mailLink({ to, subject, at }, href) {
  const when = new Date(at).toLocaleString("en", {
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
  });
  return h(
    "a",
    { href },
    h("span", { class: "mail-to" }, to),
    h("span", { class: "mail-subject", dir: "auto" }, subject),
    h("time", { datetime: at }, when),
  );
}
