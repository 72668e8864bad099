// The front page's last block: how far the reader has come, and what can be done with the record of it.
import { everything, forget, keep } from "./storage.mjs";
import { addressOf, KINDS, known, tellAll, watch } from "./progress.mjs";

const LARGEST = 1e6;                                                          // bytes of a copy; a real one has a few thousand

/** Leads to the next lesson to read. */
function onward(lesson, words) {
  if (!lesson) return ["You have read all there is so far."];
  const link = document.createElement("a");
  link.href = addressOf(lesson[0]);
  link.textContent = lesson[1];
  return [words, link, "."];
}

const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

function wake(block) {
  const part = (selector) => block.querySelector(selector);
  const button = (does) => part(`[data-does=${does}]`);
  const lessons = JSON.parse(block.dataset.lessons);
  const exercises = JSON.parse(block.dataset.exercises);
  const say = (words) => { part(".happened").textContent = words; };

  watch(() => {
    const [read, begun] = [known("read"), { ...known("guesses"), ...known("answers") }];
    part(".strip").replaceChildren(...lessons.map(([page]) => {
      const square = document.createElement("i");
      square.style.setProperty("--m", read.includes(page) ? 1 : page in begun ? 0.45 : 0);
      return square;
    }));
    const left = lessons.filter(([page]) => !read.includes(page));
    const parts = [`${lessons.length - left.length} of ${count(lessons.length, "lesson")} read`];
    const solved = exercises.filter((id) => known("solved").includes(id));
    if (exercises.length) parts.push(`${solved.length} of ${count(exercises.length, "exercise")} solved`);
    const guesses = Object.values(known("guesses")).flatMap(Object.keys);
    parts.push(count(guesses.length, "guess", "guesses"));
    const first = left.length === lessons.length && !(left[0][0] in begun);
    part(".so-far").replaceChildren(`${parts.join(", ")}. `, ...onward(left[0], first ? "Start with " : "Go on with "));
  });

  button("save").addEventListener("click", () => {
    const kept = Object.fromEntries(Object.keys(KINDS).map((name) => [name, known(name)]));
    const link = document.createElement("a");
    link.download = "seqcourse-progress.json";
    link.href = URL.createObjectURL(new Blob([JSON.stringify({ seqcourse: kept }, null, 1)], { type: "application/json" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say(`Saved as ${link.download}, among your downloads.`);
  });

  const file = part("input[type=file]");
  button("bring").addEventListener("click", () => {
    say("");                                                                  // what happened before is over
    file.click();
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    say(chosen.size > LARGEST ? "This file is too large to be a copy of your progress." : bring(await chosen.text()));
    file.value = "";                                                          // the same file may be chosen again
    tellAll();
  });

  const ask = (asking) => {
    part(".sure").hidden = !asking;
    part(".with-it").hidden = asking;
    button(asking ? "leave" : "ask").focus();
  };
  button("ask").addEventListener("click", () => {
    if (!Object.keys(everything()).length) return say("There is nothing to erase.");
    say("");
    ask(true);
  });
  button("leave").addEventListener("click", () => ask(false));
  button("erase").addEventListener("click", () => {
    forget();
    tellAll();
    ask(false);
    say("Erased. The book remembers nothing of you.");
  });
  block.addEventListener("keydown", ({ key }) => key === "Escape" && !part(".sure").hidden && ask(false));
  part(".standing").hidden = false;
}

/** Adds a copy to what is kept, and says what came of it. A copy is taken whole or not at all. */
function bring(text) {
  let kept;
  try {
    kept = JSON.parse(text).seqcourse;
  } catch {
    kept = undefined;
  }
  if (kept === null || typeof kept !== "object" || Array.isArray(kept)) return "This is not a copy of this book’s progress. Nothing was changed.";
  const both = {};
  for (const [name, value] of Object.entries(kept)) {
    const ours = Object.hasOwn(KINDS, name) && KINDS[name](value);
    if (ours) both[name] = merged(known(name), value);
    if (!ours || !KINDS[name](both[name])) {
      return `This copy is damaged, or was changed by hand: its “${name.slice(0, 30)}” is not what the book keeps. Nothing was changed.`;
    }
  }
  for (const [name, value] of Object.entries(both)) keep(name, value);
  return "The copy was added to what was here.";
}

function merged(mine, theirs) {
  if (Array.isArray(theirs)) return [...new Set([...mine, ...theirs])];
  const both = { ...mine };
  for (const [page, values] of Object.entries(theirs)) both[page] = { ...both[page], ...values };
  return both;
}

for (const block of document.querySelectorAll(".progress")) wake(block);
