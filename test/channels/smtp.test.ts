import { afterEach, describe, expect, it } from "@jest/globals";
import { createSmtpChannel, type MailChannel, type SmtpConfig } from "../../src/channels/smtp.ts";
import { UserError } from "../../src/errors.ts";
import type { ConnectionOptions } from "../../src/mail/connection.ts";
import type { Delivery, Outcome } from "../../src/model/delivery.ts";
import type { Recipient } from "../../src/model/subscriber.ts";
import { describeChannel, sampleEdition } from "../contract/channel.ts";
import { type Script, selfSigned, startScripted, startSmtp } from "../servers/smtp.ts";

const PASSWORD = "p@ss/word";
const NOW = new Date("2026-05-04T10:00:00Z");
const ADA: Recipient = { id: "r-1", address: "ada@example.org", name: "Ada", fields: {} };
const TIMEOUTS = { connection: 5_000, greeting: 2_000, silence: 1_000 };

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of toClose.splice(0).reverse()) await thing.close();
});

function closing<Server extends { stop(): Promise<void> }>(server: Server): Server {
  toClose.push({ close: () => server.stop() });
  return server;
}

function channelTo(
  servers: SmtpConfig["servers"],
  config: Partial<SmtpConfig> = {},
  connection: Partial<ConnectionOptions> = {},
): MailChannel {
  const channel = createSmtpChannel({
    config: {
      from: { name: "Harbour News", address: "news@example.org" },
      connections: 2,
      unsubscribeUrl: "https://example.org/u",
      servers,
      ...config,
    },
    listName: "Harbour News",
    token: (id) => `token-${id}`,
    now: () => NOW,
    connection: { timeouts: TIMEOUTS, ...connection },
  });
  toClose.push(channel);
  return channel;
}

function at(
  port: number,
  {
    tls = "none",
    login = "",
    host = "127.0.0.1",
  }: { tls?: "none" | "opportunistic" | "required"; login?: string; host?: string } = {},
): SmtpConfig["servers"] {
  return [{ url: `smtp://${login}${host}:${port}`, tls, weight: 1 }];
}

const LOGIN = `press:${encodeURIComponent(PASSWORD)}@`;

function deliveryTo(channel: MailChannel, recipient: Recipient = ADA): Delivery {
  const edition = sampleEdition("email");
  return {
    key: { channel: "email", slug: "harbour-lights", revision: 0, recipient: recipient.address },
    recipient,
    draft: channel.compose(edition),
    attempt: 1,
  };
}

function send(channel: MailChannel, recipient?: Recipient, signal?: AbortSignal): Promise<Outcome> {
  return channel.send(deliveryTo(channel, recipient), signal ?? new AbortController().signal);
}

const verify = (channel: MailChannel) => channel.verify(new AbortController().signal);

describeChannel("smtp", {
  recipient: ADA,
  idempotent: false,
  secrets: [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString("base64")],
  async start() {
    let refuses = false;
    const server = await startSmtp({
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => done(null, { user: auth.username }),
      onRcptTo(_address, _session, done) {
        done(refuses ? Object.assign(new Error("5.7.1 refused"), { responseCode: 550 }) : null);
      },
    });
    return {
      channel: () => channelTo(at(server.port, { login: LOGIN })),
      accepted: () => server.taken.length,
      refuse: () => {
        refuses = true;
      },
      loseNextAnswer: server.loseNextAnswer,
      goAway: server.stop,
      stop: server.stop,
    };
  },
});

