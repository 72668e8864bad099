// A lesson counts as read when most of it, up to the last thing to remember, has stood in the window for a moment each:
// whoever jumps to the quiz has not read it. The list of pages and the map show which were read, and the map where the
// reader is.
import { known, page, pageAt, read, watch } from "./progress.mjs";
import { keep, recall } from "./storage.mjs";

const MOMENT = 1000;                                                          // milliseconds
const MOST = 0.75;                                                            // of the parts: one may well leave out some

const last = document.querySelector(".lesson-head") && document.querySelector(".remember li:last-child");
if (last && !known("read").includes(page)) follow(last);

/** Follows the reader to the last thing to remember, over several visits where it takes them. */
function follow(last) {
  const before = (part) => last.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_PRECEDING;
  const parts = [...document.querySelectorAll("article section > :not(section)")]
    .filter((part) => before(part) && part.checkVisibility()).concat(last);
  const kept = recall("passed")?.[page];
  // Another edition of the page has other parts.
  const passed = new Set(kept?.of === parts.length && Array.isArray(kept.parts) ? kept.parts : []);
  const timers = new Map();

  const pass = (part) => {
    eye.unobserve(part);
    passed.add(parts.indexOf(part));
    const done = passed.has(parts.length - 1) && passed.size >= MOST * parts.length;
    const { [page]: _, ...others } = recall("passed") ?? {};
    const all = done ? others : { ...others, [page]: { of: parts.length, parts: [...passed] } };
    keep("passed", Object.keys(all).length ? all : null);
    if (!done) return;
    eye.disconnect();
    timers.forEach(clearTimeout);
    read();
  };
  const eye = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      clearTimeout(timers.get(target));
      if (isIntersecting) timers.set(target, setTimeout(pass, MOMENT, target));
    }
  });
  parts.filter((_, i) => !passed.has(i)).forEach((part) => eye.observe(part));
}

function note(link, words, hidden) {
  let word = link.querySelector(".noted");
  if (!words) return word?.remove();
  if (!word) {
    word = document.createElement("span");
    (link.lastElementChild ?? link).append(word);
  }
  word.className = hidden ? "noted visually-hidden" : "noted";
  word.textContent = words;
}

watch(() => {
  const done = known("read");
  const begun = done.length + [known("guesses"), known("answers")].flatMap(Object.keys).length > 0;
  const map = [...document.querySelectorAll(".map-grid li > a")];
  const next = map.find((link) => !done.includes(pageAt(link.href)));
  for (const link of [...document.querySelectorAll(".sidebar-tree li > a"), ...map]) {
    const its = done.includes(pageAt(link.href));
    const here = begun && link === next;
    link.parentElement.classList.toggle("is-read", its);
    link.parentElement.classList.toggle("is-here", here);
    note(link, its ? " (read)" : here && ", you are here", its);
  }
});
