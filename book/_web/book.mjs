// Everything the pages' own script does. The book is complete without it.
import "./figures.mjs";
import "./predict.mjs";
