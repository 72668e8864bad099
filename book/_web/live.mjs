// What a page loads when the reader first runs or edits something: the editor, and the way to Python.
import DOMPurify from "dompurify";
import { editor } from "./live/editor.mjs";
import * as python from "./live/python.mjs";

/** Makes HTML that the reader's code has written harmless: no script, nothing from elsewhere. */
const harmless = (html) => DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });

window.seqcourseLive = { editor, harmless, python };