describe("what goes over the wire", () => {
  it("is the very message that is shown beforehand, from the envelope's sender to the reader alone", async () => {
    const server = closing(await startSmtp());
    const channel = channelTo(at(server.port));
    const delivery = deliveryTo(channel);
    const shown = await channel.messageFor(channel.compose(sampleEdition("email")), ADA);
    const outcome = await channel.send(delivery, new AbortController().signal);
    expect(server.taken).toEqual([
      { from: "news@example.org", to: ["ada@example.org"], raw: shown, isEncrypted: false, user: undefined },
    ]);
    expect(outcome).toEqual({
      state: "sent",
      receipt: {
        code: 250,
        text: "2.0.0 Ok: queued",
        messageId: /^Message-ID: (.*)$/m.exec(shown.toString())?.[1]?.trim(),
      },
    });
  });

  it("keeps lines that begin with a dot", async () => {
    const server = closing(await startSmtp());
    const channel = channelTo(at(server.port));
    const edition = sampleEdition("email");
    const newsletter = {
      ...edition.newsletter,
      text: { literals: [".\n..\n.dot\n\n."], fields: [], escape: "none" as const },
    };
    const draft = channel.compose({ ...edition, newsletter });
    await channel.send({ ...deliveryTo(channel), draft }, new AbortController().signal);
    expect(server.taken[0]?.raw).toEqual(await channel.messageFor(draft, ADA));
  });
});

describe("connections", () => {
  it("carry mail after mail, no more of them at once than configured", async () => {
    const server = closing(await startSmtp());
    const channel = channelTo(at(server.port), { connections: 3 });
    const readers = Array.from({ length: 20 }, (_, n) => ({ ...ADA, address: `reader-${n}@example.org` }));
    const outcomes = await Promise.all(readers.map((reader) => send(channel, reader)));
    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(["sent"]));
    expect(server.taken.map(({ to }) => to[0]).sort()).toEqual(readers.map(({ address }) => address).sort());
    expect(server.connections()).toBe(3);
  });

  it("are replaced, without a fault, when the server hung up in between", async () => {
    const server = closing(await startSmtp());
    const channel = channelTo(at(server.port), { connections: 1 });
    await send(channel);
    server.cut();
    expect((await send(channel)).state).toBe("sent");
    expect(server.taken.length).toBe(2);
  });

  it("are replaced when a used one dies at MAIL, before anything was handed over", async () => {
    const server = closing(await startScripted((connection) => (connection === 1 ? { rset: "drop" } : {})));
    const channel = channelTo(at(server.port), { connections: 1 });
    await send(channel);
    expect((await send(channel)).state).toBe("sent");
    expect(server.heard.filter((line) => line === "<message>").length).toBe(2);
  });

  it("are taken leave of on close, and opened again for the next mail", async () => {
    const server = closing(await startScripted({}));
    const channel = channelTo(at(server.port));
    await send(channel);
    await channel.close();
    expect(server.heard.at(-1)).toBe("QUIT");
    expect([(await send(channel)).state, (await send(channel)).state]).toEqual(["sent", "sent"]);
    expect(server.connections()).toBe(2);
  });

  it("serve the next reader after a refusal", async () => {
    const server = closing(
      await startSmtp({
        onRcptTo({ address }, _session, done) {
          done(
            address.startsWith("gone") ? Object.assign(new Error("5.1.1 gone"), { responseCode: 550 }) : null,
          );
        },
      }),
    );
    const channel = channelTo(at(server.port), { connections: 1 });
    const states = [
      (await send(channel, { ...ADA, address: "gone@example.org" })).state,
      (await send(channel)).state,
    ];
    expect(states).toEqual(["failed", "sent"]);
    expect(server.connections()).toBe(1);
  });

  it("are shared out by weight, and a dead server's share goes to the others", async () => {
    const heavy = closing(await startSmtp());
    const light = closing(await startSmtp());
    const servers = [
      { url: `smtp://127.0.0.1:${heavy.port}`, tls: "none", weight: 3 },
      { url: `smtp://127.0.0.1:${light.port}`, tls: "none", weight: 1 },
    ] as const;
    const channel = channelTo(servers, { connections: 4 });
    await Promise.all(Array.from({ length: 4 }, () => send(channel)));
    expect([heavy.connections(), light.connections()]).toEqual([3, 1]);
    await heavy.stop();
    const other = channelTo(servers, { connections: 2 });
    const outcomes = await Promise.all([send(other), send(other), send(other)]);
    expect(outcomes.map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
  });
});

