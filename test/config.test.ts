// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pressrun.yaml names variables.
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import * as z from "zod";
import { schemaText } from "../scripts/schema.ts";
import { CHANNEL_TYPES } from "../src/channels/index.ts";
import { anyChannel, writtenConfig } from "../src/config/written.ts";
import { type Config, type ConfigOptions, readConfig } from "../src/config.ts";
import { UserError } from "../src/errors.ts";
import { packageRoot } from "../src/package.ts";

const temp = () => mkdtemp(join(tmpdir(), "pressrun-config-"));

type Given = Partial<Pick<ConfigOptions, "env" | "sandbox" | "needsSecrets">> & {
  /** Beside pressrun.yaml. */
  readonly files?: Readonly<Record<string, string>>;
};

/** Reads `yaml` as the publication of a fresh folder; nothing is needed for a live run unless asked for. */
async function read(yaml: string | Uint8Array, { files = {}, ...options }: Given = {}): Promise<Config> {
  const root = await temp();
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const file = join(root, "pressrun.yaml");
  await writeFile(file, yaml);
  return readConfig({ file, env: {}, needsSecrets: false, ...options });
}

/** "line:column message next" of every problem. */
async function problemsOf(yaml: string | Uint8Array, given?: Given): Promise<string[]> {
  const error = await read(yaml, given).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error ?? new Error("The configuration was accepted.");
  expect(error.exit).toBe(2);
  return error.problems.map(({ place, message, next }) =>
    [place?.line && `${place.line}:${place.column}`, message, next].filter(Boolean).join(" "),
  );
}

const NAME = "publication: {name: The Paper}\n";

