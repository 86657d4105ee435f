// What is looked at, as the part of the address after #: bookmarks, the back button and reloads keep it.

export const VIEWS = ["newsletter", "text", "source", "headers", "posts", "footer", "checks"];
export const MAIL_VIEWS = ["newsletter", "text", "source", "headers"];
export const WIDTHS = ["640", "375", "320"];

// Where there is no room for more, the narrow one first.
const DEFAULTS = {
  width: innerWidth < 700 ? "320" : "640",
  scheme: "light",
  images: "own",
  as: "",
  of: "mail",
};

/**
 * `#article/SLUG/VIEW?…`, `#inbox`, `#mail/SLUG/NAME/VIEW?…`; undefined for anything else.
 * @param {string} hash
 */
export function parseAddress(hash) {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const [kind, ...names] = path.split("/").map(decode);
  const look = { ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(query)) };
  if (kind === "inbox") return { ...look, kind, slug: "", name: "", view: "inbox" };
  if (kind === "article" && names[0]) {
    return { ...look, kind, slug: names[0], name: "", view: known(VIEWS, names[1]) };
  }
  if (kind === "mail" && names[0] && names[1]) {
    return { ...look, kind, slug: names[0], name: names[1], view: known(MAIL_VIEWS, names[2]) };
  }
  return undefined;
}

export function showAddress({ kind, slug, name, view, ...look }) {
  if (kind === "inbox") return `#inbox${showLook(look)}`;
  const names = kind === "mail" ? [slug, name, view] : [slug, view];
  return `#${[kind, ...names.map(encodeURIComponent)].join("/")}${showLook(look)}`;
}

/** What the server is asked for: the same names, without the view. */
export function routeOf({ kind, slug, name }) {
  return [kind, slug, ...(kind === "mail" ? [name] : [])].map(encodeURIComponent).join("/");
}

function showLook(look) {
  const query = new URLSearchParams();
  for (const [key, usual] of Object.entries(DEFAULTS))
    if (look[key] && look[key] !== usual) query.set(key, look[key]);
  return query.size > 0 ? `?${query}` : "";
}

const known = (names, name) => (names.includes(name) ? name : "newsletter");

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
