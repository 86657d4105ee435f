/** How one network counts a post, and how much it takes. */
export interface Limits {
  /** All must hold. The first is the one shown to the writer. */
  readonly measures: readonly Measure[];
  /** What a link counts as, where the network does not count its text. */
  readonly linkWeight?: number | undefined;
  /** True where the network can link a short text to a long URL; then the URL's scheme and tail are not shown. */
  readonly shortLinks: boolean;
  /** The most hashtags to add. */
  readonly tags: number;
  /** A card that the post itself supplies; undefined where the network makes its own. */
  readonly card?: { readonly thumbnailBytes: number } | undefined;
  /** True while these are documented defaults and the server has not been asked. */
  readonly assumed: boolean;
}

export interface Measure {
  readonly unit: "graphemes" | "bytes" | "utf16";
  readonly max: number;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The length of `text` in `unit`: extended grapheme clusters (UAX 29), UTF-8 bytes, or UTF-16 code units. */
export function measure(text: string, unit: Measure["unit"]): number {
  switch (unit) {
    case "graphemes":
      return [...graphemes.segment(text)].length;
    case "bytes":
      return Buffer.byteLength(text);
    case "utf16":
      return text.length;
  }
}
