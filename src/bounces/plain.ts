import type { Email } from "postal-mime";
import { normaliseAddress } from "../model/subscriber.ts";
import { firstReason } from "./notification.ts";
import type { Said } from "./report.ts";
import { isRefusal, verdictOf } from "./verdict.ts";

/** Programs that carry mail. */
const CARRIERS =
  /^(?:mailer[-_]?daemon|postmaster|mail[-_.]?(?:daemon|delivery|system)|mdaemon|mmdf|microsoftexchange\w*)(?![a-z])/i;
/** Others who write to senders on behalf of a server; robots that answer mail do so, too. */
const SERVERS =
  /^(?:mail[-_.]?administrator|bounce[sd]?|autoreply|no-?reply|system[-_.]?admin\w*|administrator|mail)(?![a-z])/i;

const SUBJECTS =
  /undeliver|deliver(?:y|able|ed)[^.]{0,30}(?:fail|problem|error|status|report|impossible|non)|(?:fail|return|reject|bounce|nondeliver)\w{0,20}[^.]{0,40}(?:mail|message|delivery|notice|notification|sender)|mail (?:system )?(?:error|delivery)|message (?:could )?not (?:be )?delivered|not deliver|can(?:not|'t) (?:be )?deliver|unzustellbar|nicht zugestellt|fehlgeschlagen|échec|non remis|no se (?:pudo|puede|ha podido)|no entregad|mancata consegna|non recapita|falha na entrega|não (?:entregue|é possível entregar)|onbestelbaar|niet (?:bezorgd|afgeleverd)|niedostarcz|недоставлен|не (?:доставлено|уда[её]тся доставить)|olevererbar|kunde inte levereras|(?:kan|kunne) ikke leveres|ei voi(?:tu)? toimittaa|nedoručiteln|kézbesíthetetlen|teslim edilemedi|退信|退件|投递失败|未送达|無法傳遞|配信不能|配信(?:に)?失敗|送信できません|전송 실패|배달되지 않음/i;

/** A mail of a server, by its sender, by what it is called, and by its words: robots answer mail, too. */
export function looksLikeBounce(mail: Email, text: string): boolean {
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  if (header("x-failed-recipients") !== "") return true;
  const from = mail.from?.address ?? header("from").match(/[\w.+-]+@[\w.-]+/)?.[0] ?? header("from");
  const reason = reasonIn(text);
  const isBroken = CODE.test(reason) || BROKEN.test(reason);
  const isCalledSo = SUBJECTS.test(mail.subject ?? "");
  if (CARRIERS.test(from)) return isCalledSo ? isBroken || isRefusal(reason) : BROKEN.test(reason);
  // Absence answers are sent from nobody, too (RFC 3834, 3.3), and say what they answer.
  const isOfNobody = /^<?>?$/.test(header("return-path").trim() || "x");
  const isAnswer = mail.inReplyTo !== undefined || mail.references !== undefined;
  const isServer = SERVERS.test(from) || (isOfNobody && !isAnswer);
  return isServer && isCalledSo && isBroken;
}

/** What a server answered in SMTP. */
const CODE = /\b[45]\d\d[ :-]|\b[45]\.\d{1,3}\.\d{1,3}\b/;

/** What only a bounce says in its text. */
const BROKEN =
  /(?:permanent|fatal) error|could not be delivered|wasn'?t able to deliver|undeliverable|delivery (?:to the following|has failed)|returned to (?:the )?sender/i;

/** Where the reason ends and the mail that came back begins. */
const QUOTED =
  /^[ \t>]*(?:--.*(?:original|copy|returned|undelivered|unsent|below|transcript of message|message (?:text|header)s?).*|[-_=]{6,}|received:.*|return-path:.*|message-id:.*|-+ ?(?:headers|included).*)$/im;

const reasonIn = (text: string) => text.slice(0, QUOTED.exec(text)?.index ?? text.length);

const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}/gi;

/** The shapes from before RFC 3464: qmail, Exim, sendmail, Domino and whoever wrote their own. */
export function plainBounceIn(mail: Email, text: string): Said | undefined {
  const reason = reasonIn(text);
  const own = new Set(
    [mail.from?.address, ...(mail.to ?? []).map(({ address }) => address)].map((address) =>
      address?.toLowerCase(),
    ),
  );
  const header = mail.headers.find(({ key }) => key === "x-failed-recipients")?.value ?? "";
  const addresses = [...`${header}\n${reason}`.matchAll(ADDRESS)].flatMap(([written]) => {
    const result = normaliseAddress(written.replace(/^[.']+|[.']+$/g, ""));
    return "address" in result && !own.has(result.address) ? [result.address] : [];
  });
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(reason)?.[0] ?? "";
  // "Will be tried for four more days": a warning, and nothing lost yet.
  if (DELAYED.test(`${mail.subject}\n${reason}`) && !GIVEN_UP.test(reason)) return undefined;
  return {
    kind: verdictOf(status, reason),
    status: status || undefined,
    text: firstReason(reason),
    addresses,
  };
}

const DELAYED =
  /delayed|delay notification|still (?:be )?(?:trying|retrying|queued)|will (?:be|keep|continue)[^.]{0,20}(?:retr|try)|warning:? (?:message|could not)|not (?:yet )?been delivered after|no action is required|verzögert|retard[ée]/i;
const GIVEN_UP =
  /permanent|gave up|giving up|given up|failed (?:permanently|after)|too old|expired|could not be delivered(?! for \d)|\b55[0134]\b/i;
