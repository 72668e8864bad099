// One formula a line comes in as JSON, one line of MathML or of complaint goes out. See mathml.py.
const temml = require("temml");
const readline = require("node:readline");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display, macros } = JSON.parse(line);
  let answer;
  try {
    const options = { displayMode: display, throwOnError: true, macros, wrap: display ? "none" : "tex" };
    answer = { mathml: temml.renderToString(tex, options) };
  } catch (error) {
    answer = { error: String(error.message).split("\n")[0] };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
