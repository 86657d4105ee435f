/** One of some ways to start a sentence, each the source of a regular expression that ends with a word. */
const startsWith = (...ways: readonly string[]) => new RegExp(`^(?:${ways.join("|")})(?![\\p{L}])`, "iu");

const WORD = "[\\p{L}\\p{N}’'-]+";

/** Things that "this" can point to without anything before it: the text that is read, and the time it is read in. */
const HERE_AND_NOW =
  "(?:articles?|guides?|posts?|blogs?|lists?|checklists?|series|stor(?:y|ies)|reports?|reviews?|tutorials?|pieces?|essays?|columns?|interviews?|recipes?|roundups?|days?|weeks?|months?|years?|decades?|spring|summer|autumn|fall|winter|seasons?|morning|afternoon|evening)(?![\\p{L}])";
const ITSELF = `th(?:is|ese) (?:${WORD} ){0,3}?${HERE_AND_NOW}`;

/** Starts that lean on the sentence before, beyond the single words of the language's lists. */
export const LEANING_STARTS = startsWith(
  "in (?:addition|contrast|other words|fact|turn|short|conclusion|particular|this|that|these|those|such|the end|the meantime|response|return)",
  "as (?:a result|such|well|mentioned|noted|always|for)",
  "for (?:example|instance|this|that|these|those|now)",
  "on the (?:other hand|contrary|one hand|flip side)",
  "that said|even (?:so|then)|after (?:all|that|this)|of (?:course|these|those)|by contrast|at the same time",
  "with (?:this|that|these|those)|to (?:this|that) end|like (?:this|that)|amidst? (?:this|that|these)|against this|from (?:there|here|this)",
  "(?:now|further|again|well|sure|yes|no|first|firstly|second|secondly|third|thirdly|fourth|lastly),",
  "(?:first|second|third|one|part|much|some|most|each|all|many|none) of (?:them|these|those|its|his|her|their)",
  "the (?:former|latter|same|other|pair|duo|trio)",
  "the two(?! (?:main|most|best|key|major|\\p{L}+est|kinds|types|ways)(?!\\p{L}))",
  "the (?:(?:initial|final|short|simple|obvious|main|end) )?(?:answers?|results?|reasons?|upshot|catch|takeaway)(?! (?:to|of|for|behind|from|why|that|on|about|in)(?!\\p{L}))",
  "not (?:only )?(?:that|this)",
  "if (?:so|not|they|he|she|it|this|that|those|these)",
  "(?:when|while|although|though|since|because|now|today|once|until|where|as|before|after|unless|by then) (?:they|he|she|it|this|that|these)",
  "because of (?:this|that)|since then",
  // "When the boats came, they": whom that means may stand before the comma, but as a rule it does not.
  `(?:${WORD} ){0,3}${WORD}, (?:he|she|they|it|it['’]\\p{L}+|that|those|however)`,
  `(?:${WORD} ){0,6}${WORD}, (?!${ITSELF})th(?:is|ese)`,
  `(?:${WORD},? ){1,4}(?:also|however|therefore|likewise)`,
  `(?:${WORD} ){1,5}(?:too|as well),`,
  `(?:${WORD} ){0,4}${WORD}, though,`,
  // "The plan is “a gift,” she said"
  '.*[”"],? (?:he|she|they) (?:said|says|added|adds|told|tells|explained|explains|wrote|writes|noted|notes)',
  ".*(?:said|says|added|adds) (?:he|she|they)",
  // "Recognizing these contributions", "An example of this"
  `(?:${WORD} ){1,3}(?!${ITSELF})th(?:is|ese)`,
);

/** Starts that look like those and stand alone all the same: "This guide", "There are", "It is time to". */
export const STANDING_STARTS = new RegExp(
  `^(?:${[
    `(?:in |with |for |at |on |throughout )?${ITSELF}`,
    "there (?:is|are|was|were|will|has|have)(?!\\p{L})(?! (?:also|another|other|still))",
    "it(?:['’]s| is| was) (?!for (?:this|that))(?:[\\p{L}’'-]+ ){1,3}(?:to|that|for|when|how|why) ",
    "both [^.]{1,60} and ",
    "this (?:is|was) (?:the|a|an) (?:story|guide|list|tale) ",
  ].join("|")})`,
  "iu",
);

/** Talk about the page, or to its visitor. */
export const CALLS = new RegExp(
  `\\b(?:${[
    "click (?:here|on|the|below)|read (?:more|on|also|ahead|below)|keep (?:reading|scrolling)|scroll (?:down|on)|check back",
    "sign up|subscrib\\w+|newsletter|follow us|share this|reach out to us|contact us|get in touch",
    "(?:just|already|previously) mentioned|authored by|guest post|cross-?posted",
    "affiliate|cookies|you agree to|terms of (?:use|service)|all rights reserved|copyright|privacy policy|disclosure",
    "table of contents|this (?:page|site|website)|(?:above|below)[.!)]|the following|as follows",
    "(?:chart|graph|table|list|map|section|figure|form|video|picture|image|photo|graphic|gallery|listed|shown|described|mentioned) (?:below|above)",
    "(?:photo|image|courtesy|credit|source|updated|published|written|reviewed)(?: by)?: |(?:last )?updated on",
  ].join("|")})\\b|^by \\p{Lu}\\S+ \\p{Lu}\\S+$`,
  "iu",
);
