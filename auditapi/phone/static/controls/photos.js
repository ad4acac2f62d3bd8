// The photos of an item: a small row of them, and the buttons for camera and gallery.

import { app } from "../app.js";
import { NotAPhoto, prepare, takenAt } from "../camera.js";
import { MarksView } from "../marksview.js";
import { NoRoom } from "../storage.js";
import { useThumb } from "../thumbs.js";
import { Icon, html, useMemo, useState } from "../ui.js";
import { spoken, t } from "../words.js";
import { useGrowing } from "./growing.js";

/** @import { Form } from "../form.js" */
/** @import { Item, Photo } from "../types.js" */

/** What the organisation wishes photos to be: shrunk, unless it asks for originals. As it was said
 * last; before the first synchronising, at sign-in. */
async function wishes() {
  const told = (await app.storage?.thing("work"))?.data?.settings;
  const settings = told ?? app.session?.person.organisation?.settings;
  const { photo_originals: originals, photo_long_side: longSide } = settings ?? {};
  return { originals: !!originals, ...(longSide ? { longSide } : {}) };
}

/** @param {{form: Form, item: Item | null, photos: Photo[], needed: boolean, children?: any}} props */
export function PhotoStrip({ form, item, photos, needed, children }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  /** @param {any} event @param {"camera" | "gallery"} source */
  const take = ({ target }, source) => {
    const files = [...target.files];
    target.value = "";
    return form.during(() => keep(files, source));
  };
  /** One after the other: several large pictures at once are more than a small phone has room
   * for. @param {File[]} files @param {"camera" | "gallery"} source */
  const keep = async (files, source) => {
    setBusy(true);
    setFailed("");
    for (const file of files) {
      try {
        const now = Date.now();
        const taken = await prepare(file, await wishes());
        const at = takenAt(file, source, now);
        const same = await form.addPhoto(taken, { item: item?.key ?? null, source, at });
        if (same) setFailed(t("photo.twice", { item: same.item ?? "" }));
      } catch (error) {
        setFailed(t(error instanceof NotAPhoto ? "photo.unreadable"
          : error instanceof NoRoom ? "saved.full" : "photo.failed"));
      }
    }
    setBusy(false);
    app.autosync?.now();
  };
  const name = item?.key ?? "";
  // Thirty pictures are not looked through again because a button above them was tapped.
  const some = useGrowing(form, photos.length, { first: 4, more: 6 });
  const strip = useMemo(() => photos.length > 0 && html`<ul class="strip">
    ${photos.slice(0, some).map((photo) => html`
      <li key=${photo.sha256}><${Thumb} form=${form} photo=${photo} /></li>`)}</ul>`,
  [form, photos, some, spoken()]);
  return html`<div class="photos">
    ${strip}
    ${failed && html`<p class="bad-text" role="alert">${failed}</p>`}
    <div class="tools">
      <${Take} source="camera" label=${t(needed ? "photo.needed" : "photo.take")} name=${name}
        strong=${needed} busy=${busy} form=${form} take=${take} />
      <${Take} source="gallery" label=${t("photo.gallery")} name=${name} busy=${busy} form=${form}
        take=${take} />
      ${children}
    </div></div>`;
}

/** A file input in the shape of a button. The draft goes to the disk as the camera opens:
 * phones close the page while it is open. @param {any} props */
function Take({ source, label, name, strong, busy, form, take }) {
  const camera = source === "camera";
  return html`<label class=${`tool ${strong ? "needed" : ""} ${busy ? "busy" : ""}`}>
    <${Icon} name=${camera ? "camera" : "picture"} /><span>${label}</span>
    <input type="file" accept="image/*" class="unseen" aria-label=${`${name} ${label}`}
      capture=${camera ? "environment" : undefined} multiple=${!camera} disabled=${busy}
      onClick=${() => void form.flush()} onChange=${(/** @type {any} */ event) => take(event, source)} />
  </label>`;
}

/** @param {{form: Form, photo: Photo}} props */
function Thumb({ form, photo }) {
  const address = useThumb(photo.sha256);
  const label = t("photo.open", { n: photo.marks.length });
  if (form.isSent(photo.sha256)) {
    return html`<span class="thumb sent" title=${t("photo.there")}>
      ${address ? html`<img src=${address} alt=${t("photo.there")} />` : html`
        <${Icon} name="picture" /><small>${t("photo.there")}</small>`}</span>`;
  }
  return html`<a class="thumb" href=${`#/photo/${form.draft.id}/${photo.sha256}`} aria-label=${label}>
    ${address ? html`<img src=${address} alt="" /><${MarksView} marks=${photo.marks} />`
      : html`<${Icon} name="picture" />`}</a>`;
}
