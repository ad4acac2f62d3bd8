// Long lists on a slow phone: what fits the screen is there with the next picture, the rest follows
// in small parts, so that a tap in between is answered at once.

import { useEffect, useState } from "../ui.js";

/** How many of a list are to be drawn now.
 * @param {any} name another one begins anew @param {number} all how many there are
 * @param {{first: number, more: number}} how many at once, and with each part after it
 * @param {boolean} [whole] whether what is there at the very first is drawn in one go */
export function useGrowing(name, all, { first, more }, whole = false) {
  const [drawn, setDrawn] = useState({ name, some: whole ? Infinity : first });
  const some = drawn.name === name ? drawn.some : first;
  const growing = some < all;
  useEffect(() => {
    if (!growing) return undefined;
    const timer = setTimeout(() => setDrawn({ name, some: some + more }));
    return () => clearTimeout(timer);
  }, [name, some, growing]);
  return some;
}