describe("what an answer means", () => {
  const cases: readonly [what: string, script: Script, outcome: unknown][] = [
    ["421 greeting", { greeting: "421 4.3.2 later" }, failed("busy", "4.3.2 later", 421)],
    ["554 greeting", { greeting: "554 no service" }, failed("unreachable", "no service", 554)],
    [
      "drop at the greeting",
      { greeting: "drop" },
      failed("unreachable", "127.0.0.1:PORT closed the connection"),
    ],
    ["no greeting", { greeting: "silence" }, failed("unreachable", "127.0.0.1:PORT does not answer")],
    ["drop at EHLO", { ehlo: "drop" }, failed("unreachable", "127.0.0.1:PORT closed the connection")],
    ["535 at AUTH", { auth: "535 5.7.8 wrong" }, failed("login", "5.7.8 wrong", 535)],
    ["454 at AUTH", { auth: "454 4.7.0 later" }, failed("busy", "4.7.0 later", 454)],
    ["drop at AUTH", { auth: "drop" }, failed("unreachable", "127.0.0.1:PORT closed the connection")],
    ["530 at MAIL", { mail: "530 5.7.0 log in" }, failed("login", "5.7.0 log in", 530)],
    ["451 at MAIL", { mail: "451 4.3.0 later" }, failed("busy", "4.3.0 later", 451)],
    ["550 at MAIL", { mail: "550 5.7.1 no" }, failed("login", "5.7.1 no", 550)],
    ["552 at MAIL", { mail: "552 5.3.4 too big" }, refused("5.3.4 too big", 552)],
    ["drop at MAIL", { mail: "drop" }, failed("unreachable", "127.0.0.1:PORT closed the connection")],
    ["silence at MAIL", { mail: "silence" }, failed("unreachable", "127.0.0.1:PORT does not answer")],
    ["421 at RCPT", { rcpt: "421 4.7.0 slow down" }, failed("busy", "4.7.0 slow down", 421)],
    ["450 at RCPT", { rcpt: "450 4.2.1 full" }, failed("busy", "4.2.1 full", 450)],
    ["550 at RCPT", { rcpt: "550 5.7.1 no relay" }, refused("5.7.1 no relay", 550)],
    [
      "5.1.1 at RCPT",
      { rcpt: "550-5.1.1 no\r\n550 5.1.1 such user" },
      refused("5.1.1 no 5.1.1 such user", 550, true),
    ],
    ["drop at RCPT", { rcpt: "drop" }, failed("unreachable", "127.0.0.1:PORT closed the connection")],
    ["451 at DATA", { data: "451 4.3.0 later" }, failed("busy", "4.3.0 later", 451)],
    ["drop at DATA", { data: "drop" }, failed("unreachable", "127.0.0.1:PORT closed the connection")],
    ["drop in the body", { body: "drop" }, unsure("127.0.0.1:PORT closed the connection")],
    ["silence in the body", { body: "silence" }, unsure("127.0.0.1:PORT does not answer")],
    ["552 in the body", { body: "552 5.3.4 too big" }, refused("5.3.4 too big", 552)],
    ["drop after the dot", { end: "drop" }, unsure("127.0.0.1:PORT closed the connection")],
    ["silence after the dot", { end: "silence" }, unsure("127.0.0.1:PORT does not answer")],
    ["nonsense after the dot", { end: "354 go on" }, unsure("go on")],
    ["451 after the dot", { end: "451 4.3.0 later" }, failed("busy", "4.3.0 later", 451)],
    ["421 after the dot", { end: "421 4.3.2 bye" }, failed("busy", "4.3.2 bye", 421)],
    ["554 after the dot", { end: "554 5.7.1 spam" }, refused("5.7.1 spam", 554)],
    ["5.1.1 after the dot", { end: "550 5.1.1 gone" }, refused("5.1.1 gone", 550)],
    [
      "a message over SIZE",
      { ehlo: "250-test\r\n250-AUTH PLAIN\r\n250 SIZE 100" },
      refused("Message size larger than allowed 100"),
    ],
  ];
  for (const pipelining of [false, true]) {
    it.each(cases)(`%s${pipelining ? ", pipelined" : ""}`, async (_what, script, expected) => {
      const ehlo =
        script.ehlo ??
        `250-test\r\n250-AUTH PLAIN\r\n${pipelining ? "250-PIPELINING\r\n" : ""}250 SIZE 10000000`;
      const server = closing(await startScripted({ ...script, ehlo }));
      const outcome = await send(channelTo(at(server.port, { login: LOGIN })));
      expect(JSON.parse(JSON.stringify(outcome).replaceAll(`:${server.port}`, ":PORT"))).toEqual(
        JSON.parse(JSON.stringify(expected)),
      );
    });
  }

  it("does not show a password that the server quotes", async () => {
    const plain = Buffer.from(`\0press\0${PASSWORD}`).toString("base64");
    const server = closing(await startScripted({ auth: `501 5.5.2 cannot decode "${plain}" (${PASSWORD})` }));
    const channel = channelTo(at(server.port, { login: LOGIN }));
    expect(await send(channel)).toEqual(failed("login", '5.5.2 cannot decode "***" (***)', 501));
    expect(JSON.stringify(await verify(channel))).not.toContain(PASSWORD);
  });

  it("does not ask again with a login that was refused", async () => {
    const server = closing(await startScripted({ auth: "535 5.7.8 wrong" }));
    const channel = channelTo(at(server.port, { login: LOGIN }));
    expect([await send(channel), await send(channel)]).toEqual([
      failed("login", "5.7.8 wrong", 535),
      failed("login", "5.7.8 wrong", 535),
    ]);
    expect(server.connections()).toBe(1);
  });
});

