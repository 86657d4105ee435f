import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readImap } from "../../src/bounces/imap.ts";

/** An IMAP server without encryption that lets nobody in. */
const heard: string[] = [];
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.write("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n");
  socket.on("data", (data) => {
    for (const line of data.toString().split("\r\n").filter(Boolean)) {
      heard.push(line);
      const [tag = "*", command = ""] = line.split(" ");
      if (/capability/i.test(command)) socket.write("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n");
      socket.write(/capability|logout|id/i.test(command) ? `${tag} OK done\r\n` : `${tag} NO not you\r\n`);
    }
  });
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

describe("a mailbox on a server that offers no encryption", () => {
  it("gets the password on this machine, or where the address says so, and nowhere else", async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const read = async (host: string, search = "") => {
      heard.length = 0;
      const options = { move: "x", signal: new AbortController().signal };
      const mailbox = readImap(`imap://ada:geheim@${host}:${port}/${search}`, options);
      const said = await mailbox[Symbol.asyncIterator]()
        .next()
        .then(
          () => "",
          (error: Error) => error.message,
        );
      return [heard.some((line) => /login|authenticate/i.test(line)), said] as const;
    };
    expect(await read("127.0.0.1")).toEqual([true, expect.stringContaining("does not let us log in")]);
    // Leads here, and is not known to be this machine's own.
    expect(await read("0.0.0.0")).toEqual([false, expect.stringMatching(/cannot be read: .*STARTTLS/)]);
    expect(await read("127.0.0.1", "?tls=required")).toEqual([false, expect.stringMatching(/STARTTLS/)]);
    for (const tls of ["none", "opportunistic"]) expect((await read("0.0.0.0", `?tls=${tls}`))[0]).toBe(true);
    expect((await read("127.0.0.1", "?tls=maybe"))[1]).toContain("is not an address such as imaps://");
  });
});
