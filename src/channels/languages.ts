import * as z from "zod";
import { languageFault } from "../model/language.ts";

const language = z
  .string()
  .refine((tag) => languageFault(tag) === undefined, { error: ({ input }) => languageFault(String(input)) });

/** Of the posts, for a network that takes so many. */
export function languages(most: number) {
  return z
    .array(language)
    .min(1)
    .max(most)
    .refine((tags) => new Set(tags).size === tags.length, "must name no language twice");
}