describe("a server that says 421", () => {
  it("is left in peace for a while, and then gets the next mail", async () => {
    const times: number[] = [];
    const server = closing(
      await startScripted((connection) => {
        times.push(performance.now());
        return connection === 1 ? { mail: "421 4.7.0 too many" } : {};
      }),
    );
    const channel = channelTo(at(server.port), { connections: 1 });
    expect((await send(channel)).state).toBe("failed");
    expect((await send(channel)).state).toBe("sent");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });

  it("costs the other servers nothing", async () => {
    const busy = closing(await startScripted({ greeting: "421 4.7.0 too many" }));
    const calm = closing(await startScripted({}));
    const servers = [
      { url: `smtp://127.0.0.1:${busy.port}`, tls: "none", weight: 5 },
      { url: `smtp://127.0.0.1:${calm.port}`, tls: "none", weight: 1 },
    ] as const;
    const channel = channelTo(servers, { connections: 3 });
    for (let mail = 0; mail < 6; mail++) expect((await send(channel)).state).toBe("sent");
    expect(busy.connections()).toBeLessThanOrEqual(2);
  });
});

describe("a server that takes fewer connections at once than are configured", () => {
  it("gets every mail over those it takes, at the first try, and is hardly asked for more", async () => {
    const server = closing(await startSmtp({ maxClients: 2 }));
    const channel = channelTo(at(server.port), { connections: 8 });
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => send(channel)));
    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(["sent"]));
    expect(server.taken).toHaveLength(300);
    // smtp-server counts those it takes.
    expect(server.connections()).toBeLessThanOrEqual(3);
  }, 60_000);
});

describe("replies that trickle in byte by byte", () => {
  it("are read as if they came at once", async () => {
    const server = closing(await startScripted({ trickle: true }));
    const channel = channelTo(at(server.port));
    expect((await send(channel)).state).toBe("sent");
    expect(server.heard.filter((line) => line === "<message>")).toHaveLength(1);
  });
});

