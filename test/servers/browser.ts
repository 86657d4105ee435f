import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATH = "/usr/bin/chromium";

export function whyNoBrowser(): string | undefined {
  return existsSync(PATH) ? undefined : `${PATH} is not there (apt-get install chromium)`;
}

/** Debian's Chromium, which calls nobody by itself. */
export function launchBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync"];
  return chromium.launch({ executablePath: PATH, args });
}
