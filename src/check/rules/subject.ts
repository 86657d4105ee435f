import stringWidth from "string-width";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** RFC 5322, 2.1.1: what a line should not be longer than; inboxes on the desktop show about as much. */
const LONGEST_SUBJECT = 78;
const PREHEADER = { least: 40, most: 140 };

/** In letters of an alphabet: Chinese and Japanese signs are as wide as two. */
const length = (text: string) => stringWidth(text);

function subjectPlace({ edition, source }: Subject) {
  return source.key(edition.article.email.subject === undefined ? "title" : "email.subject");
}

function preheaderPlace({ edition, source }: Subject) {
  return source.key(edition.article.email.preheader === undefined ? "description" : "email.preheader");
}

function onSubject(isBad: (text: string) => boolean, message: (text: string) => string, next: string) {
  return (subject: Subject): readonly Hit[] => {
    const text = subject.edition.newsletter.subject;
    return isBad(text) ? [{ message: message(text), next, place: subjectPlace(subject) }] : [];
  };
}

function onPreheader(
  isBad: (text: string, subject: Subject) => boolean,
  message: (text: string) => string,
  next: string,
) {
  return (subject: Subject): readonly Hit[] => {
    const text = subject.edition.newsletter.preheader;
    return isBad(text, subject) ? [{ message: message(text), next, place: preheaderPlace(subject) }] : [];
  };
}

/** Only in scripts that know two cases; "NATO" and "UK" are words. */
function isShouted(text: string): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? [];
  return words.length > 1 && text.length > 9 && text === text.toUpperCase() && text !== text.toLowerCase();
}

const folded = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Soft hyphens, joints of no width, and marks that turn the direction of the text after them. */
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const codePoint = (char = "") => `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

export const SUBJECT_RULES: readonly Rule[] = [
  {
    id: "subject-empty",
    severity: "error",
    part: "headers",
    what: "an empty subject",
    why: 'Inboxes show "(no subject)"; SpamAssassin scores it (MISSING_SUBJECT).',
    find: onSubject(
      (text) => text.trim() === "",
      () => "The subject is empty.",
      "Write a title, or `email: {subject: …}`.",
    ),
  },
  {
    id: "subject-emoji-only",
    severity: "error",
    part: "headers",
    what: "a subject without a letter or digit",
    why: "A screen reader reads names of symbols, and nobody can search for it.",
    find: onSubject(
      (text) => text.trim() !== "" && !/[\p{L}\p{N}]/u.test(text),
      (text) => `The subject ${quote(text)} holds no word.`,
      "Add words to it.",
    ),
  },
  {
    id: "subject-long",
    severity: "warning",
    part: "headers",
    what: "a subject of more than 78 characters",
    why: "RFC 5322, 2.1.1 recommends 78 a line; inboxes cut off what comes later, phones after about 40.",
    find: onSubject(
      (text) => length(text) > LONGEST_SUBJECT,
      (text) =>
        `The subject is ${length(text)} letters wide; inboxes cut it off, at the latest after ${LONGEST_SUBJECT}.`,
      "Write a shorter one as `email: {subject: …}`; the title can stay.",
    ),
  },
  {
    id: "subject-shouted",
    severity: "warning",
    part: "headers",
    what: "a subject in capitals",
    why: "It reads as shouting, and SpamAssassin scores it (SUBJ_ALL_CAPS).",
    find: onSubject(
      isShouted,
      (text) => `The subject ${quote(text)} is all capitals.`,
      "Write it as a sentence.",
    ),
  },
  {
    id: "subject-false-reply",
    severity: "error",
    part: "headers",
    what: "a subject that pretends to answer or forward (Re:, Fwd:, AW:)",
    why: "Deceptive subjects are forbidden (CAN-SPAM, 15 USC 7704(a)(2); Gmail's sender guidelines).",
    find: onSubject(
      (text) => /^\s*(re|fwd?|aw|wg|tr|sv|vs|rv|odp|antw)(\[\d+\])?\s*:/i.test(text),
      (text) => `The subject ${quote(text)} looks like an answer.`,
      "Begin it with another word.",
    ),
  },
  {
    id: "subject-hidden-characters",
    severity: "warning",
    part: "headers",
    what: "characters in the subject that are not seen or that turn the direction of the text",
    why: "Filters know them from attacks (Unicode TR 36; Trojan Source, CVE-2021-42574).",
    find: onSubject(
      (text) => INVISIBLE.test(text),
      (text) => `The subject holds a character that nobody sees: ${codePoint(INVISIBLE.exec(text)?.[0])}.`,
      "Type it anew instead of copying it.",
    ),
  },
  {
    id: "preheader-missing",
    severity: "warning",
    part: "newsletter",
    what: "a newsletter without a preheader, or one that does not begin with it",
    why: 'Inboxes then show the first words of the mail after the subject, often "View in browser".',
    find: ({ edition, page, source }) => {
      const { preheader } = edition.newsletter;
      if (preheader.trim() === "")
        return [
          {
            message: "The newsletter has no preheader.",
            next: "Write a description.",
            place: source.key("description"),
          },
        ];
      const start = page("body")
        .text()
        .trimStart()
        .slice(0, 2 * preheader.length + 100);
      if (folded(start).startsWith(folded(preheader))) return [];
      return [
        {
          message: "The newsletter does not begin with its preheader.",
          next: "Show {{preheader}} hidden, first thing in <mj-body>.",
        },
      ];
    },
  },
  {
    id: "preheader-short",
    severity: "warning",
    part: "newsletter",
    what: "a preheader of less than 40 characters",
    why: "Inboxes fill the line up with whatever comes next in the mail.",
    find: onPreheader(
      (text) => text.trim() !== "" && length(text) < PREHEADER.least,
      (text) =>
        `The preheader ${quote(text)} is ${length(text)} letters wide; inboxes show ${PREHEADER.least} to ${PREHEADER.most}.`,
      "Write a longer description, or `email: {preheader: …}`.",
    ),
  },
  {
    id: "preheader-long",
    severity: "warning",
    part: "newsletter",
    what: "a preheader of more than 140 characters",
    why: "No inbox shows more.",
    find: onPreheader(
      (text) => length(text) > PREHEADER.most,
      (text) => `The preheader is ${length(text)} letters wide; no inbox shows more than ${PREHEADER.most}.`,
      "Write a shorter one as `email: {preheader: …}`.",
    ),
  },
  {
    id: "preheader-repeats-subject",
    severity: "warning",
    part: "newsletter",
    what: "a preheader that says what the subject says",
    why: "The two stand beside each other in the inbox.",
    find: onPreheader(
      (text, { edition }) => text.trim() !== "" && folded(text) === folded(edition.newsletter.subject),
      (text) => `The preheader repeats the subject: ${quote(text)}.`,
      "Write a description that adds something.",
    ),
  },
];
