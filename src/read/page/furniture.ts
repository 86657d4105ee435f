import { cueOf } from "../cues.ts";
import { folded, wordCount } from "../prose.ts";

/** Headings of what stands under an article and is not part of it. */
export const SECTION =
  /^(?:(?:related|recommended|similar|more|other|latest|recent|popular|trending|featured|further|suggested)\b.{0,30}\b(?:articles?|posts?|stories|reading|content|news|reads|blogs?|topics|resources|guides|links|pages|publications|coverage|from .{1,30})(?: (?:on|from|that|you|for|by)\b.{0,30})?|related|trending(?: now| this week)?|don(?:'|’)t miss|you (?:may|might|could)(?: also)? (?:like|enjoy|be interested in).{0,20}|(?:read|up) next|read (?:also|more)|also read|see also|keep reading|more (?:like this|on this (?:topic|story)|to (?:read|explore))|about the authors?|about (?:our|the) (?:company|publisher)|author bio|share (?:this|the|on|via)?.{0,20}|leave a (?:comment|reply)|(?:\d+ )?(?:comments?|responses|replies)(?: \(?\d+\)?)?|post a comment|join the (?:conversation|discussion)|subscribe.{0,40}|sign up.{0,40}|(?:join )?(?:our )?newsletter.{0,20}|get (?:our|the) newsletter|follow us.{0,30}|stay (?:connected|up to date|informed|in the loop).{0,30}|tags|categories|topics|filed under|most (?:read|popular|viewed).{0,20}|what(?:'|’)s next\?|lire aussi|à lire aussi|articles (?:liés|similaires|connexes)|mehr zum thema|auch interessant|das könnte sie auch interessieren|artículos relacionados|te puede interesar|notas relacionadas|leggi anche|articoli correlati|leia (?:também|mais)|artigos relacionados|lees ook|gerelateerde artikelen|czytaj (?:też|także)|читайте также|похожие статьи|関連記事|相关文章|相关阅读|مقالات ذات صلة|اقرأ أيضا)\s*[:.!…]*$/iu;

