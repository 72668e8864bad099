// What stands around code in a page: its buttons, what the first run will load, and how results are shown.

import { make } from "./element.mjs";
import { script } from "./script.mjs";

const known = document.querySelector("#live");

/** The cells of this page and the size of what Python needs; null where the book was built without. */
export const live = known && JSON.parse(known.textContent);

let loading;

/** Loads the editor and the way to Python, once. */
export function loaded() {
  const address = `${document.documentElement.dataset.content_root}_static/live.js`;
  loading ??= script(address, "The editor could not be loaded. Press the button to try again.").then(
    () => window.seqcourseLive,
    (problem) => {
      loading = undefined;                                                    // the next press tries again
      throw problem;
    });
  return loading;
}

/** Ends whatever runs; what reports how far it has come may first keep what it has. */
export const stop = async () => {
  const { python } = await loaded();
  if (!python.settle()) python.stop();
};

export const size = (bytes) => (bytes < 1e5 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

let isTold = false;

/** What the first run and the first figure will load; the first controls of a page say it for all. */
export function cost() {
  if (isTold) return "";
  isTold = true;
  const [python, matplotlib] = [live.start, live.drawing].map((bytes) => size(bytes).replace(" ", "\u00a0"));
  return `Code runs in your browser. The first run loads Python (${python}), the first figure Matplotlib (${matplotlib}).`;
}

/** What one must know of an editor to use it with the keyboard. */
export const KEYS = "Control or Command with Enter runs a cell and checks an exercise. "
  + "Tab indents; press Escape, then Tab, to leave the editor.";

/** Says how much of a download has come. */
export const coming = (come, total, what) => `Loading ${what}: ${size(come)} of ${size(total)}.`;

/** The line of controls below code: buttons by what they are called, and a place to say things. */
export function bar(label, buttons) {
  const says = make("span", { className: "says" });
  says.setAttribute("role", "status");
  const made = buttons.map(([name, press, primary]) => {
    const button = make("button", { type: "button", textContent: name, className: primary ? "primary" : "" });
    button.addEventListener("click", press);
    button.disabled = press === stop;                                         // until there is something to stop
    return button;
  });
  const line = make("div", { className: "cell-bar" }, ...made, says);
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", label);
  const waiting = made.find((button) => button.disabled);
  const rest = () => {                                                          // a button that is switched off must not keep the focus
    if (document.activeElement === waiting) made[0].focus();
    if (waiting) waiting.disabled = true;
  };
  return { line, rest, say: (words) => { says.textContent = words; }, ...Object.fromEntries(made.map((b) => [b.textContent.toLowerCase(), b])) };
}

/** Says that code runs and, where that takes long, for how long, at which line, and what ends it. */
export function lasting(what, seconds, line, limit) {
  if (!seconds) return `${what}.`;
  const where = line ? `, now at line ${line}` : "";
  return `${what} for ${seconds} seconds${where}. Stop ends it; after ${limit} seconds it ends by itself.`;
}

/** What an error says, without where it came from. */
export const reason = ({ text, advice }) => advice || text.trim().split("\n").at(-1);

/** A box of text; a long one scrolls. */
function block(kind, label, text) {
  const pre = make("pre", { textContent: text, tabIndex: 0, role: "group", ariaLabel: label });
  return make("div", { className: `output ${kind}` }, make("div", { className: "highlight" }, pre));
}

/** A box for what is printed, which stays at its end while there comes more; `say` shows what there is by now. */
export function stream() {
  const box = block("stream", "What the code printed", "");
  const pre = box.querySelector("pre");
  const note = make("p", { className: "left-out" });
  const say = ({ printed, left, torn }) => {
    const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 2;
    pre.textContent = printed;
    const lines = `${left.toLocaleString("en")} earlier ${left === 1 ? "line" : "lines"} left out`;
    if (torn) note.textContent = left ? `${lines}, and the beginning of the next.` : "The beginning of the line is left out.";
    else note.textContent = `${lines}.`;
    if (torn || left) box.prepend(note);
    if (atEnd) pre.scrollTop = pre.scrollHeight;
  };
  return { box, say };
}

/** Shows what a run gave: what it printed, its values, its error. */
export function show(place, { outputs = [], error = null, ...found }, harmless) {
  if (found.printed) {
    const { box, say } = stream();
    place.append(box);
    say(found);
  }
  for (const { form, data, alt } of outputs) {
    if (form === "text") place.append(block("text_plain", "The value", data));
    else if (form === "html") place.append(harmless(data));
    else place.append(make("img", { alt, src: URL.createObjectURL(new Blob([data], { type: "image/svg+xml" })) }));
  }
  if (error) place.append(block("traceback", "The error", error.text));
  if (error?.advice) place.append(make("p", { className: "advice", textContent: error.advice }));
}
