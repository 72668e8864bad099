// The guess of a predict box: said again in front of the measurement. It is kept for as long as the page is open.

function repeat(box, guess) {
  const said = box.querySelector(".said");
  said.querySelector(".guess").textContent = guess;
  said.hidden = false;
}

function slider(box, range) {
  const output = box.querySelector("output");
  const update = () => {
    output.textContent = `${range.value} ${range.dataset.unit}`.trim();
    range.setAttribute("aria-valuetext", output.textContent);
    repeat(box, output.textContent);
  };
  range.addEventListener("input", update);
  output.hidden = false;
  update();
}

for (const box of document.querySelectorAll(".predict")) {
  const range = box.querySelector("input[type=range]");
  if (range) slider(box, range);
  box.addEventListener("change", ({ target }) => {
    if (target.type === "radio") repeat(box, `“${target.labels[0].textContent.trim()}”`);
  });
}
