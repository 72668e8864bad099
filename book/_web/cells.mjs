// Cells that run again in the page. Whatever is run, the page is always as if it had been run from the top: cells above
// that have not been run since they changed go first.
import { draft, write } from "./drafts.mjs";
import { wake } from "./figures.mjs";
import { page } from "./progress.mjs";
import { bar, coming, cost, KEYS, lasting, live, loaded, reason, show, stop, stream } from "./controls.mjs";
import { make } from "./element.mjs";
import { fields, read, whenWritten } from "./fields.mjs";
import { reports } from "./reports.mjs";

/** All that decides what code gives: itself, and what stands in the fields that it reads. */
const whole = (source) => source + read(source);

const built = (live?.cells ?? []).map(({ source }) => whole(source));
/** Each cell also knows the code of all cells with which what it shows was made. */
const cells = (live?.cells ?? []).map((cell, number) => ({ ...cell, number, built: cell.source, made: built }));
let clean = 0;                                                                // so many cells have run as they now are
let running = false;

const named = (cell) => `${page}#${cell.number}`;

/** The cells that a press of Run runs: this one, and the figures and claims that follow from it. */
function following(cell) {
  const next = cells.findIndex((other) => other.number > cell.number && !other.hidden && !other.figure);
  return cell.figure ? cell.number + 1 : next < 0 ? cells.length : next;
}

const HERE = "This result is from before your change: run the cell to update it.";
const ABOVE = "This result is from before a change above: run the cell to update it.";

/** Marks what was made with other code than now stands in its cell and those above. */
function mark() {
  for (const { number, made, note, place } of cells) {
    if (!note) continue;
    const changed = cells.findIndex((other, i) => whole(other.source) !== made[i]);
    const old = changed >= 0 && changed <= number && place.isConnected && place.childElementCount > 0;
    note.textContent = changed === number ? HERE : ABOVE;
    if (old && !note.isConnected) place.before(note);
    if (!old) note.remove();
  }
}

/** Marks what a change has made old, and says so once. */
function marked(cell) {
  const old = () => cells.filter(({ note }) => note?.isConnected).length;
  const before = old();
  mark();
  const now = old();
  if (running || now === before) return;
  cell.bar.say(now ? `${now === 1 ? "1 result on this page is" : `${now} results on this page are`} from before your change.`
    : "All results on this page fit the code again.");
}

/** Runs a cell, with the code and the fields of a moment. */
async function execute(cell, { made, sources, written }, say, running, seen) {
  const { python, harmless } = await loaded();
  const place = cell.place && output(cell);
  const printing = stream();
  const text = (printed) => {
    if (!place) return;
    if (!printing.box.isConnected) {
      place.replaceChildren(printing.box);
      cell.made = made;
      mark();
    }
    printing.say(printed);
  };
  const begun = (...long) => {
    for (const part of place?.querySelectorAll(".traceback, .advice") ?? []) part.remove();  // an error of another run
    running(...long);
  };
  const given = [sources[cell.number], `cell ${cell.number + 1}`, cell.hidden, written];
  seen.begin();
  const found = await python.call("run_cell", given, {
    text, running: begun, progress: (...come) => say(coming(...come)), reported: seen.reported,
    offered: (file) => (cell.reports ?? seen).offered(file),
  }).finally(seen.rest);
  cell.made = made;
  if (place) {
    place.replaceChildren();
    show(place, found, harmless);
    wake(place);
  }
  return found;
}

const ENDED = {
  [-1]: (words) => `A cell above ended with an error: ${words}`,
  0: () => "It ended with an error.",
  1: (words) => `It ran, and what the page makes of it below did not: ${words}`,
};

