import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ImapFlow } from "imapflow";
import { selfSigned } from "./smtp.ts";

const run = promisify(execFile);

/** The one who reads; any address but these five is unknown to the server. */
export const READER = "ada@pressrun.test";
/** Reads, too, and is turned away with a 451 as long as the server greylists. */
export const GREYLISTED = "grace@pressrun.test";
/** Taken at first, and then refused by the mailbox server: a bounce comes back. */
export const GONE = "gone@pressrun.test";
/** Taken, and given up when nobody could be reached to hand it to: a bounce comes back. */
export const UNREACHED = "unreached@pressrun.test";
/** Writes, and gets what comes back. */
export const WRITER = "news@pressrun.test";
export const USER = "press";
export const PASSWORD = "correct horse";

/** For servers to start and mails to arrive, in milliseconds. */
const PATIENCE = 15_000;

export interface MailServers {
  readonly smtpPort: number;
  /** The writer's mailbox, with user and password. */
  readonly returned: string;
  /** Ports of the mailboxes: with STARTTLS, and with TLS from the first byte. The certificate is the one of `ca`. */
  readonly imapPort: number;
  readonly imapsPort: number;
  /** The authority that vouches for the server's certificate, for "localhost". */
  readonly ca: string;
  /** Waits for `count` mails of a reader and returns them as they lie in the mailbox, in order of arrival. */
  fetch(count: number, address?: string): Promise<readonly Buffer[]>;
  /** Begins or ends to turn the greylisted reader's mails away. */
  greylist(isOn: boolean): void;
  /** Waits for `count` mails in the writer's mailbox. */
  returnedMails(count: number): Promise<readonly Buffer[]>;
  stop(): Promise<void>;
}

/** Why real mail servers cannot run here, and how to get them; undefined where they can. */
export function whyNoMailServers(): string | undefined {
  const missing = [
    "/usr/sbin/postfix",
    "/usr/sbin/dovecot",
    "/usr/lib/dovecot/lmtp",
    "/usr/lib/dovecot/imap",
  ].filter((file) => !existsSync(file));
  if (missing.length > 0)
    return "needs postfix and dovecot: apt-get install postfix dovecot-core dovecot-imapd dovecot-lmtpd";
  return process.getuid?.() === 0
    ? undefined
    : "needs root to start postfix and dovecot: run the tests with sudo";
}

/**
 * Postfix takes mail by SMTP (STARTTLS, AUTH), hands it to dovecot by LMTP, and dovecot shows it by IMAP: all in one
 * temporary folder, on free ports of loopback, beside whatever this machine runs.
 */
export async function startMailServers(): Promise<MailServers> {
  const folder = await mkdtemp(join(tmpdir(), "pressrun-mail-"));
  // Their processes run as users of their own and must get through.
  await chmod(folder, 0o755);
  const { key, cert } = await selfSigned();
  await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
  await writeFile(join(folder, "cert.pem"), cert);
  const [smtpPort, imapPort, imapsPort] = [await freePort(), await freePort(), await freePort()];
  const policy = await startPolicy();
  const dovecot = await startDovecot(folder, imapPort, imapsPort);
  const postfix = await startPostfix(folder, smtpPort, policy.port);
  const log = async (): Promise<string> =>
    (
      await Promise.all(["postfix.log", "dovecot.log"].map((name) => readFile(join(folder, name), "utf8")))
    ).join("");
  const stop = async (): Promise<void> => {
    await run("/usr/sbin/postfix", ["-c", join(folder, "postfix"), "stop"]).catch(() => {});
    await Promise.all([ended(postfix), ended(dovecot, "SIGTERM")]);
    policy.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([answers(smtpPort), answers(imapPort)]);
  } catch (error) {
    const said = await log().catch(() => "");
    await stop();
    throw new Error(`The mail servers did not start.\n${said}`, { cause: error });
  }
  const fetch = (count: number, address = READER): Promise<readonly Buffer[]> =>
    fetchMails(imapPort, address.split("@")[0] ?? "", count).catch(async (error) => {
      throw new Error(`The mails did not arrive.\n${await log()}`, { cause: error });
    });
  const returned = `imap://news:${encodeURIComponent(PASSWORD)}@127.0.0.1:${imapPort}/INBOX`;
  const returnedMails = (count: number) => fetch(count, WRITER);
  return {
    smtpPort,
    returned,
    imapPort,
    imapsPort,
    ca: cert,
    fetch,
    greylist: policy.greylist,
    returnedMails,
    stop,
  };
}

