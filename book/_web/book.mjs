// Everything the pages' own script does. The book is complete without it.
import "./figures.mjs";
import "./predict.mjs";
import "./quiz.mjs";
import "./reading.mjs";
import "./drawers.mjs";
import "./progress_block.mjs";
import "./cells.mjs";
import "./exercises.mjs";
import "./proofs.mjs";
