// Exercises: an editor, Run and Check. What was written stays until the reader starts again.
import { draft, write } from "./drafts.mjs";
import { wake } from "./figures.mjs";
import { solve, solved } from "./progress.mjs";
import { reply } from "./reply.mjs";
import { bar, coming, cost, KEYS, lasting, live, loaded, reason, show, stop } from "./controls.mjs";
import { make } from "./element.mjs";

function upgrade(box) {
  const { exercise: id } = box.dataset;
  const frame = box.querySelector(".editor");
  const starter = frame.querySelector("pre").textContent.replace(/\n$/, "");
  const title = box.querySelector("h3").textContent;
  const area = make("textarea", { value: draft(id, starter) ?? starter, spellcheck: false });
  const said = make("div", { className: "check-reply", hidden: true });
  const output = make("div", { className: "cell_output", hidden: true });
  let editing, busy = false;
  area.setAttribute("aria-label", `Your code for ${title}`);
  area.setAttribute("aria-description", KEYS);
  area.setAttribute("autocapitalize", "off");
  area.rows = area.value.split("\n").length + 1;
  said.setAttribute("role", "status");
  frame.replaceChildren(area);

  const code = () => editing?.code ?? area.value;
  const changed = (text) => write(id, starter, text);

  async function run(what, given) {
    if (busy) return;
    busy = true;
    controls.stop.disabled = false;
    said.hidden = output.hidden = true;
    const { say } = controls;
    try {
      say("Starting Python.");
      const { python, harmless } = await loaded();
      const progress = (...come) => say(coming(...come));
      await python.start(progress);
      const began = performance.now();
      const found = await python.call(what, [code(), "your code", ...given], {
        running: (...long) => say(lasting("Running", ...long)), progress,
      });
      output.replaceChildren();
      show(output, found, harmless);
      wake(output);
      output.hidden = !output.childNodes.length;
      if (found.verdict) reply(said, found.verdict);
      if (found.verdict?.passed) solve(id);
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      if (found.error?.stopped) throw new Error(reason(found.error));
      say(found.error ? "Your code ended with an error." : `${found.verdict ? "Checked" : "Done"} in ${seconds} s.`);
      if (!found.error && !found.verdict && output.hidden) say(`Done in ${seconds} s. It printed nothing.`);
    } catch (problem) {
      say(problem.message);
    }
    controls.rest();
    busy = false;
  }

  const check = () => run("check_answer", [id]);
  const controls = bar(title, [
    ["Check", check, true],
    ["Run", () => run("run_answer", [])],
    ["Stop", stop],
    ["Start again", () => {
      if (editing) editing.code = starter;
      else area.value = starter;
      changed(starter);
      said.hidden = output.hidden = true;
      controls.say("The code to begin with is back.");
    }],
  ]);
  controls.say(solved().includes(id) ? "You have solved this one." : cost());
  frame.after(controls.line, output, said);

  area.addEventListener("input", () => changed(area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      check();
    }
  });
  // The plain field is an editor already; the better one takes its place when the reader comes to write. Not before a
  // press is over, though: the browser sets the caret after it has given the focus.
  let pressed = Promise.resolve();
  area.addEventListener("pointerdown", () => {
    pressed = new Promise((done) => {
      for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, done, { once: true });
    });
  });
  area.addEventListener("focus", async () => {
    const { editor } = await loaded().catch(() => ({}));
    await pressed;
    await new Promise((done) => { setTimeout(done); });
    if (editing || !editor) return;
    const { selectionStart, selectionEnd } = area;
    const had = document.activeElement === area;
    const host = make("div");
    area.before(host);
    editing = editor(host, area.value, {
      label: `Your code for ${title}`, help: KEYS, keys: { "Mod-Enter": check }, changed,
    });
    area.remove();
    if (had) editing.focus(selectionStart, selectionEnd);
  });
}

if (live) for (const box of document.querySelectorAll("[data-exercise]")) upgrade(box);
