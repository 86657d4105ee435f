-- Marks the file as a pressrun ledger ("pres").
PRAGMA application_id = 1886545267;

CREATE TABLE editions (
  slug       TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  hash       TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  planned_at INTEGER NOT NULL, -- this and every time below: milliseconds since 1970 UTC
  PRIMARY KEY (slug, revision)
) STRICT, WITHOUT ROWID;

-- One article's deliveries through one channel at one revision.
CREATE TABLE scopes (
  id       INTEGER PRIMARY KEY,
  slug     TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  channel  TEXT    NOT NULL,
  UNIQUE (slug, revision, channel)
) STRICT;

CREATE TABLE deliveries (
  id             INTEGER PRIMARY KEY,
  scope          INTEGER NOT NULL REFERENCES scopes,
  recipient      TEXT    NOT NULL, -- normalised address, or the channel's name for an account
  subscriber     TEXT,             -- NULL for an account; no reference: the subscriber may leave
  state          TEXT    NOT NULL DEFAULT 'pending'
                 CHECK (state IN ('pending', 'sent', 'failed', 'uncertain', 'skipped', 'missed')),
  owner          TEXT,             -- the run whose intent this is, until its outcome is written
  attempts       INTEGER NOT NULL DEFAULT 0,
  due_at         INTEGER NOT NULL DEFAULT 0, -- 0: at once
  first_tried_at INTEGER,
  at             INTEGER NOT NULL, -- of the last change
  code           INTEGER,
  text           TEXT,
  message_id     TEXT,
  url            TEXT,
  draft          TEXT,             -- JSON of a frozen post, until it is sent
  UNIQUE (scope, recipient)
) STRICT;

-- Serves claiming, counting by state and the next retry, none of which then reads the rows of the others.
CREATE INDEX deliveries_by_state ON deliveries (scope, state, due_at);
CREATE INDEX deliveries_by_url ON deliveries (scope, url) WHERE url IS NOT NULL;

CREATE TABLE subscribers (
  seq       INTEGER PRIMARY KEY,
  id        TEXT    NOT NULL UNIQUE,
  address   TEXT    NOT NULL UNIQUE,
  name      TEXT,
  tags      TEXT    NOT NULL, -- JSON list
  fields    TEXT    NOT NULL, -- JSON object
  joined_at INTEGER NOT NULL
) STRICT;

CREATE TABLE suppressions (
  address TEXT    NOT NULL PRIMARY KEY,
  kind    TEXT    NOT NULL,
  code    INTEGER,
  text    TEXT    NOT NULL,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
