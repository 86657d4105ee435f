// What is wrong: with the files (problems), and with the edition made from them (findings).
import { count, h, hidden, prose } from "./dom.js";

/** Which findings stand beside which view; a post's stand under its card. */
const PARTS = {
  newsletter: ["article", "newsletter", "image"],
  text: ["text"],
  headers: ["headers"],
  footer: ["footer"],
};

export function findingsFor(findings, view) {
  if (view === "checks") return findings;
  if (view === "posts") return findings.filter(({ part }) => part.startsWith("post:"));
  return findings.filter(({ part }) => PARTS[view]?.includes(part));
}

export function findingList(findings) {
  const order = findings.toSorted((a, b) => a.severity.localeCompare(b.severity));
  return h("ul", { class: "finding-list" }, ...order.map(finding));
}

const SEVERITIES = { error: "Error", warning: "Warning", note: "Note" };

function finding({ severity, message, next, place, code }) {
  return h(
    "li",
    { class: `finding ${severity}` },
    h("p", {}, h("strong", {}, SEVERITIES[severity]), " ", prose(message)),
    next && h("p", { class: "next" }, prose(next)),
    h("p", { class: "meta" }, place && h("code", {}, place), place && " ", h("code", {}, code)),
  );
}

/** The number on a tab, red where one of them is an error. */
export function badge(findings) {
  if (findings.length === 0) return undefined;
  const isError = findings.some(({ severity }) => severity === "error");
  return h(
    "span",
    { class: `badge ${isError ? "error" : "warning"}` },
    findings.length,
    hidden(isError ? " findings, with errors" : ` ${findings.length === 1 ? "warning" : "warnings"}`),
  );
}

const GROUPS = [
  ["article", "Article"],
  ["newsletter", "Newsletter"],
  ["image", "Images"],
  ["text", "Plain text"],
  ["headers", "Headers"],
  ["footer", "Footer"],
];

/** Every finding, part by part, and what else was noticed. */
export function renderChecks(view, { findings, notices }) {
  const posts = [...new Set(findings.map(({ part }) => part).filter((part) => part.startsWith("post:")))];
  const groups = [...GROUPS, ...posts.map((part) => [part, `Post for ${part.slice(5)}`])];
  const sections = groups.flatMap(([part, title]) => {
    const own = findings.filter((each) => each.part === part);
    return own.length > 0 ? [h("section", {}, h("h2", {}, title), findingList(own))] : [];
  });
  const told = new Set(findings.map(({ code }) => code));
  const rest = notices.filter(({ code }) => !told.has(code));
  if (rest.length > 0)
    sections.push(
      h("section", {}, h("h2", {}, "Noticed"), h("ul", { class: "finding-list" }, ...rest.map(notice))),
    );
  view.replaceChildren(
    sections.length > 0
      ? h("div", { class: "checks" }, ...sections)
      : h("p", { class: "empty" }, "Nothing to mend."),
  );
}

function notice({ message, next, place, code }) {
  return finding({ severity: "note", message, next, place, code });
}

/** Problems of the files as they stand, with what is shown in the meantime. */
export function renderProblems(room, problems, editionAt) {
  if (problems.length === 0) return room.replaceChildren();
  const since =
    editionAt && new Date(editionAt).toLocaleTimeString("en", { timeStyle: "medium", hourCycle: "h23" });
  room.replaceChildren(
    h(
      "section",
      { class: "problems", "aria-label": "Problems" },
      h(
        "h2",
        {},
        problems.length === 1
          ? "This stands in the way"
          : `${count(problems.length, "problem")} stand in the way`,
      ),
      h(
        "ul",
        {},
        ...problems.map(({ place, message, next }) =>
          h(
            "li",
            {},
            place && h("code", {}, place),
            place && " ",
            prose(message),
            next && [" ", h("em", {}, prose(next))],
          ),
        ),
      ),
      since && h("p", { class: "meta" }, `Below is the last good edition, of ${since}.`),
    ),
  );
}
