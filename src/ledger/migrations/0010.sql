-- Which text a delivery was last tried with: the newest revision of the article that has it. Clocks do not tell: a reader
-- who was put off at revision 0 may get the corrected text there. NULL: tried before this was written down.
ALTER TABLE scopes ADD COLUMN carries INTEGER; -- what tries carry from now on
ALTER TABLE deliveries ADD COLUMN carried INTEGER;
