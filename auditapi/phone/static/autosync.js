// When to try: at the start, when the network or the page comes back, after each submit, and on
// a timer. iOS wakes no page in the background, so the app does it whenever it is open.
// `navigator.onLine` is a hint to try, never a proof of anything.

import { wait } from "./outbox.js";

/** @import { Sync } from "./sync.js" */

const QUIET_SECONDS = 60;
/** Another tab is at it; it may be closed in the middle. */
const BUSY_SECONDS = 5;

export class Autosync {
  /** @param {Sync} sync @param {() => void} changed */
  constructor(sync, changed) {
    this.sync = sync;
    this.changed = changed;
    this.running = false;
    this.wanted = false;
    this.stopped = false;
    this.failures = 0;
    /** @type {"done" | "again" | "signin" | "busy" | null} */
    this.end = null;
    this.timer = 0;
    // Something is different from the last time it failed: no use in waiting as if it were not.
    this.nudge = () => {
      if (document.visibilityState !== "visible") return;
      this.failures = 0;
      this.now();
    };
  }

  start() {
    addEventListener("online", this.nudge);
    addEventListener("pageshow", this.nudge);
    document.addEventListener("visibilitychange", this.nudge);
    this.now();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.nudge);
    removeEventListener("pageshow", this.nudge);
    document.removeEventListener("visibilitychange", this.nudge);
  }

  /** A pass now; if one is under way, another one after it. */
  async now() {
    if (this.stopped) return;
    if (this.running) {
      this.wanted = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = true;
    this.changed();
    let after = null;
    try {
      ({ end: this.end, after } = await this.sync.pass());
    } catch (error) {
      // Storage failed under us (closed by a newer tab, or full): later is all that helps.
      console.warn("sync", error);
      this.end = "again";
    }
    this.running = false;
    this.failures = this.end === "again" ? this.failures + 1 : 0;
    const quiet = this.end === "busy" ? BUSY_SECONDS : QUIET_SECONDS;
    const pause = this.failures ? wait(this.failures, Math.random(), after) : quiet;
    if (!this.stopped) this.timer = setTimeout(() => this.now(), this.wanted ? 0 : pause * 1000);
    this.wanted = false;
    this.changed();
  }
}
