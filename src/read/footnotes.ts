type MarkdownIt = InstanceType<typeof import("markdown-it").default>;

type Tokens = ReturnType<MarkdownIt["parse"]>;

/** What markdown-it-footnote keeps in markdown-it's environment: -1 for a note that nothing refers to. */
export type FootnoteEnv = { readonly footnotes?: { readonly refs?: Readonly<Record<string, number>> } };

/**
 * Notes as GitHub writes them: `[^1]` in the text, `[^1]: …` anywhere in the article. They stand below the text,
 * numbered in the order of their marks. Marks are no links: mail programs do not jump within a mail.
 */
export async function readFootnotes(parser: MarkdownIt): Promise<void> {
  const { default: footnotes } = await import("markdown-it-footnote");
  parser.use(footnotes);
  // GitHub knows no `^[…]` either.
  parser.disable("footnote_inline");
  const { rules } = parser.renderer;
  rules.footnote_ref = (tokens, index) => `<sup class="note">${Number(tokens[index]?.meta?.id) + 1}</sup>`;
  rules.footnote_block_open = () => '<hr><ol class="notes">\n';
  rules.footnote_block_close = () => "</ol>\n";
  rules.footnote_open = () => "<li>";
  rules.footnote_anchor = () => "";
}

/** Names of notes that nothing refers to, and so are shown nowhere; and of marks without a note, shown as they are. */
export function looseNotes(tokens: readonly Tokens[number][], { footnotes }: FootnoteEnv) {
  const refs = Object.entries(footnotes?.refs ?? {});
  const text = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === "text");
  const marks = text.flatMap(({ content }) =>
    Array.from(content.matchAll(/\[\^([^\s[\]]+)\]/g), ([, name = ""]) => name),
  );
  return {
    unused: refs.filter(([, id]) => id < 0).map(([name]) => name.slice(1)),
    missing: [...new Set(marks)],
  };
}
