import { compileMessage, type MessageTemplate } from "../../src/mail/message.ts";
import type { MailDraft } from "../../src/model/draft.ts";
import type { Edition } from "../../src/model/edition.ts";

export const FROM = { name: "The Harbour Paper", address: "news@example.org" };
export const UNSUBSCRIBE = "https://example.org/unsubscribe";

export function token(id: string): string {
  return `${id}.${"t".repeat(43)}`;
}

/** What the channel makes of the edition, for clients that are given mails which are ready. */
export function bigMail(): Promise<MessageTemplate> {
  const { article, ...edition } = bigEdition();
  const draft: MailDraft = { kind: "mail", slug: article.slug, ...edition };
  return compileMessage(
    draft,
    { channel: "email", from: FROM, listName: FROM.name },
    { url: UNSUBSCRIBE, token },
  );
}

export const SENTENCES = [
  "The night train left at ten past nine, and nobody on the platform waved.",
  "In the café of the old station a clerk kept the timetable of 1987 under glass.",
  "It costs £4 to cross the harbour by ferry, which is more than the tram and less than a taxi.",
  "“We were told it would close,” she said, “and then nobody came to close it.”",
];

/** About 45 KB as it travels, with what is the reader's own where newsletters have it. */
export function bigEdition(): Edition {
  const paragraphs = Array.from({ length: 100 }, (_, index) =>
    [0, 1, 2].map((shift) => SENTENCES[(index + shift) % SENTENCES.length]).join(" "),
  );
  const style = 'style="font-family:Georgia,serif;font-size:17px;line-height:27px;color:#222222"';
  const html = paragraphs.map((text) => `<p ${style}>${text}</p>`).join("\n");
  const newsletter = {
    subject: "The night train returns",
    preheader: "",
    html: {
      literals: [
        `<!doctype html>\n<html lang="en"><head><title>The night train returns</title></head><body><p>`,
        `</p>\n${html}\n<p>Sent to `,
        `. <a href="`,
        `">Unsubscribe</a></p></body></html>`,
      ],
      fields: ["greeting", "address", "unsubscribe_url"] as const,
      escape: "html" as const,
    },
    text: {
      literals: ["", `\n\n${paragraphs.slice(0, 20).join("\n\n")}\n\nUnsubscribe: `, "\n"],
      fields: ["greeting", "unsubscribe_url"] as const,
      escape: "none" as const,
    },
    greeting: { named: "Hello {name},", plain: "Hello," },
    embedded: [],
  };
  // The channel reads no more of an edition than this.
  return {
    article: { slug: "the-night-train-returns" },
    revision: 0,
    newsletter,
    at: new Date(),
  } as unknown as Edition;
}

export function* readersUpTo(count: number) {
  for (let index = 0; index < count; index++)
    yield { address: `reader.${index}@example.org`, name: `Reader ${index}`, tags: [], fields: {} };
}