/** What postfix asks about each recipient (SMTPD_POLICY_README): attributes a line, an empty line, one action back. */
async function startPolicy() {
  let isOn = false;
  const server = createServer((socket) => {
    let asked = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      asked += chunk.toString();
      for (let end = asked.indexOf("\n\n"); end >= 0; end = asked.indexOf("\n\n")) {
        const isLater = isOn && asked.slice(0, end).includes(`\nrecipient=${GREYLISTED}\n`);
        asked = asked.slice(end + 2);
        socket.write(`action=${isLater ? "451 4.7.1 Greylisted, try again later" : "DUNNO"}\n\n`);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    greylist: (on: boolean) => {
      isOn = on;
    },
    stop: () => void server.close(),
  };
}

async function startPostfix(folder: string, port: number, policyPort: number): Promise<ChildProcess> {
  const config = join(folder, "postfix");
  await Promise.all([config, join(folder, "spool"), join(folder, "data")].map((path) => mkdir(path)));
  await run("chown", ["postfix", join(folder, "data")]);
  await writeFile(join(config, "main.cf"), mainCf(folder, policyPort));
  await writeFile(join(config, "master.cf"), masterCf(port));
  return spawn("/usr/sbin/postfix", ["-c", config, "start-fg"], { stdio: "ignore" });
}

function mainCf(folder: string, policyPort: number): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
meta_directory = /etc/postfix
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.pressrun.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
mydestination =
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = pressrun.test
virtual_mailbox_maps = inline:{ ${READER}=ada, ${GREYLISTED}=grace, ${GONE}=gone, ${UNREACHED}=unreached, ${WRITER}=news }
transport_maps = inline:{ { ${UNREACHED} = lmtp:unix:${folder}/nobody } }
maximal_queue_lifetime = 0
bounce_queue_lifetime = 1d
virtual_transport = lmtp:unix:${folder}/lmtp
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, check_policy_service inet:127.0.0.1:${policyPort}
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = unix:${folder}/auth
`;
}

function masterCf(port: number): string {
  const inside = (name: string, program = name, max = "-"): string =>
    `${name} unix - - n - ${max} ${program}`;
  return `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
${inside("rewrite", "trivial-rewrite")}
${["bounce", "defer", "trace"].map((name) => inside(name, "bounce", "0")).join("\n")}
${inside("error")}
${inside("retry", "error")}
${inside("proxymap")}
${inside("lmtp")}
${inside("anvil", "anvil", "1")}
postlog unix-dgram n - n - 1 postlogd
`;
}

async function startDovecot(folder: string, imapPort: number, imapsPort: number): Promise<ChildProcess> {
  const file = join(folder, "dovecot.conf");
  await mkdir(join(folder, "mail"));
  await run("chown", ["mail:mail", join(folder, "mail")]);
  await writeFile(
    join(folder, "users"),
    [USER, "ada", "grace", "news"].map((user) => `${user}:{PLAIN}${PASSWORD}::::::\n`).join(""),
  );
  await chmod(join(folder, "users"), 0o644);
  await writeFile(file, dovecotConf(folder, imapPort, imapsPort));
  return spawn("/usr/sbin/dovecot", ["-F", "-c", file], { stdio: "ignore" });
}

function dovecotConf(folder: string, imapPort: number, imapsPort: number): string {
  return `
base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot-state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1 127.0.0.2
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_format = %Ln
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
postmaster_address = postmaster@pressrun.test
hostname = mail.pressrun.test
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%n
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
    ssl = yes
  }
}
service lmtp {
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${folder}/auth {
    mode = 0666
  }
}
`;
}

async function fetchMails(port: number, user: string, count: number): Promise<readonly Buffer[]> {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  try {
    await client.mailboxOpen("INBOX");
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
      const mails = await client.fetchAll("1:*", { source: true });
      if (mails.length >= count) return mails.map(({ source }) => source as Buffer);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await client.noop();
    }
    throw new Error(`There are fewer than ${count}.`);
  } finally {
    await client.logout();
  }
}

/** Port 0 cannot be given to them, and with SO_REUSEPORT two servers could share one: so one that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when somebody greets at the port. */
async function answers(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "data");
      socket.destroy();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  if (signal) child.kill(signal);
  await exit;
}
