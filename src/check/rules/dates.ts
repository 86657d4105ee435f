import type { Hit, Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

const DAY_MS = 86_400_000;
/** A year's last number typed by habit in January is about a year off. */
const OLD_DAYS = 180;
const FAR_DAYS = 366;

const daysUntil = (instant: string, now: Date) => (Date.parse(instant) - now.getTime()) / DAY_MS;

/** What was published has its dates in the past. */
function unlessPublished(find: (subject: Subject) => readonly Hit[]) {
  return (subject: Subject) =>
    subject.context.published.has(subject.edition.article.slug) ? [] : find(subject);
}

/** As the publication's readers write it: "23 November 2026". */
function show(instant: string, { edition }: Subject): string {
  const { timezone } = edition.publication;
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: timezone }).format(
    new Date(instant),
  );
}

function onDate(
  key: "date" | "publish_at",
  isBad: (days: number, subject: Subject) => boolean,
  say: (shown: string) => Omit<Hit, "place">,
) {
  return unlessPublished((subject) => {
    const { date, publishAt } = subject.edition.article;
    const instant = key === "date" ? date : publishAt;
    if (instant === undefined || !isBad(daysUntil(instant, subject.context.now), subject)) return [];
    return [{ ...say(show(instant, subject)), place: subject.source.key(key) }];
  });
}

/** An article in a queue, or one to be published later, may bear the date of that day. */
function isAfterPublishing(days: number, { edition, context }: Subject): boolean {
  const { publishAt, queue } = edition.article;
  if (days > FAR_DAYS || (queue !== undefined && queue !== false)) return false;
  return days > Math.max(publishAt === undefined ? 0 : daysUntil(publishAt, context.now), 0);
}

export const DATE_RULES: readonly Rule[] = [
  {
    id: "date-old",
    severity: "warning",
    part: "article",
    what: "an unpublished article whose date is more than 180 days past",
    why: "Readers take it for old news; often it is last year's number in January.",
    find: onDate(
      "date",
      (days) => days < -OLD_DAYS,
      (shown) => ({
        message: `The article is dated ${shown}.`,
        next: "Set `date:` to the day on which it is published.",
      }),
    ),
  },
  {
    id: "date-far",
    severity: "warning",
    part: "article",
    what: "a date more than a year ahead",
    why: "It is hardly ever meant.",
    find: onDate(
      "date",
      (days) => days > FAR_DAYS,
      (shown) => ({
        message: `The article is dated ${shown}, more than a year ahead.`,
        next: "Correct `date:`.",
      }),
    ),
  },
  {
    id: "date-after-publishing",
    severity: "warning",
    part: "article",
    what: "a date later than the moment of publishing",
    why: "Readers get tomorrow's news today.",
    find: onDate("date", isAfterPublishing, (shown) => ({
      message: `The article is dated ${shown}, after it is published.`,
      next: "Correct `date:`, or publish it then with `publish_at:`.",
    })),
  },
  {
    id: "publish-at-past",
    severity: "warning",
    part: "article",
    what: "an unpublished article whose publish_at is past",
    why: "It goes out at once, or counts as missed.",
    find: onDate(
      "publish_at",
      (days) => days < 0,
      (shown) => ({
        message: `The article was to be published on ${shown}, and was not.`,
        next: "Set `publish_at:` to a time to come, or take it out.",
      }),
    ),
  },
  {
    id: "publish-at-far",
    severity: "warning",
    part: "article",
    what: "a publish_at more than a year ahead",
    why: "It is hardly ever meant.",
    find: onDate(
      "publish_at",
      (days) => days > FAR_DAYS,
      (shown) => ({
        message: `The article is to be published on ${shown}, more than a year ahead.`,
        next: "Correct `publish_at:`.",
      }),
    ),
  },
];
