import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { domainToASCII } from "node:url";
import { type App, openApp } from "../app.ts";
import { INERT_TOKEN } from "../audience/unsubscribe.ts";
import { type Diagnosis, examineMail, type Names } from "../doctor/index.ts";
import { createNames } from "../doctor/names.ts";
import { countOf, diagnosesJson, showDiagnoses } from "../doctor/show.ts";
import { EXIT, type Notice, type Problem, showPlace, UserError } from "../errors.ts";
import { endpointOf } from "../mail/endpoint.ts";
import { makeEdition } from "../pipeline.ts";
import { shortPath } from "../report/human.ts";
import type { Command, GlobalArguments, Io } from "./command.ts";
import { readShelf } from "./shelf.ts";

export interface DoctorArguments {
  readonly live: boolean;
  readonly dns?: string | undefined;
}

export const command: Command<DoctorArguments> = {
  options: {
    live: {
      type: "boolean",
      default: false,
      describe: "Look at what a live run needs, also where the mode is sandbox",
    },
    dns: {
      type: "string",
      requiresArg: true,
      describe: "DNS server to ask, such as 9.9.9.9 or 127.0.0.1:5353",
    },
  },
  examples: [
    ["pressrun doctor", "configuration, logins, DNS, TLS, unsubscribe endpoint, the list"],
    ["pressrun doctor --live", "the same before the first live run"],
  ],
  async run({ live, dns, ...args }, io) {
    const names = namesOf(dns);
    const { app, problems } = await openAsFarAsPossible(args, io, live);
    try {
      const diagnoses = [
        ...problems.map((problem) => inConfiguration(problem, args.cwd)),
        ...(await examine(app, problems.length === 0, names)),
      ];
      return {
        exit: countOf(diagnoses, "error") > 0 ? EXIT.incomplete : EXIT.done,
        json: () => diagnosesJson(diagnoses),
        text: () => showDiagnoses(diagnoses),
      };
    } finally {
      await app.close();
    }
  },
};

function namesOf(server: string | undefined): Names {
  try {
    return createNames(server);
  } catch {
    throw new UserError({
      code: "dns-server",
      message: `${JSON.stringify(server)} is not the address of a DNS server.`,
      next: "Give an IP address, with a port if it is not 53: --dns 192.0.2.53:5353.",
    });
  }
}

/**
 * With its secrets, or, where those are missing, without them: the rest can be looked at all the same.
 * @throws UserError for a configuration that cannot be used at all.
 */
async function openAsFarAsPossible(
  args: GlobalArguments,
  io: Io,
  live: boolean,
): Promise<{ readonly app: App; readonly problems: readonly Problem[] }> {
  const options = { sandbox: false, live, also: ["schedule", "feeds", "bounces"] } as const;
  try {
    return { app: await openApp(args, io, { ...options, reach: "ask" }), problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { app: await openApp(args, io, { ...options, reach: "look" }), problems: error.problems };
  }
}

function inConfiguration({ code, message, next, place }: Problem, cwd: string): Diagnosis {
  const file = place && shortPath(place.file, cwd);
  const found = place && file ? `${showPlace({ ...place, file })}: ${message}` : message;
  return { id: code, area: "configuration", severity: "error", found, next };
}

/** @param complete the secrets are there, so that logins can be tried. */
async function examine(app: App, complete: boolean, names: Names): Promise<Diagnosis[]> {
  const composed = await examineComposing(app, complete);
  if (app.config.sandbox) return [...composed, inSandbox];
  const [logins, mail] = await Promise.all([
    complete ? examineLogins(app) : [],
    examineNewsletter(app, names),
  ]);
  return [...composed, ...logins, ...mail];
}

const inSandbox: Diagnosis = {
  id: "sandbox",
  area: "configuration",
  severity: "ok",
  found: "The mode is sandbox: nothing leaves this machine, so nothing outside it was looked at. Try --live.",
};

/** Configuration and templates by using them on an article. */
async function examineComposing(app: App, complete: boolean): Promise<Diagnosis[]> {
  const at = { area: "configuration" } as const;
  const inOrder: Diagnosis = {
    ...at,
    id: "configuration",
    severity: "ok",
    found: `${app.config.publication.name}: the configuration is in order.`,
  };
  const fine = complete ? [inOrder] : [];
  const [slug] = (await readShelf(app.paths)).ready;
  if (slug === undefined) {
    const found = "There is no finished article yet to try the templates on.";
    return [
      ...fine,
      {
        ...at,
        id: "templates-untried",
        severity: "warning",
        found,
        next: "Bring one in with `pressrun import`.",
      },
    ];
  }
  try {
    await makeEdition({ ...app, reporter: { ...app.reporter, notice: () => undefined } }, slug);
    return [...fine, { ...at, id: "templates", severity: "ok", found: `The templates compose ${slug}.` }];
  } catch (error) {
    if (error instanceof UserError)
      return [...fine, ...error.problems.map((problem) => inConfiguration(problem, app.paths.cwd))];
    throw error;
  }
}

async function examineLogins(app: App): Promise<Diagnosis[]> {
  const channels = await app.channels();
  const found = await Promise.all(
    channels.map(async (channel): Promise<Diagnosis[]> => {
      const problems = await channel.verify(app.run.stop);
      const fine = `${channel.name}: the login works.`;
      if (problems.length === 0) {
        const soon = (await channel.foresee?.(app.run.stop)) ?? [];
        return [{ id: "login", area: "logins", severity: "ok", found: fine }, ...soon.map(warning)];
      }
      const why = "Nothing goes out by this channel.";
      return problems.map(({ code, message, next }) => ({
        id: code,
        area: "logins",
        severity: "error",
        found: `${channel.name}: ${message}`,
        why,
        next,
      }));
    }),
  );
  return found.flat();
}

function warning({ code, message, next }: Notice): Diagnosis {
  const why = "What works now may not work at the next run.";
  return { id: code, area: "logins", severity: "warning", found: message, why, next };
}

async function examineNewsletter(app: App, names: Names): Promise<readonly Diagnosis[]> {
  const { email } = app.config;
  if (email === undefined) return [];
  const { dkim } = email;
  const ledger = await app.ledger("readOnly");
  const { stop: signal, now } = app.run;
  const domain = domainToASCII(email.from.address.slice(email.from.address.lastIndexOf("@") + 1));
  return examineMail(
    {
      domain,
      servers: email.servers.map(endpointOf),
      dkim,
      dkimKey: dkim && (await readKey(dkim.keyFile)),
      unsubscribeUrl: email.unsubscribeUrl,
      unsubscribeMailto: email.unsubscribeMailto,
      inertToken: INERT_TOKEN,
      addresses: addressesOf(ledger.subscribers.list()),
    },
    { names, signal, now },
  );
}

function* addressesOf(subscribers: Iterable<{ readonly address: string }>): Generator<string> {
  for (const { address } of subscribers) yield address;
}

/** A key that cannot be read is told of by the channel's own verification. */
async function readKey(file: string): Promise<KeyObject | undefined> {
  try {
    return createPrivateKey(await readFile(file));
  } catch {
    return undefined;
  }
}
