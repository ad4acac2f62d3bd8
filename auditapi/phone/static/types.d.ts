// The shapes that the phone keeps and sends. Only for the type checker; never served.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Words = Record<string, string>;
export type Kind = "mystery_shop" | "staff_observation" | "announced_audit" | "self_check";

// ---- the checklist, as the server hands it out -------------------------------------------
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | Leaf;
export interface Leaf {
  item?: string;
  store?: string;
  assignment?: string;
  is?: Json;
  in?: Json[];
  at_least?: number | string;
  at_most?: number | string;
  answered?: boolean;
}
export interface EvidenceRule {
  needs: "comment" | "photo";
  when: string | { below?: number | string; at_most?: number | string; at_least?: number | string };
  covert?: "comment" | "photo" | "none";
}
export interface Option {
  key: string;
  text: Words;
  points?: number | string;
  scored?: boolean;
}
export interface Item {
  key: string;
  kind:
    | "yes_no" | "scale" | "count" | "seconds" | "choice" | "choices"
    | "number" | "text" | "date" | "photo" | "signature";
  text: Words;
  guidance?: Words;
  weight?: number | string;
  na?: boolean;
  required?: boolean;
  of?: number | "asked";
  steps?: [number | string, number | string][];
  good?: "yes" | "no";
  anchors?: Record<string, Words>;
  options?: Option[];
  target?: number | string;
  limit?: number | string;
  unit?: Words;
  min?: number | string;
  max?: number | string;
  min_length?: number | Record<string, number>;
  max_length?: number | Record<string, number>;
  counted_as?: "encounters" | "stopwatch";
  between?: [string, string];
  show_if?: Condition;
  evidence?: EvidenceRule[];
}
export interface Section {
  key: string;
  title: Words;
  show_if?: Condition;
  items: Item[];
}
export interface Checklist {
  key: string;
  version?: number;
  languages: string[];
  title: Words;
  sections: Section[];
}
export interface ChecklistName {
  key: string;
  version: number;
  sha256: string;
}

// ---- answers, photos, marks --------------------------------------------------------------
export type Source = "timed" | "counted" | "remembered";
export interface Answer {
  value?: any;
  na?: boolean;
  reason?: string;
  note?: string;
  source?: Source;
}
export type Answers = Record<string, Answer>;
export type Point = [number, number];
export interface Mark {
  kind: "arrow" | "box" | "ellipse" | "freehand" | "text" | "redact";
  from?: Point;
  to?: Point;
  at?: Point;
  size?: Point;
  points?: Point[];
  text?: string;
  color?: string;
}
export interface Place {
  latitude: number;
  longitude: number;
  accuracy: number;
}
export interface Photo {
  sha256: string;
  bytes: number;
  media_type: string;
  item: string | null;
  taken_at: string;
  location: Place | null;
  source: "camera" | "gallery";
  original_sha256?: string;
  caption?: string;
  lost?: string;
  elsewhere?: boolean;
  marks: Mark[];
}
export interface Fix extends Place {
  at: string;
  what: "arrived" | "left" | "start" | "finish";
}
export interface Tap {
  what: string;
  at: string;
}

