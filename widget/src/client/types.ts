/** Shapes that travel between the server's web channel and the widget (contract version 1). */

export interface Citation {
  document: string;
  section: string;
  title: string;
  heading: string;
  source?: string | null;
  url?: string | null;
}

export interface Point {
  text: string;
  citations?: Citation[];
}

export interface DataTable {
  caption: string;
  header: string[];
  rows: string[][];
  citations?: Citation[];
}

export interface StatusNote {
  subject: string;
  text: string;
  confidence: "high" | "medium" | "none";
  publisher?: string | null;
  url?: string | null;
}

export interface Card {
  group: string;
  record: string;
  kind: string;
  title: string;
  summary: Point;
  reasons?: Point[];
  points?: Point[];
  status?: StatusNote | null;
}

/** `answers.model.Answer`; its choices come with the message, under opaque ids. */
export interface Answer {
  kind: string;
  lead: Point;
  points?: Point[];
  cards?: Card[];
  remarks?: Point[];
  table?: DataTable | null;
  status_notes?: StatusNote[];
  closing?: string | null;
}

export interface Choice {
  id: string;
  label: string;
}

export type Author = "customer" | "bot" | "staff";

export interface Message {
  seq: number;
  author: Author;
  text: string;
  answer?: Answer | null;
  choices?: Choice[];
  client_msg_id?: string | null;
  /** Field of the sheet the bot is asking for. */
  asks?: string | null;
  /** A member of staff took it back: the text says so. */
  taken_back?: boolean;
  edited?: boolean;
  /** ISO 8601. */
  at: string;
}

export interface SheetField {
  id: string;
  label: string;
  value: string | null;
  options?: { value: string; label: string }[];
  editable: boolean;
  /** The company would not say. */
  declined?: boolean;
}

/** The files the server makes of a consultation. */
export type SheetFormat = "pdf" | "md";

export interface Sheet {
  fields: SheetField[];
  complete: boolean;
}

export type Owner = "BOT" | "QUEUED" | "HUMAN" | "CONTACT_FORM" | "CLOSED";

export interface Ownership {
  state: Owner;
  owner?: string | null;
}

export interface Site {
  name: string;
  privacy_url?: string | null;
  contact?: string | null;
}

export interface Session {
  conversation_id: string;
  token: string;
  /** Seconds the token is good for. */
  expires_in: number;
  resume_token: string;
  resumed: boolean;
  locale?: string;
  site: Site;
  limits?: { max_length?: number };
}

export interface History {
  messages: Message[];
  /** Earlier ones that were taken back since. */
  changed?: Message[];
  has_more: boolean;
}

export type Rating = "up" | "down";
export type Reason = "wrong" | "unclear" | "not_asked" | "other";

export interface Feedback {
  seq: number;
  rating: Rating;
  reason?: Reason;
  comment?: string;
}
