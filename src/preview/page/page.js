// The page's heart: the address says what is shown, the server says when it changed.
import { MAIL_VIEWS, parseAddress, routeOf, showAddress, VIEWS } from "./address.js";
import { createPicked, renderDesk } from "./desk.js";
import { byId, h } from "./dom.js";
import { badge, findingList, findingsFor, renderChecks, renderProblems } from "./findings.js";
import { listenToKeys } from "./keys.js";
import {
  renderEnvelope,
  renderFooter,
  renderGauge,
  renderHeaders,
  renderInbox,
  renderSource,
  renderText,
  showFrame,
} from "./letter.js";
import { renderPosts } from "./posts.js";

const NAMES = {
  newsletter: "Newsletter",
  text: "Text",
  source: "Source",
  headers: "Headers",
  posts: "Posts",
  footer: "Footer",
  checks: "Findings",
  inbox: "Inbox",
};

const picked = createPicked();
let desk = { publication: "", sandbox: false, articles: [], mails: 0, problems: [] };
let address = parseAddress(location.hash);
/** What is shown: an article's view, or a mail. */
let shown;
/** Whose and what it is, as it was asked for. */
let shownKey;
/** What check finds about it: it comes after the edition, which is there to be read. */
let findings = [];
/** Asked for last; answers to older questions are dropped. */
let asked = 0;

/** The answer as data; undefined for what is not there. What goes wrong is told as a problem, as the server does. */
async function ask(path) {
  const response = await fetch(path).catch(() => undefined);
  if (response === undefined)
    return { problems: [{ message: "Preview does not answer.", next: "Start it again." }] };
  if (response.status === 404) return undefined;
  return response.status === 500 ? { problems: [{ message: await response.text() }] } : response.json();
}

const keyOf = (where) => `${routeOf(where)} ${where.as}`;

const go = (change) => {
  location.hash = showAddress({ ...address, ...change });
};

const drawDesk = () => renderDesk({ desk, address, picked, go });

// Showing

async function refresh(savedAt) {
  const question = ++asked;
  address = parseAddress(location.hash) ?? address ?? firstAddress();
  if (address === undefined) return renderNothing();
  picked.follow(address);
  const query = address.as ? `?as=${encodeURIComponent(address.as)}` : "";
  const answer = address.kind === "inbox" ? await ask("inbox") : await ask(routeOf(address) + query);
  if (question !== asked) return;
  if (answer?.problems && answer.slug === undefined) return renderRefused(answer.problems);
  const isSame = address.kind === "article" && answer?.slug === shown?.slug;
  if (!isSame) findings = [];
  shown = answer;
  shownKey = keyOf(address);
  render(savedAt);
  if (address.kind === "article" && shown?.edition) readFindings(question);
}

/** Another view of what is here already needs no question. */
function follow() {
  const next = parseAddress(location.hash);
  if (next === undefined || next.kind === "inbox" || keyOf(next) !== shownKey) return refresh();
  address = next;
  render();
}

async function readFindings(question) {
  const found = await ask(`findings/${encodeURIComponent(address.slug)}`);
  if (question !== asked || !Array.isArray(found)) return;
  findings = found;
  renderParts();
  renderFindings();
  if (address.view === "posts") renderPosts(byId("view-posts"), { ...shown, findings }, desk.publication);
  if (address.view === "checks") renderChecks(byId("view-checks"), { ...shown, findings });
}

function firstAddress() {
  const [first] = desk.articles;
  return first && parseAddress(`#article/${encodeURIComponent(first.slug)}`);
}

function render(savedAt) {
  const letter = address.kind === "article" ? shown?.edition?.letter : shown;
  drawDesk();
  renderHead();
  drawProblems();
  renderParts();
  showView(letter !== undefined);
  const isComing = letter !== undefined && renderView(letter, savedAt);
  if (!isComing) tellShown(savedAt);
}

function drawProblems() {
  const problems = [...desk.problems, ...(shown?.problems ?? [])];
  renderProblems(byId("problems"), withoutTwins(problems), shown?.edition?.at);
}

