// Whether the answers make sense, before they are sealed: the same rules and codes as the
// server's `checklists.validation`, tested with the vectors in tests/vectors/validation.json.
// A fault never stops an audit from being sent for good: the server would quarantine it.

import { plain, shownItems, valueOf } from "./visibility.js";

/** @import { Answer, Answers, Checklist, EvidenceRule, Item } from "./types.js" */

/** @typedef {{item: string, code: string, values?: Record<string, any>}} Fault */

const LONGEST_TEXT = 20_000;
const LONGEST_TIME = 86_400;
const GREATEST_COUNT = 100_000;
const SOURCES = [undefined, null, "timed", "counted", "remembered"];

/** @param {any} raw @returns {raw is Record<string, any>} */
const isMapping = (raw) => typeof raw === "object" && raw !== null && !Array.isArray(raw);

/** @param {any} text */
const stripped = (text) => (typeof text === "string" ? text.trim() : "");

/** How many characters, as people and Python count them. @param {string} text */
export const lengthOf = (text) => [...text.trim()].length;

/** Every fault of the answers, in the order of the checklist; answers to hidden items are
 * ignored.
 * @param {Checklist} checklist @param {Answers} answers
 * @param {Record<string, number>} photosByItem how many photos name each item
 * @param {Record<string, any>} store @param {Record<string, any>} assignment
 * @param {string} [language] the one the auditor wrote in
 * @returns {Fault[]} */
export function checkAnswers(checklist, answers, photosByItem, store, assignment, language) {
  const [first] = checklist.languages;
  const written = language && checklist.languages.includes(language) ? language : first;
  const covert = assignment.covert === true;
  const shown = shownItems(checklist, answers, store, assignment);
  const items = checklist.sections.flatMap((section) => section.items);
  const known = new Set(items.map((item) => item.key));
  const unknown = Object.keys(answers).filter((key) => !known.has(key));
  /** @type {Fault[]} */
  const faults = unknown.map((key) => ({ item: key, code: "unknown_item" }));
  for (const item of items) {
    if (!shown.has(item.key)) continue;
    const photos = photosByItem[item.key] ?? 0;
    const found = itemFaults(item, answers[item.key] ?? {}, photos, covert, written);
    faults.push(...found.map((fault) => ({ item: item.key, ...fault })));
  }
  return faults;
}

/** @typedef {{code: string, values?: Record<string, any>}} One */

/** @param {Item} item @param {any} raw @param {number} photos @param {boolean} covert
 * @param {string} language @returns {One[]} */
function itemFaults(item, raw, photos, covert, language) {
  if (!isMapping(raw) || !wellFormed(raw)) return [{ code: "malformed" }];
  if (raw.na === true) return naFaults(item, raw);
  const given = item.kind === "photo" ? photos > 0 : isGiven(raw);
  if (!given) return item.required === false ? [] : [{ code: "required" }];
  const faults = item.kind === "photo" ? [] : valueFaults(item, raw.value, language);
  if (faults.length) return faults;
  return missingEvidence(item, raw, photos, covert).map((need) => ({ code: `${need}_missing` }));
}

/** @param {Record<string, any>} answer */
function wellFormed(answer) {
  const isText = (/** @type {any} */ text) => text == null || typeof text === "string";
  return isText(answer.note) && isText(answer.reason) &&
    (answer.na == null || typeof answer.na === "boolean") && SOURCES.includes(answer.source);
}

/** @param {Item} item @param {Record<string, any>} answer @returns {One[]} */
function naFaults(item, answer) {
  const faults = [];
  if (!item.na) faults.push({ code: "na_not_allowed" });
  if (isGiven(answer)) faults.push({ code: "na_with_value" });
  if (!stripped(answer.reason)) faults.push({ code: "na_without_reason" });
  return faults;
}

/** Something stands there, valid or not. @param {Record<string, any>} answer */
export function isGiven({ value }) {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return value.trim() !== "";
  return !Array.isArray(value) || value.length > 0;
}

/** @param {Item} item */
export function scaleTop(item) {
  return Number(item.max ?? 0) || Object.keys(item.anchors ?? {}).length || 5;
}

/** @param {number | Record<string, number> | undefined} lengths @param {string} language */
export function lengthIn(lengths, language) {
  return typeof lengths === "object" ? lengths[language] : lengths;
}

/** The faults of a given value.
 * @param {Item} item @param {any} value @param {string} language @returns {One[]} */
export function valueFaults(item, value, language) {
  const wrong = [{ code: "wrong_type" }];
  switch (item.kind) {
    case "yes_no":
      return value === "yes" || value === "no" ? [] : wrong;
    case "scale":
      return whole(value, 1, scaleTop(item));
    case "count":
      return count(item, value);
    case "seconds":
      return number(value, 0, LONGEST_TIME);
    case "choice":
      return chosen(item, [value]);
    case "choices":
      return chosen(item, value);
    case "number":
      return number(value, item.min, item.max);
    case "text":
      return text(item, value, language);
    case "date":
      return isDate(value) ? [] : wrong;
    case "signature":
      return signature(value);
    default:
      return [];
  }
}

/** @param {any} value @param {number} least @param {number} most @returns {One[]} */
function whole(value, least, most) {
  if (!Number.isInteger(value)) return [{ code: "wrong_type" }];
  if (value < least || value > most) return [{ code: "out_of_range", values: { least, most } }];
  return [];
}

