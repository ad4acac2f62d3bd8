// The small pictures of an open form: all that are asked for in one moment are read in one go, and
// kept in memory until the form is closed, so that another look at them costs nothing.

import { app } from "./app.js";
import { useEffect, useState } from "./ui.js";

/** Addresses of pictures in memory, by digest. @type {Map<string, string>} */
const known = new Map();
/** @type {Set<string>} */
let wanted = new Set();
/** @type {Promise<void> | null} */
let reading = null;

/** @param {string} sha256 */
function read(sha256) {
  wanted.add(sha256);
  reading ??= Promise.resolve().then(async () => {
    const digests = [...wanted];
    wanted = new Set();
    reading = null;
    const found = (await app.storage?.thumbs(digests)) ?? [];
    for (const { sha256: name, bytes } of found) {
      if (!known.has(name)) known.set(name, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    }
  });
  return reading;
}

/** The address of a photo's small picture; empty until it is read, or when there is none.
 * @param {string} sha256 */
export function useThumb(sha256) {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (known.has(sha256)) return undefined;
    let here = true;
    read(sha256).then(() => here && redraw((n) => n + 1), () => undefined);
    return () => {
      here = false;
    };
  }, [sha256]);
  return known.get(sha256) ?? "";
}

export function forgetThumbs() {
  for (const address of known.values()) URL.revokeObjectURL(address);
  known.clear();
}
