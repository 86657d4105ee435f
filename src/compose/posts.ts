import { dirname, relative, sep } from "node:path";
import type { Notice } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Footer, LinkCard, Post, PostPart, PostText } from "../model/edition.ts";
import { excess, type Limits } from "../model/limits.ts";
import { oneLine } from "../model/line.ts";
import type { Publication } from "../model/publication.ts";
import { webPath } from "../model/web-path.ts";
import type { PostWishes } from "../model/wishes.ts";
import { droppedFrom, type Wanted } from "./dropped.ts";
import { isRemote, locateImage } from "./images.ts";
import {
  type Field,
  fitPost,
  hashtags,
  type Layout,
  type PostContent,
  postOf,
  textParts,
  writtenPost,
} from "./post.ts";
import { postLayout } from "./post-layout.ts";
import { type Pictures, picturesFor } from "./post-pictures.ts";
import { atMost } from "./shorten.ts";
import { extract, type Summary, summarise } from "./summary.ts";
import { keyPoints, threadOf } from "./thread.ts";
import { withUtm } from "./utm.ts";

export interface PostTarget extends PostWishes {
  readonly name: string;
  readonly limits: Limits;
}

/** What posts are made from. */
export interface PostMaterial {
  readonly article: Article;
  readonly publication: Publication;
  readonly root: string;
  readonly templates: string;
  readonly targets: readonly PostTarget[];
  readonly language: string;
  readonly footer: Footer;
  /** The body's paragraphs as plain text. */
  readonly prose: readonly string[];
  /** For readers who see the title beside it. */
  readonly summary: Summary;
  readImage(location: string): Promise<Uint8Array | undefined>;
}

/**
 * One post a social channel, as its network takes it and its owner wants it.
 * @throws UserError for a post that cannot be made to fit.
 */
export async function composePosts(material: PostMaterial) {
  const posts = new Map<string, Post>();
  const notices: Notice[] = [];
  for (const target of material.targets) {
    const made = await composePost(material, target);
    notices.push(...made.notices);
    posts.set(target.name, made.post);
  }
  return { posts, notices };
}

async function composePost(material: PostMaterial, target: PostTarget) {
  const pictures = await picturesFor(material, target);
  const card = makeCard(material, target, pictures);
  const texts = await makeTexts(material, target, card);
  const { images } = pictures;
  const picture = publicPicture(material);
  const { wanted, ...said } = texts;
  const dropped = droppedFrom(
    { ...wanted, card: card && wholeCard(material, target) },
    [said, ...(said.more ?? [])],
    card,
  );
  const post: Post = {
    ...said,
    card,
    ...(images && { images }),
    ...(picture && { picture }),
    ...(dropped.length > 0 && { dropped }),
  };
  return { post, notices: pictures.notices };
}

type Texts = Omit<Post, "card"> & { readonly wanted: Wanted };

async function makeTexts(material: PostMaterial, target: PostTarget, card?: LinkCard): Promise<Texts> {
  const { article, publication, language, footer, templates } = material;
  const { name, limits, tags = limits.tags, languages } = target;
  const marked = (post: Post, wanted: Wanted): Texts => ({
    ...post,
    wanted,
    ...(languages && { languages }),
  });
  const written = article.posts[name];
  if (written !== undefined)
    return marked(postOf(name, writtenPost(name, written, limits), limits, language), NOTHING);
  const url = article.url && withUtm(article.url, target.utm);
  const place = footerPlace(target, card);
  const lastFooter = place === "last" ? footer.message : undefined;
  const hashed = hashtags(article.tags, Math.min(limits.tags, tags));
  const has = {
    summary: true,
    link: url !== undefined,
    tags: hashed.length > 0,
    footer: lastFooter !== undefined,
  };
  const layout = await postLayout({ article, publication, channel: name, has, language, templates });
  const { sentences, inOrder, reason } = summaryBeside(layout, material);
  const threaded = isThread(target);
  const content: PostContent = {
    channel: name,
    limits,
    layout,
    ...(threaded ? { sentences: await everything(material, inOrder) } : { sentences, inOrder }),
    title: article.title,
    url,
    tags: hashed,
    footer: lastFooter,
    language,
  };
  const [first = [], ...rest] = threaded ? threadOf(content) : [fitPost(content)];
  const more = [...rest, ...reply(place, footer, limits)].map((parts) =>
    answerOf(postOf(name, parts, limits, language)),
  );
  const post = { ...postOf(name, first, limits, language), reason, ...(more.length > 0 && { more }) };
  return marked(post, {
    sentences: inLayout(layout, "summary") ? content.sentences : [],
    tags: inLayout(layout, "tags") ? hashed : [],
    footer:
      place === "reply" || (place === "last" && inLayout(layout, "footer")) ? footer.message : undefined,
  });
}