describe("several servers", () => {
  it("never fail over a mail that one of them may have taken", async () => {
    const first = closing(await startScripted({ end: "drop" }));
    const second = closing(await startScripted({}));
    const servers = [
      { url: `smtp://127.0.0.1:${first.port}`, tls: "none", weight: 9 },
      { url: `smtp://127.0.0.1:${second.port}`, tls: "none", weight: 1 },
    ] as const;
    expect((await send(channelTo(servers, { connections: 1 }))).state).toBe("uncertain");
    expect(second.heard).toEqual([]);
  });

  it("are all asked before a refused login counts", async () => {
    const refusing = closing(await startScripted({ auth: "535 5.7.8 wrong" }));
    const away = closing(await startScripted({ greeting: "drop" }));
    const servers = [...at(refusing.port, { login: LOGIN }), ...at(away.port)];
    const channel = channelTo(servers);
    for (const _ of [1, 2]) {
      expect(await send(channel)).toEqual(
        failed("unreachable", `127.0.0.1:${away.port} closed the connection`),
      );
    }
    expect(refusing.connections()).toBe(1);
  });
});

describe("stopping", () => {
  it("gives up before the body, and says that nothing was sent", async () => {
    const server = closing(await startScripted({ rcpt: "silence" }));
    const stop = new AbortController();
    const sending = send(
      channelTo(at(server.port), {}, { timeouts: { ...TIMEOUTS, silence: 5_000 } }),
      ADA,
      stop.signal,
    );
    await until(() => server.heard.some((line) => line.startsWith("RCPT")));
    stop.abort();
    expect(await sending).toEqual(
      failed("unreachable", "the run was stopped before the mail was handed over"),
    );
  });

  it("leaves a doubt once the body has begun, and does not wait for the answer", async () => {
    const server = closing(await startScripted({ end: "silence" }));
    const stop = new AbortController();
    const channel = channelTo(at(server.port), {}, { timeouts: { ...TIMEOUTS, silence: 60_000 } });
    const sending = send(channel, ADA, stop.signal);
    await until(() => server.heard.includes("<message>"));
    stop.abort();
    expect(await sending).toEqual(unsure("the run was stopped before the server answered"));
  });
});

