import { createServer } from "node:net";
import { expect, it } from "@jest/globals";
import { mailFailure } from "../../src/mail/failure.ts";
import { livePaper, SLUG } from "../commands/live.ts";
import { run } from "../commands/run.ts";

const ENDPOINT = {
  host: "mail.example.org",
  port: 465,
  implicitTls: true,
  tls: "required",
  name: "mail.example.org:465",
} as const;

it.each([
  [
    "40CD0289E47F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/ssl/record.c:80:\n",
    "it does not answer in TLS; smtps:// is for port 465, smtp:// for 587 and 25",
  ],
  [
    "40CD0289E47F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/openssl/x.c:1:SSL alert number 40",
    "ssl/tls alert handshake failure",
  ],
  ["self-signed certificate", "self-signed certificate"],
])("OpenSSL's words are cut to those for people: %.60s", (message, words) => {
  const error = Object.assign(new Error(message), { code: "ESOCKET", originalCode: "ERR_SSL_X" });
  expect(mailFailure(error, ENDPOINT, false)).toMatchObject({
    phase: "tls",
    message: `no trusted encryption with mail.example.org:465: ${words}`,
  });
});

it("a server that speaks no TLS where smtps:// promises it is said to", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("220 mail ESMTP\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as { port: number };
    const { folder } = await livePaper(1);
    const env = { SMTP_URL: `smtps://127.0.0.1:${port}` };
    const { exit, err } = await run(folder, ["publish", SLUG, "--yes"], { env });
    expect(exit).toBe(2);
    expect(err).toContain("it does not answer in TLS; smtps:// is for port 465, smtp:// for 587 and 25.");
    expect(err).not.toMatch(/error:0A|openssl|deps/);
  } finally {
    server.close();
  }
});
