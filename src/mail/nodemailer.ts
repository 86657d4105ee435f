import { createRequire } from "node:module";
import type MailComposer from "nodemailer/lib/mail-composer";
import type * as MimeFuncs from "nodemailer/lib/mime-funcs";
import type MimeNode from "nodemailer/lib/mime-node";

/**
 * nodemailer's CommonJS build. Its other build imports node:http, and an import, unlike `require`, reads every name of
 * a module: for one of them Node loads its whole web client, about 12 ms of CPU that a mail's text has no use for.
 */
const require = createRequire(import.meta.url);

export const loadMailComposer = () => require("nodemailer/lib/mail-composer") as typeof MailComposer;
export const loadMimeNode = () => require("nodemailer/lib/mime-node") as typeof MimeNode;
export const loadMimeFuncs = () => require("nodemailer/lib/mime-funcs") as typeof MimeFuncs;
