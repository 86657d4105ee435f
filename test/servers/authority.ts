import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of one's own. */
export interface Authority {
  readonly ca: string;
  /** @param names as in subjectAltName: "DNS:mail.example.org". @param days until it ends; it began as long before as `age`. */
  issue(names: string, days: number, age?: number): Issued;
}

export function ownAuthority(): Authority {
  const inFolder = <T>(
    work: (openssl: (...args: string[]) => void, at: (name: string) => string) => T,
  ): T => {
    const folder = mkdtempSync(join(tmpdir(), "pressrun-authority-"));
    const openssl = (...args: string[]) =>
      void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    try {
      return work(openssl, (name) => join(folder, name));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const [ca, caKey] = inFolder((openssl, at) => {
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      "key",
      "-out",
      "ca",
      "-days",
      "9000",
      "-subj",
      "/CN=Own Authority",
    );
    return [readFileSync(at("ca"), "utf8"), readFileSync(at("key"), "utf8")] as const;
  });
  return {
    ca,
    issue: (names, days, age = 0) =>
      inFolder((openssl, at) => {
        const date = (inDays: number) =>
          `${new Date(Date.now() + inDays * 86_400_000)
            .toISOString()
            .replace(/[-:T]|\.\d+/g, "")
            .replace("Z", "")}Z`;
        for (const [name, text] of Object.entries({
          ca,
          caKey,
          index: "",
          serial: "01\n",
          conf: `[ca]\ndefault_ca=own\n[own]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n[req]\ndistinguished_name=name\n[name]\n`,
          ext: `subjectAltName=${names}\n`,
        }))
          writeFileSync(at(name), text);
        openssl(
          "req",
          "-new",
          "-config",
          "conf",
          ...newKey,
          "-keyout",
          "key",
          "-out",
          "request",
          "-subj",
          "/CN=own",
        );
        openssl(
          ...[
            "ca",
            "-batch",
            "-config",
            "conf",
            "-cert",
            "ca",
            "-keyfile",
            "caKey",
            "-in",
            "request",
            "-out",
            "cert",
          ],
          ...["-notext", "-extfile", "ext", "-startdate", date(-age), "-enddate", date(days)],
        );
        return { key: readFileSync(at("key"), "utf8"), cert: readFileSync(at("cert"), "utf8") };
      }),
  };
}
