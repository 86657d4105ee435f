/** What the network says of a host, by the code of its error, as a sentence goes on after the host's name. */
const TROUBLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections",
  ENOTFOUND: "is not known: no such host",
  EAI_AGAIN: "cannot be looked up now",
  EDNS: "cannot be looked up",
  ETIMEDOUT: "does not answer",
  ECONNRESET: "closed the connection",
  ENETUNREACH: "cannot be reached from here",
  EHOSTUNREACH: "cannot be reached from here",
};

/** "is not known: no such host"; undefined for what is no error of the network. */
export function hostTrouble(code: string | undefined): string | undefined {
  return TROUBLES[code ?? ""];
}
