import * as z from "zod";
import { languageFault } from "../model/language.ts";
import { WORD_NAMES } from "../model/publication.ts";
import {
  baseUrlFault,
  domainFault,
  hoursFault,
  lineFault,
  linesFault,
  pageUrlFault,
  parseMailbox,
  parseMailto,
  parseServer,
  percentageFault,
  segmentFault,
  timeZoneFault,
  topicFault,
  type Understood,
  webUrlFault,
} from "./values.ts";

// pressrun.yaml as written: untrusted, snake_case. The JSON Schema for editors is made from this.

/**
 * Text that is checked by a function which says what it must be instead.
 * @param otherwise the same for what is no text at all, such as the number 50 where "50/s" is wanted.
 */
function checked(faultOf: (text: string) => string | undefined, otherwise?: string) {
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : otherwise) })
    .min(1)
    .refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(String(input)) });
}

function understood(parse: (text: string) => Understood<unknown>) {
  return checked((text) => {
    const result = parse(text);
    return "fault" in result ? result.fault : undefined;
  });
}

function shaped(shape: RegExp, example: string) {
  const fault = `must be such as ${example}`;
  return checked((text) => (shape.test(text) ? undefined : fault), fault);
}

const hasTwins = (words: readonly string[]) => new Set(words).size < words.length;

const text = z.string().min(1);
const line = checked(lineFault);
const lines = checked(linesFault);
const webUrl = checked(webUrlFault);
const mailbox = understood(parseMailbox);
const server = understood(parseServer);
const rate = shaped(/^[1-9]\d{0,6}\/(s|min|h|day)$/, "50/s, 50/min, 50/h or 50/day");
const percentage = checked(percentageFault, "must be such as 0.1%");
const duration = shaped(/^[1-9]\d{0,5}(s|m|h|d)$/, "6h, 90m or 2d");
const baseUrl = checked(baseUrlFault);
const domain = checked(domainFault);
/** More than anyone has readers. */
const MOST_MAILS = 1_000_000_000;
/** A shorter one can be found by trying. */
const key = checked((text) =>
  text.length < 16
    ? "must have at least 16 characters: whoever finds it out can take readers off the list"
    : undefined,
);
const slot = checked((cron) =>
  cron.trim().split(/\s+/).length === 5 ? undefined : 'must be such as "0 9 * * tue"',
);

const publication = z.strictObject({
  name: line.describe("Name of the publication, as readers know it"),
  url: webUrl.optional().describe("Its home page"),
  language: checked(languageFault).optional().describe("BCP 47; en unless given"),
  timezone: checked(timeZoneFault)
    .optional()
    .describe("IANA zone, such as Europe/Lisbon; the machine's unless given"),
  postal_address: lines.optional().describe("Street address: laws on commercial mail ask for it"),
  logo: line.optional().describe("An address on the web, or a file of the publication"),
  images_url: baseUrl.optional().describe("Where the publication's local images can be fetched from"),
  words: z
    .strictObject(Object.fromEntries(WORD_NAMES.map((name) => [name, line.optional()])))
    .optional()
    .describe('The newsletter\'s own words in its language, such as {unsubscribe: "Leave"}'),
});

const footer = z.strictObject({
  message: lines.optional().describe("May hold {{publication.name}}"),
  links: z
    .array(z.strictObject({ label: line, url: webUrl }))
    .optional()
    .describe("Where else readers find you"),
  explore: z
    .array(z.strictObject({ title: line, url: webUrl }))
    .optional()
    .describe("What else there is to read"),
});

const SERVER =
  "must be an address such as smtps://user:password@mail.example.org, or a list of {url, weight}";
const weighted = z.strictObject({ url: server, weight: z.number().positive().optional() });

