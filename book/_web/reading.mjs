// A lesson counts as read when the reader has come to what it wants remembered. The list of pages shows which were.
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

watch(() => {
  for (const link of document.querySelectorAll(".sidebar-tree li > a")) {
    const done = known("read").includes(pageAt(link.href));
    link.parentElement.classList.toggle("is-read", done);
    let word = link.querySelector(".visually-hidden");
    if (!done) word?.remove();
    else if (!word) {
      word = document.createElement("span");
      word.className = "visually-hidden";
      word.textContent = " (read)";
      link.lastElementChild.append(word);
    }
  }
});
