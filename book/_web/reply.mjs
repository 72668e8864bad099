// What a check says of an answer: in words and, where it fails, with the smallest case to look at.
import { make } from "./element.mjs";

/** Shows a verdict in its place. */
export function reply(place, { passed, head, words, example }) {
  place.className = `check-reply ${passed ? "passed" : "missed"}`;
  place.hidden = false;
  place.replaceChildren(make("p", {}, make("b", { textContent: head }), " ", ...coded(words)));
  if (example) place.append(table(example));
}

/** Text with code between backquotes. */
const coded = (words) => words.split("`").map((part, i) => (i % 2 ? code(part) : part));

const code = (textContent) => make("code", { className: "literal", textContent });

/** What went in, and below it what came back and what is right, number under number. */
function table({ given, place, yours, right, first }) {
  const width = yours.length + 1;
  const row = (name, ...cells) => make("tr", {}, make("th", { scope: "row" }, ...name), ...cells);
  const number = (text, i) => {
    const differs = i === first;
    return make("td", { className: "number" }, make(differs ? "mark" : "span", { textContent: text.trim() }));
  };
  const result = (name, cells) => row([name, ...(place ? [" ", code(place)] : [])], ...cells.map(number));
  const box = make("div", { className: "example", tabIndex: 0 });
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "The smallest case that fails");
  box.append(make("table", {},
    make("caption", { textContent: "The smallest case that fails" }),
    make("tbody", {}, ...given.map(([name, text]) =>
      row([code(name)], make("td", { colSpan: width }, make("pre", { textContent: text }))))),
    make("tbody", { className: "results" }, result("yours", yours), result("right", right))));
  return box;
}