/** A broken configuration is a problem of the desk and of the article. */
function withoutTwins(problems) {
  const seen = new Set();
  return problems.filter(
    ({ place, message }) => !seen.has(`${place} ${message}`) && seen.add(`${place} ${message}`),
  );
}

function showView(hasLetter) {
  for (const view of [...VIEWS, "inbox"]) byId(`view-${view}`).hidden = !hasLetter || view !== address.view;
  byId("reader-box").hidden = address.kind !== "article";
  renderFindings();
}

/** Beside the part that they are about; posts have their own below them. */
function renderFindings() {
  const hasOwn = address.kind !== "article" || ["checks", "posts"].includes(address.view);
  const beside = hasOwn || !shown?.edition ? [] : findingsFor(findings, address.view);
  byId("findings").hidden = beside.length === 0;
  byId("findings").replaceChildren(h("h2", {}, "Findings"), findingList(beside));
}

/** @returns true while what was asked for is still loading. */
function renderView(letter, savedAt) {
  const view = byId(`view-${address.view}`);
  switch (address.view) {
    case "newsletter":
      return renderNewsletter(letter, savedAt);
    case "text":
      renderText(view, letter);
      return false;
    case "source":
      renderSource(view, letter, address.of, (of) => showAddress({ ...address, of }), fetchSource);
      return false;
    case "headers":
      renderHeaders(view, letter);
      return false;
    case "posts":
      renderPosts(view, { ...shown, findings }, desk.publication);
      return false;
    case "footer":
      renderFooter(view, shown.edition.footer);
      return false;
    case "checks":
      renderChecks(view, { ...shown, findings });
      return false;
    default:
      renderInbox(view, shown, (mail) =>
        showAddress({ ...address, ...mail, kind: "mail", view: "newsletter" }),
      );
      return false;
  }
}

async function fetchSource(of) {
  const query = new URLSearchParams({ of, ...(address.as && { as: address.as }) });
  return (await fetch(`source/${routeOf(address)}?${query}`)).text();
}

function renderNewsletter(letter, savedAt) {
  const { width, scheme, images, as } = address;
  for (const [name, value] of Object.entries({ width, scheme, images })) {
    for (const input of document.querySelectorAll(`input[name="${name}"]`))
      input.checked = input.value === value;
  }
  const sheet = byId("sheet");
  sheet.dataset.scheme = scheme;
  sheet.style.setProperty("--width", `${width}px`);
  renderEnvelope(byId("envelope"), { ...letter, preheader: shown.edition?.preheader });
  renderGauge(byId("gauge"), letter.bytes);
  byId("remote").textContent = letter.remoteImages > 0 ? letter.remoteImages : "";
  const query = new URLSearchParams({ scheme, images, ...(as && { as }) });
  const stamp = shown.edition?.hash ?? "";
  return showFrame(`frame/${routeOf(address)}?${query}`, stamp, () => tellShown(savedAt));
}

function renderHead() {
  const title =
    { inbox: "Sandbox inbox", mail: shown?.subject, article: shown?.title }[address.kind] ??
    "Not here any more";
  byId("title").textContent = title;
  document.title = `${title} · ${desk.publication || "pressrun"} preview`;
  const where = {
    inbox: ".pressrun/sandbox/inbox",
    mail: `${address.slug}/${address.name}`,
    article: shown?.file,
  };
  byId("where").replaceChildren(
    where[address.kind] ?? "",
    shown?.draft ? h("span", { class: "chip" }, "draft") : "",
  );
  if (document.activeElement !== byId("reader")) byId("reader").value = address.as;
}

function renderParts() {
  const views = { article: VIEWS, mail: MAIL_VIEWS, inbox: [] }[address.kind];
  const hasLetter = address.kind === "mail" ? shown !== undefined : shown?.edition !== undefined;
  byId("parts").hidden = !hasLetter;
  const focused = document.activeElement?.dataset?.view;
  byId("parts").replaceChildren(
    ...views.map((view) =>
      h(
        "a",
        {
          href: showAddress({ ...address, view }),
          "aria-current": view === address.view ? "page" : false,
          "data-view": view,
        },
        NAMES[view],
        address.kind === "article" && hasLetter && badge(findingsFor(findings, view)),
      ),
    ),
  );
  if (focused) document.querySelector(`[data-view="${focused}"]`)?.focus();
}

