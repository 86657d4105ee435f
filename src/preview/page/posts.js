// Each network's post as its card, with all that a reader sees of it.
import { h, hidden, kilobytes, outside } from "./dom.js";
import { findingList } from "./findings.js";

export function renderPosts(view, { edition, findings }, publication) {
  const cards = edition.posts.map((post) => {
    const own = findings.filter(({ part }) => part === `post:${post.channel}`);
    return h(
      "article",
      { class: "post-box", "aria-label": `Post for ${post.channel}` },
      h("h2", {}, post.channel),
      postCard(post, publication),
      counter(post),
      own.length > 0 && findingList(own),
    );
  });
  view.replaceChildren(
    cards.length > 0
      ? h("div", { class: "posts" }, ...cards)
      : h("p", { class: "empty" }, "The publication has no social channel, so there is no post."),
  );
  for (const clamp of view.querySelectorAll(".clamp")) showCut(clamp);
}

function postCard({ parts, card, channel, languages }, publication) {
  return h(
    "div",
    { class: "post", lang: languages[0] },
    h(
      "p",
      { class: "post-by" },
      h("span", { class: "avatar", "aria-hidden": "true" }, initial(publication)),
      h("strong", {}, publication),
      h("span", { class: "muted" }, `on ${channel}`),
    ),
    h("p", { class: "post-text", dir: "auto" }, ...parts.map(postPart)),
    card && linkCard(card),
  );
}

function postPart(part) {
  if (part.kind === "link") return outside(part.url, part.text);
  return part.kind === "tag" ? h("span", { class: "tag" }, part.text) : part.text;
}

function linkCard({ url, title, description, thumbnail }) {
  return h(
    "div",
    { class: "link-card" },
    thumbnail && h("img", { src: thumbnail.route, alt: thumbnail.alt }),
    h(
      "div",
      { class: "link-card-text" },
      h("p", { class: "muted" }, URL.canParse(url) ? new URL(url).host : url),
      h("p", { class: "link-card-title clamp", dir: "auto" }, title),
      h("p", { class: "clamp", dir: "auto" }, description),
    ),
    thumbnail && h("p", { class: "unseen" }, `Picture of ${kilobytes(thumbnail.bytes)}`),
  );
}

/** Networks show two lines of a card's texts: where there is more, it can be read here. */
function showCut(clamped) {
  if (clamped.scrollHeight <= clamped.clientHeight + 1) return;
  const button = h(
    "button",
    { class: "quiet", type: "button", "aria-expanded": "false" },
    "cut here · show all",
  );
  button.addEventListener("click", () => {
    const isOpen = clamped.classList.toggle("open");
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? "as readers see it" : "cut here · show all";
  });
  clamped.after(button);
}

function counter({ length, limit, languages, card }) {
  const share = Math.min(1, limit > 0 ? length / limit : 1);
  const bar = h("span", { class: length > limit ? "bar over" : "bar", "aria-hidden": "true" }, h("span", {}));
  bar.firstChild.style.width = `${share * 100}%`;
  const picture = card?.thumbnail && `picture ${kilobytes(card.thumbnail.bytes)}`;
  return h(
    "p",
    { class: "counter" },
    bar,
    h("span", {}, `${length} of ${limit}`, hidden(" characters used")),
    h("span", { class: "muted" }, [languages.join(", "), picture].filter(Boolean).join(" · ")),
  );
}

const initial = (name) => [...name.replace(/^the\s+/i, "")][0]?.toUpperCase() ?? "";