describe("encryption and login", () => {
  it("logs in after STARTTLS with a certificate that is trusted", async () => {
    const { server, cert } = await tlsServer();
    const servers = at(server.port, { tls: "required", login: LOGIN, host: "localhost" });
    const channel = channelTo(servers, {}, { ca: cert });
    expect(await verify(channel)).toEqual([]);
    expect((await send(channel)).state).toBe("sent");
    expect(server.taken).toMatchObject([{ isEncrypted: true, user: "press" }]);
  });

  it("speaks TLS from the first byte under smtps://", async () => {
    const { server, cert } = await tlsServer({ secure: true });
    const servers = [
      { url: `smtps://${LOGIN}localhost:${server.port}`, tls: "required", weight: 1 },
    ] as const;
    expect((await send(channelTo(servers, {}, { ca: cert }))).state).toBe("sent");
    expect(server.taken).toMatchObject([{ isEncrypted: true, user: "press" }]);
  });

  it.each([false, true])("refuses a certificate that nobody vouches for (smtps: %s)", async (secure) => {
    const { server } = await tlsServer({ secure });
    const servers = [
      { url: `smtp${secure ? "s" : ""}://${LOGIN}localhost:${server.port}`, tls: "required", weight: 1 },
    ] as const;
    const channel = channelTo(servers);
    expect(await send(channel)).toMatchObject({
      state: "failed",
      reason: { kind: "unreachable" },
      retryAt: NOW,
    });
    expect(await verify(channel)).toMatchObject([{ code: "smtp-tls" }]);
    expect(server.taken).toEqual([]);
  });

  it("refuses a server without STARTTLS where encryption is required", async () => {
    const server = closing(await startSmtp());
    const channel = channelTo(at(server.port, { tls: "required" }));
    expect(await verify(channel)).toMatchObject([{ code: "smtp-tls" }]);
    expect(await send(channel)).toMatchObject({ state: "failed", reason: { kind: "unreachable" } });
    expect(server.taken).toEqual([]);
  });

  it("encrypts where it can, without asking who vouches, when that is enough", async () => {
    const { server } = await tlsServer();
    expect((await send(channelTo(at(server.port, { tls: "opportunistic" })))).state).toBe("sent");
    const plain = closing(await startSmtp());
    expect((await send(channelTo(at(plain.port, { tls: "opportunistic" })))).state).toBe("sent");
    expect([server.taken[0]?.isEncrypted, plain.taken[0]?.isEncrypted]).toEqual([true, false]);
  });

  it("keeps the password back on a connection in clear that leaves this machine", async () => {
    // Loopback under a name that says nothing of it: resolved here, without asking a name server.
    const server = closing(await startScripted({}));
    const channel = channelTo(at(server.port, { login: LOGIN, host: "0.0.0.0" }));
    const text = `the connection to 0.0.0.0:${server.port} is not encrypted, so the password was kept back`;
    expect(await send(channel)).toEqual(failed("login", text));
    expect(await verify(channel)).toMatchObject([{ code: "smtp-login" }]);
    expect(server.heard.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  it("says what is wrong with a login, and what to do", async () => {
    const { server, cert } = await tlsServer();
    const servers = at(server.port, { tls: "required", login: "press:guess@", host: "localhost" });
    const channel = channelTo(servers, {}, { ca: cert });
    expect(await verify(channel)).toEqual([
      {
        code: "smtp-login",
        message: `The SMTP server localhost:${server.port} does not let us log in: 5.7.8 wrong user or password.`,
        next: "Check the user and the password in email.server, and that the connection is encrypted.",
      },
    ]);
    expect(await send(channel)).toEqual(failed("login", "5.7.8 wrong user or password", 535));
  });
});

describe("configuration", () => {
  it("without a server composes and shows, and says so when it is asked to send", async () => {
    const channel = channelTo([]);
    expect((await channel.messageFor(channel.compose(sampleEdition("email")), ADA)).length).toBeGreaterThan(
      0,
    );
    expect(await verify(channel)).toMatchObject([{ code: "smtp-no-server" }]);
    expect(await send(channel)).toEqual(failed("unreachable", "no SMTP server is configured"));
  });

  it.each(["http://mail.example.org", "mail.example.org", "smtp://user:%zz@mail.example.org", ""])(
    "refuses %j as a server without showing it",
    (url) => {
      const make = (): MailChannel => channelTo([{ url, tls: "required", weight: 1 }]);
      expect(make).toThrow(UserError);
      expect(make).toThrow(/^A server in email\.server is not an address such as/);
    },
  );

  it("reports a DKIM key that cannot be used, and sends nothing unsigned", async () => {
    const server = closing(await startSmtp());
    const dkim = { domain: "example.org", selector: "press", keyFile: "/nowhere/dkim.pem" };
    const channel = channelTo(at(server.port), { dkim });
    expect(await verify(channel)).toMatchObject([{ code: "dkim-key", place: { file: "/nowhere/dkim.pem" } }]);
    await expect(send(channel)).rejects.toThrow(UserError);
    expect(server.taken).toEqual([]);
  });
});

async function tlsServer(options: { secure?: boolean } = {}) {
  const { key, cert } = await selfSigned();
  const server = await startSmtp({
    ...options,
    disabledCommands: [],
    key,
    cert,
    onAuth({ username, password }, _session, done) {
      if (username === "press" && password === PASSWORD) return done(null, { user: username });
      done(Object.assign(new Error("5.7.8 wrong user or password"), { responseCode: 535 }));
    },
  });
  return { server: closing(server), cert };
}

function failed(kind: string, text: string, code?: number): Outcome {
  const reason = { kind, ...(code && { code }), text };
  return { state: "failed", reason, retryAt: NOW } as Outcome;
}

function refused(text: string, code?: number, suppress?: boolean): Outcome {
  return {
    state: "failed",
    reason: { kind: "rejected", ...(code && { code }), text, ...(suppress && { suppress }) },
  };
}

function unsure(text: string): Outcome {
  return { state: "uncertain", reason: { kind: "silence", text } };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
