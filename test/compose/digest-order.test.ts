import { expect, it } from "@jest/globals";
import { makeDigest } from "../../src/compose/digest.ts";
import { digestAsSent } from "../../src/compose/digest-order.ts";
import { bodyHash } from "../../src/compose/hash.ts";
import type { Article } from "../../src/model/article.ts";

const articleOf = (slug: string): Article => ({
  slug,
  file: `/paper/content/articles/${slug}.md`,
  title: `About ${slug}`,
  tags: [],
  related: [],
  draft: false,
  posts: {},
  email: {},
  body: `Text of ${slug}.`,
  bodyLine: 1,
  html: `<p>Text of ${slug}.</p>`,
});
const OPTIONS = { root: "/paper" };
const [fog, pier, tide, ...others] = ["fog", "pier", "tide", "a", "b", "c", "d"].map(articleOf) as [
  Article,
  Article,
  Article,
  ...Article[],
];
const slugs = (digest: Article | undefined) => digest?.members?.map(({ slug }) => slug);

it("finds the order in which a digest went out", () => {
  const sent = bodyHash(makeDigest([tide, fog, pier], OPTIONS));
  expect(slugs(digestAsSent([fog, pier, tide], OPTIONS, sent))).toEqual(["tide", "fog", "pier"]);
  expect(slugs(digestAsSent([tide, fog, pier], OPTIONS, sent))).toEqual(["tide", "fog", "pier"]);
});

it("finds none where an article was changed, and does not try for ever", () => {
  const sent = bodyHash(makeDigest([tide, fog], OPTIONS));
  expect(digestAsSent([fog, { ...tide, body: "Changed." }], OPTIONS, sent)).toBeUndefined();
  const many = [fog, pier, tide, ...others];
  expect(digestAsSent(many.toReversed(), OPTIONS, bodyHash(makeDigest(many, OPTIONS)))).toBeUndefined();
});
