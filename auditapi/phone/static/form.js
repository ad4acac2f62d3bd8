// An audit being filled in: what is answered and what is shown; how it is kept is in kept.js.
// Screens read from it and call it; it never touches the page.

import { metres, moment, uuid7 } from "./bytes.js";
import { KeptDraft } from "./kept.js";
import { prefilled } from "./taps.js";
import { allItems, assignmentFacts, shownItems } from "./visibility.js";
import { checkAnswers, isGiven } from "./validation.js";

/** @import { Answer, Assignment, Checklist, Draft, Fix, Mark, Photo, Store } from "./types.js" */
/** @import { Storage } from "./storage.js" */

/** Farther than this from the store, in metres, a photo keeps only «elsewhere». */
const ELSEWHERE = 1000;

/** A new draft for an assignment.
 * @param {Assignment} assignment @param {string} language @param {number} now milliseconds
 * @returns {Draft} */
export function newDraft(assignment, language, now) {
  return {
    id: uuid7(now),
    assignment_id: assignment.id,
    store_id: assignment.store_id,
    kind: assignment.kind,
    checklist: assignment.checklist,
    language,
    answers: {},
    timings: {},
    photos: [],
    positions: [],
    taps: [],
    memo: "",
    recording: false,
    running: {},
    place: null,
    started_at: moment(now),
    updated_at: moment(now),
    revision: 0,
  };
}

export class Form extends KeptDraft {
  /** @param {{draft: Draft, checklist: Checklist, store: Store | undefined,
   *   assignment: Partial<Assignment>, storage: Storage, spoken: () => string,
   *   now?: () => number}} parts */
  constructor({ draft, checklist, store, assignment, storage, spoken, now = Date.now }) {
    super(draft, storage);
    this.checklist = checklist;
    this.store = store;
    this.items = new Map(allItems(checklist).map((item) => [item.key, item]));
    const frozen = draft.replies?.context;
    this.facts = frozen?.assignment ?? assignmentFacts({ ...assignment, kind: draft.kind });
    this.attributes = frozen?.store ?? store?.attributes ?? {};
    this.now = now;
    this.spoken = spoken;
    /** What `photosOf` has found, and in which photos. */
    this.found = { photos: draft.photos, of: /** @type {Map<string | null, Photo[]>} */ (new Map()) };
    this.look();
  }

  get covert() {
    return this.draft.kind === "mystery_shop";
  }

  /** What is shown now follows from the answers. */
  look() {
    this.shown = shownItems(this.checklist, this.draft.answers, this.attributes, this.facts);
  }

  /** Everything that stands in the way of sending, in the order of the checklist. */
  reasons() {
    return checkAnswers(
      this.checklist, this.draft.answers, this.photoCounts(),
      this.attributes, this.facts, this.draft.language);
  }

  /** The photos that name an item, or none. The same list as long as the photos are the same, so
   * that what shows them can tell at a glance. @param {string | null} key @returns {Photo[]} */
  photosOf(key) {
    const { photos } = this.draft;
    const before = this.found.of;
    if (this.found.photos !== photos) this.found = { photos, of: new Map() };
    const { of } = this.found;
    const known = of.get(key);
    if (known) return known;
    const old = before.get(key) ?? [];
    const now = photos.filter((photo) => photo.item === key);
    const same = old.length === now.length && now.every((photo, n) => photo === old[n]);
    of.set(key, same ? old : now);
    return same ? old : now;
  }

  /** How many photos name each item. */
  photoCounts() {
    /** @type {Record<string, number>} */
    const counts = {};
    for (const { item } of this.draft.photos) if (item) counts[item] = (counts[item] ?? 0) + 1;
    return counts;
  }

  /** Sections that have something to ask. */
  sections() {
    return this.checklist.sections
      .map((section) => ({
        ...section, items: section.items.filter((item) => this.shown?.has(item.key)) }))
      .filter((section) => section.items.length);
  }

  /** @param {string} key */
  isAnswered(key) {
    const answer = this.draft.answers[key] ?? {};
    if (answer.na || isGiven(answer)) return true;
    return this.items.get(key)?.kind === "photo" && this.photosOf(key).length > 0;
  }

  progress() {
    const keys = [...(this.shown ?? [])];
    return { done: keys.filter((key) => this.isAnswered(key)).length, all: keys.length };
  }

  // ---- changes ---------------------------------------------------------------------------
  /** @param {Partial<Draft>} change */
  change(change) {
    if (this.state === "overtaken") return;
    this.alter({ ...change, updated_at: moment(this.now()) });
    if (change.answers) this.look();
    this.save();
    this.tell();
  }

