// A lesson counts as read when the reader has come to what it wants remembered. The list of pages and the map show which were, and the map where the reader is.
import { known, page, pageAt, read, watch } from "./progress.mjs";

const last = document.querySelector(".lesson-head") && document.querySelector(".remember li:last-child");
if (last && !known("read").includes(page)) {
  const eye = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    eye.disconnect();
    read();
  }, { rootMargin: "1000000px 0px 0px" });                                    // whoever jumps past it has come to it, too
  eye.observe(last);
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
