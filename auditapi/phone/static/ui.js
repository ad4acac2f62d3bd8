// The few things every screen is made of: markup without a build step, hooks, icons, a header.

import { Fragment, h } from "./vendor/preact.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";
import htm from "./vendor/htm.js";
import { t } from "./words.js";

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(/** @type {any} */ (h));
export { Fragment, useEffect, useLayoutEffect, useMemo, useRef, useState };

const ICONS = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  camera: "M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 10.5a3 3 0 100 6 3 3 0 000-6z",
  picture: "M4 5h16v14H4zM4 16l4.5-5 4 4 2.5-2.5L20 17M15.5 9.5h.01",
  note: "M5 5h14v10l-4 4H5zM15 19v-4h4M8.5 9h7M8.5 12.5h4",
  menu: "M5 7h14M5 12h14M5 17h14",
  send: "M12 19V6M6.5 11L12 5.5l5.5 5.5",
  cloud: "M7 18a4 4 0 01-.5-8 5.5 5.5 0 0110.7 1.2A3.5 3.5 0 0117 18z",
  settings: "M4 7.5h8M17 7.5h3M14.5 5a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM4 16.5h3M12 16.5h8M9.5 14a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  undo: "M9 7L4.5 11.5 9 16M5 11.5h9a5 5 0 015 5V18",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7",
  place: "M12 21s6.5-6 6.5-11a6.5 6.5 0 10-13 0c0 5 6.5 11 6.5 11zM12 7.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  clock: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4.5l3 2",
  warn: "M12 4L3 19.5h18zM12 10v4.5M12 17h.01",
  select: "M6 4l12 8.5-5.5 1L9.5 19z",
  arrow: "M6 18L18 6M9.5 6H18v8.5",
  box: "M5 6.5h14v11H5z",
  ellipse: "M12 6c4.7 0 8 2.5 8 6s-3.3 6-8 6-8-2.5-8-6 3.3-6 8-6z",
  freehand: "M4 16c3-8 5-9 6-6s-2 6 1 6 3-6 9-6",
  text: "M6 7V5h12v2M12 5v14M9.5 19h5",
  redact: "M4 8h16v8H4z",
};

/** @param {{name: keyof typeof ICONS}} props */
export function Icon({ name }) {
  const fill = name === "redact" ? "currentColor" : "none";
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill=${fill}>
    <path d=${ICONS[name]} /></svg>`;
}

/** A button that shows only a picture, named for those who can't see it.
 * @param {any} props */
export function IconButton({ name, label, ...rest }) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label}
    ...${rest}><${Icon} name=${name} /></button>`;
}

/** The bar at the top of a screen. `back` is the address that the arrow leads to.
 * @param {{title: any, back?: string, children?: any, under?: any}} props */
export function Header({ title, back, children, under }) {
  return html`<header class="bar">
    <div class="bar-row">
      ${back !== undefined && html`<a class="icon-button" href=${back} aria-label=${t("back")}>
        <${Icon} name="back" /></a>`}
      <h1>${title}</h1>
      ${children}
    </div>
    ${under}
  </header>`;
}

/** @param {{kind?: string, icon?: keyof typeof ICONS, children?: any, role?: string}} props */
export function Notice({ kind = "plain", icon, children, role }) {
  return html`<div class=${`notice ${kind}`} role=${role}>
    ${icon && html`<${Icon} name=${icon} />`}<div>${children}</div></div>`;
}

/** Something read from storage, read again whenever `again` changes.
 * @template T @param {() => Promise<T>} read @param {any[]} again
 * @returns {T | undefined} */
export function useRead(read, again) {
  const [value, setValue] = useState(/** @type {T | undefined} */ (undefined));
  useEffect(() => {
    let here = true;
    read().then((found) => here && setValue(() => found), () => undefined);
    return () => {
      here = false;
    };
  }, again);
  return value;
}

/** An address for bytes in memory, taken back when they are no longer shown.
 * @param {ArrayBuffer | undefined} bytes @param {string} type */
export function useAddress(bytes, type = "image/jpeg") {
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!bytes) return undefined;
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return address;
}

/** For a field that has just come up because the person asked for it: `ref=${focus}`.
 * @param {HTMLElement | null} field */
export const focus = (field) => field?.focus();

/** @param {string} address */
export function go(address) {
  location.hash = address;
}

/** Saves bytes as a file on the device. @param {string} name @param {globalThis.Blob} content */
export function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
