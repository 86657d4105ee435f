// One post as its readers see it: what its channel says of its network's looks decides, and no name does.
import { h, hidden, kilobytes, outside } from "./dom.js";

/** @returns the whole post, with what readers see only when they ask for it marked as such. */
export function postCard(post, publication) {
  const { face, languages } = post;
  return h(
    "div",
    { class: `post ${face.place}`, lang: languages[0] },
    face.place === "page" ? pageOf(post, publication) : streamOf(post, publication),
  );
}

/** Under the name of an account: in a stream, a room, or a record. */
function streamOf(post, publication) {
  const { face, headline, parts } = post;
  const pictures = picturesOf(post);
  return [
    face.place === "record"
      ? h("p", { class: "post-headline", dir: "auto" }, headline)
      : byline(face, publication),
    face.pictures === "above" && pictures,
    h("p", { class: "post-text", dir: "auto" }, ...folded(parts, face)),
    face.pictures === "below" && pictures,
    cardOf(post),
  ];
}

/** An article with a headline of its own, below its cover. */
function pageOf(post, publication) {
  const { face, card, headline, parts, picture, images } = post;
  const cover = card?.thumbnail ?? images[0];
  return [
    cover ? shownPicture(cover, face.card.ratio) : picture && named(picture),
    byline(face, publication),
    h("p", { class: "post-headline", dir: "auto" }, card?.title || headline),
    h("p", { class: "post-text", dir: "auto" }, ...folded(parts, face)),
  ];
}

function byline({ avatar, account, name }, publication) {
  const shown = name ?? publication;
  return h(
    "p",
    { class: "post-by" },
    h("span", { class: `avatar ${avatar}`, "aria-hidden": "true" }, initial(shown)),
    h(
      "span",
      { class: "post-name" },
      h("strong", {}, shown),
      account && h("span", { class: "muted" }, account),
    ),
  );
}

const initial = (name) => [...name.replace(/^the\s+/i, "")][0]?.toUpperCase() ?? "";

// The text

/** The text as it is written, and after the place where the network folds it the rest. */
function folded(parts, face) {
  const { shown, rest } = split(parts, face.fold);
  const draw = (part) => drawPart(part, face);
  if (rest.length === 0) return shown.map(draw);
  const mark = h("span", { class: "fold" }, "… more");
  return [...shown.map(draw), mark, h("span", { class: "folded" }, hidden(" (folded) "), ...rest.map(draw))];
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cut after so many graphemes, and before a link or hashtag that would be cut in two. */
function split(parts, fold) {
  let room = fold ?? Number.POSITIVE_INFINITY;
  for (const [index, part] of parts.entries()) {
    const pieces = [...graphemes.segment(part.text)];
    if (pieces.length <= room) {
      room -= pieces.length;
      continue;
    }
    const at = part.kind === "text" ? (pieces[room]?.index ?? 0) : 0;
    const [start, end] = [part.text.slice(0, at), part.text.slice(at)].map((text) => ({ ...part, text }));
    return {
      shown: [...parts.slice(0, index), ...(at > 0 ? [start] : [])],
      rest: [end, ...parts.slice(index + 1)],
    };
  }
  return { shown: parts, rest: [] };
}

function drawPart(part, { link }) {
  if (part.kind === "link")
    return outside(part.url, part.text === part.url ? shortened(part.url, link) : part.text);
  return part.kind === "tag" ? h("span", { class: "tag" }, part.text) : part.text;
}

/** An address as networks show it that cut it: without its scheme. */
function shortened(url, most) {
  if (most === undefined) return url;
  const bare = url.replace(/^https?:\/\/(?:www\.)?/i, "");
  return bare.length > most ? `${bare.slice(0, most)}…` : bare;
}

// Pictures

function picturesOf({ images, picture, card }) {
  if (images.length > 0) return h("div", { class: "pictures" }, ...images.map(attached));
  return picture && !card?.thumbnail && named(picture);
}

/** A picture that goes up with the post, and what is read out where it is not seen. */
function attached(picture) {
  const { alt, bytes } = picture;
  return h(
    "figure",
    { class: "attached" },
    shownPicture(picture),
    h(
      "figcaption",
      {},
      h("span", { class: "alt-mark" }, "ALT"),
      alt === "" ? "It has no alternative text." : h("span", { dir: "auto" }, alt),
      hidden(` Goes up with the post, ${kilobytes(bytes)}.`),
    ),
  );
}

function shownPicture({ route, alt }, ratio) {
  const image = h("img", { src: route, alt });
  if (ratio !== undefined) image.style.aspectRatio = String(ratio);
  return image;
}

/** Preview asks nothing of the web, so the picture is named, not shown. */
function named({ url, alt }) {
  return h(
    "p",
    { class: "unknown" },
    "A picture that the network fetches by its address: ",
    outside(url, alt || url),
  );
}

// The card

function cardOf(post) {
  const { face, card, images, parts } = post;
  if (card) return linkCard(card, face.card);
  const link = parts.find(({ kind }) => kind === "link");
  if (!face.card.fetched || images.length > 0 || !link || face.place === "record") return undefined;
  return h(
    "p",
    { class: "unknown" },
    `${face.label} draws a card here, of what it finds at ${hostOf(link.url)}.`,
  );
}

function linkCard(
  { url, title, description, thumbnail },
  { shape, ratio, titleLines, descriptionLines, host },
) {
  const hostLine = h("p", { class: "link-card-host" }, hostOf(url));
  const texts = h(
    "div",
    { class: "link-card-text" },
    host === "above" && hostLine,
    line(title, "link-card-title", titleLines),
    line(description, "link-card-description", descriptionLines),
    host === "below" && hostLine,
  );
  const picture = thumbnail && shownPicture(thumbnail, ratio);
  return h(
    "div",
    { class: `link-card ${shape === "plain" ? "plain-card" : shape}` },
    shape === "stacked" && picture,
    texts,
    shape !== "stacked" && picture,
  );
}

/** So many lines of a text, or all of it; what the network does not show at all is left out. */
function line(text, name, lines) {
  if (lines === 0 || text === "") return undefined;
  const shown = h("p", { class: lines === undefined ? name : `${name} clamp`, dir: "auto" }, text);
  if (lines !== undefined) shown.style.setProperty("--lines", String(lines));
  return shown;
}

const hostOf = (url) => (URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : url);
