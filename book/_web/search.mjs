// The search page: asks, and shows the pages with the sentence in which each hit is.
import { make } from "./element.mjs";
import { pieces, Ranking } from "./ranking.mjs";

const form = document.querySelector("article form[role=search]");
const list = document.getElementById("search-results");
const status = document.getElementById("search-status");

function link({ page, id }, text) {
  const isTop = id === page.sections[0].id;
  return make("a", { href: isTop ? page.path : `${page.path}#${id}` }, text);
}

function item({ page, section, sentence, weights, also }) {
  const [top] = page.sections;
  const where = [page.label, section === top ? "" : section.name].filter(Boolean).join(" · ");
  const said = pieces(sentence, weights).map(({ text, marked }) => (marked ? make("mark", {}, text) : text));
  const shown = make("li", {}, link(section, top.name));
  if (where) shown.append(make("span", { className: "where" }, where));
  if (sentence) shown.append(make("p", {}, ...said));
  const named = also.filter(({ name }) => name);
  if (named.length) {
    const links = named.flatMap((one) => [" · ", link(one, one.name)]).slice(1);
    shown.append(make("p", { className: "also" }, "Also: ", ...links));
  }
  return shown;
}

function show(query, ranking) {
  for (const box of document.querySelectorAll("input[name=q]")) box.value = query;
  if (!query.trim()) {
    list.replaceChildren();
    status.textContent = "";
    return;
  }
  const { hits, meant } = ranking.find(query);
  list.replaceChildren(...hits.map(item));
  const pages = { 0: "Nothing was found.", 1: "One page." }[hits.length] ?? `${hits.length} pages.`;
  status.textContent = [pages, ...meant.map((words) => `Also searched for “${words}”.`)].join(" ");
}

const asked = () => new URLSearchParams(location.search).get("q") ?? "";

if (window.searchIndex && window.Stemmer) {
  const ranking = new Ranking(window.searchIndex);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new FormData(form).get("q");
    history.pushState(null, "", `?${new URLSearchParams({ q: query })}`);
    show(query, ranking);
  });
  window.addEventListener("popstate", () => show(asked(), ranking));
  show(asked(), ranking);
} else {
  status.textContent = "The search could not be loaded. The list of all lessons is in the side panel.";
}
