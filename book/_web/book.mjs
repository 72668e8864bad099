// Everything the pages' own script does. The book is complete without it.
import "./figures.mjs";
import "./predict.mjs";
import "./quiz.mjs";
import "./reading.mjs";
import "./drawers.mjs";
import "./standing.mjs";
import "./cells.mjs";
import "./exercises.mjs";
import "./proofs.mjs";
