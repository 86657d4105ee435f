import type { PostDraft } from "../model/draft.ts";
import type { Claim, Scope } from "../model/ledger.ts";
import type { Connection } from "./connection.ts";
import { freeze, thaw } from "./frozen.ts";
import { countTries } from "./pace.ts";
import { scopeId } from "./remember.ts";
import { RETRY_WINDOW_MS } from "./settle.ts";

interface Row {
  readonly id: number;
  readonly recipient: string;
  /** Of the plan; null for an account. */
  readonly subscriber: string | null;
  readonly attempts: number;
  readonly firstTriedAt: number | null;
  readonly draft: string | null;
  /** Of the last change. */
  readonly at: number;
  /** Of the list as it is now; null for an account and for who has left. */
  readonly person: string | null;
  readonly name: string | null;
  readonly fields: string | null;
  /** Why the address is suppressed. */
  readonly suppressed: string | null;
  /** Whether this reader left a moment ago. */
  readonly gone: number;
}

const ROW = `
  SELECT d.id, d.recipient, d.subscriber, d.attempts, d.first_tried_at AS firstTriedAt, d.draft, d.at,
    s.id AS person, s.name, s.fields, x.text AS suppressed,
    coalesce(s.id IN (SELECT subscriber FROM departures), FALSE) AS gone
  FROM deliveries d
  LEFT JOIN subscribers s ON s.address = d.recipient AND d.subscriber IS NOT NULL
  LEFT JOIN suppressions x ON x.address = d.recipient`;

/**
 * One seek in deliveries_by_state, however many other rows there are. SQLite plans a query anew for each new value of a
 * bare LIMIT or bound, which would take longer than the query: hence the sums.
 */
const DUE = `
  ${ROW} WHERE d.scope = ? AND d.state = 'pending' AND d.due_at <= ? + 0 ORDER BY d.due_at, d.id LIMIT ? + 0`;

const INTEND = `
  UPDATE deliveries SET state = 'uncertain', owner = ?1, attempts = attempts + 1, at = ?3,
    first_tried_at = coalesce(first_tried_at, ?3), draft = coalesce(draft, ?4),
    cost = coalesce(cost, ?5), code = NULL, carried = (SELECT carries FROM scopes WHERE id = ?6),
    text = 'tried; no answer was recorded' WHERE id IN (SELECT value FROM json_each(?2))`;

const REFUSE = "UPDATE deliveries SET state = ?, text = ?, at = ? WHERE id = ?";

/** Takes up to `most` due deliveries as intents of the run `owner`. */
export function claim(
  connection: Connection,
  scope: Scope,
  options: { owner: string; most: number; at: Date; frozen?: PostDraft | undefined },
): Claim[] {
  const { owner, most, at, frozen } = options;
  const id = scopeId(connection, scope);
  const claims: Claim[] = [];
  if (id === undefined) return claims;
  const draft = frozen === undefined ? null : freeze(frozen);
  const cost = frozen?.cost ?? null;
  while (claims.length < most) {
    const rows = connection.all<Row>(DUE, id, at.getTime(), most - claims.length);
    if (rows.length === 0) break;
    const taken = rows.filter((row) => !isRefused(connection, row, at));
    const ids = JSON.stringify(taken.map(({ id }) => id));
    connection.run(INTEND, owner, ids, at.getTime(), draft, cost, id);
    for (const row of taken) claims.push(toClaim(scope, { ...row, at: at.getTime() }, row.attempts + 1));
  }
  if (claims.length > 0) countTries(connection, scope.channel, claims.length, at);
  return claims;
}

function isRefused(connection: Connection, row: Row, at: Date): boolean {
  const refusal = refusalOf(row, at);
  if (refusal !== undefined) connection.run(REFUSE, ...refusal, at.getTime(), row.id);
  return refusal !== undefined;
}

function refusalOf(row: Row, at: Date): readonly [state: string, text: string] | undefined {
  if (row.suppressed !== null) return ["skipped", `suppressed: ${row.suppressed}`];
  if (row.gone) return ["skipped", "suppressed: unsubscribed"];
  if (row.subscriber !== null && row.person === null) return ["skipped", "no longer subscribed"];
  if (row.firstTriedAt !== null && at.getTime() > row.firstTriedAt + RETRY_WINDOW_MS)
    return ["failed", "not accepted within 72 hours"];
  return undefined;
}

/** Uncertain deliveries of the scope, but for those that the run `owner` has under way. */
export function uncertain(connection: Connection, scope: Scope, owner: string): Claim[] {
  const id = scopeId(connection, scope);
  if (id === undefined) return [];
  const rows = connection.all<Row>(
    `${ROW} WHERE d.scope = ? AND d.state = 'uncertain' AND d.owner IS NOT ? ORDER BY d.id`,
    id,
    owner,
  );
  return rows.map((row) => toClaim(scope, row, row.attempts));
}

function toClaim({ channel, slug, revision }: Scope, row: Row, attempt: number): Claim {
  const { recipient, person, name, fields, draft, firstTriedAt, at } = row;
  return {
    key: { channel, slug, revision, recipient },
    recipient:
      person === null
        ? undefined
        : { id: person, address: recipient, name: name ?? undefined, fields: JSON.parse(fields ?? "{}") },
    frozen: draft === null ? undefined : thaw(draft),
    attempt,
    firstTriedAt: new Date(firstTriedAt ?? at),
    since: new Date(at),
  };
}