  /** Where to go on tomorrow. Shows nowhere, so that a tap that moves it draws nothing; it is
   * written with the next change, or when the page goes. @param {Draft["place"]} place */
  moveTo(place) {
    if (this.state === "overtaken") return;
    this.alter({ place });
    this.dirty = true;
  }

  /** @param {string} key @param {Partial<Answer>} change */
  answer(key, change) {
    const answer = { ...this.draft.answers[key], ...change };
    const writes = "note" in change || this.items.get(key)?.kind === "text";
    // How long a text has to be depends on the language: the one last written in.
    const language = writes ? this.spoken() : this.draft.language;
    this.change({ answers: { ...this.draft.answers, [key]: answer }, language });
  }

  /** @param {string} key @param {Partial<Answer>} [more] a value, or nothing to unset it */
  setValue(key, more = {}) {
    const { note } = this.draft.answers[key] ?? {};
    const answer = { ...(note === undefined ? {} : { note }), ...more };
    this.change({ answers: { ...this.draft.answers, [key]: answer } });
  }

  /** @param {string} what @param {Fix | string | null} [place] a fix, or why there is none */
  tap(what, place) {
    const taps = [...this.draft.taps, { what, at: moment(this.now()) }];
    this.change({ taps });
    if (place) this.setPlace(place);
  }

  untap() {
    this.change({ taps: this.draft.taps.slice(0, -1) });
  }

  /** @param {Fix | string} place a fix, or the reason why there is none */
  setPlace(place) {
    if (typeof place === "string") this.change({ position_missing: place });
    else this.change({ positions: [...this.draft.positions, place] });
  }

  /** Metres between the last fix and the store; null when either is unknown. */
  away() {
    const fix = this.draft.positions.at(-1);
    const { latitude, longitude } = this.store ?? {};
    if (!fix || latitude == null || longitude == null) return null;
    return metres(fix, { latitude: Number(latitude), longitude: Number(longitude) });
  }

  /** Counts and times of the recorder become answers, where nothing is answered yet. */
  prefill() {
    const answers = { ...this.draft.answers };
    const found = prefilled(this.checklist, this.draft.taps);
    for (const [key, answer] of Object.entries(found)) {
      if (answers[key]?.value === undefined && !answers[key]?.na) {
        answers[key] = { ...answers[key], ...answer };
      }
    }
    this.change({ answers, recording: false });
  }

  // ---- photos ----------------------------------------------------------------------------
  /** Stores a photo and its place in the draft in one transaction; only then it is there, and when
   * that can't be this throws why. Answers with the photo that has these bytes already, if there is
   * one: each is in an audit once.
   * @param {{bytes: ArrayBuffer, thumb: ArrayBuffer | null, media_type: string, sha256: string,
   *   original_sha256?: string}} taken
   * @param {{item: string | null, source: "camera" | "gallery", at: number}} how */
  addPhoto(taken, { item, source, at }) {
    const { bytes, thumb, sha256, media_type, original_sha256 } = taken;
    /** @type {Photo} */
    const photo = {
      sha256,
      bytes: bytes.byteLength,
      media_type,
      item,
      taken_at: moment(at),
      ...this.photoPlace(),
      source,
      ...(original_sha256 ? { original_sha256 } : {}),
      marks: [],
    };
    return this.saveWith({ bytes, thumb, photo }, moment(this.now()));
  }

  /** A mystery shopper's photos carry no place: positions are taken at two taps only. */
  photoPlace() {
    const fix = this.draft.positions.at(-1);
    if (this.covert || !fix) return { location: null };
    const away = this.away();
    if (away !== null && away > ELSEWHERE) return { location: null, elsewhere: true };
    const { latitude, longitude, accuracy } = fix;
    return { location: { latitude, longitude, accuracy } };
  }

  /** Sent with the audit that was returned: it can't be changed any more. @param {string} sha256 */
  isSent(sha256) {
    return !!this.draft.replies?.photos.includes(sha256);
  }

  /** @param {string} sha256 @param {Partial<Photo>} change */
  changePhoto(sha256, change) {
    const photos = this.draft.photos.map((photo) =>
      photo.sha256 === sha256 ? { ...photo, ...change } : photo);
    this.change({ photos });
  }

  /** @param {string} sha256 @param {Mark[]} marks */
  setMarks(sha256, marks) {
    this.changePhoto(sha256, { marks });
  }

  /** @param {string} sha256 */
  removePhoto(sha256) {
    this.change({ photos: this.draft.photos.filter((photo) => photo.sha256 !== sha256) });
  }
}