describe("readConfig", () => {
  it("reads the smallest publication and fills in what is not given", async () => {
    const { file, root, ...config } = await read("mode: sandbox\npublication: {name: The Paper}\n");
    expect(file).toBe(join(root, "pressrun.yaml"));
    expect(config).toEqual({
      schedule: { slots: [], digest: false, maxLateMs: 6 * 3_600_000 },
      feeds: [],
      services: {},
      sandbox: true,
      publication: {
        name: "The Paper",
        language: "en",
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        footer: { links: [], explore: [] },
      },
      channels: [],
      secrets: [],
    });
  });

  it("reads every key of the newsletter, in the words of the tool", async () => {
    const yaml = `
publication:
  name: The Paper
  url: https://example.org
  language: pt-br
  timezone: Europe/Lisbon
  postal_address: |
    1 Example Street
    Exampleton
  logo: images/logo.png
  images_url: https://example.org/images
  words: { unsubscribe: Sair, greeting: "Oi, {name}!" }
footer:
  message: Stay with {{publication.name}}.
  links: [{label: Feed, url: "https://example.org/feed"}]
  explore: [{title: Today, url: "https://example.org/today"}]
email:
  from: '"Paper, The" <News@EXAMPLE.org>'
  reply_to: editors@bücher.example
  server: smtp://user:p%40ssword@mail.example.org
  connections: 3
  dkim: {domain: example.org, selector: news, key_file: keys/dkim.pem}
  unsubscribe_url: https://example.org/u
  unsubscribe_mailto: mailto:leave@example.org
  unsubscribe_key: [new key for links, old key for links]
  rate: 50/s
  per_domain: {gmail.com: 10/s, bücher.example: 600/h}
  daily_cap: 5000
  warm_up: {start: 200, factor: 1.5}
  quiet_hours: 22:00-07:30
  pause_over: {failed: 2.5%}
  images: embed
  template: letter
  fit: false
  first: false
`;
    const { root, publication, email, secrets } = await read(yaml);
    expect(publication).toEqual({
      name: "The Paper",
      url: "https://example.org",
      language: "pt-BR",
      timezone: "Europe/Lisbon",
      postalAddress: "1 Example Street\nExampleton",
      logo: "images/logo.png",
      imagesUrl: "https://example.org/images",
      words: { unsubscribe: "Sair", greeting: "Oi, {name}!" },
      footer: {
        message: "Stay with {{publication.name}}.",
        links: [{ label: "Feed", url: "https://example.org/feed" }],
        explore: [{ title: "Today", url: "https://example.org/today" }],
      },
    });
    expect(email).toEqual({
      from: { name: "Paper, The", address: "News@example.org" },
      replyTo: { address: "editors@xn--bcher-kva.example" },
      to: "all",
      servers: [{ url: "smtp://user:p%40ssword@mail.example.org", tls: "required", weight: 1 }],
      connections: 3,
      pace: {
        rate: { count: 50, windowMs: 1_000 },
        perDomain: {
          "gmail.com": { count: 10, windowMs: 1_000 },
          "xn--bcher-kva.example": { count: 600, windowMs: 3_600_000 },
        },
        dailyCap: 5000,
        warmUp: { start: 200, factor: 1.5 },
        quietHours: { from: 22 * 60, to: 7 * 60 + 30 },
        pauseOver: { failed: 0.025, complaints: 0.001 },
      },
      dkim: { domain: "example.org", selector: "news", keyFile: join(root, "keys/dkim.pem") },
      unsubscribeUrl: "https://example.org/u",
      unsubscribeMailto: "leave@example.org",
      topics: {},
      unsubscribeKeys: ["new key for links", "old key for links"],
      images: "embed",
      template: "letter",
      first: false,
      fit: false,
    });
    expect(secrets).toEqual([
      "smtp://user:p%40ssword@mail.example.org",
      "new key for links",
      "old key for links",
      "p%40ssword",
      "p@ssword",
    ]);
  });

  it("is frozen to the depths", async () => {
    const { publication, channels } = await read(`${NAME}channels: {bluesky: {identifier: example.org}}\n`);
    expect(
      [publication, publication.footer.links, channels, channels[0]?.options].every(Object.isFrozen),
    ).toBe(true);
  });

  it("tells of every key that this version does not honour, and of no other", async () => {
    const yaml = `${NAME}email:
  from: a@example.org
  to: tag:uk
  server: [{url: "smtp://localhost", weight: 2}, smtp://127.0.0.1]
  rate: 50/s
  per_domain: {gmail.com: 10/s}
  daily_cap: 1000
  warm_up: {start: 200, factor: 1.5}
  quiet_hours: 22:00-07:00
  pause_over: {failed: 1%, complaints: 0.1%}
  fit: true
  first: true
channels:
  bluesky: {identifier: example.org, tags: 2, thread: true, utm: {source: paper}, footer: last, max_cost: 5.00/month}
schedule: {slots: ["0 9 * * tue"], max_late: 6h, heartbeat_url: "https://example.org/beat"}
feeds: [{url: "https://example.org/feed", policy: draft}]
`;
    const { channels, email } = await read(yaml);
    expect(email?.servers.map(({ weight }) => weight)).toEqual([2, 1]);
    expect(Object.keys(channels[0]?.options as object)).not.toContain("thread");
    expect(channels[0]).toMatchObject({
      name: "bluesky",
      type: "bluesky",
      tags: 2,
      maxCost: { cost: 5000, per: "month" },
    });
    expect(channels[0]?.options).toEqual({
      identifier: "example.org",
      password: "",
      service: "https://bsky.social",
    });
  });
});