/** @param {any} value @param {any} least @param {any} most @returns {One[]} */
function number(value, least, most) {
  if (typeof value !== "number" || !Number.isFinite(value)) return [{ code: "wrong_type" }];
  const low = least !== undefined && value < Number(least);
  const high = most !== undefined && value > Number(most);
  return low || high ? [{ code: "out_of_range", values: { least, most } }] : [];
}

/** @param {Item} item @param {any} value @returns {One[]} */
function count(item, value) {
  if (item.of !== "asked") return kOfN(value, item.of);
  const keys = isMapping(value) ? Object.keys(value).sort().join() : "";
  if (keys !== "k,n") return [{ code: "wrong_type" }];
  const faults = whole(value.n, 0, GREATEST_COUNT);
  return faults.length ? faults : kOfN(value.k, value.n);
}

/** @param {any} k @param {number | undefined} n @returns {One[]} */
function kOfN(k, n) {
  const faults = whole(k, 0, GREATEST_COUNT);
  if (!faults.length && n !== undefined && k > n) return [{ code: "k_above_n", values: { k, n } }];
  return faults;
}

/** @param {Item} item @param {any} keys @returns {One[]} */
function chosen(item, keys) {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string")) {
    return [{ code: "wrong_type" }];
  }
  const known = new Set((item.options ?? []).map((option) => option.key));
  /** @type {One[]} */
  const faults = keys.filter((key) => !known.has(key)).map(() => ({ code: "unknown_option" }));
  if (new Set(keys).size < keys.length) faults.push({ code: "repeated_option" });
  return faults;
}

/** @param {Item} item @param {any} value @param {string} language @returns {One[]} */
function text(item, value, language) {
  if (typeof value !== "string") return [{ code: "wrong_type" }];
  const length = lengthOf(value);
  const least = lengthIn(item.min_length, language);
  const most = Math.min(lengthIn(item.max_length, language) ?? LONGEST_TEXT, LONGEST_TEXT);
  const faults = [];
  if (least !== undefined && length < least) {
    faults.push({ code: "too_short", values: { least, length } });
  }
  if (length > most) faults.push({ code: "too_long", values: { most, length } });
  return faults;
}

/** @param {any} value */
function isDate(value) {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) && !/^0000/.test(value);
}

/** @param {any} value @returns {One[]} */
function signature(value) {
  const strokes = isMapping(value) ? value.strokes : null;
  const drawn = Array.isArray(strokes) && strokes.length > 0 &&
    strokes.every((stroke) => Array.isArray(stroke) && stroke.length);
  if (!drawn || !stripped(value.name)) return [{ code: "wrong_type" }];
  const inside = strokes.flat().every((/** @type {any} */ point) =>
    Array.isArray(point) && point.length === 2 &&
    point.every((at) => typeof at === "number" && at >= 0 && at <= 1));
  return inside ? [] : [{ code: "out_of_range" }];
}

// ---- evidence ----------------------------------------------------------------------------
/** What the item's rules ask for and the answer does not have. A photo that was taken all the
 * same is proof enough, on a covert visit too.
 * @param {Item} item @param {Answer} answer @param {number} photos @param {boolean} covert
 * @returns {("comment" | "photo")[]} */
export function missingEvidence(item, answer, photos, covert) {
  const has = { comment: !!stripped(answer.note), photo: photos > 0 };
  const needed = (item.evidence ?? [])
    .filter((rule) => applies(rule, item, answer))
    .map((rule) => (rule.covert && covert && !has.photo ? rule.covert : rule.needs));
  return [...new Set(/** @type {("comment" | "photo")[]} */ (needed))].filter((need) => !has[need]);
}

/** @param {EvidenceRule} rule @param {Item} item @param {Answer} answer */
function applies({ when }, item, answer) {
  if (when === "always") return true;
  const value = valueOf({ it: answer }, "it");
  if (typeof when === "string") return value === when;
  if (when.below !== undefined) {
    const r = resultOf(item, answer.value);
    return r !== null && r < Number(when.below);
  }
  if (typeof value !== "number") return false;
  return when.at_most !== undefined
    ? value <= Number(when.at_most) : value >= Number(when.at_least);
}

/** What a valid answer is worth, 0…1, or null where nothing says. Only for the evidence rules:
 * the score is made on the server. @param {Item} item @param {any} value @returns {number | null} */
export function resultOf(item, value) {
  if (plain(value) === null) return null;
  switch (item.kind) {
    case "yes_no":
      return value === (item.good ?? "yes") ? 1 : 0;
    case "scale":
      return (value - 1) / (scaleTop(item) - 1);
    case "count":
      if (item.of === "asked") return value.n ? value.k / value.n : null;
      if (item.of !== undefined) return value / item.of;
      return item.steps ? Number(item.steps.find(([bound]) => value <= bound)?.[1] ?? 0) : null;
    case "seconds": {
      if (item.target === undefined || item.limit === undefined) return null;
      const [target, limit] = [Number(item.target), Number(item.limit)];
      return clipped((limit - value) / (limit - target));
    }
    case "choice":
    case "choices": {
      const keys = Array.isArray(value) ? value : [value];
      const scored = (item.options ?? []).filter((option) =>
        keys.includes(option.key) && option.scored !== false && option.points !== undefined);
      // In millionths: 0.1 + 0.2 must not be more than 0.3.
      const sum = scored.reduce((all, option) => all + Math.round(Number(option.points) * 1e6), 0);
      return scored.length ? clipped(sum / 1e6) : null;
    }
    default:
      return null;
  }
}

/** @param {number} r */
const clipped = (r) => Math.min(1, Math.max(0, r));