/** The author's own text was not made of anything. */
const NOTHING: Wanted = { sentences: [], tags: [] };

const inLayout = (layout: Layout, field: Field["field"]) =>
  layout.some((piece) => typeof piece !== "string" && piece.field === field);

const isThread = ({ thread, limits }: PostTarget) => thread === true && limits.threads === true;

function answerOf({ text, parts, length }: Post): PostText {
  return { text, parts, length };
}

/** A long summary is said whole; else the article's own key points follow what a single post would say. */
async function everything(
  { article, language }: PostMaterial,
  sentences: readonly string[],
): Promise<readonly string[]> {
  if (article.summary !== undefined) return sentences;
  const points = await keyPoints(article.html, language);
  return [...sentences, ...points.filter((point) => !sentences.includes(point))];
}

/** Where the footer goes: as wished, or else to the next best place that the network has. */
function footerPlace(
  { footer, limits }: PostTarget,
  card: LinkCard | undefined,
): "card" | "last" | "reply" | "none" {
  if (footer === "none") return "none";
  if (footer === "reply" && limits.threads === true) return "reply";
  if (footer === "last") return "last";
  return card === undefined ? "last" : "card";
}

/** The footer as an answer of its own, where it is wanted and fits. */
function reply(place: string, { message }: Footer, limits: Limits): readonly (readonly PostPart[])[] {
  if (place !== "reply" || message === undefined) return [];
  const parts = textParts(message, limits);
  return excess(parts, limits) === undefined ? [parts] : [];
}

/** Networks show a link as a card with its title, ours or their own; a template may show the title as well. */
function summaryBeside(layout: Layout, { article, prose, language, summary }: PostMaterial): Summary {
  const title = oneLine(article.title);
  const besideTitle =
    article.url !== undefined || layout.some((piece) => typeof piece === "string" && piece.includes(title));
  return besideTitle ? summary : summarise(article, prose, { language, besideTitle });
}

function makeCard(material: PostMaterial, target: PostTarget, pictures: Pictures): LinkCard | undefined {
  const { article, language } = material;
  const { limits, utm } = target;
  if (limits.card === undefined || article.url === undefined || pictures.images !== undefined)
    return undefined;
  const { as } = limits.card;
  const within = (text: string, most: number | undefined) => atMost(text, most, language, as);
  const { title, description } = wholeCard(material, target);
  return {
    url: withUtm(article.url, utm),
    title: within(title, limits.card.title),
    description: within(description, limits.card.description),
    ...(pictures.thumbnail && { thumbnail: pictures.thumbnail }),
  };
}

/** What its card would say if it had room for everything. */
function wholeCard(material: PostMaterial, target: PostTarget): Pick<LinkCard, "title" | "description"> {
  return { title: material.article.title, description: cardText(material, target) };
}

/** The dek, or, where the post says that already, what the article says best; and the footer. */
function cardText(material: PostMaterial, target: PostTarget): string {
  const { article, summary, prose, language, footer } = material;
  const isSaid = summary.source === "description" || article.description === undefined;
  const best = extract(article.title, prose, { language, besideTitle: true });
  const said = summary.sentences.join(" ");
  const [other] = best.source === "body" ? best.sentences.filter((sentence) => !said.includes(sentence)) : [];
  const text = isSaid ? other : article.description;
  const message = ["card", undefined].includes(target.footer) ? footer.message : undefined;
  return [text, message].filter((part) => part !== undefined).join(" · ");
}

/** Where anyone can fetch the article's picture, if anywhere. */
function publicPicture({ article, publication, root }: PostMaterial): Post["picture"] {
  if (article.image === undefined) return undefined;
  const { src, alt } = article.image;
  const location = locateImage(src, dirname(article.file), root);
  if (isRemote(location)) return { url: location, alt };
  const { imagesUrl } = publication;
  if (imagesUrl === undefined) return undefined;
  const path = relative(root, location).split(sep).join("/");
  return { url: `${imagesUrl.replace(/\/$/, "")}/${webPath(path)}`, alt };
}