const email = z.strictObject({
  from: mailbox.describe("Name <address>"),
  reply_to: mailbox.optional().describe("Name <address>, where answers go"),
  to: checked(segmentFault).optional().describe("all, or a segment such as: tag:uk and language:en"),
  server: z
    .union([server, z.array(z.union([server, weighted], { error: SERVER })).min(1)], { error: SERVER })
    .optional()
    .describe("smtp:// or smtps:// with user and password; ?tls=none|opportunistic|required"),
  connections: z.int().min(1).max(100).optional().describe("Connections at once; 10 unless given"),
  rate: rate.optional().describe("The most mails in a time, such as 50/s"),
  per_domain: z.record(domain, rate).optional().describe("Rates by recipients' domain"),
  daily_cap: z.int().min(1).max(MOST_MAILS).optional().describe("The most mails in a day"),
  warm_up: z
    .strictObject({ start: z.int().min(1).max(MOST_MAILS), factor: z.number().min(1).max(100) })
    .optional()
    .describe("Mails on the first day, and the growth from day to day"),
  quiet_hours: checked(hoursFault, "must be such as 22:00-07:00")
    .optional()
    .describe("No mail between these times of the publication's zone"),
  pause_over: z
    .strictObject({ failed: percentage.optional(), complaints: percentage.optional() })
    .optional()
    .describe("Shares of the mails at which a run stops itself"),
  dkim: z
    .strictObject({ domain, selector: shaped(/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i, "news"), key_file: line })
    .optional()
    .describe("Signs the mails, where the server does not"),
  unsubscribe_url: checked(pageUrlFault).optional().describe("Endpoint that takes ?t=TOKEN"),
  unsubscribe_mailto: understood(parseMailto)
    .optional()
    .describe("An address where unsubscribe mails are read"),
  unsubscribe_key: z
    .union([key, z.array(key).min(1)], { error: "must be text, or a list of texts with the newest first" })
    .optional()
    .describe("Signs the unsubscribe links; kept in .pressrun/keys unless given"),
  topics: z
    .record(shaped(/^[\w-]{1,40}$/, "weekly"), line)
    .optional()
    .describe("Tags that readers choose themselves where they join and leave: tag → what it is called"),
  images: z
    .enum(["url", "embed"])
    .optional()
    .describe("By address where there is one, else embedded, unless given"),
  template: shaped(/^[\w-]+$/, "letter, which is templates/letter.mjml.hbs")
    .optional()
    .describe("newsletter, letter or one of your own in templates/; newsletter unless given"),
  fit: z.boolean().optional().describe("Shorten what mail programs would cut off"),
  first: z.boolean().optional().describe("Posts only after the first mail was accepted"),
});

const schedule = z.strictObject({
  slots: z
    .array(slot)
    .min(1)
    .optional()
    .describe('Cron times in the publication\'s zone, such as "0 9 * * tue": queued articles take one each'),
  digest: z
    .boolean()
    .optional()
    .describe("A slot takes all that is queued, as one newsletter, instead of one article"),
  max_late: duration.optional().describe("What is later than this is missed, not sent; 6h unless given"),
  heartbeat_url: webUrl.optional().describe("Told of each run of due: /start, then /<exit code>"),
});

const feed = z.strictObject({
  url: webUrl.describe("RSS, Atom or JSON Feed whose new items `due` brings in"),
  policy: z
    .enum(["draft", "queue", "publish"])
    .optional()
    .describe("What becomes of a new item; draft unless given"),
});

const bounces = z.strictObject({
  ses: z
    .strictObject({ topic: checked(topicFault).describe("ARN of the SNS topic that SES writes to") })
    .optional(),
  mailgun: z.strictObject({ key: text.describe("HTTP webhook signing key") }).optional(),
  postmark: z
    .strictObject({ secret: text.describe("Password in the address that Postmark posts to") })
    .optional(),
  sendgrid: z
    .strictObject({ public_key: text.describe("Verification key of the signed event webhook") })
    .optional(),
});

/** What any channel takes besides the options of its type. */
export const anyChannel = z.strictObject({
  type: line.optional().describe("Kind of network; the channel's name unless given"),
  thread: z.boolean().optional().describe("Long texts as a thread"),
  tags: z.int().min(0).max(100).optional().describe("The most hashtags"),
  utm: z
    .record(shaped(/^[a-z]\w{0,60}$/i, "source"), line)
    .refine(
      (utm) => !hasTwins(Object.keys(utm).map((name) => name.replace(/^utm_/, ""))),
      "names a parameter twice",
    )
    .optional()
    .describe("Parameters added to the post's link"),
  footer: z.enum(["card", "last", "reply", "none"]).optional().describe("Where the footer goes"),
  image: z
    .enum(["card", "attach"])
    .optional()
    .describe("The article's picture on the link's card, or with the post itself"),
  languages: z
    .array(checked(languageFault))
    .min(1)
    .refine((tags) => !hasTwins(tags), "must name no language twice")
    .optional()
    .describe("Of the posts; the article's unless given"),
  max_cost: shaped(/^\d{1,7}(\.\d{1,3})?\/(day|month)$/, "5.00/month")
    .optional()
    .describe(
      "The most to spend in US dollars, where a network asks money for posts: 5.00/month or 0.50/day",
    ),
});

export const writtenConfig = z.strictObject({
  mode: z.enum(["sandbox", "live"]).optional().describe("live unless given"),
  publication,
  footer: footer.optional().describe('The "stay connected" footer of newsletter and posts'),
  email: email.optional().describe("The newsletter"),
  channels: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("Social accounts: name → options; the type is the name unless given"),
  schedule: schedule.optional(),
  feeds: z.array(feed).optional(),
  bounces: bounces.optional().describe("Mail services that post bounces and complaints to `serve`"),
});
export type WrittenConfig = z.infer<typeof writtenConfig>;
