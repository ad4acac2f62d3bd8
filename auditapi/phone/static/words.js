// What the app says, in the person's language, and texts of the checklist in that language.

/** @import { Words } from "./types.js" */

/** @type {Record<string, string>} */
export const LANGUAGES = { en: "English", ko: "한국어", "zh-Hant": "繁體中文" };

let language = "en";
/** @type {Record<string, string>} */
let words = {};

/** The best of our languages for what the phone is set to.
 * @param {readonly string[]} wanted */
export function closest(wanted) {
  for (const one of wanted) {
    const low = one.toLowerCase();
    if (low.startsWith("ko")) return "ko";
    if (low.startsWith("zh")) return "zh-Hant";
    if (low.startsWith("en")) return "en";
  }
  return "en";
}

/** Days, times and numbers as the phone's own region writes them, where it speaks this language. */
function region() {
  return globalThis.navigator?.languages?.find((one) => closest([one]) === language &&
    one.toLowerCase().startsWith(language.slice(0, 2))) ?? language;
}

/** @param {string} wanted */
export async function speak(wanted) {
  language = wanted in LANGUAGES ? wanted : "en";
  words = (await import(`./words/${language}.js`)).default;
  document.documentElement.lang = language;
}

export function spoken() {
  return language;
}

/** The words for a key; `{name}` in them is filled in. `key.one` serves for n = 1.
 * @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const one = values.n === 1 ? words[`${key}.one`] : undefined;
  const text = one ?? words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Why the server wants something looked at, and what to do; its own sentence is English and for
 * programmers. Only an answer can be answered again.
 * @param {{place?: string, code: string}} reason */
export function why({ place = "", code }) {
  const again = code !== "malformed" || place.startsWith("answers.");
  const own = words[`reason.${code}`] ?? (again ? words[`fault.${code}`] : undefined);
  return own ?? t("reason.unknown", { code: `${place} ${code}`.trim() });
}

/** Where that is, for people: an item, a photo by its number, or nothing that has a name.
 * @param {string} place */
export function whereabouts(place) {
  const [, photo] = /^photos\[(\d+)\]/.exec(place) ?? [];
  if (photo !== undefined) return `${t("photo")} ${Number(photo) + 1}`;
  return place.startsWith("answers.") ? place.slice("answers.".length) : "";
}

/** What a refusal means and what to do, by its type; where the app has no words for it, a sentence
 * for all of them and the type's last part, for whoever is asked for help.
 * @param {{type?: string, status?: number} | null | undefined} trouble */
export function refusal(trouble) {
  const code = trouble?.type?.split("/").pop() || String(trouble?.status ?? "");
  return words[`problem.${code}`] ?? t("problem.unknown", { code });
}

/** A text of the checklist: in the person's language, else in English, else in any.
 * @param {Words | string | undefined | null} text @returns {string} */
export function said(text) {
  if (!text) return "";
  if (typeof text === "string") return text;
  return text[language] ?? text.en ?? Object.values(text)[0] ?? "";
}

/** @param {string | null | undefined} at RFC 3339 @param {Intl.DateTimeFormatOptions} [how] */
export function when(at, how) {
  if (!at) return "";
  const day = { month: "short", day: "numeric", weekday: "short" };
  const form = how ?? { ...day, hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(region(), /** @type {any} */ (form)).format(new Date(at));
}

/** @param {number} bytes */
export function size(bytes) {
  const number = (/** @type {number} */ n, /** @type {number} */ digits) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(n);
  if (bytes < 1e6) return `${number(Math.ceil(bytes / 1000), 0)} KB`;
  return bytes < 1e9 ? `${number(bytes / 1e6, 1)} MB` : `${number(bytes / 1e9, 1)} GB`;
}

/** @param {number} metres */
export function distance(metres) {
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  return metres < 1000 ? `${number.format(metres)} m` : `${number.format(metres / 1000)} km`;
}

/** Seconds as people read a stopwatch. @param {number} seconds */
export function stopwatch(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
