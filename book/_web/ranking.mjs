// What is found for a query, in which order, and in which sentence.
//
// Lessons come first, then the glossary and the rest. Within each, MiniSearch says by BM25 how much a section has to do
// with a word; a page that is called what was asked, or introduces it, comes before those that only use the words.
import MiniSearch from "minisearch";

/** Words of questions, and those that are everywhere. */
const SMALL = new Set(`a about an and are as at be between by can do does explain for from has have how i if in
  into is it its many matter matters me much my need needs of on or should so than that the their them there they this to
  versus vs was we what when where which who why will with work works would you your`.split(/\s+/));
const PROSE = { name: 4, terms: 3, text: 1 };
const ASKS = 0.5;                                                           // a quiz mentions what a section explains
/** What it is worth to be the page with that title, to introduce it, to be the section with that name, to say it in one
    piece. */
const TITLE = 4, FIRST = 3, NAME = 2, PIECE = 1.5;
const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

const split = (text) => text.split(/[^\p{Letter}\p{Number}]+/u);
const stemmer = window.Stemmer && new window.Stemmer();                     // Sphinx's, of language_data.js
const stems = new Map();
function stem(word) {
  const lower = word.toLowerCase();
  if (!stems.has(lower)) stems.set(lower, SMALL.has(lower) ? "" : stemmer.stemWord(lower));
  return stems.get(lower);
}
/** Gives the stems of a text with a space around each: one text has another where the phrase is a part of it. */
const phrase = (text) => ` ${split(text).map(stem).filter(Boolean).join(" ")} `;

/** Gives a sentence in pieces: whether each is to be marked, and its text. */
export function pieces(sentence, weights) {
  return sentence.split(/([\p{Letter}\p{Number}]+)/u).filter(Boolean)
    .map((text) => ({ text, marked: weights.has(stem(text)) }));
}

export class Ranking {
  /** Takes what book/_ext/pages/search.py wrote. */
  constructor({ pages, synonyms }) {
    this.synonyms = Object.entries(synonyms).map(([typed, meant]) => [phrase(typed), meant])
      .sort(([one], [other]) => other.length - one.length);                 // the longest that fits is meant
    this.sections = pages.flatMap((page) => page.sections.map((section) => Object.assign(section, { page })));
    this.sections.forEach((section, number) => {
      section.number = number;
      section.names = phrase(section.name);
      section.introduces = section.terms.map(phrase);
    });
    this.firsts = new Map();
    this.engine = new MiniSearch({
      idField: "number",
      fields: [...Object.keys(PROSE), "code"],
      extractField: (section, field) => [section[field]].flat().join("\n"),
      tokenize: split,
      processTerm: stem,
      searchOptions: {
        boost: PROSE,
        boostDocument: (number) => (this.sections[number].asks ? ASKS : 1),
        processTerm: (word) => word,                                        // a query comes here in stems
      },
    });
    this.engine.addAll(this.sections);
  }

  /** Gives the hits, best first, and the lessons' words that were looked for besides what was typed. */
  find(query) {
    const asked = phrase(query.replace(/\bdifferences? between\b/i, ""));
    const meant = [];
    let words = asked;
    for (const [typed, said] of this.synonyms) {
      if (!words.includes(typed)) continue;
      words = words.replace(typed, phrase(said));
      meant.push(said);
    }
    const hits = this.#rank(words);
    if (meant.length) hits.push(...this.#rank(asked).filter(({ page }) => !hits.some((hit) => hit.page === page)));
    hits.sort((one, other) => one.page.order - other.page.order);
    const object = this.#object(query.trim());
    if (!object) return { hits, meant };
    const itself = { page: object.page, section: object, sentence: first(object), weights: new Map(), also: [] };
    return { hits: [itself, ...hits.filter(({ section }) => section !== object)], meant };
  }

  /** Gives the object of the package that is called by a name as in code. */
  #object(name) {
    return /[._]/.test(name) && this.sections.find(({ id }) => `.${id}`.endsWith(`.${name}`));
  }

  /** Gives the pages that have the most of the words, a hit for each. */
  #rank(asked) {
    const found = new Map();                                                // by page and word: the score of each section
    const weights = new Map();                                              // by what was found for a word: how rare it is
    for (const word of new Set(asked.split(" ").filter(Boolean))) {
      const results = this.#search(word);
      for (const { id, score, terms } of results) {
        const section = this.sections[id];
        const words = entry(found, section.page, () => new Map());
        entry(words, word, () => new Map()).set(section, score);
        for (const term of terms) weights.set(term, Math.log(1 + this.sections.length / results.length));
      }
    }
    const most = Math.max(...[...found.values()].map((words) => words.size));
    return [...found].filter(([, words]) => words.size === most)
      .map(([page, words]) => this.#hit(page, [...words.values()], asked, weights))
      .sort((one, other) => other.score - one.score);
  }

  /** Looks for a word in prose; else in code; else for what begins with it or is spelled much like it. */
  #search(word) {
    const ways = [{ fields: Object.keys(PROSE) }, {}, { prefix: word.length > 2, fuzzy: word.length > 4 && 0.2 }];
    for (const way of ways) {
      const found = this.engine.search(word, way);
      if (found.length) return found;
    }
    return [];
  }

  #hit(page, words, asked, weights) {
    const [best, ...others] = page.sections.map((section) => {
      const scores = words.flatMap((of) => of.get(section) ?? []);
      return { section, score: sum(scores) * (scores.length / words.length) ** 2 * this.#worth(section, asked) };
    }).sort((one, other) => other.score - one.score);
    const score = sum(words.map((of) => Math.max(...of.values())));
    return {
      page,
      section: best.section,
      weights,
      score: score * Math.max(...page.sections.map((section) => this.#worth(section, asked))),
      sentence: sentence(best.section, asked, weights),
      also: others.filter((other) => other.score > best.score / 2).slice(0, 3).map(({ section }) => section),
    };
  }

  /** Says how much more a section is worth than the words that it has. */
  #worth(section, asked) {
    const isTitle = section === section.page.sections[0];
    if (section.names === asked) return isTitle ? TITLE : NAME;
    if (section === this.#first(asked)) return FIRST;
    if (section.names.includes(asked)) return isTitle ? NAME : PIECE;
    section.said ??= phrase(section.text.join(" | "));
    return section.introduces.includes(asked) || section.said.includes(asked) ? PIECE : 1;
  }

  /** Gives the first section of the course that introduces something. */
  #first(asked) {
    return entry(this.firsts, asked, () => this.sections.find(({ introduces }) => introduces.includes(asked)));
  }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Gives what a map has for a key, and makes it if there is nothing. */
function entry(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

const sentences = (block) => [...SENTENCES.segment(block)].map(({ segment }) => segment.trim());
const first = ({ text, code }) => (text.length ? sentences(text[0])[0] : code);

/** Gives the sentence that has the most of what was asked: for a page's title, wherever it is on the page. */
function sentence(section, asked, weights) {
  const sections = section === section.page.sections[0] ? section.page.sections : [section];
  const prose = ({ text }) => text.flatMap(sentences);
  const code = (part) => part.code.split("\n").map((line) => line.trim());
  for (const lines of [prose, code]) {
    for (const part of sections) {
      const scored = lines(part).map((line) => {
        const said = phrase(line);
        const score = sum([...new Set(said.split(" "))].map((word) => weights.get(word) ?? 0));
        return { line, score: score && score + said.includes(asked) + /[.?!:]\W?$/.test(line) };
      });
      const best = scored.reduce((first, next) => (next.score > first.score ? next : first), { score: 0 });
      if (best.score) return best.line;
    }
  }
  return first(section);
}
