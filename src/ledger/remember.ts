import { setImmediate } from "node:timers/promises";
import type { EditionRecord, Planned, Scope } from "../model/ledger.ts";
import type { Connection } from "./connection.ts";

/** Until a reader may have it, an edition can be changed; a correction's time is its text's (see chosen.ts). */
const REMEMBER = `
  INSERT INTO editions (slug, revision, hash, body_hash, planned_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET hash = excluded.hash, body_hash = excluded.body_hash,
    planned_at = iif(revision > 0 AND body_hash <> excluded.body_hash, excluded.planned_at, planned_at)
  WHERE (hash <> excluded.hash OR body_hash <> excluded.body_hash) AND NOT EXISTS (
    SELECT 1 FROM scopes s JOIN deliveries d ON d.scope = s.id
    WHERE s.slug = editions.slug AND s.revision = editions.revision AND d.state IN ('sent', 'uncertain'))`;

/** A post frozen from the edition that was replaced was surely not accepted: it is pending. */
const FORGET_DRAFTS = `
  UPDATE deliveries SET draft = NULL WHERE draft IS NOT NULL AND state = 'pending'
    AND scope IN (SELECT id FROM scopes WHERE slug = ? AND revision = ?)`;

/** What a run's mails carry: the article as it is now, which at revision 0 may be a corrected text. */
const CARRY = `
  UPDATE scopes SET carries = (SELECT max(revision) FROM editions WHERE slug = ?1 AND body_hash = ?3)
  WHERE slug = ?1 AND revision = ?2`;

/** Nobody is sent a correction that was corrected again: who waited for it is planned in the newer one. */
const SUPERSEDE = `
  UPDATE deliveries SET state = 'skipped', text = 'a newer correction takes its place', at = ?3
  WHERE state = 'pending' AND scope IN (SELECT id FROM scopes WHERE slug = ?1 AND revision > 0 AND revision < ?2)`;

const ADD =
  "INSERT INTO deliveries (scope, recipient, subscriber, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";

/** Between so many rows the rest of the process has its turn. */
const ROWS_A_TURN = 1_000;

/** See Ledger.plan: 100,000 deliveries take about a second; memory does not grow with them. */
export async function plan(
  connection: Connection,
  { slug, revision, hash, bodyHash }: EditionRecord,
  deliveries: Iterable<Planned>,
  at: Date,
): Promise<void> {
  const now = at.getTime();
  await connection.writeInTurns(async () => {
    const isNew = connection.run(REMEMBER, slug, revision, hash, bodyHash, now) > 0;
    if (isNew) connection.run(FORGET_DRAFTS, slug, revision);
    const ids = new Map<string, number>();
    let rows = 0;
    for (const { key, subscriberId } of deliveries) {
      const name = [key.channel, key.slug, key.revision].join("\0");
      const scope = ids.get(name) ?? addScope(connection, key);
      ids.set(name, scope);
      connection.run(ADD, scope, key.recipient, subscriberId ?? null, now);
      if (++rows % ROWS_A_TURN === 0) await setImmediate();
    }
    connection.run(CARRY, slug, revision, bodyHash);
    if (revision > 1) connection.run(SUPERSEDE, slug, revision, now);
  });
}

function addScope(connection: Connection, scope: Scope): number {
  const { slug, revision, channel } = scope;
  const add = "INSERT INTO scopes (slug, revision, channel) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
  connection.run(add, slug, revision, channel);
  const id = scopeId(connection, scope);
  if (id === undefined) throw new Error(`the scope of ${slug} in ${channel} vanished`);
  return id;
}

export function scopeId(connection: Connection, { slug, revision, channel }: Scope): number | undefined {
  const find = "SELECT id FROM scopes WHERE slug = ? AND revision = ? AND channel = ?";
  return connection.get<{ id: number }>(find, slug, revision, channel)?.id;
}

export function knownEdition(
  connection: Connection,
  slug: string,
  revision: number | undefined,
): EditionRecord | undefined {
  const row = connection.get<EditionRecord>(
    `SELECT slug, revision, hash, body_hash AS bodyHash FROM editions
     WHERE slug = ?1 AND (?2 IS NULL OR revision = ?2) ORDER BY revision DESC LIMIT 1`,
    slug,
    revision ?? null,
  );
  return row && { ...row };
}
