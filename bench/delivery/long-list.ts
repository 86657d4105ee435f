import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openLedger } from "../../src/ledger/index.ts";
import type { PackedTool } from "../packed.ts";
import { readersUpTo, SENTENCES } from "./edition.ts";

const SLUG = "the-long-list";
/** Between two looks at what a process takes, in milliseconds. */
const LOOK_MS = 250;

export interface LongList {
  /** From the first try to the last outcome, as the ledger has them. */
  readonly perSecond: number;
  /** The most that the process took at once, in MB; NaN where the system does not say. */
  readonly publishMb: number;
  readonly dryRunMb: number;
}

/** `publish` as its users have it, to a list of so many. */
export async function publishTo(readers: number, port: number, packed: PackedTool): Promise<LongList> {
  const folder = packed.init(`list-of-${readers}`);
  const config = join(folder, "pressrun.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("mode: sandbox", "mode: live"));
  const body = SENTENCES.map((sentence) => `${sentence} `.repeat(6).trim());
  const text = Array.from({ length: 30 }, (_, index) => body[index % body.length]).join("\n\n");
  writeFileSync(
    join(folder, `content/articles/${SLUG}.md`),
    `---\ntitle: The long list\ndescription: How long it takes to write to many.\n---\n\n${text}\n`,
  );
  const file = join(folder, ".pressrun/ledger.db");
  await fill(file, readers);
  const publish = (...flags: string[]) =>
    spawn(process.execPath, [packed.tool, "publish", SLUG, "--only", "email", "--json", ...flags], {
      cwd: folder,
      env: { ...packed.env, SMTP_URL: `smtp://127.0.0.1:${port}` },
      stdio: ["ignore", "ignore", "pipe"],
    });
  const dryRunMb = await peak(publish("--dry-run"));
  const publishMb = await peak(publish("--yes"));
  return { perSecond: rateOf(file, readers), publishMb, dryRunMb };
}

async function fill(file: string, readers: number): Promise<void> {
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  const ledger = await openLedger({ file, create: true, readOnly: false });
  await ledger.subscribers.add(readersUpTo(readers), new Date());
  await ledger.close();
}

async function peak(child: ChildProcess): Promise<number> {
  let most = Number.NaN;
  let told = "";
  child.stderr?.on("data", (chunk) => {
    told = (told + chunk).slice(-2_000);
  });
  const looking = setInterval(() => {
    most = highWater(child.pid) ?? most;
  }, LOOK_MS);
  const [code] = await once(child, "close");
  clearInterval(looking);
  if (code !== 0) throw new Error(`publish ended with ${code}: ${told}`);
  return most;
}

/** Linux alone tells it of another process. */
function highWater(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

function rateOf(file: string, readers: number): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database
    .prepare(
      "SELECT count(*) AS sent, max(at) - min(first_tried_at) AS ms FROM deliveries WHERE state = 'sent'",
    )
    .get() as { readonly sent: number; readonly ms: number };
  database.close();
  if (row.sent !== readers) throw new Error(`${row.sent} of ${readers} mails were taken`);
  return (row.sent / row.ms) * 1000;
}