describe("problems", () => {
  it("are told all at once, each with its line, column and next step", async () => {
    const yaml = `mode: sandboxed
publication:
  nam: The Paper
  url: ftp://example.org
  timezone: Mars/Olympus
  language: "?"
footer:
  links: [{label: Feed, url: nowhere}]
email:
  from: a@example.org, b@example.org
  reply_to: nobody
  server: https://mail.example.org
  connections: 0
  rate: fast
  daily_cap: 1.5
  images: urls
  colour: red
channels:
  email: {type: bluesky, identifier: example.org}
  Blue_Sky: {type: bluesky, identifier: example.org}
  bluesky: {identifer: example.org}
  blueski: {}
  tide: {type: tidings}
  text: hello
`;
    const known = Object.keys(CHANNEL_TYPES).join(", ");
    expect(await problemsOf(yaml)).toEqual([
      "1:7 mode must be sandbox or live (did you mean sandbox?).",
      "3:3 publication.name needs a value.",
      '3:3 publication has no key "nam". Did you mean name?',
      "4:8 publication.url must be an http:// or https:// address.",
      "5:13 publication.timezone must be a time zone such as Europe/Lisbon.",
      "6:13 publication.language must be a language tag such as en or pt-BR.",
      "8:30 footer.links[0].url must be an http:// or https:// address.",
      "10:9 email.from must be one mail address, such as: The Paper <news@example.org>.",
      "11:13 email.reply_to must be a mail address (it is not an address: there is no name before an @).",
      "12:11 email.server must be an address such as smtps://user:password@mail.example.org.",
      "13:16 email.connections must be at least 1.",
      "14:9 email.rate must be such as 50/s, 50/min, 50/h or 50/day.",
      "15:14 email.daily_cap must be a whole number, not a fraction.",
      "16:11 email.images must be url or embed (did you mean url?).",
      '17:3 email has no key "colour". Known here: from, reply_to, to, server, connections, rate, per_domain, daily_cap, warm_up, quiet_hours, pause_over, dkim, unsubscribe_url, unsubscribe_mailto, unsubscribe_key, topics, images, template, fit, first.',
      "19:3 The name email belongs to the newsletter, which has its own section. Choose another name, and give the kind of network as its type.",
      '20:3 The channel\'s name "Blue_Sky" is not one of 1 to 40 letters a-z, digits and hyphens. Choose another name, and give the kind of network as its type.',
      "21:12 channels.bluesky.identifier needs a value.",
      '21:13 channels.bluesky has no key "identifer". Did you mean identifier?',
      '22:3 There is no channel type "blueski". Did you mean bluesky?',
      `23:16 There is no channel type "tidings". Known types: ${known}.`,
      `24:3 There is no channel type "text". Known types: ${known}.`,
      "24:9 channels.text must be a map of keys and values, not text.",
    ]);
  });

  it.each([
    ["a: [1, 2\nb: 3", /^\d+:\d+ This is not YAML: .+\. Look at the indentation/],
    ["publication: {name: A}\npublication: {name: B}", /^2:1 This is not YAML: Map keys must be unique\./],
    ["publication:\n\tname: A", /^2:1 This is not YAML: Tabs are not allowed/],
    [
      "publication: {name: A}\n---\npublication: {name: B}",
      /^2:1 This is not YAML: Source contains multiple/,
    ],
    ["email: {server: !secret hunter2}", /^1:17 This is not YAML: Unresolved tag\. Look/],
    ["email: {server: *hunter2}", /^1:17 This is not YAML: A value that begins with \* stands for an anchor/],
    [
      "footer:\n  message: {{publication.name}}",
      /^2:13 This is not YAML: A value that begins with \{ or \[ is no text\./,
    ],
    [
      "publication: {name: A}\nemail: {from: a@example.org, topics: {a b: c}}",
      /^2:\d+ email\.topics\["a b"\] is a key that must be such as weekly\.$/,
    ],
    ["1: a", /^1:1 publication needs a value\. 1:1 pressrun\.yaml has no key "1"\./],
    ["- a\n- b", /^1:1 The configuration must be a map of keys and values, not a list\.$/],
    ["The Paper", /^1:1 The configuration must be a map of keys and values, not text\.$/],
    ["${NAME}", /^1:1 The configuration needs \$\{NAME\}, which is not set\./],
    ["a: &a [*a]", /^This YAML is nested too deeply, or its aliases lead round in circles\./],
    ["a: &a [*a, *a, *a]", /^This YAML is nested too deeply/],
    [
      `${"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"}d: [${"*c, ".repeat(99)}]`,
      /^This YAML is nested too deeply/,
    ],
    [`a: ${"[".repeat(40)}${"]".repeat(40)}`, /1:34 This is nested too deeply\.$/],
  ])("of structure: %j", async (yaml, expected) => {
    const problems = (await problemsOf(yaml)).join(" ");
    expect(problems).toMatch(expected);
    expect(problems).not.toMatch(/hunter2/);
  });

  it("of text that is something else come to a few lines", async () => {
    expect(await problemsOf("[".repeat(100_000))).toHaveLength(1);
    expect(await problemsOf("{ a: ]\n".repeat(1_000))).toHaveLength(10);
  });

  it("of the file itself are one clear line", async () => {
    expect(await problemsOf("")).toEqual([
      "The configuration is empty. Write at least `publication: {name: …}`, or delete it and run `pressrun init`.",
    ]);
    expect(await problemsOf("# nothing yet\n")).toEqual(await problemsOf(""));
    expect(await problemsOf(new Uint8Array([0x89, 0x50, 0, 0]))).toEqual([
      "This is no configuration: it is not text. Name the publication's own file with --config.",
    ]);
    expect(await problemsOf(Buffer.from("publication: {name: Caf\xe9}", "latin1"))).toEqual([
      "The configuration is not in UTF-8. Save it in that encoding.",
    ]);
    expect(await problemsOf(`${NAME}#${"x".repeat(1_000_000)}`)).toEqual([
      "This is no configuration: it is larger than 1 MB. Name the publication's own file with --config.",
    ]);
  });

  it("a missing file says where it was looked for", async () => {
    const folder = await temp();
    const asked = (file: string) => readConfig({ file: join(folder, file), env: {}, needsSecrets: true });
    await expect(asked("pressrun.yaml")).rejects.toThrow(
      `There is no pressrun.yaml in ${folder}. Run \`pressrun init\`, or name one with --config.`,
    );
    await mkdir(join(folder, "folder.yaml"));
    await expect(asked("folder.yaml")).rejects.toThrow(
      `${folder}/folder.yaml: This file cannot be read: it is a folder, not a file. Check its name and permissions.`,
    );
  });

  it("a byte order mark and Windows line ends are no problem, and lines are still counted", async () => {
    expect(await problemsOf("\ufeffmode: live\r\npublication:\r\n  name: 3\r\n")).toEqual([
      "3:9 publication.name must be text, not a number.",
    ]);
  });

  it("a key whose children are all commented out counts as absent", async () => {
    expect((await read(`${NAME}email:\n  # from: a@example.org\nchannels:\n`)).email).toBeUndefined();
  });
});

describe("variables", () => {
  const yaml = `${NAME}email:
  from: The Paper <news@\${DOMAIN}>
  server: \${SMTP_URL}
  unsubscribe_key: ["\${NEW_KEY}", "\${OLD_KEY}"]
channels:
  bluesky: {identifier: "\${HANDLE}", password: "\${BLUESKY_APP_PASSWORD}"}
`;
  const dotenv =
    "DOMAIN=from-file.example\nSMTP_URL=\"smtps://me:s3cr%7Cet@mail.example.org\"\nNEW_KEY='n$w # key of 2026'\n";
  const env = {
    DOMAIN: "example.org",
    OLD_KEY: "an old key of 2025",
    HANDLE: "a.example",
    BLUESKY_APP_PASSWORD: "pass-word",
  };

  it("come from the environment, then from .env, and are kept for masking", async () => {
    const config = await read(yaml, { env, files: { ".env": dotenv }, needsSecrets: true });
    expect(config.email).toMatchObject({
      from: { name: "The Paper", address: "news@example.org" },
      servers: [{ url: "smtps://me:s3cr%7Cet@mail.example.org", tls: "required" }],
      unsubscribeKeys: ["n$w # key of 2026", "an old key of 2025"],
    });
    expect(config.channels[0]?.options).toMatchObject({ identifier: "a.example", password: "pass-word" });
    expect(config.secrets).toEqual([
      "smtps://me:s3cr%7Cet@mail.example.org",
      "an old key of 2025",
      "n$w # key of 2026",
      "pass-word",
      "s3cr%7Cet",
      "s3cr|et",
    ]);
  });

  it.each([
    ["smtp://mail.example.org", []],
    ["smtp://news@mail.example.org", ["smtp://news@mail.example.org"]],
    [
      "smtps://news%40example.org:pa55@mail.example.org?tls=required",
      [
        "smtps://news%40example.org:pa55@mail.example.org?tls=required",
        "smtps://news%40example.org:pa55@mail.example.org",
        "pa55",
      ],
    ],
    [
      "smtp://AKIA0123456789%2B:x@mail.example.org",
      ["smtp://AKIA0123456789%2B:x@mail.example.org", "AKIA0123456789%2B", "AKIA0123456789+"],
    ],
  ])("hide of the server %s its address, its password, and a user that is a key", async (server, secrets) => {
    const given = { env: { SMTP_URL: server } };
    const config = await read(`${NAME}email: {from: a@example.org, server: "\${SMTP_URL}"}\n`, given);
    expect(config.secrets).toEqual(secrets);
  });

  it("may be unset where nothing is sent, and then nothing stands for a secret", async () => {
    for (const given of [{ needsSecrets: false }, { needsSecrets: true, sandbox: true }]) {
      const { email, channels, secrets } = await read(yaml, given);
      expect(email).toMatchObject({ servers: [], unsubscribeKeys: [] });
      expect(email?.from.address).toMatch(/@unset\.invalid$/);
      expect(channels[0]?.options).toMatchObject({ identifier: "unset.invalid", password: "" });
      expect(secrets).toEqual([]);
    }
  });

  it("must be set for a live run; empty is not set", async () => {
    expect(await problemsOf(yaml, { env: { ...env, OLD_KEY: "" }, needsSecrets: true })).toEqual(
      [
        "4:11 email.server needs ${SMTP_URL}",
        "5:21 email.unsubscribe_key[0] needs ${NEW_KEY}",
        "5:35 email.unsubscribe_key[1] needs ${OLD_KEY}",
      ].map(
        (start) =>
          `${start}, which is not set. Set it in the environment or in the file .env beside the configuration.`,
      ),
    );
  });

  it("are not needed for what is not written", async () => {
    const bare = `${NAME}email: {from: a@example.org}\nchannels: {bluesky-uk: {type: bluesky, identifier: example.org}}\n`;
    expect(await problemsOf(bare, { needsSecrets: true })).toEqual([
      "2:8 email.server needs a value before any mail can go out live. Write ${SMTP_URL} there and set it in the environment or .env, or use --sandbox.",
      "3:24 channels.bluesky-uk.password needs a value before anything can go out live. Write ${BLUESKY_UK_PASSWORD} there and set it in the environment or .env, or use --sandbox.",
    ]);
    expect((await read(`mode: sandbox\n${bare}`, { needsSecrets: true })).sandbox).toBe(true);
  });

  it("hold text: neither YAML nor more variables", async () => {
    const { publication } = await read("publication: {name: '${A}'}", {
      env: { A: "x: [${B}] # y", B: "z" },
    });
    expect(publication.name).toBe("x: [${B}] # y");
  });

  it("have names", async () => {
    expect(await problemsOf("publication: {name: '${A:-b}'}")).toEqual([
      "1:21 Between ${ and } stands something that is no name of a variable. Use letters, digits and _ only; to write ${ itself, put the text in a variable.",
    ]);
  });

  it("never show their values", async () => {
    const hidden = { X: "hunter2 hunter2\u0007" };
    const all = `publication: {name: "\${X}", url: "\${X}", language: "\${X}", timezone: "\${X}", logo: "file:\${X}"}
mode: "\${X}"
email: {from: "\${X}", server: "\${X}", rate: "\${X}", images: "\${X}", connections: "\${X}"}
channels: {bluesky: {identifier: a.example, service: "\${X}"}, other: {type: bluesky, tags: "\${X}"}}
`;
    const problems = await problemsOf(all, { env: hidden });
    expect(problems.length).toBeGreaterThan(11);
    expect(problems.join()).not.toContain("hunter2");
  });
});

describe("values", () => {
  const from = (text: string) => `${NAME}email:\n  from: ${JSON.stringify(text)}\n`;

  it.each([
    ["news@example.org", { address: "news@example.org" }],
    ["The Paper <news@example.org>", { name: "The Paper", address: "news@example.org" }],
    ["Café 📰 <news@example.org>", { name: "Café 📰", address: "news@example.org" }],
  ])("the sender %j", async (text, expected) => {
    expect((await read(from(text))).email?.from).toEqual(expected);
  });

  it.each([
    "The Paper",
    "a@example.org; b@example.org",
    "Us: a@example.org;",
    "The Paper <news@example.org>\r\nBcc: x@example.org",
    "Pap\u202eer <news@example.org>",
    "<>",
    "",
  ])("no sender: %j", async (text) => {
    expect(await problemsOf(from(text))).toHaveLength(1);
  });

  const server = (url: string) => `${NAME}email: {from: a@example.org, server: ${JSON.stringify(url)}}\n`;

  it.each([
    ["smtp://mail.example.org", "required"],
    ["smtp://mail.example.org?tls=opportunistic", "opportunistic"],
    ["smtp://mail.example.org?tls=none", "none"],
    ["smtps://me:secret@mail.example.org:465", "required"],
    ["smtp://localhost:2525", "opportunistic"],
    ["smtp://me:secret@127.1.2.3?tls=none", "none"],
    ["smtp://[::1]:25?tls=required", "required"],
  ])("the server %s asks for TLS: %s", async (url, tls) => {
    expect((await read(server(url))).email?.servers).toEqual([
      { url: url.replace(/\?.*/, ""), tls, weight: 1 },
    ]);
  });

  it.each([
    "mail.example.org",
    "http://mail.example.org",
    "smtp://",
    "smtp://mail.example.org?tls=maybe",
    "smtp://mail.example.org?pool=true",
    "smtps://mail.example.org?tls=none",
    "smtp://me:secret@mail.example.org?tls=none",
    "smtp://me:%zz@mail.example.org",
    "smtp://a b@mail.example.org",
  ])("no server: %s", async (url) => {
    expect(await problemsOf(server(url))).toHaveLength(1);
  });

  it("a fault inside a list of servers is shown at its place", async () => {
    const yaml = `${NAME}email:\n  from: a@example.org\n  server:\n    - smtp://localhost\n    - {url: ftp://x, weight: 0}\n`;
    expect(await problemsOf(yaml)).toEqual([
      "6:13 email.server[1].url must be an address such as smtps://user:password@mail.example.org.",
      "6:30 email.server[1].weight must be more than 0.",
    ]);
  });

  it("local files lie inside the publication, wherever a link leads", async () => {
    const root = await temp();
    const outside = await temp();
    await writeFile(join(outside, "logo.png"), "");
    await writeFile(join(root, "logo.png"), "");
    await symlink(outside, join(root, "away"));
    await symlink("logo.png", join(root, "link.png"));
    const file = join(root, "pressrun.yaml");
    const accepts = async (logo: string) => {
      await writeFile(file, `publication: {name: A, logo: ${JSON.stringify(logo)}}`);
      return readConfig({ file, env: {}, needsSecrets: false }).then(
        () => true,
        () => false,
      );
    };
    const inside = [
      "logo.png",
      "./later.png",
      "link.png",
      join(root, "logo.png"),
      "https://example.org/logo.png",
    ];
    const beyond = [
      "../logo.png",
      "away/logo.png",
      "away/none.png",
      "/etc/passwd",
      "file:///etc/passwd",
      ".",
      "data:,",
    ];
    for (const logo of inside) expect([logo, await accepts(logo)]).toEqual([logo, true]);
    for (const logo of beyond) expect([logo, await accepts(logo)]).toEqual([logo, false]);
  });
});

describe("whatever the file holds", () => {
  const outcome = (yaml: string | Uint8Array) =>
    read(yaml, { needsSecrets: true }).then(
      (config) => expect(config.publication.name).toBeTruthy(),
      (error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      },
    );
  const keys =
    "mode publication name email from server url weight channels bluesky identifier type tags __proto__".split(
      " ",
    );
  const scalar = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "${A}",
      "${}",
      "a@example.org",
      "smtp://localhost",
      "live",
      "bluesky",
      "*a",
      "&a",
      "!t",
      "? ",
    ),
    fc.double(),
    fc.constant(null),
    fc.boolean(),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalar,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 5 }),
    ),
  }));

  it("bytes end in a Config or a UserError", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), outcome), { numRuns: 100 });
  });

  it("text that looks like YAML does", async () => {
    const token = fc.constantFrom(
      ...keys,
      ..."\n:-?[]{},&*!|>#%@`'\" ".split(""),
      "\n  ",
      ": ",
      "- ",
      "${A}",
      "<<",
    );
    const text = fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join(""));
    await fc.assert(fc.asyncProperty(text, outcome), { numRuns: 200 });
  });

  it("any tree of values does", async () => {
    await fc.assert(
      fc.asyncProperty(tree, (value) => outcome(JSON.stringify(value) ?? "")),
      { numRuns: 200 },
    );
  });
});

