import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { newPublication, run } from "../commands/run.ts";
import { launchBrowser, whyNoBrowser } from "./browser.ts";

const missing = whyNoBrowser();
if (missing) console.warn(`A real browser: skipped, ${missing}.`);
// On a machine that checks the work of others, a test that did not run is a fault.
const withBrowser = missing && !process.env.CI ? describe.skip : describe;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SLUG = "the-night-train-returns";

withBrowser("the preview in Chromium", () => {
  let browser: Browser;
  let folder: string;
  let url: string;
  let page: Page;
  /** Hears of every request that an attack gets out of the browser. */
  let canary: Server;
  let heard: string[];
  let faults: string[];
  const stop = new AbortController();

  beforeAll(async () => {
    if (missing) throw new Error(missing);
    heard = [];
    canary = createServer(({ url: path }, response) => {
      heard.push(path ?? "");
      response.end("alert('heard')");
    });
    canary.on("connection", () => heard.push("a connection"));
    await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
    folder = await newPublication();
    await run(folder, ["publish", SLUG]);
    url = (await run(folder, ["preview", "--json"], { signal: stop.signal })).json().url;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    stop.abort();
    await browser?.close();
    canary?.close();
  });
  beforeEach(() => {
    heard.length = 0;
    faults = [];
  });
  afterEach(() => page?.context().close());

  const harmful = () => `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const articleFile = (slug: string) => join(folder, `content/articles/${slug}.md`);

  async function open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("popup", () => faults.push("a window was opened"));
    page.on("response", (response) => {
      if (!response.url().startsWith(url)) faults.push(`response: ${response.url()}`);
    });
    await page.goto(`${url}${hash}`);
    await page.locator("#live.on").waitFor();
    return page;
  }

  /** The newsletter's frame, once it shows `text`. */
  async function frameShowing(text: string) {
    const frame = page.frameLocator("#frame iframe:not(.coming)");
    // The preheader says the first sentence too, and is not to be seen.
    await frame.getByText(text).filter({ visible: true }).first().waitFor();
    return frame;
  }

  /** What axe finds in the page. */
  async function violations(disabled: readonly string[] = []): Promise<unknown[]> {
    await page.evaluate(AXE);
    const rules = Object.fromEntries(disabled.map((rule) => [rule, { enabled: false }]));
    const found = await page.evaluate(
      (options) => (globalThis as any).axe.run((globalThis as any).document, options),
      { rules, resultTypes: ["violations"], iframes: false },
    );
    return found.violations.map(({ id, nodes }: any) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }: any) => `${html} ${failureSummary}`),
    }));
  }

  const save = (slug: string, text: string) => writeFileSync(articleFile(slug), text);

  describe("while someone writes", () => {
    it("shows a save where it changed, and how long that took", async () => {
      await open(`#article/${SLUG}`);
      await frameShowing("The night train returns");
      const text = readFileSync(articleFile(SLUG), "utf8");
      const times: number[] = [];
      for (let turn = 1; turn <= 7; turn += 1) {
        save(SLUG, text.replace("ordinary Tuesday", `ordinary Tuesday ${turn}`));
        const frame = await frameShowing(`ordinary Tuesday ${turn}`);
        await expectInView(frame.getByText(`ordinary Tuesday ${turn}`));
        const status = await page.locator("#status").textContent();
        times.push(Number(/^Shown (\d+) ms after the save/.exec(status ?? "")?.[1]));
      }
      save(SLUG, text);
      // Reported, not judged: other tests share this machine. Alone, a warm one takes 170 to 300 ms.
      console.info(`preview: shown ${times.join(", ")} ms after the save`);
      expect(times.every((time) => time > 0)).toBe(true);
    });

    async function expectInView(block: ReturnType<Page["locator"]>) {
      const box = await block.boundingBox();
      expect(box?.y).toBeGreaterThan(0);
      expect(box?.y).toBeLessThan(900);
    }

    it("says what is wrong in place, keeps the last good edition, and goes on", async () => {
      save("slips", "---\ntitle: Before the slip\n---\n\nStill here.\n");
      await open("#article/slips");
      await frameShowing("Still here.");
      save("slips", "---\ntitle: [Before the slip\n---\n\nNever shown.\n");
      await page.getByRole("region", { name: "Problems" }).waitFor();
      expect(await page.locator("#problems").textContent()).toMatch(
        /content\/articles\/slips\.md:\d+:\d+ The front matter is not YAML.*Below is the last good edition, of \d\d:\d\d:\d\d\./,
      );
      await frameShowing("Still here.");
      save("slips", "---\ntitle: After the slip\n---\n\nShown again.\n");
      await frameShowing("Shown again.");
      expect(await page.locator("#problems").textContent()).toBe("");
      expect(await page.locator("h1").textContent()).toBe("After the slip");
      expect(faults).toEqual([]);
    });

    it("says what is wrong in the configuration until it is mended", async () => {
      const file = join(folder, "pressrun.yaml");
      const good = readFileSync(file, "utf8");
      await open(`#article/${SLUG}`);
      await frameShowing("The night train returns");
      writeFileSync(file, good.replace("publication:", "publication: ["));
      await page.getByRole("region", { name: "Problems" }).waitFor();
      expect(await page.locator("#problems").textContent()).toContain("This is not YAML");
      writeFileSync(file, good);
      await page.getByRole("region", { name: "Problems" }).waitFor({ state: "detached" });
      expect(faults).toEqual([]);
    });

    it("goes on when the article is deleted, and opens with one whose name is no slug", async () => {
      save("100% #1", "---\ntitle: Odd\n---\n\nText.\n");
      save("short-lived", "---\ntitle: Short-lived\n---\n\nHere for now.\n");
      await open("#article/short-lived");
      await frameShowing("Here for now.");
      rmSync(articleFile("short-lived"));
      await page.getByRole("link", { name: "Short-lived" }).waitFor({ state: "detached" });
      expect(await page.locator("h1").textContent()).toMatch(/Short-lived|Not here any more/);
      await page.getByRole("link", { name: "Odd" }).click();
      await page.getByText("cannot be the article's slug").waitFor();
      await page.goto("about:blank");
      await page.goto(url);
      await page.locator("#articles a[aria-current=page]").waitFor();
      rmSync(articleFile("100% #1"));
      expect(faults).toEqual([]);
    });

    it("lists what is new, and follows an article to its new slug", async () => {
      save("first-name", "---\ntitle: A name\n---\n\nText.\n");
      await open("#article/first-name");
      await frameShowing("Text.");
      save("first-name", "---\ntitle: A name\nslug: second-name\n---\n\nText.\n");
      await page.waitForURL(/#article\/second-name\//);
      await page.locator('#articles a[aria-current][href*="second-name"]').waitFor();
      save("fresh", "---\ntitle: Fresh from the desk\n---\n\nText.\n");
      await page.getByRole("link", { name: "Fresh from the desk" }).waitFor();
    });

    it("says that it has stopped when it has", async () => {
      const ending = new AbortController();
      const address = (await run(folder, ["preview", "--json"], { signal: ending.signal })).json().url;
      await open(`#article/${SLUG}`);
      await page.goto(address);
      await page.locator("#live.on").waitFor();
      await page.waitForTimeout(200);
      ending.abort();
      await page.getByText("Preview has stopped").waitFor();
    });
  });

  describe("its switches", () => {
    it("are the widths that readers have", async () => {
      await open(`#article/${SLUG}`);
      const frame = await frameShowing("The night train returns");
      const widths: unknown[] = [];
      for (const name of ["Phone 375", "Small 320", "Desktop 640"]) {
        await page.getByText(name).click();
        await page.locator(`input[value="${name.split(" ")[1]}"]:checked`).waitFor({ state: "attached" });
        widths.push((await frame.locator("body").boundingBox())?.width);
      }
      expect(widths).toEqual([375, 320, 640]);
    });

    it("are light and dark, whatever the browser's scheme", async () => {
      await open(`#article/${SLUG}?scheme=dark`, { colorScheme: "light" });
      await frameShowing("The night train returns");
      const dark = await brightness();
      await page.keyboard.press("d");
      await page.waitForURL((address) => !address.hash.includes("dark"));
      await page.locator("#frame iframe[src*='scheme=light']:not(.coming)").waitFor();
      const light = await brightness();
      await page.emulateMedia({ colorScheme: "dark" });
      const lightAtNight = await brightness();
      expect([dark < 60, light > 200, lightAtNight > 200]).toEqual([true, true, true]);
    });

    /** Mean of the frame's pixels, 0 to 255. */
    async function brightness(): Promise<number> {
      const { default: sharp } = await import("sharp");
      const shot = await page.locator("#frame").screenshot({ clip: undefined } as object);
      const top = await sharp(shot).extract({ left: 0, top: 0, width: 600, height: 250 }).stats();
      return top.channels.slice(0, 3).reduce((sum, { mean }) => sum + mean, 0) / 3;
    }

    it("are images: our own, none, and on demand those on the web", async () => {
      save(
        "pictures",
        `---\ntitle: Pictures\nimage: {src: ../images/night-train.jpg, alt: A train}\n---\n\n![A lamp](${harmful()}/lamp.png)\n`,
      );
      await open("#article/pictures");
      const frame = await frameShowing("Pictures");
      const widths = async () =>
        Promise.all(
          ["A train", "A lamp"].map((alt) =>
            frame
              .getByAltText(alt)
              .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
          ),
        );
      await page.waitForTimeout(200);
      expect([await widths(), heard]).toEqual([[true, false], []]);
      await page.keyboard.press("i");
      await page.locator("#frame iframe[src*='images=off']:not(.coming)").waitFor();
      expect([await widths(), heard]).toEqual([[false, false], []]);
      await page.getByText("Also from the web 1").click();
      await page.locator("#frame iframe[src*='images=remote']:not(.coming)").waitFor();
      expect(heard).toContain("/lamp.png");
    });

    it("are readers: each sees their own copy", async () => {
      await open(`#article/${SLUG}`);
      await page.keyboard.press("a");
      await page.keyboard.type("reader.two@example.org");
      await page.keyboard.press("Enter");
      await page.getByText("to Zoë Example <reader.two@example.org>").waitFor();
      await page.locator("#reader").fill("nobody");
      await page.keyboard.press("Enter");
      await page.getByText('"nobody" cannot be written to').waitFor();
    });

    it("are all reached by keys, and the keys can be turned off", async () => {
      await open(`#article/${SLUG}`);
      const seen: string[] = [];
      for (const key of ["2", "3", "4", "5", "6", "7", "1"]) {
        await page.keyboard.press(key);
        await page.locator(`#parts a:nth-child(${key})[aria-current]`).waitFor();
        seen.push((await page.locator(".view").filter({ visible: true }).getAttribute("aria-label")) ?? "");
      }
      expect(seen).toEqual(["Plain text", "Source", "Headers", "Posts", "Footer", "Findings", "Newsletter"]);
      await page.keyboard.press("m");
      await page.getByRole("heading", { name: "Sandbox inbox" }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog").getByText("Single keys act").click();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.keyboard.press("j");
      expect(await page.locator("h1").textContent()).toBe("Sandbox inbox");
    });
  });

  it("puts each finding beside the part that it is about", async () => {
    save("rough", "---\ntitle: Rough\nimage: {src: ../images/night-train.jpg}\n---\n\nTK: the lamps.\n");
    await open("#article/rough");
    const beside = page.getByRole("region", { name: "Findings about this part" });
    await beside.getByText('"TK" was left in.').waitFor();
    expect(await beside.textContent()).toContain("content/articles/rough.md:6");
    await page.keyboard.press("7");
    await page.getByRole("heading", { name: "Article" }).waitFor();
  });

  it("draws a post as its card", async () => {
    await open(`#article/${SLUG}/posts`);
    const post = page.getByRole("article", { name: "Post for bluesky" });
    expect(await post.textContent()).toMatch(
      /^Bluesky[\s\S]*@[\s\S]*#rail #travel[\s\S]*\d+ \/ 300 graphemes\d+ \/ 3,000 bytes/,
    );
    expect(
      await post
        .getByRole("img")
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBeGreaterThan(300);
    await post.getByRole("button", { name: "cut here · show all" }).click();
    await post.getByRole("button", { name: "as readers see it" }).waitFor();
  });

  it("draws a thread, the pictures that go up with it, and each post's own counter", async () => {
    const file = join(folder, "pressrun.yaml");
    const configuration = readFileSync(file, "utf8");
    writeFileSync(
      file,
      `${configuration.trimEnd()}\n  threads: {type: mastodon, server: "https://social.example", token: x, thread: true, footer: reply, image: attach}\n`,
    );
    await open(`#article/${SLUG}/posts`);
    const box = page.getByRole("article", { name: "Post for threads" });
    const posts = box.locator(".post");
    const counters = box.locator(".counter");
    const number = await posts.count();
    expect(number).toBeGreaterThan(1);
    expect(await counters.count()).toBe(number);
    expect(await counters.last().textContent()).toMatch(
      new RegExp(`^\\d+ / 500 graphemes${number} of ${number}, the footer as a reply`),
    );
    expect(await posts.last().textContent()).toContain("Stay connected with");
    expect(await posts.first().getByRole("figure").textContent()).toMatch(
      /^ALTA night train[\s\S]* Goes up with the post, [\d.]+ KB\.$/,
    );
    expect(await posts.last().getByRole("img").count()).toBe(0);
    writeFileSync(file, configuration);
    await box.waitFor({ state: "detached" });
  });

  describe("each network's post", () => {
    const CHANNELS = `channels:
  bluesky: {identifier: saltmarsh.example.org}
  mastodon: {server: "https://social.example"}
  x: {tags: 3, thread: true}
  linkedin: {author: "urn:li:organization:5"}
  facebook: {page: "5"}
  threads: {}
  discord: {username: Courier}
  slack: {}
  telegram: {chat: "@saltmarsh", image: attach}
  devto: {}
  nostr: {relays: ["wss://relay.example"]}
  feed: {folder: public}
  webhook: {}
`;
    const LONG = `${"The bridge opens in May after nine years of work ".repeat(6)}and a last word.`;
    let configuration: string;

    beforeAll(() => {
      const file = join(folder, "pressrun.yaml");
      configuration = readFileSync(file, "utf8");
      writeFileSync(file, configuration.replace(/^channels:\n[\s\S]*/m, CHANNELS));
      save(
        "bridge",
        `---\ntitle: The bridge\nurl: https://saltmarsh.example.org/news/2026/the-bridge-opens\nsummary: ${LONG}\ntags: [one, two, three]\nimage: {src: ../images/night-train.jpg, alt: A bridge}\n---\n\nText.\n`,
      );
    });
    afterAll(() => writeFileSync(join(folder, "pressrun.yaml"), configuration));

    const box = (channel: string) => page.getByRole("article", { name: `Post for ${channel}` });

    it("is drawn as its channel says: where it folds, what its card shows, what had no room", async () => {
      await open("#article/bridge/posts");
      await box("webhook").waitFor();
      const drawn = await page
        .locator(".post-box")
        .evaluateAll((boxes) =>
          (boxes as any[]).map((each) =>
            [
              each.querySelector("h2").firstChild.textContent,
              ...["room", "page", "record"].filter((name) => each.querySelector(`.post.${name}`)),
              ...["stacked", "barred", "plain-card", "unknown"].filter((name) =>
                each.querySelector(`.${name}`),
              ),
              ...(each.querySelector(".fold") ? ["fold"] : []),
              ...(each.querySelector(".left-out") ? ["left out"] : []),
            ].join(", "),
          ),
        );
      expect(drawn).toEqual([
        "Bluesky, stacked, left out",
        "Mastodon, unknown",
        "X, unknown, left out",
        "LinkedIn, stacked, fold",
        "Facebook, unknown",
        "Threads, unknown",
        "Discord, room, barred",
        "Slack, room, plain-card",
        "Telegram, room",
        "Dev.to, page, left out",
        "Nostr, unknown",
        "Feed, record, plain-card",
        "Webhook, record, plain-card",
      ]);
      const folded = box("linkedin").locator(".folded");
      expect(await folded.textContent()).toContain("and a last word.");
      expect(await box("x").locator(".left-out").textContent()).toMatch(/^No room for[\s\S]*: /);
      expect(await box("mastodon").getByRole("link").first().textContent()).toBe(
        "saltmarsh.example.org/news/202…",
      );
      expect(faults).toEqual([]);
    });

    it.each(["light", "dark"] as const)("is one that anyone can read, %s", async (colorScheme) => {
      await open("#article/bridge/posts", { colorScheme });
      await box("webhook").waitFor();
      expect(await violations()).toEqual([]);
      await page.setViewportSize({ width: 320, height: 700 });
      expect(
        await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth),
      ).toBeLessThanOrEqual(320);
    });
  });

  it("makes a digest of the articles that are picked, and makes it anew when one of them is saved", async () => {
    save("pier", "---\ntitle: The pier\n---\n\nThe pier is painted.\n");
    await open(`#article/${SLUG}`);
    await page.getByLabel("Pick The night train returns for a digest").check();
    await page.getByLabel("Pick The pier for a digest").check();
    await page.getByRole("link", { name: "Digest of 2 articles" }).click();
    await frameShowing("The pier is painted.");
    expect(await page.locator("h1").textContent()).toBe("The night train returns · The pier");
    expect(await page.locator("#where").textContent()).toContain(", content/articles/pier.md");
    save("pier", "---\ntitle: The pier\n---\n\nThe pier is TK.\n");
    await frameShowing("The pier is TK.");
    await page.keyboard.press("7");
    expect(await page.getByText("content/articles/pier.md:5").textContent()).toBe(
      "content/articles/pier.md:5",
    );
    await page.getByLabel("Pick The night train returns for a digest").uncheck();
    await page.waitForURL(/#article\/pier\/checks/);
    expect(faults).toEqual([]);
  });

  it("has room for the newsletter on a phone", async () => {
    await open(`#article/${SLUG}`, { viewport: { width: 390, height: 800 } });
    await frameShowing("The night train returns");
    expect((await page.locator("#frame").boundingBox())?.height).toBeGreaterThan(400);
  });

  it("opens a mail of the sandbox's inbox", async () => {
    await open("#inbox");
    await page.getByRole("link", { name: /reader\.two@example\.org/ }).click();
    await frameShowing("The night train returns");
    await page.getByText("to Zoë Example <reader.two@example.org>").waitFor();
    await page.keyboard.press("4");
    await page.getByRole("rowheader", { name: "List-Unsubscribe-Post" }).waitFor();
  });

  describe("with every attack in an article", () => {
    const attacks = () => {
      const bad = harmful();
      return [
        `<script>alert(1); fetch("${bad}/script")</script>`,
        `<script src="${bad}/src.js"></script>`,
        `<img src="${bad}/x" onerror="alert(2)" alt="x">`,
        `<img src="${bad}/pixel.gif" alt="pixel">`,
        `<svg onload="alert(3)"><use href="${bad}/use.svg#x"/><image href="${bad}/svg.png"/></svg>`,
        `<iframe src="${bad}/iframe"></iframe><iframe srcdoc="<script>alert(4)</script>"></iframe>`,
        `<object data="${bad}/object"></object><embed src="${bad}/embed">`,
        `<meta http-equiv="refresh" content="0; url=${bad}/refresh">`,
        `<link rel="stylesheet" href="${bad}/style.css"><link rel="prefetch" href="${bad}/prefetch">`,
        `<link rel="preconnect" href="${bad}"><link rel="icon" href="${bad}/icon">`,
        `<style>@import "${bad}/import.css"; @font-face { font-family: x; src: url(${bad}/font) } body { background: url(${bad}/bg) }</style>`,
        `<div style="background: url(${bad}/inline); font-family: x">styled</div>`,
        `<form action="${bad}/form" id="f"><button autofocus onfocus="alert(5)">send</button></form>`,
        `<a href="javascript:alert(6)" id="script-link">script link</a>`,
        `<a href="${bad}/self" target="_self">self link</a> <a href="${bad}/top" target="_top">top link</a>`,
        `<a href="${bad}/ping" ping="${bad}/pinged">ping link</a>`,
        `<base href="${bad}/">`,
        `<video src="${bad}/video" poster="${bad}/poster" autoplay onplay="alert(7)"></video>`,
        `<audio src="${bad}/audio" autoplay></audio><input type="image" src="${bad}/input">`,
        `<math><mtext><script>alert(8)</script></mtext></math>`,
        `<details open ontoggle="alert(9)">details</details>`,
      ];
    };

    /** Time for what would act by itself, then a click on all that can be clicked. */
    async function provoke(): Promise<void> {
      const frame = await frameShowing("The end of it");
      await page.waitForTimeout(500);
      for (const name of ["script link", "self link", "top link", "ping link", "send"]) {
        const target = frame.getByText(name, { exact: true }).first();
        if ((await target.count()) > 0) await target.click({ timeout: 2_000 });
      }
      await page.waitForTimeout(300);
    }

    async function expectNothing(address: string): Promise<void> {
      expect({ faults, heard }).toEqual({ faults: [], heard: [] });
      expect(page.url()).toBe(address);
      expect(page.context().pages()).toHaveLength(1);
      expect(await page.locator("#live.on").count()).toBe(1);
    }

    it("shows no dialog, runs nothing and requests nothing", async () => {
      const texts = ["</title><script>alert(0)</script>", "<img src=x onerror=alert(0)>"];
      save(
        "attacks",
        `---\ntitle: ${JSON.stringify(texts[0])}\ndescription: ${JSON.stringify(texts[1])}\nauthor: "<svg/onload=alert(0)>"\nurl: https://example.org/attacks\ntags: ["<script>alert(0)</script>"]\nrelated: [{title: "<b onclick=alert(0)>related</b>", url: "https://example.org/?<script>"}]\n---\n\n${attacks().join("\n\n")}\n\n[md](javascript:alert(0)) {{#each}} {{unsubscribe_url}}\n\nThe end of it.\n`,
      );
      for (const view of ["text", "source", "headers", "posts", "footer", "checks"]) {
        await open(`#article/attacks/${view}`);
        await page.waitForTimeout(100);
        await expectNothing(page.url());
        await page.context().close();
      }
      await open("#article/attacks");
      const address = page.url();
      await provoke();
      await expectNothing(address);
    });

    // Markup that hides, moves or swallows what follows it.
    const WORST = [
      "<style>* { display: none !important }",
      "<div style='position:fixed;inset:0;background:#fff;z-index:9'>",
      "<!--",
      "<textarea>",
      "<plaintext>",
      "</td></tr></table></div></body></html>",
      "</mj-text></mj-column></mj-section></mj-body></mjml>",
      "<template><select><option>",
    ];

    it.each(["newsletter", "letter", "digest"])(
      "leaves the way out in sight in the template %s",
      async (name) => {
        await open(`#article/${SLUG}`);
        for (const [index, attack] of WORST.entries()) {
          const slug = `worst-${name}-${index}`;
          save(
            slug,
            `---\ntitle: ${JSON.stringify(attack)}\ndescription: ${JSON.stringify(attack)}\nemail: {template: ${name}}\n---\n\nThe beginning of ${slug}.\n\n${attack}\n`,
          );
          await page.locator(`#articles a[href*="${slug}"]`).click();
          const frame = await frameShowing(`The beginning of ${slug}.`);
          // A trial click asks the browser whether the link is seen, and nothing lies over it.
          await frame.getByRole("link", { name: "Unsubscribe" }).click({ trial: true, timeout: 5_000 });
        }
        expect({ faults, heard }).toEqual({ faults: [], heard: [] });
      },
    );

    it("so too where nothing was cleaned: in a mail of the inbox", async () => {
      const mail = join(folder, `.pressrun/sandbox/inbox/${SLUG}/9999-attacks@example.org.eml`);
      writeFileSync(
        mail,
        [
          "From: <script>alert(0)</script> <a@example.org>",
          "To: attacks@example.org",
          "Subject: <img src=x onerror=alert(0)>",
          "MIME-Version: 1.0",
          "Content-Type: text/html; charset=utf-8",
          "",
          `<!doctype html><html onclick="alert(10)"><head><title>x</title></head><body onload="alert(11)">${attacks().join("\n")}<p>The end of it</p></body></html>`,
        ].join("\r\n"),
      );
      await open(`#mail/${SLUG}/9999-attacks@example.org.eml/newsletter`);
      const address = page.url();
      await provoke();
      await expectNothing(address);
      // Nor where the frame's address is opened by itself.
      await page.goto(`${url}frame/mail/${SLUG}/9999-attacks@example.org.eml`);
      await page.waitForTimeout(500);
      expect({ faults, heard }).toEqual({ faults: [], heard: [] });
    });
  });

  describe("axe finds nothing", () => {
    it.each(["light", "dark"] as const)("in any view, %s", async (colorScheme) => {
      save(
        "rough",
        "---\ntitle: Rough\ndraft: true\nimage: {src: ../images/night-train.jpg}\n---\n\nTK [](https://example.org).\n",
      );
      save("broken", "---\ntitle: [Broken\n---\n");
      const views = ["newsletter", "text", "source", "headers", "posts", "footer", "checks"];
      await open("#inbox", { colorScheme });
      const found: unknown[] = [...(await violations())];
      for (const hash of [
        ...views.map((view) => `#article/rough/${view}`),
        "#article/broken",
        `#article/${SLUG}?scheme=dark`,
        `#article/${SLUG}?scheme=light&width=320`,
      ]) {
        await page.goto(`${url}${hash}`);
        await page.waitForTimeout(300);
        found.push(...(await violations()).map((each) => ({ hash, each })));
      }
      await page.keyboard.press("?");
      found.push(...(await violations()));
      expect(found).toEqual([]);
    });

    it.each(["light", "dark"])("in the newsletter's frame, %s", async (scheme) => {
      await open(`#article/${SLUG}`);
      const html = await page.evaluate(
        (path) => fetch(path).then((answer) => answer.text()),
        `frame/article/${SLUG}?scheme=${scheme}`,
      );
      await page.goto("about:blank");
      await page.setContent(html.replace(/src="[^"]*"/g, 'src="data:,"'));
      expect(await violations(["landmark-one-main", "region"])).toEqual([]);
    });
  });
});
