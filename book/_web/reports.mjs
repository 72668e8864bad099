// What a cell says of itself while it runs: how far it has come, in a bar, and the files that it hands over.
import { size } from "./controls.mjs";
import { make } from "./element.mjs";

const SOON = 700;                                                             // milliseconds: what is over by then needs no bar

/** A line below a cell's controls, empty until the cell reports or offers something. */
export function reports(label) {
  const bar = make("progress", { max: 1, value: 0, ariaLabel: label });
  const words = make("span");
  const line = make("div", { className: "run-progress", hidden: true }, bar, words);
  const files = make("div", { className: "offered" });
  const addresses = new Map();
  let begun = 0, told = "", part = 0, came = false;

  /** Seconds so far, and about how many are left. */
  const left = () => {
    const seconds = (performance.now() - begun) / 1000;
    const more = part > 0.02 ? `, about ${Math.ceil(seconds / part - seconds)} s left` : "";
    return `${seconds.toFixed(0)} s so far${more}`;
  };
  return {
    line: make("div", { className: "reports" }, line, files),
    begin() {
      begun = performance.now();
      part = 0;
      told = "";
      came = false;
      line.hidden = true;
    },
    reported(now, said) {
      if (now < part) begun = performance.now();                              // another run of the same cell
      [part, told, came] = [now, said, true];
      if (performance.now() - begun < SOON) return;
      line.hidden = false;
      bar.value = now;
      words.textContent = [said, left()].filter(Boolean).join("; ");
    },
    offered({ name, content }) {
      URL.revokeObjectURL(addresses.get(name));
      const address = URL.createObjectURL(new Blob([content]));
      addresses.set(name, address);
      const link = make("a", { href: address, download: name, textContent: `Download ${name}` });
      const old = [...files.children].find(({ dataset }) => dataset.file === name);
      const whole = make("p", {}, link, ` (${size(content.length)})`);
      whole.dataset.file = name;
      if (!old) files.append(whole);
      else if (old.contains(document.activeElement)) {                        // the link keeps the focus
        old.firstChild.href = address;
        old.lastChild.textContent = whole.lastChild.textContent;
      } else old.replaceWith(whole);
    },
    /** What a screen reader hears now and then; null where nothing was reported. */
    news: () => (came ? `${[told, left()].filter(Boolean).join("; ")}. Stop ends it and keeps what it has.` : null),
    rest() { line.hidden = true; },
    empty() {
      line.hidden = true;
      files.replaceChildren();
    },
  };
}
