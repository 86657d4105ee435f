// Each channel's post: as its readers see it, and below it how it was counted and what it had no room for.
import { postCard } from "./card.js";
import { count, h, kilobytes } from "./dom.js";
import { findingList } from "./findings.js";

export function renderPosts(view, { edition, findings }, publication) {
  const reasons = new Set(edition.posts.map(({ why }) => why));
  // Mostly one summary serves them all.
  const [common] = reasons.size === 1 ? reasons : [];
  const boxes = edition.posts.map((post) => {
    const { channel, face } = post;
    const own = findings.filter(({ part }) => part === `post:${channel}`);
    return h(
      "article",
      { class: "post-box", "aria-label": `Post for ${channel}` },
      h("h2", {}, face.label, face.label.toLowerCase() !== channel && h("code", {}, channel)),
      thread(post, publication, edition.footer.message),
      leftOut(post),
      common === undefined && reason(post.why),
      own.length > 0 && findingList(own),
    );
  });
  const all =
    boxes.length > 0
      ? h("div", { class: "posts" }, ...boxes)
      : h("p", { class: "empty" }, "The publication has no social channel, so there is no post.");
  view.replaceChildren(...[reason(common), all].filter(Boolean));
  for (const clamp of view.querySelectorAll(".clamp")) showCut(clamp);
}

/** What only the first post of a thread has. */
const BARE = { card: undefined, images: [], picture: undefined };

/** The post, and what answers it below, each with its own counter. */
function thread(post, publication, footer) {
  const all = [post, ...post.more];
  return h(
    "ol",
    { class: all.length > 1 ? "thread" : "thread alone" },
    ...all.map((part, index) => {
      const isFooter = index > 0 && part.parts.map(({ text }) => text).join("") === footer;
      const place = `${index + 1} of ${all.length}${isFooter ? ", the footer as a reply" : ""}`;
      return h(
        "li",
        {},
        postCard({ ...post, ...(index > 0 && BARE), ...part }, publication),
        counter({ ...post, ...(index > 0 && BARE), ...part }, all.length > 1 && place),
      );
    }),
  );
}

/** Networks show some lines of a card's texts: where there is more, it can be read here. */
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

const UNITS = {
  graphemes: "grapheme",
  codepoints: "code point",
  utf16: "UTF-16 unit",
  bytes: "byte",
  "x-weighted": "weighted character",
  "emoji-bytes": "character",
};

/** The measure that is nearest to its limit fills the bar; all of them are told. */
function counter({ counts, languages, assumed, card, images }, place) {
  const share = Math.max(...counts.map(({ length, max }) => (max > 0 ? length / max : 1)));
  const bar = h(
    "span",
    { class: share > 1 ? "bar over" : "bar", "aria-hidden": "true" },
    h("span", { class: "fill" }),
  );
  bar.firstChild.style.width = `${Math.min(1, share) * 100}%`;
  const pictures = [card?.thumbnail, ...images].filter(Boolean);
  const notes = [
    place,
    languages.join(", "),
    ...pictures.map(({ bytes }) => `picture ${kilobytes(bytes)}`),
    assumed && "documented limits: the server has not been asked yet",
  ];
  return h(
    "p",
    { class: "counter" },
    bar,
    ...counts.map(({ unit, length, max }, index) =>
      h(
        "span",
        { class: index > 0 ? "muted" : false },
        `${length.toLocaleString("en")} / `,
        count(max, UNITS[unit]),
        length > max && h("strong", { class: "too-long" }, " too long"),
      ),
    ),
    h("span", { class: "muted" }, notes.filter(Boolean).join(" · ")),
  );
}

/** What the fitter took out, word for word. */
function leftOut({ dropped = [] }) {
  if (dropped.length === 0) return undefined;
  const rows = dropped.map(({ what, text }) =>
    h("li", {}, h("span", { class: "muted" }, `${what}: `), h("span", { dir: "auto" }, text)),
  );
  return h("div", { class: "left-out" }, h("h3", {}, "No room for"), h("ul", {}, ...rows));
}

/** Why the summary says what it says. */
const reason = (why) => why && h("p", { class: "why" }, h("strong", {}, "The summary: "), why);
