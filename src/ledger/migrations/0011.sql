-- Who left on the web a moment ago, in the order of their leaving: soon a suppression, and off the list.
CREATE TABLE departures (
  seq        INTEGER PRIMARY KEY,
  subscriber TEXT    NOT NULL, -- subscribers.id
  at         INTEGER NOT NULL
) STRICT;
