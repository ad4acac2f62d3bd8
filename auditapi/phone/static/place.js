// Where the phone is: a fix, or the reason why there is none. Never a gate.

import { moment } from "./bytes.js";

/** @import { Fix } from "./types.js" */

/** @param {Fix["what"]} what @param {number} [seconds] to wait
 * @returns {Promise<Fix | string>} */
export function fix(what, seconds = 20) {
  return new Promise((done) => {
    if (!navigator.geolocation) return done("unsupported");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({
        at: moment(),
        what,
        latitude: Number(coords.latitude.toFixed(6)),
        longitude: Number(coords.longitude.toFixed(6)),
        accuracy: Math.round(coords.accuracy),
      }),
      (error) => done(["", "denied", "unavailable", "timeout"][error.code] || "unavailable"),
      { enableHighAccuracy: true, timeout: seconds * 1000, maximumAge: 30_000 });
    return undefined;
  });
}
