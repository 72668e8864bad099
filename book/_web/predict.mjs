// The guess of a predict box: kept, said again in front of the measurement, and drawn over it. It counts once the
// reader has moved something. A guess is a list: a number for each slider, or the number of the choice.
import { guess, guessed } from "./progress.mjs";

const all = (selector, root) => [...root.querySelectorAll(selector)];
const tidy = (value, digits = 6) => Number(value.toPrecision(digits));        // 9.7, not 9.700000000000003

function wake(box) {
  const ranges = all("fieldset input[type=range]", box);
  const radios = all("fieldset input[type=radio]", box);
  const measured = JSON.parse(box.dataset.measured);
  const shown = (range) => `${range.value} ${range.dataset.unit}`.trim();

  const fits = (values) => values?.length === measured.length
    && (radios.length ? values[0] - 1 in radios : ranges.every(({ min, max }, i) => values[i] >= min && values[i] <= max));

  function show(values) {
    for (const range of ranges) {
      range.nextElementSibling.textContent = shown(range);
      range.nextElementSibling.hidden = false;
      range.setAttribute("aria-valuetext", shown(range));
    }
    for (const part of all(".said, .yours", box)) part.toggleAttribute("hidden", !values);
    if (!values) return;
    const said = radios.length ? [radios[values[0] - 1].labels[0].textContent.trim()] : ranges.map(shown);
    all(".guess", box).forEach((cell, i) => { cell.textContent = ranges.length > 1 ? values[i] : said[i]; });
    box.querySelector(".apart").textContent = ` ${apart(values, measured, ranges)}`;
    for (const yours of all("g.yours", box)) (ranges.length > 1 ? line : mark)(yours, values, ranges, said[0]);
  }

  const read = () => (radios.length ? [radios.findIndex((radio) => radio.checked) + 1] : ranges.map((range) => Number(range.value)));
  const kept = fits(guessed(box.id)) ? guessed(box.id) : undefined;
  // A browser may have put back what it last saw: what was guessed is what was kept.
  ranges.forEach((range, i) => { range.value = kept?.[i] ?? range.defaultValue; });
  radios.forEach((radio, i) => { radio.checked = kept?.[0] === i + 1; });
  show(kept);
  box.querySelector("fieldset").addEventListener("input", () => {
    show(read());
    guess(box.id, read());
  });
}

/** Says how far a guess is from what was measured. */
function apart(values, measured, ranges) {
  const gaps = values.map((value, i) => tidy(Math.abs(value - measured[i])));
  const most = Math.max(...gaps);
  if (!ranges.length) return most ? "Not what you said." : "As you said.";
  if (!most) return "You said exactly that.";
  if (ranges.length === 1) return `${most} apart.`;
  const mean = tidy(gaps.reduce((sum, gap) => sum + gap) / gaps.length, 2);
  const at = ranges[gaps.indexOf(most)].labels[0].lastChild.textContent;
  return `You were ${mean} off on average, and ${most} at ${at}.`;
}

/** Gives what brings a value to its place, along the ends that a drawing names. */
function along(ends, { min, max }) {
  const [from, to] = ends.split(" ").map(Number);
  return (value) => from + ((value - min) / (max - min)) * (to - from);
}

/** Moves the reader's mark on a scale, and the gap that it leaves. */
function mark(yours, [value], [range], words) {
  const x = along(yours.dataset.x, range)(value);
  const [gap, ring, text] = yours.children;
  const half = 4 * (words.length + 4);
  gap.setAttribute("x1", x);
  ring.setAttribute("cx", x);
  text.setAttribute("x", Math.min(Math.max(x, half), yours.ownerSVGElement.viewBox.baseVal.width - half));
  text.textContent = `you ${words}`;
}

/** Draws the reader's line on a chart. */
function line(yours, values, ranges) {
  const x = yours.dataset.x.split(" ");
  const y = values.map((value, i) => along(yours.dataset.y, ranges[i])(value).toFixed(1));
  const [curve, ...rings] = yours.children;
  curve.setAttribute("points", x.map((at, i) => `${at},${y[i]}`).join(" "));
  rings.forEach((ring, i) => ring.setAttribute("cy", y[i]));
}

for (const box of document.querySelectorAll(".predict")) wake(box);
