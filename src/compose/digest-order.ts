import type { Article } from "../model/article.ts";
import { type DigestOptions, makeDigest } from "./digest.ts";
import { bodyHash } from "./hash.ts";

/** 720 orders are told apart in some 20 ms; 5,040 would already take a time that is felt. */
const MOST = 6;

/**
 * The digest of these articles that has this body hash: they are one digest in whatever order they are named, and only the
 * hash of what went out remembers the order.
 * @returns undefined where there is none, as where an article was changed.
 */
export function digestAsSent(
  members: readonly Article[],
  options: DigestOptions,
  sent: string,
): Article | undefined {
  if (members.length > MOST) return undefined;
  for (const order of orders(members)) {
    // The title may be made of the articles' own, in their order.
    const digest = makeDigest(order, options);
    if (bodyHash(digest) === sent) return digest;
  }
  return undefined;
}

/** The order given comes first. */
function* orders<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) yield items;
  else
    for (const [index, first] of items.entries())
      for (const rest of orders(items.toSpliced(index, 1))) yield [first, ...rest];
}
