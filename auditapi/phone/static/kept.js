// A draft that is kept on the disk: the writing of every change, and what becomes of it when the
// disk refuses. Nothing is given up but to another tab.

import { NoRoom, Overtaken } from "./storage.js";

/** @import { Draft, Photo } from "./types.js" */
/** @import { Storage } from "./storage.js" */
/** @typedef {{bytes: ArrayBuffer, thumb: ArrayBuffer | null, photo: Photo}} Added */

/** What could not be written is tried again after so many milliseconds, then after twice as many. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
/** A photo is held in memory while it can't be written, so not for ever. */
const MOST_TRIES = 3;

export class KeptDraft {
  /** @param {Draft} draft as it is on the disk @param {Storage} storage */
  constructor(draft, storage) {
    this.draft = draft;
    this.storage = storage;
    /** @type {Set<() => void>} what is shown has to be drawn anew */
    this.listeners = new Set();
    /** @type {Set<() => void>} only whether it is saved is different */
    this.savers = new Set();
    /** @type {"saved" | "saving" | "overtaken" | "full" | "broken"} */
    this.state = "saved";
    /** Something is not on the disk. */
    this.dirty = false;
    this.writing = /** @type {Promise<void> | null} */ (null);
    /** How much is under way that ends in a change: a place is looked for, photos are prepared. */
    this.underWay = 0;
    this.pause = FIRST_PAUSE;
    this.timer = /** @type {ReturnType<typeof setTimeout> | null} */ (null);
    /** @type {Set<Draft>} handed to the disk, which has not said that it has them */
    this.unsure = new Set();
  }

  /** Something is not on the disk yet, and this form may still write it. */
  get unsaved() {
    return this.dirty && this.state !== "overtaken";
  }

  /** More may have to be written, so that nobody else should write this draft. */
  get unfinished() {
    const all = this.state === "saved" && !this.dirty && !this.underWay;
    return !all && !this.isOvertaken();
  }

  /** What was said is not on the disk, and the person should know. */
  get bad() {
    return this.state === "full" || this.state === "broken";
  }

  /** @param {Partial<Draft>} change */
  alter(change) {
    this.draft = { ...this.draft, ...change };
  }

  /** Work that ends in a change, however long it takes and whoever has left the audit meanwhile.
   * @param {() => Promise<void>} work */
  async during(work) {
    this.underWay += 1;
    try {
      await work();
    } finally {
      this.underWay -= 1;
      for (const listener of this.savers) listener();
    }
  }

  /** Every change is written at once; changes made while one is being written go together in
   * the next. */
  save() {
    this.dirty = true;
    if (this.unsaved) this.writing ??= this.drain();
    return this.writing;
  }

  /** Writes the draft and a photo that it names from now on, both or neither. Answers with the photo
   * that has these bytes already. @param {Added} added @param {string} updated_at */
  async saveWith(added, updated_at) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.writeWith(added, updated_at);
      } catch (error) {
        // No camera takes the same picture again: a connection that broke costs none.
        const lasts = error instanceof NoRoom || error instanceof Overtaken;
        if (lasts || tries === MOST_TRIES) throw error;
      }
      await new Promise((done) => setTimeout(done, tries * FIRST_PAUSE));
    }
  }

  /** @param {Added} added @param {string} updated_at */
  async writeWith(added, updated_at) {
    await this.flush();
    while (this.writing) await this.writing;
    if (this.isOvertaken()) throw new Overtaken(this.draft.id);
    const { photos } = this.draft;
    const same = photos.find((one) => one.sha256 === added.photo.sha256);
    if (same) return same;
    this.alter({ photos: [...photos, added.photo], updated_at });
    const stored = this.write(added);
    // Whatever became of it: what was said meanwhile may have room without it.
    this.writing = stored.then(() => this.drain(), () => this.drain());
    await stored;
    return undefined;
  }

  /** Writes until all is on the disk, or until the disk refuses: then once more later. */
  async drain() {
    try {
      while (this.unsaved) await this.write();
      this.pause = FIRST_PAUSE;
      if (this.timer) clearTimeout(this.timer);
      this.timer = null;
    } catch {
      this.writeLater();
    }
    this.writing = null;
  }

  /** A change or a flush does not wait for this, nor does it put it off. */
  writeLater() {
    if (!this.unsaved) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
      if (this.unsaved) this.save();
    }, this.pause);
  }

  /** Writes the draft, with a photo or without. Throws what the disk had against it; then all of it
   * is still to be written but the photo: a draft never names one whose bytes are not there.
   * @param {Added} [added] */
  async write(added) {
    const wasBad = this.bad;
    this.dirty = false;
    // What is not saved is not called so again before it is.
    if (!wasBad) this.state = "saving";
    try {
      await this.put(added);
      if (!this.isOvertaken()) this.state = "saved";
    } catch (error) {
      this.dirty = true;
      const { photos } = this.draft;
      if (added) this.alter({ photos: photos.filter((one) => one.sha256 !== added.photo.sha256) });
      if (error instanceof Overtaken) this.state = "overtaken";
      if (!this.isOvertaken()) this.state = error instanceof NoRoom ? "full" : "broken";
      if (this.bad && !wasBad) console.warn("save", error);
      throw error;
    } finally {
      if (added || wasBad || this.state !== "saved") this.tell();
      for (const listener of this.savers) listener();
    }
  }

  /** One transaction; or one more, where the connection broke after the disk had a writing and
   * before it said so: what is found there then is this form's own. @param {Added} [added] */
  async put(added) {
    for (;;) {
      const { draft } = this;
      try {
        const revision = await this.storage.saveDraft(draft, added);
        this.alter({ revision });
        this.unsure.clear();
        return;
      } catch (error) {
        const { stored } = /** @type {Overtaken} */ (error);
        if (!(error instanceof Overtaken)) this.unsure.add(draft);
        if (!stored || this.isOvertaken() || !this.hasHanded(stored)) throw error;
        this.alter({ revision: stored.revision });
      }
    }
  }

  /** @param {Draft} stored */
  hasHanded(stored) {
    const { revision } = stored;
    const found = JSON.stringify(stored);
    return [...this.unsure].some((one) =>
      one.revision + 1 === revision && JSON.stringify({ ...one, revision }) === found);
  }

  /** Another tab writes this draft from now on; this form never again. */
  overtake() {
    this.state = "overtaken";
    this.tell();
    for (const listener of this.savers) listener();
  }

  isOvertaken() {
    return this.state === "overtaken";
  }

  /** Resolves when everything said so far is on the disk, or the disk has refused it once more. */
  async flush() {
    while (this.writing) await this.writing;
    if (this.unsaved) await this.save();
    while (this.writing) await this.writing;
  }

  tell() {
    for (const listener of this.listeners) listener();
  }
}
