// Preloaded into the tool, from source or packed: every MJML that mjml is given goes into a file of its own, in the folder MJML_WITNESS.
const { mkdirSync, readdirSync, writeFileSync } = require("node:fs");
const Module = require("node:module");

const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (!/(^mjml|\bmjml\.cjs)$/.test(request)) return loaded;
  const folder = process.env.MJML_WITNESS;
  mkdirSync(folder, { recursive: true });
  return (mjml, ...options) => {
    writeFileSync(`${folder}/${readdirSync(folder).length}.mjml`, mjml);
    return loaded(mjml, ...options);
  };
};
