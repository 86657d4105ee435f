import type { Scope } from "../model/ledger.ts";
import type { Subscriber } from "../model/subscriber.ts";
import type { Connection } from "./connection.ts";
import { list } from "./subscribers.ts";

/** ?3 slug, ?4 revision, ?5 channel. */
const NOT_PLANNED = `
  AND NOT EXISTS (SELECT 1 FROM deliveries WHERE recipient = address AND scope = (
    SELECT id FROM scopes WHERE slug = ?3 AND revision = ?4 AND channel = ?5))`;

/**
 * Of tries that were made before the ledger wrote down what they carried. Who was first tried after this text was
 * planned, and planned after its readers, got this very text at revision 0: by --catch-up. Both must hold, so that a
 * clock that ran ahead in the first run keeps nobody's correction back.
 */
const HAS_THIS_TEXT = `
  d.id > (SELECT id FROM deliveries WHERE scope = (
    SELECT id FROM scopes WHERE slug = ?3 AND revision = ?4 AND channel = ?5) LIMIT 1)
  AND d.first_tried_at >= (SELECT planned_at FROM editions WHERE slug = ?3 AND revision = ?4)`;

const SENT_BEFORE = `
  AND EXISTS (SELECT 1 FROM scopes x JOIN deliveries d ON d.scope = x.id
    WHERE x.slug = ?3 AND x.revision < ?4 AND x.channel = ?5 AND d.recipient = address AND d.state = 'sent'
      AND NOT coalesce(d.carried >= ?4, ${HAS_THIS_TEXT}, FALSE))`;

/** See Ledger.strangers. */
export function strangers(connection: Connection, scope: Scope): Generator<Subscriber> {
  return list(connection, NOT_PLANNED, scope.slug, scope.revision, scope.channel);
}

/** See Ledger.readers. */
export function readers(connection: Connection, scope: Scope): Generator<Subscriber> {
  return list(connection, NOT_PLANNED + SENT_BEFORE, scope.slug, scope.revision, scope.channel);
}
