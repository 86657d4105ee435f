import { findDate, isMonth } from "./dates.ts";
import { wordCount } from "./prose.ts";

/** What a line says it is, by its own words and wherever it stands. */
export type Cue =
  | { readonly kind: "credit"; readonly credit: string }
  | { readonly kind: "byline"; readonly author: string; readonly date?: string | undefined }
  | { readonly kind: "date"; readonly date: string }
  | { readonly kind: "message"; readonly publicationName?: string | undefined }
  | { readonly kind: "explore"; readonly labels: readonly string[] }
  | { readonly kind: "related" }
  | { readonly kind: "furniture" };

const LONGEST_CUE = 40;

/** The cue of a line, or undefined: then only its place and shape can tell. */
export function cueOf(text: string): Cue | undefined {
  if (text.length > 500 || wordCount(text) > LONGEST_CUE) return undefined;
  for (const read of [explore, message, credit, byline, dateline, related, furniture]) {
    const cue = read(text);
    if (cue !== undefined) return cue;
  }
  return undefined;
}

function explore(text: string): Cue | undefined {
  const [, labels = ""] =
    /^(?:explore|discover|read|see|find|check out)\b.*\b(?:articles|stories|news|posts)\b.*\[([^\]]+)\]\.?$/i.exec(
      text,
    ) ?? [];
  const list = labels.split(/\s*[/|,]\s*/).filter((label) => label !== "");
  return list.length > 0 ? { kind: "explore", labels: list } : undefined;
}

const MESSAGE =
  /^(?:stay (?:connected|tuned|informed|up to date)|follow us|like us on|connect with us|subscribe (?:to|now|for|today)|sign up (?:for|to|now|today)|join our (?:newsletter|mailing list|community|channel))\b/i;

/** The same in other languages. */
const MESSAGES =
  /^(?:(?:jetzt )?abonnieren sie|folgen sie uns|abonnez-vous|inscrivez-vous|suivez-nous|suscr[ií]b(?:ete|ase)|síguenos|iscriviti|seguici|inscreva-se|siga-nos|abonneer|volg ons|подпис(?:ывайтесь|аться)|ニュースレターに登録|اشترك|تابعونا)(?![\p{L}])/iu;

function message(text: string): Cue | undefined {
  if (!MESSAGE.test(text) && !MESSAGES.test(text)) return undefined;
  const [, name] = /^stay connected with (.+?)(?: for\b.*|[.!]*)$/i.exec(text) ?? [];
  return { kind: "message", publicationName: name === "us" ? undefined : name };
}

const CREDIT =
  /^(?:(?:featured )?(?:image|photo|picture|photograph|photography|illustration)s?(?: credits?| source| courtesy| by)?|credits?|courtesy)(?: of)?\s*[:|]\s*(?<after>.+)$/i;
const CREDIT_WORDS =
  /^(?:image|photo|picture|photograph|illustration)s? (?:by|courtesy(?: of)?|via) (?<after>.+)$/i;

function credit(text: string): Cue | undefined {
  const after = (CREDIT.exec(text) ?? CREDIT_WORDS.exec(text))?.groups?.after;
  if (after === undefined || wordCount(after) > 20) return undefined;
  return { kind: "credit", credit: after };
}

const BYLINE = /^(?:by|(?:written|words|story|reported) by|author:)\s+(.+)$/i;
/** Two names at least: "Par Three" is more often golf than an author. */
const BYLINES = /^(?:von|par|por|di|door|text:|autor(?:in)?:|auteur ?:|texto:)\s+(\S+\s+\S.*)$/iu;
const NAME =
  /^(?:(?!(?:The|A|An)\s)\p{Lu}[\p{L}\p{M}.'’-]*,?|and|und|et|y|e|en|&|de|da|del|der|la|van|von|of|al|bin)(?:\s+(?:\p{Lu}[\p{L}\p{M}.'’-]*,?|and|und|et|y|e|en|&|de|da|del|der|la|van|von|of|al|bin)){0,7}$/u;

function byline(text: string): Cue | undefined {
  const [, rest] = BYLINE.exec(text) ?? BYLINES.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const [author = "", ...others] = rest.split(/\s*[|•·]\s*|\s+[–—-]\s+|\s+on\s+(?=\p{L}+ \d)/u);
  if (!NAME.test(author)) return undefined;
  return {
    kind: "byline",
    author,
    date: others.map((other) => readDate(other) ?? findDate(other)).find((date) => date !== undefined),
  };
}

