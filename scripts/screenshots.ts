// The README's pictures, taken of the real thing: the rendered sample in Chromium, and what the terminal shows.
//   npm run screenshots        (needs Debian's chromium, or CHROMIUM=/path/to/it)
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";

const root = join(import.meta.dirname, "..");
const images = join(root, "docs/images");
const paper = mkdtempSync(join(tmpdir(), "pressrun-pictures-"));
const SLUG = "the-night-train-returns";

/** For the picture of the posts. */
const CHANNELS = `channels:
  bluesky: { identifier: saltmarsh.example.org, tags: 2, thread: true }
  mastodon: { server: "https://social.example", image: attach }
  discord: { username: Courier }
  linkedin: { author: "urn:li:organization:5" }
`;

function pressrun(...args: string[]): string {
  const env = { PATH: process.env.PATH };
  return execFileSync(process.execPath, [join(root, "src/cli.ts"), ...args], {
    cwd: paper,
    env,
    encoding: "utf8",
  });
}

async function shoot(
  browser: Browser,
  name: string,
  url: string,
  options: { width: number; height?: number; dark?: boolean; settle?: number },
) {
  const { width, height = 900, dark = false } = options;
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    deviceScaleFactor: 1.5,
  });
  await page.goto(url);
  await page.waitForTimeout(options.settle ?? 0);
  await page.screenshot({ path: join(images, `${name}.png`), fullPage: options.height === undefined });
  await page.close();
}

const escapeText = (text: string) => text.replace(/[&<]/g, (char) => (char === "&" ? "&amp;" : "&lt;"));

/** A terminal, with what pressrun really printed. */
function terminal(lines: readonly (readonly [command: string, output: string])[]): string {
  const body = lines
    .map(([command, output]) => `<b>$ ${escapeText(command)}</b>\n${escapeText(output)}`)
    .join("\n");
  return `data:text/html,${encodeURIComponent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 22px 26px; background: #1b1a18; color: #e8e3d9; width: max-content }
    pre { margin: 0; font: 14px/1.5 ui-monospace, "DejaVu Sans Mono", monospace } b { color: #f0a892; font-weight: 600 }
    </style><pre>${body}</pre>`)}`;
}

pressrun("init");
const shown = [
  [`pressrun publish ${SLUG} --sandbox`, pressrun("publish", SLUG, "--sandbox")],
  [`pressrun publish ${SLUG} --sandbox`, pressrun("publish", SLUG, "--sandbox")],
] as const;
pressrun("render", SLUG);
const newsletter = pathToFileURL(join(paper, "out", SLUG, "newsletter.html")).href;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync"],
});
await shoot(browser, "newsletter-light", newsletter, { width: 680, height: 1080 });
await shoot(browser, "newsletter-dark", newsletter, { width: 680, height: 1080, dark: true });
await shoot(browser, "newsletter-phone", newsletter, { width: 340, height: 1080 });
const preview = spawn(process.execPath, [join(root, "src/cli.ts"), "preview", SLUG], { cwd: paper });
const address = await new Promise<string>((resolve) => {
  preview.stdout.on("data", (chunk) => {
    const found = /http:\/\/\S+/.exec(String(chunk));
    if (found) resolve(found[0]);
  });
});
await shoot(browser, "preview", address, { width: 1280, height: 860, settle: 2_500 });
const configuration = readFileSync(join(paper, "pressrun.yaml"), "utf8");
writeFileSync(join(paper, "pressrun.yaml"), configuration.replace(/^channels:\n[\s\S]*/m, CHANNELS));
await shoot(browser, "posts", `${address}/posts`, { width: 1360, height: 1240, settle: 2_500 });
writeFileSync(join(paper, "pressrun.yaml"), configuration);
preview.kill("SIGINT");
await shoot(browser, "terminal", terminal(shown), { width: 900, height: 270 });
if (process.argv.includes("--whole")) {
  const settings = join(paper, "pressrun.yaml");
  const digest = ["--digest", "--slug", "digest", "--title", "Trains and cranes"];
  pressrun("render", "harbour-cranes-go-quiet", SLUG, ...digest);
  cpSync(join(paper, "out", SLUG), join(paper, "out/newsletter"), { recursive: true });
  writeFileSync(
    settings,
    readFileSync(settings, "utf8").replace("\nemail:\n", "\nemail:\n  template: letter\n"),
  );
  pressrun("render", SLUG);
  cpSync(join(paper, "out", SLUG), join(paper, "out/letter"), { recursive: true });
  for (const dark of [false, true]) {
    for (const width of [640, 320]) {
      for (const template of ["newsletter", "letter", "digest"]) {
        const page = pathToFileURL(join(paper, "out", template, "newsletter.html")).href;
        await shoot(browser, `whole-${template}-${width}-${dark ? "dark" : "light"}`, page, { width, dark });
      }
    }
  }
}
await browser.close();
rmSync(paper, { recursive: true, force: true });
