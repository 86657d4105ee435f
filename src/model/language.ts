/**
 * What is wrong with a language tag (BCP 47). Words of five letters and more are well-formed tags that no language has:
 * "english" is a slip.
 */
export function languageFault(tag: string): string | undefined {
  try {
    Intl.getCanonicalLocales(tag);
    if (/^[a-z]{2,3}(-|$)/i.test(tag)) return undefined;
  } catch {
    // Said below.
  }
  return "must be a language tag such as en or pt-BR";
}
