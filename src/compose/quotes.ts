const QUOTES: Readonly<Record<string, string>> = {
  "“": "”",
  "«": "»",
  "„": "“",
  "「": "」",
  "『": "』",
  "《": "》",
  "‹": "›",
  "‘": "’",
  '"': '"',
};

/** Tells of each place of the text whether it is inside a quotation, also in one that is never closed. Read once. */
export function quotedIn(text: string): (at: number) => boolean {
  const within: boolean[] = [];
  let closing: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    within.push(closing !== undefined);
    const char = text[index] ?? "";
    if (closing === undefined) closing = QUOTES[char];
    else if (char === closing ? !isApostrophe(text, index) : closing === "“" && char === "”")
      closing = undefined;
  }
  within.push(closing !== undefined);
  return (at) => within[at] === true;
}

/** The ’ of "don’t", which closes nothing. */
const isApostrophe = (text: string, at: number) => text[at] === "’" && /^\p{L}/u.test(text.slice(at + 1));