// ---- what the phone stores ---------------------------------------------------------------
export interface Draft {
  id: string;
  assignment_id: string | null;
  store_id: string;
  kind: Kind;
  checklist: ChecklistName;
  language: string;
  answers: Answers;
  timings: Record<string, number[]>;
  photos: Photo[];
  positions: Fix[];
  position_missing?: string;
  taps: Tap[];
  memo: string;
  recording: boolean;
  running: Record<string, string>;
  place: { section: string; item?: string } | null;
  started_at: string;
  updated_at: string;
  revision: number;
  /** Answers a return: what stands there, over which revision. */
  replies?: {
    revision: number;
    reason: string;
    until: string;
    context: Returned["context"];
    answers: Answers;
    photos: string[];
  };
  corrects?: { etag: string; earlier: string[]; reasons: Reason[] };
}
export interface Reason {
  place: string;
  code: string;
  message: string;
}
export interface Receipt {
  document_sha256: string;
  photos: { sha256: string; state?: string; reason?: string }[];
  [key: string]: any;
}
export interface Trouble {
  kind: "refused" | "too_late" | "conflict";
  status: number;
  type: string;
  title: string;
}
/** A sealed audit on its way. `bytes` are exactly what is sent, again and again. */
export interface Sealed {
  id: string;
  bytes: ArrayBuffer;
  sha256: string;
  if_match?: string;
  earlier: { sha256: string; bytes: ArrayBuffer }[];
  store: string;
  kind: Kind;
  sealed_at: string;
  photos: { sha256: string; bytes: number; media_type: string; lost?: boolean }[];
  delivery: "waiting" | "awaiting_photos" | "delivered";
  acceptance: "unknown" | "accepted" | "quarantined" | "rejected";
  reasons: Reason[];
  missing: { sha256: string; offset: number }[];
  refused: { sha256: string; reason: string }[];
  receipt: Receipt | null;
  trouble: Trouble | null;
  tries: number;
  replaced_in_draft?: boolean;
}
/** The answer to a return, on its way. `draft` is what it was made of. */
export interface Answered {
  id: string;
  key: string;
  body: {
    revision: number;
    reason: string;
    changes: { item: string; answer: Answer | null }[];
    photos: Photo[];
  };
  draft: Draft;
  store: string;
  kind: Kind;
  made_at: string;
  photos: { sha256: string; bytes: number; media_type: string }[];
  state: "waiting" | "sent" | "done";
  missing: { sha256: string; offset: number }[];
  refused: { sha256: string; reason: string }[];
  lost?: string[];
  trouble: Trouble | null;
}
export interface Blob {
  sha256: string;
  bytes: ArrayBuffer;
  media_type: string;
}
export interface Upload {
  sha256: string;
  state: "waiting" | "sent" | "refused";
  offset: number;
  size: number;
  /** In English, for head office, when the photo is given up. */
  reason?: string;
  /** The problem's type, from which people's words are made. */
  type?: string;
  tries: number;
}
export interface Action {
  key: string;
  path: string;
  body: any;
  assignment_id: string;
  made_at: string;
  trouble: Trouble | null;
}

// ---- what the server says ----------------------------------------------------------------
export interface Assignment {
  id: string;
  state: string;
  kind: Kind;
  by_time?: string;
  by_object?: string;
  mode?: string;
  scenario: any;
  purchase: boolean;
  not_before: string | null;
  not_after: string | null;
  store_id: string;
  checklist: ChecklistName;
  brief: any;
}
export interface Store {
  id: string;
  code: string;
  name: string;
  address?: string;
  latitude: number | null;
  longitude: number | null;
  time_zone: string;
  attributes: Record<string, any>;
}
export interface PhoneSettings {
  photo_originals: boolean;
  photo_long_side: number;
}
export interface SyncData {
  server_time: string;
  person: any;
  assignments: Assignment[];
  stores: Store[];
  checklists: ChecklistName[];
  settings?: PhoneSettings;
  returned?: Returned[];
  last_failed: Record<string, { item: string; text: any; answer: any; note?: string }[]>;
}
/** An audit that head office has sent back to its auditor. */
export interface Returned {
  id: string;
  assignment_id: string | null;
  store_id: string;
  kind: Kind;
  language: string | null;
  checklist: ChecklistName;
  context: { store: Record<string, any>; assignment: Record<string, any> };
  revision: number;
  reason: string;
  until: string;
}
export interface Session {
  token: string;
  expires_at: string;
  person: { id: string; name: string; role: string; organisation: any };
  organisation: string;
  email: string;
}
/** An HTTP answer as the phone sees it. `status` 0: no answer, or not our server's. */
export interface Reply {
  status: number;
  type: string;
  title: string;
  json: any;
  headers: { get(name: string): string | null };
  retryAfter: number | null;
}
