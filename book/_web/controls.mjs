// What stands around code in a page: its buttons, what the first run will load, and how results are shown.

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

/** Ends whatever runs. */
export const stop = async () => (await loaded()).python.stop();

const size = (bytes) => (bytes < 1e5 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** What the first run will load; told by every control until Python is there. */
export const COST = live && `Runs in your browser. The first run loads Python once, ${size(live.start)}.`;

/** What one must know of an editor to use it with the keyboard. */
export const KEYS = "Control or Command with Enter runs a cell and checks an exercise. "
  + "Tab indents; press Escape, then Tab, to leave the editor.";

/** Says how much of a download has come. */
export const coming = (come, total, what = "Python") => `Loading ${what}: ${size(come)} of ${size(total)}.`;

/** Makes an element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

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

/** Shows what a run gave: what it printed, its values, its error. */
export function show(place, { printed = "", outputs = [], error = null }, harmless) {
  const block = (text, kind) => {
    const pre = make("pre", { textContent: text, tabIndex: 0 });
    return make("div", { className: `output ${kind}` }, make("div", { className: "highlight" }, pre));
  };
  if (printed) place.append(block(printed, "stream"));
  for (const { form, data, alt } of outputs) {
    if (form === "text") place.append(block(data, "text_plain"));
    else if (form === "html") place.append(harmless(data));
    else place.append(make("img", { alt, src: URL.createObjectURL(new Blob([data], { type: "image/svg+xml" })) }));
  }
  if (error) place.append(block(error.text, "traceback"));
}
