// Fields: what the reader writes for the cells of a page to read. It stays in this browser, and is there after a reload.
import { draft, write } from "./drafts.mjs";
import { page } from "./progress.mjs";
import { make } from "./element.mjs";

const LATER = 400;                                                            // milliseconds after the last key
const MOST = 500_000;                                                         // characters that are kept for a reload

const boxes = [...document.querySelectorAll("[data-field]")];
const named = (box) => `${page}#${box.dataset.field}`;

/** What stands in all fields, by name. */
export const fields = () => Object.fromEntries(boxes.map((box) => [box.dataset.field, box.value]));

/** What stands in the fields that some code reads, as one text. */
export const read = (code) => boxes.filter((box) => code.includes(`"${box.dataset.field}"`))
  .map((box) => `\0${box.value}`).join("");

/** Has a function called whenever a field has changed. */
export function whenWritten(changed) {
  for (const box of boxes) {
    const built = box.defaultValue;
    const says = make("span", { className: "says" });
    says.setAttribute("role", "status");
    const again = make("button", { type: "button", textContent: "Bring back the first text", hidden: true });
    let due;
    const keep = () => {
      const long = box.value.length > MOST;
      write(named(box), "", box.value === built || long ? "" : box.value);
      says.textContent = long ? "This is too long to be kept: it will not be here when you open the page again." : "";
      again.hidden = box.value === built;
      changed();
    };
    again.addEventListener("click", () => {
      box.value = built;
      box.focus();
      keep();
    });
    box.addEventListener("input", () => {
      clearTimeout(due);
      due = setTimeout(keep, LATER);
    });
    const written = draft(named(box), "");
    if (written !== null) {
      box.value = written;
      again.hidden = false;
    }
    box.after(make("div", { className: "cell-bar" }, again, says));
  }
}
