// The editor: CodeMirror, with what a short piece of Python needs. Escape, then Tab, leaves it.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

// The colours are those of code.css: two inks and weight.
const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", background: "none" },
  "&.cm-focused": { outline: "none" },                                         // the frame around it shows the focus
  ".cm-scroller": { font: ".8125rem/1.65 var(--mono)" },
  ".cm-content": { padding: ".75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 calc(var(--hang) - 1px) 0 .5rem" },
  ".cm-gutters": { color: "var(--ink-3)", background: "none", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "light-dark(#e4dccb, #4a4436)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "none", outline: "1px solid var(--rule-strong)" },
  ".tok-keyword, .tok-bool": { fontWeight: "600" },
  ".tok-comment": { color: "var(--ink-3)" },
  ".tok-string, .tok-string2": { color: "light-dark(#1b5a4a, #9fd0bd)" },
  ".tok-number": { color: "light-dark(#6d3a00, #e3b98a)" },
  ".tok-definition": { color: "var(--accent)" },
});

/** Puts an editor into `parent`; `keys` maps keys such as "Mod-Enter" to what they do. */
export function editor(parent, code, { label, help, keys, changed }) {
  const own = Object.entries(keys).map(([key, run]) => ({ key, run: () => (run(), true) }));
  // Tab indents for whoever is writing; whoever only passes through with it must come out again.
  let writing = false;
  const indent = { key: "Tab", run: (view) => writing && indentMore(view), shift: (view) => writing && indentLess(view) };
  const watch = EditorView.domEventHandlers({
    focus: () => { writing = false; },
    pointerdown: () => { writing = true; },
    keydown: ({ key }) => { if (!["Tab", "Shift"].includes(key)) writing = key !== "Escape"; },
  });
  // In a tree of its own its sheet is one that the page's policy lets it make.
  const root = parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: code,
      extensions: [
        lineNumbers(), history(), drawSelection(), bracketMatching(), indentOnInput(), indentUnit.of("    "), python(),
        syntaxHighlighting(classHighlighter), LOOK, watch,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-description": help, spellcheck: "false" }),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
        Prec.highest(keymap.of(own)),
        keymap.of([indent, ...historyKeymap, ...defaultKeymap]),
      ],
    }),
  });
  return {
    get code() { return view.state.doc.toString(); },
    set code(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); },
    focus: (from, to = from) => {
      if (from !== undefined) view.dispatch({ selection: { anchor: from, head: to } });
      view.focus();
    },
    close: () => view.destroy(),
  };
}