describe("what ships", () => {
  it("the schema is the one that the tool checks by: npm run schema makes it anew", async () => {
    expect(await readFile(join(packageRoot, "pressrun.schema.json"), "utf8")).toBe(await schemaText());
  });

  it("the schema accepts the repository's own publication, and tells what is wrong in another", async () => {
    const schema = z.fromJSONSchema(JSON.parse(await schemaText()));
    const own = parse(await readFile(join(packageRoot, "pressrun.yaml"), "utf8"));
    expect(schema.safeParse(own).error).toBeUndefined();
    const channels = { bluesky: { identifier: "a.example", pasword: "" }, b: { type: "bluesky" } };
    const { error } = schema.safeParse({ ...own, mode: "on", channels });
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual([
      "mode",
      "channels.bluesky",
      "channels.b",
    ]);
  });

  it("the reference names every key", async () => {
    const reference = await readFile(join(packageRoot, "docs/configuration.md"), "utf8");
    const keys = Object.keys(anyChannel.shape);
    for (const section of [writtenConfig, ...Object.values(writtenConfig.shape)]) {
      const inner = section instanceof z.ZodOptional ? section.unwrap() : section;
      if (inner instanceof z.ZodObject) keys.push(...Object.keys(inner.shape));
    }
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key) => !reference.includes(`\`${key}\``))).toEqual([]);
  });

  it("the repository's own publication is accepted, for the sandbox and rehearsals without any secret", async () => {
    const file = join(packageRoot, "pressrun.yaml");
    const [first] = (await readFile(file, "utf8")).split("\n");
    expect(first).toBe("# yaml-language-server: $schema=./pressrun.schema.json");
    const config = await readConfig({ file, env: {}, needsSecrets: true });
    expect(config).toMatchObject({ sandbox: true, channels: [{ name: "bluesky" }] });
  });
});
