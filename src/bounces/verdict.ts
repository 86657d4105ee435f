import type { BounceKind } from "../model/bounce.ts";

/** Addresses that can never be reached (RFC 3463, 3.2 and 3.3; 5.1.10 is RFC 7505's null MX). */
const NEVER = /^5\.(1\.[12369]|1\.10|2\.1)$/;

/** About us, the content or the moment, whatever code stands beside it: no reason to give the address up. */
const NOT_THE_ADDRESS =
  /spam|block(?:ed|list)|black ?list|(?<!not )listed (?:by|at|in|on)|reputation|policy|\bspf\b|\bdkim\b|\bdmarc\b|\brbl\b|content|virus|quota|(?:mailbox|inbox|storage).{0,20}full|postfach.{0,40}voll|boîte.{0,40}pleine|buzón.{0,40}lleno|casella.{0,40}piena|caixa.{0,40}cheia|переполнен|已满|いっぱい|over ?(?:limit|quota)|too (?:large|big|many)|rate limit|temporar|gr[ea]y-?list|try (?:again|later)|timed? ?out|connection (?:refused|reset)|relay(?:ing)? (?:access )?denied|authenticat|sender address|\bptr\b|reverse dns/i;

/** How mail servers say that there is nobody, in the words of the large ones and in other languages. */
const NOBODY =
  /user(?:name)? (?:unknown|not found|doesn'?t|does not|is unknown)|unknown (?:user|recipient|address|local|mailbox|account)|no such (?:user|recipient|mailbox|person|address|account|domain|host)|(?:user|mailbox|recipient|address|account|domain|host)[^.\n]{0,60}(?:does(?:n'?t| not) exist|(?:could )?not(?: be)? found|is (?:invalid|disabled|inactive|unavailable|suspended)|unknown|no longer)|(?:does(?:n'?t| not) (?:exist|have an?[^\n]{0,30}account))|invalid (?:recipient|mailbox|address)|(?:recipient|address)[^.\n]{0,60}rejected: (?:access denied|undeliverable|user unknown|unverified|invalid|no such)|not (?:a valid (?:mailbox|recipient|user)|our customer|listed in)|no mailbox here|mailbox unavailable|account (?:has been )?(?:disabled|closed|deleted|deactivated)|unrouteable address|nullmx|null mx|bad destination (?:mailbox|system)|address not found|empfänger unbekannt|benutzer unbekannt|existiert nicht|n'existe pas|utilisateur inconnu|destinataire inconnu|usuario desconocido|no existe|utente sconosciuto|non esiste|usuário desconhecido|não existe|nie istnieje|nieznany użytkownik|нет такого пользователя|не существует|пользователь не найден|用户不存在|無此使用者|不存在|存在しません|ユーザー?が見つかりません|宛先不明|존재하지 않/i;

/** Whether these are words of a server that says why it did not take a mail. */
export const isRefusal = (text: string): boolean => NOBODY.test(text) || NOT_THE_ADDRESS.test(text);

/**
 * Whether an address can be given up. Only what surely speaks of the address does so: every other refusal may be about
 * the sender, the mail or the moment, and counts as soft.
 * @param status enhanced status code, or "" where none was given.
 */
export function verdictOf(status: string, text: string): Exclude<BounceKind, "complaint"> {
  if (status.startsWith("4.") || NOT_THE_ADDRESS.test(text)) return "soft";
  if (NEVER.test(status)) return "hard";
  // 421, 450, 451, 452: the mail was given up after days, the address never refused.
  if (status === "" && /\b4\d\d[ -]/.test(text) && !/\b5\d\d[ -]/.test(text)) return "soft";
  return NOBODY.test(text) ? "hard" : "soft";
}

/** For a service that knows the address to be dead: it is, unless the reason given speaks of something else. */
export function hardUnless(status: string, text: string): "hard" | "soft" {
  return status.startsWith("4.") || NOT_THE_ADDRESS.test(text) ? "soft" : "hard";
}
