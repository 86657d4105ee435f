import type { Rule } from "./rule.ts";
import { CONTRAST_RULES } from "./rules/contrast.ts";
import { DATE_RULES } from "./rules/dates.ts";
import { DUPLICATE_RULES } from "./rules/duplicates.ts";
import { IMAGE_RULES } from "./rules/images.ts";
import { LANGUAGE_RULES } from "./rules/language.ts";
import { LEFTOVER_RULES } from "./rules/leftovers.ts";
import { LINK_RULES } from "./rules/links.ts";
import { MAIL_RULES } from "./rules/mail.ts";
import { MISSING_RULES } from "./rules/missing.ts";
import { POST_RULES } from "./rules/posts.ts";
import { SIZE_RULES } from "./rules/size.ts";
import { STRUCTURE_RULES } from "./rules/structure.ts";
import { SUBJECT_RULES } from "./rules/subject.ts";
import { TEXT_RULES } from "./rules/text.ts";

/** Every rule, a family each file. docs/check.md is made from this table. */
export const RULES: readonly Rule[] = [
  ...MISSING_RULES,
  ...LEFTOVER_RULES,
  ...DATE_RULES,
  ...DUPLICATE_RULES,
  ...SUBJECT_RULES,
  ...LINK_RULES,
  ...IMAGE_RULES,
  ...STRUCTURE_RULES,
  ...LANGUAGE_RULES,
  ...CONTRAST_RULES,
  ...SIZE_RULES,
  ...TEXT_RULES,
  ...MAIL_RULES,
  ...POST_RULES,
];
