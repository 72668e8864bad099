// The answer that was chosen is still chosen when the reader comes back. The sheet alone shows the replies.
import { answer, answered } from "./progress.mjs";

for (const quiz of document.querySelectorAll(".quiz")) {
  const choices = [...quiz.querySelectorAll("input[type=radio]")];
  const chosen = answered(choices[0].name);
  choices.forEach((choice, i) => { choice.checked = i + 1 === chosen; });
  quiz.addEventListener("change", ({ target }) => answer(target.name, choices.indexOf(target) + 1));
}
