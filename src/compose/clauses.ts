import { quotedIn } from "./quotes.ts";

/** What one language's clauses at the end of a sentence start with, and what makes one of them matter. */
interface Clauses {
  readonly subordinate: RegExp;
  /** Hedges and attribution, negation, and numbers in words: without them the rest says something else. */
  readonly bearing: RegExp;
}

/** Whole words of any alphabet, `\b` being one of ASCII; a list ends with what may go on. */
const starting = (words: string) => new RegExp(`^(?:${words})(?![\\p{L}\\p{N}])`, "iu");
const among = (words: string) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, "iu");

const CLAUSES: Readonly<Record<string, Clauses>> = {
  en: {
    subordinate: starting(
      "which|who|whom|whose|where|when|while|whereas|as|after|before|since|because|although|though|so that|in order to|with|including|[a-z]{3,}ing",
    ),
    bearing: among(
      "\\p{L}+n['’]t|no|not|nor|none|never|neither|without|unless|except|only|hardly|barely|may|might|can|could|would|should|will|if|whether|likely|unlikely|possibly|possible|probably|perhaps|apparently|reportedly|allegedly|alleged|expected|expects|appears?|seems?|suggests?|according|say|says|said|saying|told|tells|claims?|claimed|claiming|believes?|believed|reports?|reported|reporting|about|around|nearly|almost|some|most|many|few|half|one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?",
    ),
  },
  de: {
    // Without "der, die, das": what they start may be all that somebody said.
    subordinate: starting(
      "weil|nachdem|bevor|während|obwohl|obgleich|wobei|wodurch|wofür|womit|worauf|woran|indem|damit|um",
    ),
    bearing: among(
      "nicht|nichts|kein\\p{L}*|nie|niemals|niemand|ohne|außer|nur|kaum|noch|kann|können|könnte\\p{L}*|soll\\p{L}*|dürfte\\p{L}*|müsste\\p{L}*|würde\\p{L}*|wird|werden|möglich\\p{L}*|vielleicht|wahrscheinlich|vermutlich|mutmaßlich\\p{L}*|angeblich\\p{L}*|offenbar|wohl|laut|zufolge|nach Angaben|sag\\p{L}+|erklär\\p{L}+|mitteil\\p{L}*|mitgeteilt|behaupt\\p{L}+|bericht\\p{L}+|meld\\p{L}+|heißt|falls|wenn|ob|etwa|rund|fast|knapp|einige\\p{L}*|viele\\p{L}*|meisten|hälfte|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dutzend\\p{L}*|hundert\\p{L}*|tausend\\p{L}*|million\\p{L}*|milliard\\p{L}*",
    ),
  },
  fr: {
    subordinate: starting(
      "qui|dont|où|alors que|tandis que|parce que|car|puisque|après|avant|pendant que|bien que|quoique|afin de|afin que|pour que|en \\p{L}+ant",
    ),
    bearing: among(
      "ne|n['’]\\p{L}+|pas|aucun\\p{L}*|jamais|rien|sans|sauf|seul\\p{L}*|ni|peut|peuvent|pourrai\\p{L}+|devrai\\p{L}+|serai\\p{L}+|aurai\\p{L}+|selon|d['’]après|semble\\p{L}*|probable\\p{L}*|peut-être|présumé\\p{L}*|environ|près de|presque|quelque\\p{L}*|certain\\p{L}*|plusieurs|plupart|moitié|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douzaine\\p{L}*|cent\\p{L}*|mille|milli\\p{L}+|dit|disent|affirm\\p{L}+|déclar\\p{L}+|annonc\\p{L}+|assur\\p{L}+|si|s['’]il\\p{L}*",
    ),
  },
  es: {
    subordinate: starting(
      "que|quien|quienes|cuyo|cuya|cuyos|cuyas|donde|aunque|mientras|porque|ya que|pues|después|antes|tras|para que|\\p{L}{2,}(?:ando|iendo)",
    ),
    bearing: among(
      "no|ni|nunca|jamás|nadie|nada|sin|salvo|excepto|solo|sólo|apenas|puede\\p{L}*|podrí\\p{L}+|deberí\\p{L}+|serí\\p{L}+|según|parece\\p{L}*|presunt\\p{L}+|supuest\\p{L}+|probable\\p{L}*|quizá\\p{L}*|posible\\p{L}*|unos|unas|cerca de|casi|alrededor|algun\\p{L}+|much\\p{L}+|mayoría|mitad|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|docena\\p{L}*|cien\\p{L}*|mil|miles|millon\\p{L}*|millón|dijo|dice|dicen|afirm\\p{L}+|declar\\p{L}+|asegur\\p{L}+|anunci\\p{L}+|si",
    ),
  },
};

/**
 * The sentence without its last subordinate clause, where that holds nothing that the rest needs in order to stay
 * true; undefined where there is no such clause, and in languages whose clauses are not known here.
 */
export function dropTrailingClause(sentence: string, language: string): string | undefined {
  const clauses = CLAUSES[language.toLowerCase().split("-")[0] ?? ""];
  const found = /^(.+), ([^,]+?)([.!?])$/su.exec(sentence);
  if (found === null || clauses === undefined) return undefined;
  const [, head = "", clause = "", end = ""] = found;
  if (!clauses.subordinate.test(clause) || clauses.bearing.test(clause) || /[\p{N}%]/u.test(clause))
    return undefined;
  if (quotedIn(sentence)(head.length) || head.split(/\s+/).length < 5) return undefined;
  return head + end;
}