const LINES: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:read (?:more|also|next|the full (?:story|article))|also read|related(?: (?:article|story|post|reading|content|news))?|see also|more (?:on this|stories|from)|further reading|recommended(?: reading)?|don(?:'|’)t miss|must read|keep reading|you may (?:also )?(?:like|enjoy)|related to this story|lire aussi|à lire(?: aussi)?|lesen sie auch|mehr zum thema|lea también|lee también|leggi anche|leia (?:também|mais)|lees ook|czytaj (?:też|także)|читайте также)\s*[:|»>→-]+\s*\S.{0,200}$/iu,
    "points to another article",
  ],
  [
    /^(?:read|learn|see|find out|discover|view|show|load|click for|click here for|tap for) (?:more|all|less)\b.{0,30}$/iu,
    "points to another page",
  ],
  [
    /^(?:continue reading|read (?:the )?full (?:article|story|post).{0,20}|skip to .{1,30}|jump to (?:recipe|section|content).{0,20}|back to (?:top|blog|all .{1,20})|go to top|print(?: recipe| this| page)?|save|bookmark|copy (?:link|url)|link copied!?|copied!?|(?:jump|skip) to (?:the )?(?:list|recipe|comments|top).{0,10}|site (?:index|map)|privacy policy|terms (?:of (?:use|service)|and conditions|& conditions)|(?:log|sign) in|sign up|register|contact us|about us|add as a preferred source on google|listen(?: to (?:this )?article)?.{0,20}|play|pause|close|menu|search|download(?: pdf)?|previous(?: (?:post|article))?|next(?: (?:post|article))?|expand|collapse|loading\.*)$/iu,
    "is part of the page's controls",
  ],
  [
    /^(?:share|tweet|pin|pin (?:it|this)(?: for later)?|pin for later|share your story|email|facebook|twitter|linkedin|whatsapp|reddit|pinterest|telegram|x|share (?:this|on|via|with|it|article|post|the)\b.{0,40}|facebook.{0,3}twitter.{0,40}|teilen|partager|compartir|condividi|compartilhar|delen|поделиться|分享|共有|シェア)\s*[:!]*$/iu,
    "is a row of share buttons",
  ],
  [
    /^(?:subscribe|sign up|join|get|stay|follow|like)\b.{0,80}\b(?:newsletter|inbox|updates|mailing list|subscribers|on (?:facebook|twitter|instagram|linkedin|youtube|tiktok|whatsapp|telegram)|our channel)\b.{0,80}$/iu,
    "asks to subscribe",
  ],
  [
    /^(?:advert(?:isement)?s?(?: [-–—] .{0,30})?|advertising|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|advertentie|iklan|reklama|реклама|広告|sponsored(?: content)?|promoted|ad|story continues below(?: advertisement)?|article continues (?:below|after).{0,40}|continue (?:below|after) (?:the )?ad.{0,20}|scroll to continue.{0,40}|広告|广告|إعلان)$/iu,
    "is an advertisement",
  ],
  [
    /^(?:\{\{.{0,120}\}\}|\[\/?[a-z][\w-]{2,40}(?: [\w-]+=.{0,150})?\]|\[[A-Z]+(?:_[A-Z]+)+\])$/iu,
    "is a mark of the site's own software",
  ],
  [
    /^(?:caption|image \d+ of \/? ?\d+|slide \d+ of \d+|hide caption|toggle caption|enlarge this image|view (?:gallery|comments)|this slideshow requires javascript\.?|page load link|to read the full story)$/iu,
    "is part of the page's controls",
  ],
  [/^(?:©|\(c\)|copyright\b).{0,120}$/iu, "is a line about rights"],
  [
    /^(?:all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos reservados).{0,60}$/iu,
    "is a line about rights",
  ],
  [
    /^(?:\d+\s*(?:min(?:ute)?s?|mins?\.?)\s*(?:read|to read|reading time)?|(?:estimated )?(?:reading|read) time:?.{0,20}|\d+\s*(?:shares?|views?|likes?|comments?|claps?)|(?:views|likes|comments|shares):?\s*\d[\d.,k]*|no comments(?: yet)?|lesezeit.{0,20})$/iu,
    "counts something on the page",
  ],
  [
    /^(?:(?:last |first )?(?:updated|published|posted|modified|reviewed)(?: on| at)?:?\s.{0,40}\d{4}.{0,30})$/iu,
    "is the article's date",
  ],
  [
    /^(?:image|photo|picture|photograph|illustration|foto|bild|crédit|credits?|source)s?(?: credit| courtesy| source|s)?(?: by| of|:|\s?\/|\s?via)\s.{1,100}$/iu,
    "names the source of an image",
  ],
  [
    /^.{0,60}(?:\/|\||via )\s?(?:getty(?: images)?|reuters|shutterstock|unsplash|istock(?:photo)?|afp|ap photo|pexels|adobe stock|alamy).{0,40}$/iu,
    "names the source of an image",
  ],
  [
    /^(?:we use cookies|this (?:site|website) uses cookies|by (?:continuing|clicking|using)\b.{0,60}\bcookies?)\b.{0,200}$/iu,
    "is a notice about cookies",
  ],
  [
    /^(?:be the first to comment.{0,20}|leave a (?:comment|reply)|your email address will not be published.{0,60}|post comment|log in to .{0,40}|you must be logged in.{0,40}|click here to (?:subscribe|join|sign).{0,60})$/iu,
    "asks for comments",
  ],
  [
    /^(?=.*\b(?:affiliates?|commissions?|qualifying purchases|chosen independently|independently (?:chosen|selected))\b)(?:.{0,160}\b(?:(?:may|might|will|could) (?:earn|contain|receive|get|include)|earn from qualifying|chosen independently by our|independently (?:chosen|selected) by our)\b.{0,200})$/iu,
    "says how the site earns from its links",
  ],
  [
    /^(?:(?:please )?(?:consider )?(?:support(?:ing)?|funded by) .{0,40}(?:readers? like you|our (?:work|journalism)).{0,100}|this (?:story|article) is (?:funded by readers|exclusive to .{1,40} subscribers).{0,60}|(?:help (?:me|us) spread the word|if you (?:liked|enjoyed|found) this (?:article|post|story|recipe)|did you (?:make|try) (?:this|one of).{0,40}(?:rating|comment|tag)).{0,160})$/iu,
    "is a call to action",
  ],
  [
    /^(?:tags?|categor(?:y|ies)|filed under|topics?|posted in|tagged(?: with)?)\s*[:|]\s*.{0,150}$/iu,
    "lists the article's tags",
  ],
];

const LONGEST_LINE = 260;

/** Why a short block of the page's main part is no text of the article, as the end of a sentence. */
export function furnitureOf(
  text: string,
  known: { readonly author?: string | undefined; readonly siteName?: string | undefined },
): string | undefined {
  if (text === "" || text.length > LONGEST_LINE) return undefined;
  for (const [pattern, reason] of LINES) if (pattern.test(text)) return reason;
  const words = wordCount(text);
  const key = folded(text);
  if (
    known.author !== undefined &&
    words <= 12 &&
    [folded(known.author), `by ${folded(known.author)}`].includes(key)
  )
    return "names the author";
  const cue = words <= 25 ? cueOf(text) : undefined;
  if (cue === undefined) return undefined;
  const reasons: Partial<Record<typeof cue.kind, string>> = {
    byline: "names the author",
    date: "is the article's date",
    message: "is a call to action",
    explore: "points to other articles",
    furniture: "belongs to the page, not to the article",
    credit: "names the source of an image",
  };
  return reasons[cue.kind];
}