function renderNothing() {
  drawDesk();
  byId("title").textContent = "No article yet";
  byId("where").textContent = "Write one in content/articles, or use pressrun import.";
  renderProblems(byId("problems"), desk.problems);
  tellShown();
}

/** The reader that was asked for cannot be written to: what was shown stays. */
function renderRefused(problems) {
  renderProblems(byId("problems"), problems);
  tellShown();
}

/** With the time from the save to this moment, both by this machine's clock. */
function tellShown(savedAt) {
  const live = byId("live");
  live.className = "live on";
  if (savedAt === undefined) {
    if (live.dataset.took === undefined) byId("status").textContent = "Live: save the article to see it here";
    return;
  }
  const now = new Date().toLocaleTimeString("en", { timeStyle: "medium", hourCycle: "h23" });
  const took = Math.max(0, Math.round(Date.now() - savedAt));
  live.dataset.took = String(took);
  byId("status").textContent = `Shown ${took} ms after the save at ${now}`;
}

// Listening

async function readDesk() {
  const answer = await ask("desk");
  if (answer?.articles) desk = answer;
}

function listenToChanges() {
  const events = new EventSource("events");
  events.addEventListener("message", async ({ data }) => {
    const { what, savedAt } = JSON.parse(data);
    if (what === "files") await refresh(savedAt);
    await readDesk();
    if (what === "inbox" && address?.kind !== "article") return refresh();
    followRename();
    drawDesk();
    if (shown !== undefined) drawProblems();
  });
  events.addEventListener("error", () => {
    byId("live").className = "live off";
    delete byId("live").dataset.took;
    byId("status").textContent = "Preview has stopped: start it again in the terminal";
  });
  // The server was away for a moment, and may have seen a save meanwhile.
  let isFirst = true;
  events.addEventListener("open", () => {
    if (!isFirst) refresh();
    isFirst = false;
  });
}

/** An article that got another slug is still the one that is being written. */
function followRename() {
  if (address?.kind !== "article" || desk.articles.some(({ slug }) => slug === address.slug)) return;
  const same = desk.articles.find((article) => article.shown === shown?.file);
  if (same !== undefined) location.replace(showAddress({ ...address, slug: same.slug }));
}

/** A frame is as wide as the mail's window, and its scrollbar: phones have none. */
function measureScrollbar() {
  const probe = h("div", { class: "scroll-probe" });
  document.body.append(probe);
  document.documentElement.style.setProperty("--scrollbar", `${probe.offsetWidth - probe.clientWidth}px`);
  probe.remove();
}

/** What scrolls can be scrolled by keys. */
function letKeysScroll() {
  for (const room of document.querySelectorAll(".view.padded, .findings")) room.tabIndex = 0;
}

function listenToControls() {
  byId("tools").addEventListener("change", ({ target }) => go({ [target.name]: target.value }));
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("input", drawDesk);
  byId("reader").addEventListener("change", ({ target }) => go({ as: target.value.trim() }));
  byId("reader").addEventListener("input", suggestReaders);
  byId("reader").addEventListener("focus", suggestReaders);
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
}

async function suggestReaders() {
  const { value } = byId("reader");
  const readers = await ask(`readers?search=${encodeURIComponent(value)}`);
  if (!Array.isArray(readers) || value !== byId("reader").value) return;
  byId("readers").replaceChildren(
    ...readers.map(({ address, name }) => h("option", { value: address }, name ?? address)),
  );
}

measureScrollbar();
letKeysScroll();
listenToControls();
listenToKeys({ current: () => address, articles: () => desk.articles, go });
addEventListener("hashchange", follow);
await readDesk();
await refresh();
listenToChanges();
