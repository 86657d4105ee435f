import { quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

interface Heading {
  readonly level: number;
  readonly text: string;
}

function headingsIn({ page }: Subject): readonly Heading[] {
  return page("h1, h2, h3, h4, h5, h6")
    .get()
    .map((element) => ({ level: Number(element.name.slice(1)), text: page(element).text().trim() }));
}

export const STRUCTURE_RULES: readonly Rule[] = [
  {
    id: "heading-one-h1",
    severity: "error",
    part: "newsletter",
    what: "a newsletter with no first heading, or with several",
    why: "Screen readers jump to the h1 to start reading (WCAG 2.2, 1.3.1; technique H42).",
    find: (subject) => {
      const found = headingsIn(subject).filter(({ level }) => level === 1);
      if (found.length === 1) return [];
      return [
        {
          message: `The newsletter has ${found.length === 0 ? "no h1" : `${found.length} h1 headings`}.`,
          next: "Let the template show the article's title, and nothing else, as <h1>.",
        },
      ];
    },
  },
  {
    id: "heading-skipped",
    severity: "warning",
    part: "article",
    what: "a heading two levels or more below the one before it",
    why: "Readers who navigate by headings take it for a missing part (WCAG 2.2, 1.3.1; technique G141).",
    find: (subject) => {
      const headings = headingsIn(subject);
      return headings.flatMap(({ level, text }, index) => {
        const before = headings[index - 1]?.level ?? level;
        if (level <= before + 1) return [];
        return [
          {
            message: `The heading ${quote(text)} is of level ${level} after one of level ${before}.`,
            next: `Write it with ${"#".repeat(before + 1)}.`,
            place: subject.source.find(text),
          },
        ];
      });
    },
  },
  {
    id: "heading-empty",
    severity: "error",
    part: "newsletter",
    what: "a heading without text",
    why: "A screen reader announces a heading and then says nothing (WCAG 2.2, 2.4.6).",
    find: (subject) =>
      headingsIn(subject)
        .filter(({ text }) => text === "")
        .map(({ level }) => ({
          message: `A heading of level ${level} is empty.`,
          next: "Give it words, or take it out.",
        })),
  },
  {
    id: "title-element",
    severity: "error",
    part: "newsletter",
    what: "a <title> that is missing or not the subject",
    why: "Browsers and screen readers call the mail by it (WCAG 2.2, 2.4.2).",
    find: ({ page, edition }) => {
      const title = page("head > title").text().trim();
      if (title === edition.newsletter.subject) return [];
      return [
        {
          message:
            title === ""
              ? "The newsletter has no <title>."
              : `The newsletter's <title> is ${quote(title)}, not its subject.`,
          next: "Write <mj-title>{{subject}}</mj-title> in the template.",
        },
      ];
    },
  },
  {
    id: "table-role",
    severity: "error",
    part: "newsletter",
    what: 'a layout table without role="presentation"',
    why: 'Screen readers announce "table, 1 row, 1 column" before every paragraph (WCAG 2.2, 1.3.1; failure F92).',
    find: ({ page, body }) => {
      const own = body("table").length;
      const layout = page("table").filter(
        (_, { attribs }) => !/^(presentation|none)$/.test(attribs.role ?? ""),
      ).length;
      if (layout <= own) return [];
      return [
        {
          message: `The newsletter has layout tables (${layout - own}) that are announced as tables of data.`,
          next: 'Give each role="presentation".',
        },
      ];
    },
  },
  {
    id: "table-headers",
    severity: "warning",
    part: "article",
    what: "a table of the article without header cells",
    why: "A screen reader cannot say what a number stands for (WCAG 2.2, 1.3.1; technique H51).",
    find: ({ body, source }) =>
      body("table")
        .get()
        .filter(
          (table) =>
            body(table)
              .find("th")
              .filter((_, cell) => body(cell).text().trim() !== "").length === 0,
        )
        .map((table) => ({
          message: "A table has no header cells.",
          next: "Name its columns in the first row.",
          place: source.find(body(table).find("td").first().text()),
        })),
  },
  {
    id: "active-content",
    severity: "error",
    part: "newsletter",
    what: "a script, form, frame, object, video or audio",
    why: "Mail programs take it out, and filters hold the mail back (Gmail and Outlook document both).",
    find: ({ page }) =>
      [
        ...new Set(
          page("script, form, input, iframe, frame, object, embed, applet, video, audio")
            .get()
            .map(({ name }) => name),
        ),
      ].map((name) => ({
        message: `The newsletter holds a <${name}>.`,
        next: "Take it out of the template.",
      })),
  },
  {
    id: "third-party",
    severity: "warning",
    part: "newsletter",
    what: "a style sheet or font that the mail loads from the web",
    why: "It tells a third party who reads when, and most mail programs load none.",
    find: ({ page }) => {
      const sheets = page("link[rel~=stylesheet]")
        .get()
        .map(({ attribs }) => attribs.href ?? "");
      const imports = [
        ...page("style")
          .text()
          .matchAll(/@import[^;]*|@font-face\s*{[^}]*url\([^)]*\)/gi),
      ].map(([text]) => text);
      return [...sheets, ...imports].map((what) => ({
        message: `The newsletter loads ${quote(what)} from the web.`,
        next: "Use fonts that readers have, and styles of the template itself.",
      }));
    },
  },
];
