// Prove it: the project's own tests run in the page, and a known bug can be planted first.
import { bar, coming, live, loaded, stop } from "./controls.mjs";
import { make } from "./element.mjs";

function upgrade(row) {
  const { test, bug } = row.dataset;
  const state = row.querySelector(".state");
  const sentence = row.firstElementChild.textContent;
  const said = make("div", { className: "said-by-test", hidden: true });
  said.setAttribute("role", "status");
  let busy = false;

  const verdict = (kind, words) => {
    row.className = kind;
    state.textContent = words;
  };

  async function run(planted) {
    if (busy) return;
    busy = true;
    controls.stop.disabled = false;
    said.hidden = true;
    verdict("", "running");
    try {
      const { python } = await loaded();
      const progress = (...come) => controls.say(coming(...come));
      await python.need("testing", progress);
      const { error, passed, words, change } = await python.call("run_test", planted ? [test, bug] : [test], {
        running: () => controls.say(""), progress,
      });
      if (error) throw new Error(`The test could not be run. ${error.text.trim().split("\n").at(-1)}`);
      const numbers = make("pre", { textContent: words, tabIndex: 0 });
      if (!planted) {
        verdict(passed ? "ok" : "no", passed ? "passed" : "missed");
        said.replaceChildren(...(passed ? [] : [numbers]));
      } else {
        verdict(passed ? "no" : "caught", passed ? "not caught" : "caught");
        const diff = make("pre", { tabIndex: 0 }, make("del", { textContent: change.old }), "\n", make("ins", { textContent: change.new }));
        said.replaceChildren(
          make("p", {}, `Planted in ${change.where}, in this page alone: ${bug}.`), diff,
          make("p", {}, passed ? "The test did not notice." : "The test says:"), ...(passed ? [] : [numbers]),
          make("p", {}, "The bug has been taken out again."));
      }
      said.hidden = !said.childNodes.length;
    } catch (problem) {
      verdict("", "not run");
      controls.say(problem.message);
    }
    controls.rest();
    busy = false;
  }

  const buttons = [["Run", () => run(false)], ["Break it", () => run(true)], ["Stop", stop]];
  const controls = bar(sentence, bug ? buttons : buttons.filter(([name]) => name !== "Break it"));
  row.append(controls.line, said);
}

if (live) for (const row of document.querySelectorAll(".proofs > li")) upgrade(row);
