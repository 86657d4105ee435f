import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseSpamReport, spamFindings, spamReport } from "../../src/check/spam.ts";

const REPORT = `Subject: x

Content preview:  The ferry ( 5.0 points )

Content analysis details:   (6.3 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
 0.0 HTML_MESSAGE           BODY: HTML included in message
 1.0 FONT_INVIS_MSGID       Invisible text + suspicious message ID
 6.3 SUBJ_ALL_CAPS          Subject is all capitals and
                            nothing else
-1.0 MAILING_LIST_MULTI     Multiple indicators imply a widely-seen list
                            manager

`;
const rule = (points: number, name: string, what: string) => ({ points, name, what });
const PARSED = {
  score: 6.3,
  required: 5,
  rules: [
    rule(6.3, "SUBJ_ALL_CAPS", "Subject is all capitals and nothing else"),
    rule(1, "FONT_INVIS_MSGID", "Invisible text + suspicious message ID"),
    rule(-1, "MAILING_LIST_MULTI", "Multiple indicators imply a widely-seen list manager"),
  ],
};

/** A folder with a program of that name and script. */
function programs(script?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pressrun-bin-"));
  if (script === undefined) return folder;
  writeFileSync(join(folder, "spamassassin"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "spamassassin"), 0o755);
  return folder;
}

const score = (PATH: string) =>
  spamReport(Buffer.from("Subject: x\r\n\r\ny"), { PATH }, new AbortController().signal);

describe("SpamAssassin's report", () => {
  it("is read: the score and the rules that scored, the worst first", () => {
    expect(parseSpamReport(REPORT)).toEqual(PARSED);
    expect(parseSpamReport("Subject: x\n\nNothing.")).toBeUndefined();
  });

  it("is an error from the score on that counts as spam", () => {
    expect(spamFindings(PARSED).map(({ id, severity }) => [id, severity])).toEqual([["spam-score", "error"]]);
    expect(spamFindings({ ...PARSED, score: 4.9 })).toEqual([]);
  });

  it("comes from the program on the PATH, which is given the mail and told to keep to itself", async () => {
    const folder = programs("");
    writeFileSync(join(folder, "report"), REPORT);
    writeFileSync(
      join(folder, "spamassassin"),
      `#!/bin/sh\necho "$@" > ${folder}/arguments\n/bin/cat > ${folder}/mail\n/bin/cat ${folder}/report\n`,
    );
    expect(await score(folder)).toEqual(PARSED);
    expect(readFileSync(join(folder, "mail"), "utf8")).toBe("Subject: x\r\n\r\ny");
    expect(readFileSync(join(folder, "arguments"), "utf8")).toBe(
      "-L -t -x --cf=use_bayes 0 --cf=use_auto_whitelist 0\n",
    );
  });

  it("says in one line how to get it where it is not installed", async () => {
    await expect(score(programs())).rejects.toThrow(
      "SpamAssassin is not installed, so --spam cannot score the mail. Install it (Debian, Ubuntu: apt install spamassassin; macOS: brew install spamassassin), or leave --spam out.",
    );
  });

  it("says why where it does not do its work, however little it reads", async () => {
    await expect(score(programs("echo 'config: no rules were found' >&2; exit 2"))).rejects.toThrow(
      "SpamAssassin did not score the mail: config: no rules were found.",
    );
    await expect(score(programs("exit 3"))).rejects.toThrow("did not score the mail: it ended with 3.");
  });
});
