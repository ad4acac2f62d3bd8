// From the taps of the discreet recorder to answers. Pure: taps in, counts and seconds out.

/** @import { Answers, Checklist, Tap } from "./types.js" */

/** What can be tapped, in the order of a visit. */
export const TAPS = [
  "arrived", "near", "acknowledged", "queue", "served", "receipt", "left",
];

/** Encounters: n times near, k of them acknowledged. A greeting without a tap for the meeting
 * before it is a meeting too. @param {Tap[]} taps */
export function encounters(taps) {
  let n = 0;
  let k = 0;
  let open = false;
  for (const { what } of taps) {
    if (what === "near") {
      n += 1;
      open = true;
    } else if (what === "acknowledged") {
      if (!open) n += 1;
      k += 1;
      open = false;
    }
  }
  return { k, n };
}

/** Whole seconds from the first tap of one kind to the first of another after it.
 * @param {Tap[]} taps @param {string} from @param {string} to @returns {number | null} */
export function between(taps, from, to) {
  const start = taps.findIndex((tap) => tap.what === from);
  const end = taps.find((tap, n) => n > start && tap.what === to);
  if (start < 0 || !end) return null;
  return Math.max(0, Math.round((Date.parse(end.at) - Date.parse(taps[start].at)) / 1000));
}

/** The answers that the taps give: to whatever the checklist says is counted by encounters, or
 * lies between two taps.
 * @param {Checklist} checklist @param {Tap[]} taps @returns {Answers} */
export function prefilled(checklist, taps) {
  /** @type {Answers} */
  const answers = {};
  const met = encounters(taps);
  for (const item of checklist.sections.flatMap((section) => section.items)) {
    if (item.counted_as === "encounters" && item.of === "asked" && met.n) {
      answers[item.key] = { value: met, source: "counted" };
    }
    const seconds = item.between ? between(taps, ...item.between) : null;
    if (seconds !== null) {
      answers[item.key] = { value: seconds, source: "timed" };
    }
  }
  return answers;
}
