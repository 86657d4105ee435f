import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Amazon, SNS_HOST, startAmazon, strangeKey } from "../servers/amazon.ts";
import { startSmtp, type TestServer } from "../servers/smtp.ts";
import { newPublication, run } from "./run.ts";

const CLI = join(import.meta.dirname, "../../src/cli.ts");
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";

let folder: string;
let smtp: TestServer;
let amazon: Amazon;
let serving: ChildProcess;
let url: string;

beforeEach(async () => {
  folder = await newPublication();
  [smtp, amazon] = await Promise.all([startSmtp(), startAmazon()]);
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, amazon.ca);
  writeFileSync(
    join(folder, "pressrun.yaml"),
    `publication: {name: The Reed, url: "https://example.org", timezone: UTC, postal_address: 1 Quay Street}
email: {from: news@example.org, server: "smtp://127.0.0.1:${smtp.port}", unsubscribe_url: "https://example.org/u"}
bounces: {ses: {topic: "${TOPIC}"}}
`,
  );
  for (const name of ["ada", "ben"]) await run(folder, ["subscribers", "add", `${name}@example.net`]);
  await run(folder, ["publish", "the-night-train-returns", "--yes", "--force"]);
  serving = spawn(process.execPath, [CLI, "serve", "--json", "--port", "0", "--cwd", folder], {
    env: { ...process.env, ...amazon.env, NODE_EXTRA_CA_CERTS: ca },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(serving.stdout!, "data");
  url = new URL("bounces/ses", (JSON.parse(String(line)) as { url: string }).url).href;
});
afterEach(async () => {
  serving.kill("SIGTERM");
  await Promise.all([once(serving, "exit"), smtp.stop(), amazon.stop()]);
});

const post = async (body: string) => (await fetch(url, { method: "POST", body })).status;
const suppressed = async (name: string) =>
  (await run(folder, ["subscribers", "audit", `${name}@example.net`, "--json"])).json().suppression?.kind;

/** What SES says of a mail that came back. */
function bounced(name: string): string {
  const to = `${name}@example.net`;
  const mail = smtp.taken.find((taken) => taken.to.includes(to))?.raw.toString() ?? "";
  return JSON.stringify({
    notificationType: "Bounce",
    mail: { headers: [{ name: "Message-ID", value: /^Message-ID: (<.*>)/im.exec(mail)?.[1] }] },
    bounce: {
      bounceType: "Permanent",
      bounceSubType: "General",
      bouncedRecipients: [{ emailAddress: to, status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 unknown" }],
    },
  });
}

describe("serve, with a topic of Amazon's", () => {
  it("confirms the subscription, and believes what Amazon signed for that topic", async () => {
    const confirm = `https://${SNS_HOST}/?Action=ConfirmSubscription&Token=abc`;
    const question = { Type: "SubscriptionConfirmation", TopicArn: TOPIC, Token: "abc", Message: "?" };
    expect(await post(amazon.sign({ ...question, SubscribeURL: confirm }))).toBe(200);
    expect(amazon.asked).toContain("/?Action=ConfirmSubscription&Token=abc");
    expect(await post(amazon.sign({ Type: "Notification", TopicArn: TOPIC, Message: bounced("ada") }))).toBe(
      200,
    );
    expect([await suppressed("ada"), await suppressed("ben")]).toEqual(["rejected", undefined]);
  });

  it("asks nobody else, and changes nothing for what is signed otherwise", async () => {
    const message = { Type: "Notification", TopicArn: TOPIC, Message: bounced("ada") };
    const good = amazon.sign(message);
    const elsewhere = [
      "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
      "https://evil.example/x.pem",
      `http://${SNS_HOST}/x.pem`,
      `https://${SNS_HOST}@evil.example/x.pem`,
    ];
    for (const body of [
      amazon.sign({ ...message, TopicArn: `${TOPIC}-of-another` }),
      amazon.sign(message, strangeKey()),
      JSON.stringify({ ...JSON.parse(good), Message: bounced("ben") }),
      ...elsewhere.map((SigningCertURL) => amazon.sign({ ...message, SigningCertURL })),
      "{}",
    ])
      expect(await post(body)).toBe(401);
    const question = { Type: "SubscriptionConfirmation", TopicArn: TOPIC, Token: "abc", Message: "?" };
    expect(await post(amazon.sign({ ...question, SubscribeURL: "https://evil.example/" }))).toBe(200);
    expect(amazon.asked.filter((each) => each.includes("evil") || each.includes("Subscription"))).toEqual([]);
    expect([await suppressed("ada"), await suppressed("ben")]).toEqual([undefined, undefined]);
  });
});
