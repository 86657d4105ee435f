import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type App, openApp } from "../app.ts";
import { addressFile } from "../audience/address-file.ts";
import { removeTraces } from "../audience/traces.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Ledger } from "../model/ledger.ts";
import type { PersonRecord } from "../model/person.ts";
import { requireAddress } from "../model/subscriber.ts";
import { count, shortPath } from "../report/human.ts";
import type { GlobalArguments, Io, Result } from "./command.ts";

/** Everything that was ever sent to an address, and what the server said. */
export function audit(ledger: Ledger, written: string): Result {
  const person = ledger.person(requireAddress(written));
  return { exit: EXIT.done, json: () => personJson(person), text: () => showPerson(person) };
}

/** Answers a person's request for their data: one JSON document, in a new file or on standard output. */
export function exportPerson(ledger: Ledger, written: string, file: string | undefined, cwd: string): Result {
  const person = personJson(ledger.person(requireAddress(written)));
  const document = JSON.stringify(person, undefined, 2);
  if (file === undefined || file === "-")
    return { exit: EXIT.done, json: () => person, text: () => document };
  const path = resolve(cwd, file);
  if (existsSync(path))
    throw new UserError({
      code: "file-exists",
      message: "There is a file of this name already.",
      next: "Name a new one.",
      place: { file: path },
    });
  const target = addressFile(path);
  try {
    target.write(`${document}\n`);
    target.keep();
  } finally {
    target.discard();
  }
  return {
    exit: EXIT.done,
    json: () => ({ file: path }),
    text: () => `What is kept about this person is in ${shortPath(path, cwd)}. Keep it private.`,
  };
}

/** Erases a person in both states, live and sandbox, and in the files that pressrun wrote. */
export async function forgetPerson(args: GlobalArguments, io: Io, written: string): Promise<Result> {
  const address = requireAddress(written);
  let known = false;
  let files = 0;
  for (const sandbox of [false, true]) {
    const app = await openApp(args, io, { sandbox, live: !sandbox, reach: "change" });
    try {
      if (existsSync(app.paths.ledger)) known = (await app.ledger()).forget(address, io.now()) || known;
      files += await removeFiles(app, address);
    } finally {
      await app.close();
    }
  }
  const traces = files > 0 ? `, and ${count(files)} ${files === 1 ? "file" : "files"} with it` : "";
  return {
    exit: EXIT.done,
    json: () => ({ known, files }),
    text: () =>
      known || files > 0
        ? `The address is forgotten${traces}. It is not written to again, also when another list brings it back.\nBackups and exports that you made may still hold it.`
        : "Nothing is known of this address. It is not written to when a list brings it.",
  };
}

/** The ledgers, out of which a person is taken row by row, and what no address stands in. */
const KEPT = /^(?:sandbox[/\\])?(?:ledger\.db|(?:keys|locks)(?:[/\\]|$))/;

async function removeFiles({ paths }: App, address: string): Promise<number> {
  const copies = await removeTraces(paths.out, address);
  return copies + (await removeTraces(paths.state, address, KEPT));
}

function personJson({
  address,
  subscriber,
  suppression,
  deliveries,
  bounces,
  consents,
}: PersonRecord): object {
  return {
    address,
    subscriber: subscriber ?? null,
    suppression: suppression ?? null,
    deliveries: deliveries.map(({ key, state, attempts, code, text, messageId, at }) => ({
      article: key.slug,
      revision: key.revision,
      channel: key.channel,
      state,
      attempts,
      code: code ?? null,
      text: text ?? null,
      messageId: messageId ?? null,
      at,
    })),
    bounces,
    consents,
  };
}

function showPerson({ address, subscriber, suppression, deliveries, bounces }: PersonRecord): string {
  const list = subscriber ? `on the list since ${subscriber.joinedAt}` : "not on the list";
  const tags = subscriber && subscriber.tags.length > 0 ? `, tags ${subscriber.tags.join(", ")}` : "";
  const never = suppression
    ? [`  suppressed ${suppression.at}: ${suppression.kind}, ${suppression.text}`]
    : [];
  const sent = deliveries.map(({ key, state, code, text, messageId, at }) => {
    const said = [code, text].filter((part) => part !== undefined).join(" ");
    const revision = key.revision > 0 ? ` (correction ${key.revision})` : "";
    return `  ${at}  ${key.slug}${revision}  ${state}${said && `: ${said}`}${messageId ? `  ${messageId}` : ""}`;
  });
  const back = bounces.map(
    ({ kind, status, text, at }) =>
      `  ${at}  came back, ${kind}: ${[status, text].filter(Boolean).join(" ")}`,
  );
  const nothing = sent.length + back.length === 0 ? ["  Nothing was ever sent to it."] : [];
  return [`${address}: ${list}${tags}`, ...never, ...sent, ...back, ...nothing].join("\n");
}
