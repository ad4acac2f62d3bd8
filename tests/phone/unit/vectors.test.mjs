// The phone and the server decide alike: both read these cases from tests/vectors/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkAnswers } from "../../../auditapi/phone/static/validation.js";
import { shownItems } from "../../../auditapi/phone/static/visibility.js";

const cases = (name) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8")).cases;

for (const one of cases("visibility")) {
  test(`shown alike: ${one.name}`, () => {
    const shown = shownItems(one.checklist, one.answers, one.store, one.assignment);
    assert.deepEqual([...shown].sort(), [...one.shown].sort());
  });
}

for (const one of cases("validation")) {
  test(`faults alike: ${one.name}`, () => {
    const faults = checkAnswers(
      one.checklist, one.answers, one.photos_by_item, one.store, one.assignment,
      one.language ?? undefined);
    assert.deepEqual(faults.map(({ item, code }) => ({ item, code })),
      one.reasons.map(({ item, code }) => ({ item, code })));
  });
}
