// The list of articles, and those that are picked from it for a digest.
import { showAddress } from "./address.js";
import { byId, count, h, hidden } from "./dom.js";

/** Between the slugs of a digest's articles. */
const SIGN = "+";

/** Slugs in the order in which they were picked: a digest is read in it. */
export function createPicked() {
  let slugs = [];
  return {
    all: () => slugs,
    has: (slug) => slugs.includes(slug),
    toggle(slug) {
      slugs = slugs.includes(slug) ? slugs.filter((each) => each !== slug) : [...slugs, slug];
    },
    /** What is looked at is picked. */
    follow({ kind, slug }) {
      if (kind === "article" && slug.includes(SIGN)) slugs = slug.split(SIGN);
    },
  };
}

export function renderDesk({ desk, address, picked, go }) {
  byId("publication").textContent = desk.publication || "pressrun";
  byId("sandbox").hidden = !desk.sandbox;
  byId("mails").textContent = desk.mails.toLocaleString("en");
  const wanted = byId("filter").value.trim().toLowerCase();
  const articles = desk.articles.filter(({ slug, title }) =>
    `${title} ${slug}`.toLowerCase().includes(wanted),
  );
  const focused = document.activeElement?.closest?.("#articles a, #articles input")?.dataset.focus;
  const toggle = (slug) => {
    picked.toggle(slug);
    const isDigest = address?.kind === "article" && address.slug.includes(SIGN);
    if (isDigest && picked.all().length > 0) go({ slug: picked.all().join(SIGN) });
    else renderDesk({ desk, address, picked, go });
  };
  byId("articles").replaceChildren(...articles.map((each) => articleRow(each, { address, picked, toggle })));
  // The list is made anew with every save: who stands on an article stays there.
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  byId("digest").replaceChildren(...digestLink({ address, picked }));
  byId("inbox-link").setAttribute("aria-current", address?.kind === "inbox" ? "page" : "false");
}

function articleRow({ slug, title, date, draft }, { address, picked, toggle }) {
  const isArticle = address?.kind === "article";
  const isHere = isArticle && address.slug === slug;
  const view = isArticle ? address.view : "newsletter";
  const href = showAddress({ ...address, kind: "article", slug, name: "", view });
  return h(
    "li",
    { class: picked.has(slug) ? "picked" : false },
    h(
      "a",
      { href, "aria-current": isHere ? "page" : false, "data-focus": slug },
      h("span", { class: "article-title", dir: "auto" }, title),
      h(
        "span",
        { class: "article-meta" },
        date?.slice(0, 10) ?? "no date",
        draft && h("span", { class: "chip" }, "draft"),
      ),
    ),
    h(
      "label",
      { class: "pick", title: "Pick for a digest" },
      h("input", {
        type: "checkbox",
        checked: picked.has(slug),
        change: () => toggle(slug),
        "data-focus": `pick ${slug}`,
      }),
      hidden(`Pick ${title} for a digest`),
    ),
  );
}

/** Of one article no digest is made. */
function digestLink({ address, picked }) {
  const slugs = picked.all();
  if (slugs.length === 0) return [];
  if (slugs.length === 1) return [h("span", { class: "muted" }, "Pick another article for a digest")];
  const slug = slugs.join(SIGN);
  const isHere = address?.kind === "article" && address.slug === slug;
  const view = address?.kind === "article" ? address.view : "newsletter";
  return [
    h(
      "a",
      {
        href: showAddress({ ...address, kind: "article", slug, name: "", view }),
        "aria-current": isHere ? "page" : false,
      },
      `Digest of ${count(slugs.length, "article")}`,
    ),
  ];
}
