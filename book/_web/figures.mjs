// Figures that move or sound, and only when the reader asks. Every frame is in the page already: the script turns
// frames on and off. Without it the last frame stands, and the controls stay disabled.

const all = (selector, root) => [...root.querySelectorAll(selector)];

/** Shows frame number `step` of a figure, counted from 1. */
function show(figure, step, last) {
  for (const part of all("[data-word], [data-step]", figure)) {
    const at = Number(part.dataset.word ?? part.dataset.step);
    part.classList.toggle("read", at <= step);
    part.classList.toggle("now", at === step);
  }
  for (const frame of all("[data-frame]", figure)) frame.hidden = Number(frame.dataset.frame) !== step;
  for (const cells of all("[data-frames]", figure)) {                     // one digit for each word read, 0 to 9
    const heights = cells.dataset.frames.split("|")[step - 1];
    [...cells.children].forEach((cell, i) => cell.style.setProperty("--m", (heights[i] ?? 0) / 9));
  }
  for (const bars of all("[data-percents]", figure)) {                    // one list of percentages for each frame
    const percents = JSON.parse(bars.dataset.percents)[step - 1];
    [...bars.children].forEach((row, i) => {
      row.querySelector(".bar").style.setProperty("--p", percents[i]);
      row.querySelector(".number").textContent = `${percents[i]} %`;
      row.classList.toggle("most", percents[i] === Math.max(...percents));
    });
  }
  for (const answer of all(".answer", figure)) answer.style.visibility = step === last ? "visible" : "hidden";
  const says = figure.querySelector(".says-frame");
  if (says) says.textContent = JSON.parse(figure.dataset.says)[step - 1].replace(/ (?=%)/g, "\u00a0");
}

function slider(range) {
  const figure = range.closest("figure");
  const output = figure.querySelector("output");
  const stops = JSON.parse(figure.dataset.stops ?? "null");               // what the slider says, where it is no count
  const update = () => {
    output.textContent = stops?.[range.value - 1] ?? `${range.value} of ${range.max}`;
    range.setAttribute("aria-valuetext", output.textContent);
    show(figure, Number(range.value), Number(range.max));
  };
  range.disabled = false;
  range.addEventListener("input", update);
  for (const row of all(".row[data-step]", figure)) {                     // or point at a row
    for (const kind of ["pointerenter", "pointerdown"]) {
      row.addEventListener(kind, () => {
        range.value = row.dataset.step;
        update();
      });
    }
  }
  update();
}

/** "Read to me": goes through the frames at a reader's pace; pressed again, it stops. */
function reader(button) {
  const figure = button.closest("figure");
  const range = figure.querySelector("input[type=range]");
  const says = figure.querySelector(".says-frame");
  const label = button.textContent;
  let timer;
  const go = (step) => {
    range.value = step;
    range.dispatchEvent(new Event("input"));
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = label;
    if (says) says.ariaLive = "polite";
  };
  button.disabled = false;
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return go(range.max);
    if (says) says.ariaLive = "off";                                      // nobody wants every frame read out
    button.textContent = "Stop";
    go(1);
    timer = setInterval(() => {
      if (Number(range.value) < Number(range.max)) go(Number(range.value) + 1);
      else stop();
    }, 450);
  });
  range.addEventListener("pointerdown", () => timer && stop());
  range.addEventListener("keydown", () => timer && stop());
}

let playing;                                                              // one tune at a time on the whole page

function player(button) {
  const label = button.textContent;
  button.disabled = false;
  button.addEventListener("click", () => {
    const mine = playing?.button === button;
    playing?.stop();
    if (mine) return;
    const audio = new AudioContext();
    const stop = () => {
      audio.close();
      playing = undefined;
      button.textContent = label;
    };
    playing = { button, stop };
    button.textContent = "Stop";
    const beat = Number(button.dataset.beat);
    let at = audio.currentTime + 0.05, last;
    for (const [pitch, beats] of button.dataset.tune.split(" ").map((note) => note.split(":").map(Number))) {
      last = sound(audio, pitch, at, beats * beat);
      at += beats * beat;
    }
    last.addEventListener("ended", () => playing?.button === button && stop());
  });
}

/** One note: a triangle wave that swells in 10 ms and dies away before the next begins. */
function sound(audio, pitch, start, length) {
  const tone = new OscillatorNode(audio, { type: "triangle", frequency: 440 * 2 ** ((pitch - 69) / 12) });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.2, start + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, start + length * 0.95);
  tone.connect(gain).connect(audio.destination);
  tone.start(start);
  tone.stop(start + length);
  return tone;
}

/** Wakes the figures below `root` that still sleep; call it again for figures that come later. */
export function wake(root = document) {
  for (const range of all(".seq-figure input[type=range]:disabled", root)) slider(range);
  for (const button of all(".seq-figure button[data-play]:disabled", root)) reader(button);
  for (const button of all(".seq-figure button[data-tune]:disabled", root)) player(button);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => wake());
else wake();
