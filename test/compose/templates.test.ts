import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import { NEWSLETTER_SHAPE, namesIn, POST_SHAPE } from "../../src/compose/shape.ts";
import { type Problem, UserError } from "../../src/errors.ts";
import { composeArticle, htmlOf, PUBLICATION, textOf } from "./article.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "pressrun-templates-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** What composing with these templates is refused for. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<readonly Problem[]> {
  try {
    await composeArticle({}, { templates: folder(files) });
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

const mjml = (...lines: string[]) => {
  const text = ["<mjml>", "<mj-body>", "<mj-section>", "<mj-column>", ...lines];
  return [
    ...text,
    "<mj-text>{{unsubscribe_url}}</mj-text>",
    "</mj-column>",
    "</mj-section>",
    "</mj-body>",
    "</mjml>",
  ].join("\n");
};

describe("a shipped template", () => {
  it.each(["newsletter", "letter", "digest"])(
    "shows the words for a picture that is not there in the ink of both schemes: %s",
    async (template) => {
      const image = { src: "https://lantern.example.org/pier.jpg", alt: "A pier" };
      const edition = await composeArticle({ image, email: { template } });
      const $ = load(htmlOf(edition));
      expect($('img[alt="A pier"]').closest(".ink").length).toBe(1);
    },
  );
});

describe("a user's template", () => {
  it("takes the place of the shipped one, which still gets its own partials", async () => {
    const templates = folder({
      "newsletter.mjml.hbs": mjml(
        "<mj-text>{{subscriber.greeting}} {{{subscriber.name}}} {{{article.title}}}</mj-text>",
        "</mj-column></mj-section>{{> footer.mjml}}<mj-section><mj-column>",
      ),
      "partials/footer.txt.hbs": "Bye, {{subscriber.name}}: {{unsubscribe_url}}",
    });
    const edition = await composeArticle({ title: "A <b> title" }, { templates });
    const $ = load(htmlOf(edition));
    expect($("body").text()).toContain("Hello Ada <b>, Ada <b> A <b> title");
    expect($("body").text()).toContain("Stay connected with The Lantern");
    expect($("b").length).toBe(0);
    expect(textOf(edition)).toMatch(/\n\nBye, Ada <b>:\nhttps:\/\/lantern\.example\.org\/u\?t=a&b\n$/);
  });

  it("can be a partial alone, and can have its own", async () => {
    const templates = folder({
      "partials/related.mjml.hbs": '{{#each article.related as |link|}}{{> "row" item=link}}{{/each}}',
      "partials/row.hbs":
        "<mj-section><mj-column><mj-text>~{{item.title}}~</mj-text></mj-column></mj-section>",
    });
    expect(htmlOf(await composeArticle({}, { templates }))).toContain("~The pier gets lamps~");
  });

  it("lays out posts; what is missing leaves no gap", async () => {
    const templates = folder({
      "post.hbs":
        "{{#if link}}{{link}}{{/if}} · {{channel}}\n\n\n\n{{tags}}\n\n{{article.title}}: {{summary}}\n",
    });
    const { posts } = await composeArticle({ tags: [] }, { templates });
    expect(posts.get("bluesky")?.text).toBe(
      "lantern.example.org/ferry · bluesky\n\nFerry to the islands sails at night: From May the last boat leaves at eleven, and the islanders need no longer choose.",
    );
  });
});

describe("a mistake in a template is told with its place", () => {
  const variable = (
    message: string,
    next: string,
    line: number,
    column: number,
    file = "templates/newsletter.mjml.hbs",
  ) => ({
    code: "template-variable",
    message,
    next,
    place: { file, line, column },
  });

  it("unknown names, all at once, in branches not taken and in partials too", async () => {
    const problems = await problemsOf({
      "newsletter.mjml.hbs": mjml(
        "<mj-text>{{titel}}</mj-text>",
        "{{#if article.image}}<mj-text>",
        "  {{article.image.credits}}</mj-text>{{/if}}",
        "{{#each footer.links as |link|}}<mj-text>{{link.href}} {{link.label}} {{@root.subject}}</mj-text>{{/each}}",
        "{{#each footer.explore}}<mj-text>{{title}} {{../subject}} {{../../subject}}</mj-text>{{/each}}",
        "{{> extra subject}}",
        "<mj-text>{{article.tags}} {{article}}</mj-text>",
        "<mj-text>{{constructor}} {{article.__proto__}}</mj-text>",
      ),
      "partials/extra.hbs": "\n<mj-text>{{words.hello}}</mj-text>",
    });
    expect(problems.map(({ message, place }) => [message, place?.file, place?.line, place?.column])).toEqual([
      ['There is no variable "titel".', "templates/newsletter.mjml.hbs", 5, 12],
      ['There is no variable "article.image.credits".', "templates/newsletter.mjml.hbs", 7, 5],
      ['There is no variable "link.href".', "templates/newsletter.mjml.hbs", 8, 44],
      ['"../../subject" leads out of the template.', "templates/newsletter.mjml.hbs", 9, 61],
      ['There is no variable "words.hello".', "templates/partials/extra.hbs", 2, 12],
      ['"article.tags" is not a piece of text.', "templates/newsletter.mjml.hbs", 11, 12],
      ['"article" is not a piece of text.', "templates/newsletter.mjml.hbs", 11, 29],
      ['There is no variable "constructor".', "templates/newsletter.mjml.hbs", 12, 12],
      ['There is no variable "article.__proto__".', "templates/newsletter.mjml.hbs", 12, 28],
    ]);
    expect(problems[2]?.next).toBe("Here you can use: label, url.");
  });

  it("helpers that are none", async () => {
    const next = "Use a variable, #if, #unless, #each, #with or a partial.";
    expect(
      await problemsOf({
        "post.hbs":
          "{{lookup article summary}}\n{{#sum 1}}{{/sum}}\n{{log summary}}{{#each article}}{{title}}{{/each}}",
      }),
    ).toEqual([
      variable('"lookup" is not part of templates.', next, 1, 3, "templates/post.hbs"),
      variable('"#sum" is not part of templates.', next, 2, 1, "templates/post.hbs"),
      variable('"log" is not part of templates.', next, 3, 3, "templates/post.hbs"),
      variable("#each is given what is not a list.", "Use #with.", 3, 16, "templates/post.hbs"),
    ]);
  });

  it("what would depend on the reader", async () => {
    const text = "{{unsubscribe_url}}\n{{#if subscriber.name}}Dear {{subscriber.name}}{{/if}}";
    expect(await problemsOf({ "newsletter.txt.hbs": text })).toMatchObject([
      {
        message: '"subscriber.name" is each reader\'s own: nothing can depend on it here.',
        place: { line: 2 },
      },
    ]);
  });

  it("what Handlebars cannot read", async () => {
    expect(await problemsOf({ "post.hbs": "one\n{{#if link}}\n{{summary}}\n{{/unless}}" })).toEqual([
      {
        code: "template-syntax",
        message: "Handlebars cannot read this template: if doesn't match unless.",
        next: "Close what was opened, or write \\{{ for the characters themselves.",
        place: { file: "templates/post.hbs", line: 2 },
      },
    ]);
    expect((await problemsOf({ "post.hbs": "one\ntwo {{summary}\n" }))[0]?.place).toEqual({
      file: "templates/post.hbs",
      line: 2,
    });
  });

  it("what the disk does not give out", async () => {
    const templates = folder({ "newsletter.mjml.hbs/in-the-way": "" });
    await expect(composeArticle({}, { templates })).rejects.toMatchObject({
      exit: 2,
      problems: [
        {
          message: "This template cannot be read: it is a folder, not a file.",
          place: { file: join(templates, "newsletter.mjml.hbs") },
        },
      ],
    });
  });

  it("partials that are not there, or use themselves", async () => {
    expect(await problemsOf({ "post.hbs": "one\n{{> ../../secret}}{{> gone}}" })).toMatchObject([
      { code: "template-partial", message: 'There is no partial "../../secret".', place: { line: 2 } },
    ]);
    expect(
      await problemsOf({ "post.hbs": "{{> a}}", "partials/a.hbs": "{{summary}}\n{{> a}}" }),
    ).toMatchObject([
      { message: 'The partial "a" uses itself.', place: { file: "templates/partials/a.hbs", line: 2 } },
    ]);
  });

  it("what MJML refuses, on the line of the file that it came from", async () => {
    const problems = await problemsOf({
      "newsletter.mjml.hbs": mjml(
        "{{#each footer.links as |link|}}",
        "<mj-text>{{link.label}}</mj-text>",
        "{{/each}}",
        '<mj-text colour="red">x</mj-text>',
        "{{> bad}}",
        "<mj-nothing />",
      ),
      "partials/bad.hbs": "<mj-text>fine</mj-text>\n\n<mj-section><mj-column></mj-column></mj-section>\n",
    });
    expect(problems.map(({ message, place }) => [message.split(":")[0], place])).toEqual([
      ["MJML refuses <mj-section>", { file: "templates/partials/bad.hbs", line: 3 }],
      ["MJML refuses <mj-text>", { file: "templates/newsletter.mjml.hbs", line: 8 }],
      ["MJML refuses <mj-nothing>", { file: "templates/newsletter.mjml.hbs", line: 10 }],
    ]);
    expect(await problemsOf({ "newsletter.mjml.hbs": "{{unsubscribe_url}}" })).toMatchObject([
      { code: "template-mjml", place: { file: "templates/newsletter.mjml.hbs", line: 1 } },
    ]);
  });

  it("a newsletter that nobody could leave", async () => {
    expect(await problemsOf({ "newsletter.txt.hbs": "{{article.title}}" })).toMatchObject([
      { code: "template-unsubscribe", place: { file: "templates/newsletter.txt.hbs" } },
    ]);
  });

  it("a value that MJML drops is a notice", async () => {
    const templates = folder({ "newsletter.mjml.hbs": mjml("<mj-text>a</mj-text>", "{{article.title}}") });
    expect((await composeArticle({}, { templates })).notices).toEqual([
      {
        code: "template-lost",
        message: "A value stands where MJML shows nothing.",
        next: "Put it into an <mj-text>.",
        place: { file: "templates/newsletter.mjml.hbs", line: 6 },
      },
    ]);
  });

  it("a footer message that uses what is not there", async () => {
    const publication = {
      ...PUBLICATION,
      footer: { ...PUBLICATION.footer, message: "Bye {{subscriber.name}}" },
    };
    await expect(composeArticle({}, { publication })).rejects.toThrow(
      'pressrun.yaml:1:7: There is no variable "subscriber.name". Here you can use: publication.name, publication.url.',
    );
  });
});

describe("docs/templates.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/templates.md"), "utf8");

  it.each([...namesIn(NEWSLETTER_SHAPE), ...namesIn(POST_SHAPE)])("describes %s", (name) => {
    const [inner = ""] = name.split(".").slice(-1);
    const row = page.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${name}\``));
    const group = page
      .split("\n")
      .find((line) => line.startsWith(`| \`${name.slice(0, -inner.length - 1)}\` `));
    expect(row ?? (group?.includes(`\`.${inner}\``) ? group : undefined)).toBeDefined();
  });
});
