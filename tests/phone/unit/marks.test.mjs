import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MOST_POINTS, bounds, drawn, handle, hit, inTheMiddle, moved, resized, thinned,
} from "../../../auditapi/phone/static/marks.js";
import { chance } from "./server.mjs";

const RED = "#d4351c";
const KINDS = ["arrow", "box", "ellipse", "freehand", "text", "redact"];

/** Every coordinate of a mark, and the far corner of its rectangle. */
function coordinates(mark) {
  const points = [mark.from, mark.to, mark.at, ...(mark.points ?? [])].filter(Boolean);
  if (mark.size) points.push([mark.at[0] + mark.size[0], mark.at[1] + mark.size[1]]);
  return points.flat();
}
const isInside = (mark) => coordinates(mark).every((at) => at >= 0 && at <= 1 + 1e-6);

test("an arrow points to where the finger left", () => {
  assert.deepEqual(drawn("arrow", [[0.1, 0.2], [0.3, 0.3], [0.5, 0.75]], RED),
    { kind: "arrow", from: [0.1, 0.2], to: [0.5, 0.75], color: RED });
});

test("a box drawn backwards has its corner at the upper left", () => {
  assert.deepEqual(drawn("box", [[0.6, 0.8], [0.2, 0.3]], RED),
    { kind: "box", at: [0.2, 0.3], size: [0.4, 0.5], color: RED });
});

test("a redaction carries no colour: the server's format has none", () => {
  assert.deepEqual(Object.keys(drawn("redact", [[0, 0], [1, 1]], RED)).sort(),
    ["at", "kind", "size"]);
});

test("a finger that leaves the picture draws to its edge", () => {
  assert.deepEqual(drawn("arrow", [[0.5, 0.5], [1.4, -0.2]], RED).to, [1, 0]);
});

test("a line keeps its ends and never has too many points", () => {
  const path = Array.from({ length: 3000 }, (_, n) => [n / 3000, Math.abs(Math.sin(n / 50))]);
  const kept = thinned(path);
  assert.ok(kept.length <= MOST_POINTS);
  assert.deepEqual([kept[0], kept.at(-1)], [path[0], path.at(-1)]);
});

test("a dot with the pen is a line of two points", () => {
  assert.equal(drawn("freehand", [[0.5, 0.5]], RED).points.length, 2);
});

test("whatever is drawn, moved and resized stays inside the picture", () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const random = chance(seed);
    const wild = () => [random() * 1.6 - 0.3, random() * 1.6 - 0.3];
    let mark = drawn(KINDS[seed % KINDS.length], [wild(), wild(), wild()], RED);
    assert.ok(isInside(mark), `drawn ${seed}`);
    mark = moved(mark, random() * 3 - 1.5, random() * 3 - 1.5);
    assert.ok(isInside(mark), `moved ${seed} ${JSON.stringify(mark)}`);
    mark = resized(mark, random() * 2 - 1, random() * 2 - 1);
    assert.ok(isInside(mark), `resized ${seed} ${JSON.stringify(mark)}`);
  }
});

test("moving keeps the size", () => {
  const box = drawn("box", [[0.1, 0.1], [0.4, 0.3]], RED);
  assert.deepEqual(moved(box, 2, 2).size, box.size);
  assert.deepEqual(moved(box, 2, 2).at, [0.7, 0.8]);
});

test("the uppermost mark under the finger is found, near a thin line too", () => {
  const marks = [drawn("box", [[0, 0], [0.5, 0.5]], RED), drawn("arrow", [[0.1, 0.1], [0.9, 0.9]], RED)];
  assert.equal(hit(marks, [0.3, 0.31], 0.02), 1);
  assert.equal(hit(marks, [0.4, 0.1], 0.02), 0);
  assert.equal(hit(marks, [0.9, 0.1], 0.02), -1);
});

test("every kind can be made without a finger, and taken hold of where it has an end", () => {
  for (const kind of KINDS) {
    const mark = inTheMiddle(kind, RED);
    const [left, top, right, bottom] = bounds(mark);
    assert.ok(left < right && top < bottom, kind);
    assert.equal(handle(mark) === null, kind === "freehand" || kind === "text", kind);
  }
});
