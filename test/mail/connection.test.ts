import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { bodyOf, MailConnection, TIMEOUTS } from "../../src/mail/connection.ts";
import { END_OF_MAIL } from "../../src/mail/encode.ts";
import { endpointOf } from "../../src/mail/endpoint.ts";

/** What came over the wire after each 354, up to and with the line of the dot. */
const bodies: Buffer[] = [];
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  let pending = Buffer.alloc(0);
  let inBody = false;
  socket.on("error", () => {});
  socket.write("220 raw\r\n");
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const mark = inBody ? "\r\n.\r\n" : "\r\n";
      const end = pending.indexOf(mark);
      if (end < 0) return;
      const part = pending.subarray(0, end + mark.length);
      pending = pending.subarray(part.length);
      if (inBody) bodies.push(part);
      const isData = !inBody && part.toString() === "DATA\r\n";
      socket.write(isData ? "354 go\r\n" : "250 PIPELINING\r\n");
      inBody = isData;
    }
  });
});
let connection: MailConnection;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = endpointOf({ url: `smtp://127.0.0.1:${port}`, tls: "none", weight: 1 });
  connection = await MailConnection.open(endpoint, { timeouts: TIMEOUTS }, never);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const never = new AbortController().signal;

async function sent(...pieces: Buffer[]): Promise<Buffer | undefined> {
  await connection.send({ from: "a@example.org", to: "b@example.org" }, [...pieces, END_OF_MAIL], never);
  return bodies.at(-1);
}

/** Lines as our mails have them: none starts with a dot. */
const line = fc
  .oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom("", " .", "a.", "\0", "..".padStart(900, "x"), "QUIT", "DATA"),
  )
  .map((text) => text.replace(/[\r\n]/g, "").replace(/^\.+/, ""));

describe("a mail on its way to the server", () => {
  it("arrives byte for byte, ended by a dot", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (lines) => {
        const message = Buffer.from(`${lines.join("\r\n")}\r\n`);
        expect((await sent(message))?.toString("latin1")).toBe(`${message.toString("latin1")}.\r\n`);
      }),
      { numRuns: 100 },
    );
  });

  it("also in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (lines) => {
        const pieces = lines.map((text) => Buffer.from(`${text}\r\n`));
        const whole = Buffer.concat([...pieces, END_OF_MAIL]);
        expect((await sent(...pieces))?.toString("latin1")).toBe(whole.toString("latin1"));
      }),
      { numRuns: 100 },
    );
  });

  it("also where it is larger than any buffer on the way", async () => {
    const message = Buffer.from("All work and no play.\r\n".repeat(40_000));
    expect((await sent(message))?.equals(Buffer.concat([message, END_OF_MAIL]))).toBe(true);
  });
});

describe("an address with letters of other alphabets before the @", () => {
  it("is given to no server that does not offer to take it", async () => {
    const sending = connection.send({ from: "a@example.org", to: "jörg@example.org" }, [END_OF_MAIL], never);
    await expect(sending).rejects.toMatchObject({
      phase: "message",
      message: `${connection.endpoint.name} takes no letters but a-z before the @ of an address (no SMTPUTF8)`,
    });
    expect((await sent(Buffer.from("Subject: next\r\n"))) !== undefined).toBe(true);
  });
});

describe("what nodemailer is given for a stream", () => {
  const message = "Subject: x\r\n\r\ny\r\n";
  const wire = [Buffer.from("Subject: x\r\n"), Buffer.from("\r\ny\r\n"), END_OF_MAIL];
  const collect = async (stream: NodeJS.ReadableStream): Promise<string> => {
    let text = "";
    for await (const chunk of stream) text += chunk;
    return text;
  };
  const touching = () => new PassThrough({ transform: (_chunk, _encoding, done) => done(null, "touched") });

  it("passes the transform by, and brings the end with it", async () => {
    const [doubling, socket] = [touching(), new PassThrough()];
    let started = 0;
    bodyOf(wire, () => {
      started++;
      return socket;
    }).pipe(doubling);
    expect(await collect(doubling)).toBe("");
    expect(await collect(socket.end())).toBe(`${message}.\r\n`);
    expect(started).toBe(1);
  });

  it("goes through the transform where it is not known what is behind", async () => {
    const doubling = touching();
    bodyOf(wire, () => undefined).pipe(doubling);
    expect(await collect(doubling)).toBe("touched");
  });

  it("is written like any other where nodemailer has no such transform", async () => {
    const plain = new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        plain.push(chunk);
        done();
      },
    });
    plain.on("finish", () => plain.push(null));
    bodyOf(wire, () => new PassThrough()).pipe(plain);
    expect(await collect(plain)).toBe(message);
  });
});
