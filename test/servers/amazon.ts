import { createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { ownAuthority } from "./authority.ts";
import { selfSigned } from "./smtp.ts";

export const SNS_HOST = "sns.eu-west-1.amazonaws.com";

export interface Amazon {
  /** For a process that is to find SNS here: every https request goes through a proxy, to a server with SNS's name. */
  readonly env: Readonly<Record<string, string>>;
  /** The certificate of `env`'s NODE_EXTRA_CA_CERTS. */
  readonly ca: string;
  /** Hosts asked for, and paths asked of SNS. */
  readonly asked: string[];
  /** A message as SNS posts it. */
  sign(fields: Readonly<Record<string, string>>, key?: string): string;
  stop(): Promise<void>;
}

/** Fields that are signed, in this order: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"];

/** Amazon's notification service: its certificate, its signatures, its question whether one wants its messages. */
export async function startAmazon(): Promise<Amazon> {
  const authority = ownAuthority();
  const signing = await selfSigned();
  const asked: string[] = [];
  const sns = createSecureServer(authority.issue(`DNS:${SNS_HOST}`, 30), (request, response) => {
    asked.push(request.url ?? "");
    response.end(request.url?.endsWith(".pem") ? signing.cert : "<ConfirmSubscriptionResponse/>");
  }).listen(0, "127.0.0.1");
  await once(sns, "listening");
  const proxy = createServer((_, response) => response.writeHead(502).end()).listen(0, "127.0.0.1");
  proxy.on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.on("error", () => {});
    if (url !== `${SNS_HOST}:443`) return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const inner = connect((sns.address() as AddressInfo).port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      inner.pipe(socket).pipe(inner);
    });
    inner.on("error", () => socket.destroy());
  });
  await once(proxy, "listening");
  return {
    env: {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    },
    ca: authority.ca,
    asked,
    sign(own, key = signing.key) {
      const fields: Record<string, string> = {
        MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        Timestamp: new Date().toISOString(),
        SignatureVersion: "2",
        SigningCertURL: `https://${SNS_HOST}/SimpleNotificationService-1.pem`,
        ...own,
      };
      const text = SIGNED.flatMap((name) =>
        fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`],
      );
      const Signature = createSign("RSA-SHA256").update(text.join("")).sign(key, "base64");
      return JSON.stringify({ ...fields, Signature });
    },
    async stop() {
      for (const server of [proxy, sns]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** A key that is not Amazon's. */
export const strangeKey = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