const DATE_PREFIX = /^(?:(?:first |last )?(?:published|posted|updated)(?: on)?:?|date:)\s+/i;

function dateline(text: string): Cue | undefined {
  const isLine = text.length <= LONGEST_DATE && !/[.!?]$/.test(text) && !/^[a-z]/i.test(text.slice(-1));
  const date =
    readDate(text.replace(DATE_PREFIX, "")) ?? (isLine && isDated(text) ? findDate(text) : undefined);
  return date === undefined ? undefined : { kind: "date", date };
}

/** Characters of a line that is a date: "Mittwoch, 12. September 2024". */
const LONGEST_DATE = 34;
/** Beside the day and the year a date has its month, its weekday with a comma, and small words alone. */
const isDated = (text: string) =>
  (text.match(/\p{L}+[,，]?/gu) ?? []).every(
    (word) =>
      /[,，]$/.test(word) || isMonth(word) || /^(?:de|del|of|le|el|il|am|den|em|年|月|日)$/iu.test(word),
  );

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH =
  "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const DAY = "(?<day>\\d{1,2})(?:st|nd|rd|th)?";
const WEEKDAY = "(?:(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\\.?,? )?";
const TIME = "(?:,? (?:at )?\\d{1,2}[:.]\\d{2}.{0,20})?";
const DATES = [
  new RegExp(`^${WEEKDAY}${MONTH} ${DAY},? (?<year>\\d{4})${TIME}$`, "i"),
  new RegExp(`^${WEEKDAY}${DAY} (?:of )?${MONTH},? (?<year>\\d{4})${TIME}$`, "i"),
  new RegExp(`^(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})${TIME}$`),
];

/** "August 28, 2023" → "2023-08-28". 08/09/2023 is two dates, so it is none. */
function readDate(text: string): string | undefined {
  for (const pattern of DATES) {
    const { year, month = "", day = "" } = pattern.exec(text)?.groups ?? {};
    if (year === undefined) continue;
    const number = /^\d/.test(month) ? Number(month) : MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
    const iso = `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
    const instant = Date.parse(`${iso}T00:00:00Z`);
    return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(iso) ? iso : undefined;
  }
  return undefined;
}

const RELATED =
  /^(?:related|recommended|trending|most (?:read|popular)|popular (?:posts|stories)|latest (?:news|posts|stories)|read (?:next|also)|also read|see also|more (?:from|stories|articles|news|on)|you (?:may|might) (?:also )?(?:like|enjoy))\b[^.!?]{0,40}$/i;

const RELATEDS =
  /^(?:mehr zum thema|auch interessant|lesen sie auch|(?:à )?lire aussi|(?:articles )?(?:liés|similaires)|te puede interesar|(?:artículos|notas) relacionad[oa]s|leggi anche|articoli correlati|leia também|artigos relacionados|lees ook|читайте также|関連記事|あわせて読みたい|相关阅读|相关文章|مقالات ذات صلة|اقرأ أيضا)\s*[:：]?$/iu;

function related(text: string): Cue | undefined {
  return (wordCount(text) <= 8 && RELATED.test(text)) || RELATEDS.test(text)
    ? { kind: "related" }
    : undefined;
}

const FURNITURE =
  /^(?:advertisement|sponsored|share(?: (?:this|on|via)\b.{0,40})?|print(?: this)?|copy link|save|\d+ min(?:ute)?s? read|(?:published |updated )?\d+ (?:minute|hour|day)s? ago|reading time:?.{0,20}|(?:\d+ )?comments?(?: \(\d+\))?|leave a (?:comment|reply)|listen to (?:this )?article.{0,20}|skip to (?:main )?content|continue reading|read more|back to top|©.{0,80}|all rights reserved.?)$/i;

const FURNITURES =
  /^(?:anzeige|werbung|publicité|publicidad|publicidade|pubblicità|advertentie|реклама|広告|广告|إعلان|teilen|drucken|partager|imprimer|compartir|imprimir|condividi|stampa|compartilhar|delen|поделиться|シェア|共有|分享|مشاركة|\d+ min(?:uten)? lesezeit|lesezeit:? .{1,20}|lecture (?:de )?\d+ min.{0,10}|zum inhalt springen|aller au contenu|saltar al contenido|(?:\d+ )?(?:kommentare|commentaires|comentarios|commenti|コメント))$/iu;

function furniture(text: string): Cue | undefined {
  return FURNITURE.test(text) || FURNITURES.test(text) ? { kind: "furniture" } : undefined;
}