/** Runs a cell, after the cells above that must come first. */
async function run(cell) {
  const { say } = cell.bar;
  if (running) return say("Another cell is running.");
  running = true;
  const last = following(cell);
  const first = Math.min(clean, cell.number);
  cell.bar.stop.disabled = false;
  cell.box.setAttribute("aria-busy", "true");
  const broken = [];
  const sources = cells.map(({ source }) => source);
  const made = sources.map(whole);
  const moment = { made, sources, written: JSON.stringify(fields()) };
  const seen = cell.reports;
  let kept = false;                                                           // whether Stop ended a run that kept what it had
  try {
    say("Starting Python.");
    const { python } = await loaded();
    await python.start((...come) => say(coming(...come)));
    python.whenGone("cells", () => { clean = 0; });
    const began = performance.now();
    for (const other of cells) if (other.bar && other !== cell) other.bar.say("");
    for (let i = first; i < last; i += 1) {
      const place = Math.sign(i - cell.number);
      const what = place < 0 ? `Running cell ${i + 1} of ${cell.number + 1} (above)` : "Running";
      const { error, ended, broken: claims } = await execute(
        cells[i], moment, say, (...long) => say((long[0] && seen.news()) || lasting(what, ...long)), seen);
      if (error) {
        clean = Math.min(clean, i);
        throw new Error(error.stopped && !place ? reason(error) : ENDED[place](reason(error)));
      }
      const changed = cells.findIndex(({ source }, j) => whole(source) !== made[j]);   // while it ran
      if (i >= clean) clean = changed < 0 ? i + 1 : Math.min(i + 1, changed);
      mark();
      broken.push(...claims);
      if (ended && place < 0) throw new Error(`Stopped in cell ${i + 1}, above; what it has reached is kept. Run goes on from there.`);
      kept ||= ended;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const done = kept ? `Stopped after ${seconds} s; what was reached is kept.` : `Done in ${seconds} s.`;
    say(broken.length ? `${done} Not true of the page any more: ${broken.join("; ")}` : done);
  } catch (problem) {
    say(problem.message);
  }
  mark();
  cell.bar.rest();
  cell.bar.reset.hidden = false;
  cell.box.removeAttribute("aria-busy");
  running = false;
}

/** Where a cell's results are shown; a cell that had none gets a place. */
function output(cell) {
  if (!cell.place.isConnected) cell.box.append(cell.place);
  return cell.place;
}

/** Opens the editor in the place of the code. */
async function edit(cell) {
  const { editor } = await loaded();
  const host = make("div", { className: "editor" });
  if (cell.input) cell.input.hidden = true;
  cell.bar.line.before(host);
  cell.editor = editor(host, cell.source, {
    label: `Code of cell ${cell.number + 1}`,
    help: KEYS,
    keys: { "Mod-Enter": () => run(cell) },
    changed: (code) => {
      cell.source = code;
      clean = Math.min(clean, cell.number);
      write(named(cell), cell.built, cell.source);
      marked(cell);
    },
  });
  cell.bar.edit.hidden = true;
  cell.bar.reset.hidden = false;
  return cell.editor;
}

/** Brings back the code and the result that were built. */
function reset(cell) {
  cell.editor?.close();
  cell.box.querySelector(".editor")?.remove();
  cell.editor = undefined;
  if (cell.input) cell.input.hidden = false;
  if (cell.source !== cell.built) clean = Math.min(clean, cell.number);
  cell.source = cell.built;
  write(named(cell), cell.built, cell.source);
  for (const other of cells.slice(cell.number, following(cell))) {
    if (!other.place) continue;
    other.made = built;
    const again = other.was?.cloneNode(true);
    if (again) other.place.replaceWith(again);
    else other.place.remove();
    other.place = again ?? make("div", { className: "cell_output" });
    wake(other.box);
  }
  mark();
  cell.reports.empty();
  cell.bar.reset.hidden = true;
  cell.bar.edit.hidden = false;
  cell.bar.edit.focus();
  cell.bar.say("As it was built.");
}

function upgrade(cell, box) {
  cell.box = box;
  cell.place = box.querySelector(".cell_output");
  cell.was = cell.place?.cloneNode(true);
  cell.place ??= make("div", { className: "cell_output" });
  cell.note = make("p", { className: "stale" });
  const lost = (problem) => cell.bar.say(problem.message);
  const what = cell.figure ? "the figure above" : `cell ${cell.number + 1}`;
  cell.bar = bar(`Run ${what}`, [
    ["Run", () => run(cell)], ["Edit", () => edit(cell).then((opened) => opened.focus(), lost)], ["Stop", stop], ["Reset", () => reset(cell)],
  ]);
  cell.bar.reset.hidden = true;
  cell.bar.say(cost());
  cell.input = box.querySelector("details.hide, .cell_input");
  if (cell.input) cell.input.after(cell.bar.line);
  else box.append(cell.bar.line);
  cell.reports = reports(`Progress of ${what}`);
  cell.bar.line.after(cell.reports.line);
  const written = draft(named(cell), cell.built);
  if (written !== null) {
    cell.source = written;
    edit(cell).catch(lost);
  }
}

if (live) {
  const boxes = [...document.querySelectorAll("div.cell")];
  whenWritten(() => {
    const changed = cells.findIndex(({ source, made, number }) => whole(source) !== made[number]);
    if (changed >= 0) clean = Math.min(clean, changed);
    mark();
  });
  cells.filter((cell) => !cell.hidden).forEach((cell, i) => upgrade(cell, boxes[i]));
  mark();
}
