import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "../../src/ledger/index.ts";
import type { Outcome } from "../../src/model/delivery.ts";
import type { Ledger } from "../../src/model/ledger.ts";

export const AT = new Date("2026-11-23T09:00:00.000Z");
export const SLUG = "harbour-lights";
const EDITION = { slug: SLUG, revision: 0, hash: "sha256:one", bodyHash: "sha256:body" };

/** A publication in the sandbox's mode, with one article and nothing else. */
export function newPaper(): string {
  const folder = mkdtempSync(join(tmpdir(), "pressrun-paper-"));
  writeFileSync(join(folder, "pressrun.yaml"), "mode: sandbox\npublication:\n  name: Quayside Weekly\n");
  mkdirSync(join(folder, "content/articles"), { recursive: true });
  writeFileSync(
    join(folder, `content/articles/${SLUG}.md`),
    "---\ntitle: Harbour lights\n---\n\nThe lamps are lit.\n",
  );
  return folder;
}

export const ledgerFile = (folder: string) => join(folder, ".pressrun/sandbox/ledger.db");

/** What earlier runs left in the ledger of `folder`. */
export async function withLedger<T>(folder: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({ file: ledgerFile(folder), create: true, readOnly: false });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** Delivers one message to each recipient of a channel, with the outcome given for it; undefined: never tried. */
export async function deliver(
  ledger: Ledger,
  channel: string,
  outcomes: Readonly<Record<string, Outcome | undefined>>,
  edition = EDITION,
): Promise<void> {
  const scope = { channel, slug: edition.slug, revision: edition.revision };
  const people = Object.keys(outcomes);
  await ledger.plan(
    edition,
    people.map((recipient) => ({ key: { ...scope, recipient } })),
    AT,
  );
  const claims = await ledger.exchange([], scope, people.length, AT);
  const settled = claims.flatMap(({ key }) => {
    const outcome = outcomes[key.recipient];
    return outcome ? [{ key, outcome, at: AT }] : [];
  });
  await ledger.exchange(settled, scope, 0, AT);
  const untried = claims.filter(({ key }) => outcomes[key.recipient] === undefined);
  await ledger.release(
    untried.map(({ key }) => key),
    AT,
  );
}

export const SENT: Outcome = {
  state: "sent",
  receipt: { code: 250, text: "queued", messageId: "<1@example.org>" },
};
export const POSTED: Outcome = { state: "sent", receipt: { code: 200, url: "https://example.org/post/1" } };
export const LOST: Outcome = {
  state: "uncertain",
  reason: { kind: "silence", text: "the connection broke" },
};
export const REFUSED: Outcome = {
  state: "failed",
  reason: { kind: "rejected", code: 550, text: "no such user" },
};
export const BUSY: Outcome = {
  state: "failed",
  reason: { kind: "busy", code: 451, text: "later" },
  retryAt: new Date(AT.getTime() + 3_600_000),
};
