// Which items are asked, by the same rules as the server's `checklists.visibility`; both are
// tested with the vectors in tests/vectors/visibility.json. A hidden item has no answer.

/** @import { Answers, Checklist, Condition, Leaf, Item } from "./types.js" */

/** A raw value for comparing; null for what counts as nothing (an empty text or set).
 * @param {any} raw @returns {null | boolean | number | string | string[]} */
export function plain(raw) {
  if (typeof raw === "boolean") return raw;
  if (typeof raw === "string") return raw.trim() || null;
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : null;
  if (Array.isArray(raw)) {
    const parts = raw.filter((part) => typeof part === "string");
    return parts.length ? parts : null;
  }
  if (raw && typeof raw === "object") {
    if ("k" in raw) return typeof raw.k === "number" && Number.isFinite(raw.k) ? raw.k : null;
    if (typeof raw.name === "string") return raw.name.trim() || null;
  }
  return null;
}

/** What an answer says; null when it is not applicable or unanswered.
 * @param {Answers} answers @param {string} key */
export function valueOf(answers, key) {
  const answer = answers[key];
  if (!answer || typeof answer !== "object" || answer.na === true) return null;
  return plain(answer.value);
}

/** @param {any} value @param {any} expected */
function matches(value, expected) {
  const wanted = typeof expected === "string" ? expected.trim() : expected;
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

/** Whether one test holds for a value.
 * @param {Leaf} test @param {any} value */
export function holds(test, value) {
  if (test.answered !== undefined) return test.answered === (value !== null);
  if (value === null) return false;
  if (test.is !== undefined) return matches(value, test.is);
  if (test.in !== undefined) return test.in.some((expected) => matches(value, expected));
  if (typeof value !== "number") return false;
  if (test.at_least !== undefined) return value >= Number(test.at_least);
  return test.at_most !== undefined && value <= Number(test.at_most);
}

/** @param {any} condition @param {(test: Leaf) => boolean} result @returns {boolean} */
function decide(condition, result) {
  if (condition.all) return condition.all.every((/** @type {Condition} */ c) => decide(c, result));
  if (condition.any) return condition.any.some((/** @type {Condition} */ c) => decide(c, result));
  if (condition.not) return !decide(condition.not, result);
  return result(condition);
}

/** The keys of the items that are asked, decided in the order in which they stand.
 * @param {Checklist} checklist @param {Answers} answers
 * @param {Record<string, any>} store attributes @param {Record<string, any>} assignment attributes
 * @returns {Set<string>} */
export function shownItems(checklist, answers, store, assignment) {
  /** @type {Set<string>} */
  const shown = new Set();
  /** @param {Leaf} test */
  const result = (test) => {
    if (test.item !== undefined) {
      return holds(test, shown.has(test.item) ? valueOf(answers, test.item) : null);
    }
    const attributes = test.store !== undefined ? store : assignment;
    return holds(test, plain(attributes[test.store ?? test.assignment ?? ""]));
  };
  for (const section of checklist.sections) {
    for (const item of section.items) {
      const conditions = [section.show_if, item.show_if].filter(Boolean);
      if (conditions.every((condition) => decide(condition, result))) shown.add(item.key);
    }
  }
  return shown;
}

/** The assignment's side of what conditions read.
 * @param {{kind: string, scenario?: any, purchase?: boolean}} assignment */
export function assignmentFacts({ kind, scenario, purchase }) {
  const named = typeof scenario === "string" ? scenario : scenario?.key ?? scenario?.name ?? null;
  const facts = typeof scenario === "object" && scenario ? scenario : {};
  return {
    ...facts, kind, scenario: named, purchase: purchase ?? false, covert: kind === "mystery_shop" };
}

/** @param {Checklist} checklist @returns {Item[]} */
export function allItems(checklist) {
  return checklist.sections.flatMap((section) => section.items);
}
