/** The conversation as the panel shows it, and the pure steps that change it. */
import type { Author, Message, Ownership, Rating, Sheet, Site } from "./types";

/** Something the reader did that the server has not confirmed yet. */
export interface Pending {
  client_msg_id: string;
  kind: "text" | "choice" | "sheet" | "handoff";
  /** What the conversation shows meanwhile. */
  label: string;
  text?: string;
  choice_id?: string;
  field?: string;
  value?: string | null;
  status: "waiting" | "sending" | "sent" | "failed";
  /** Its number in the conversation, once the server took it. */
  seq?: number;
  error?: string;
}

export interface ChatState {
  phase: "starting" | "ready" | "refused" | "ended" | "erased";
  /** Whether the event stream stands. */
  link: "connecting" | "online" | "lost";
  /** Messages up to this one were there before the log was live. */
  historyThrough: number;
  messages: Message[];
  pending: Pending[];
  typing: Exclude<Author, "customer"> | null;
  sheet: Sheet | null;
  ownership: Ownership;
  site: Site | null;
  /** Language the site asks for. */
  locale: string | null;
  maxLength: number;
  ratings: Record<number, Rating>;
  /** A sentence of the server about why the conversation cannot go on. */
  refusal: string;
  /** The earlier conversation could not be found again, so this one is new. */
  restarted: boolean;
}

export const INITIAL_STATE: ChatState = {
  phase: "starting",
  link: "connecting",
  historyThrough: 0,
  messages: [],
  pending: [],
  typing: null,
  sheet: null,
  ownership: { state: "BOT" },
  site: null,
  locale: null,
  maxLength: 1000,
  ratings: {},
  refusal: "",
  restarted: false,
};

export function lastSeq(state: ChatState): number {
  return state.messages[state.messages.length - 1]?.seq ?? 0;
}

/** Takes messages in whatever order and however often they come. */
export function withMessages(state: ChatState, incoming: readonly Message[]): ChatState {
  const known = new Set(state.messages.map((message) => message.seq));
  const fresh = incoming.filter((message) => {
    if (known.has(message.seq)) return false;
    known.add(message.seq);
    return true;
  });
  const confirmed = new Set(incoming.map((message) => message.client_msg_id));
  const newest = Math.max(lastSeq(state), ...incoming.map((message) => message.seq));
  const pending = state.pending.filter(
    (one) => !confirmed.has(one.client_msg_id) && !(one.seq && one.seq <= newest),
  );
  if (!fresh.length && pending.length === state.pending.length) return state;
  const answered = fresh.some((message) => message.author !== "customer");
  return {
    ...state,
    messages: [...state.messages, ...fresh].sort((a, b) => a.seq - b.seq),
    pending,
    typing: answered ? null : state.typing,
  };
}

/** Puts messages that say something else now in the place of what they said before. */
export function withChanges(state: ChatState, changed: readonly Message[]): ChatState {
  const now = new Map(changed.map((message) => [message.seq, message]));
  const outdated = (one: Message): boolean => {
    const fresh = now.get(one.seq);
    return fresh !== undefined && (fresh.text !== one.text || fresh.taken_back !== one.taken_back);
  };
  if (!state.messages.some(outdated)) return state;
  return { ...state, messages: state.messages.map((one) => (outdated(one) ? (now.get(one.seq) ?? one) : one)) };
}

export function withPending(state: ChatState, pending: Pending): ChatState {
  return { ...state, pending: [...state.pending, pending] };
}

export function withPendingChange(state: ChatState, id: string, change: Partial<Pending>): ChatState {
  return {
    ...state,
    pending: state.pending.map((one) => (one.client_msg_id === id ? { ...one, ...change } : one)),
  };
}

export function withoutPending(state: ChatState, id: string): ChatState {
  return { ...state, pending: state.pending.filter((one) => one.client_msg_id !== id) };
}

/** The oldest entry that the server has not got yet. */
export function nextPending(state: ChatState): Pending | undefined {
  return state.pending.find((one) => one.status === "waiting" || one.status === "sending");
}

/**
 * The conversation was lost and a new one stands in its place.
 *
 * What was typed belongs to the company, not to the lost conversation: it is kept to be sent. A
 * choice is known to its own conversation only, so its words are sent instead.
 */
export function withNewConversation(state: ChatState): ChatState {
  const pending = state.pending
    .filter((one) => one.status !== "sent")
    .map((one): Pending => (one.kind === "choice" ? { ...one, kind: "text", text: one.label } : one));
  return { ...state, messages: [], historyThrough: 0, sheet: null, ratings: {}, restarted: true, pending };
}

/** Sequence numbers of the messages whose choices are open: those since the reader last spoke. */
export function openChoices(state: ChatState): Set<number> {
  const open = new Set<number>();
  if (state.phase !== "ready" || state.pending.some((one) => one.status !== "failed")) return open;
  for (let index = state.messages.length - 1; index >= 0; index -= 1) {
    const message = state.messages[index];
    if (!message || message.author === "customer") break;
    if (message.choices?.length) open.add(message.seq);
  }
  return open;
}

/** Whether the conversation is with a person of the support centre, or waits for one. */
export function withPerson(state: ChatState): boolean {
  return state.phase === "ready" && ["QUEUED", "HUMAN"].includes(state.ownership.state);
}

/** The field of the sheet the bot is asking for at the end of the conversation. */
export function askedField(state: ChatState): string | null {
  const last = state.messages[state.messages.length - 1];
  return last?.author === "bot" ? (last.asks ?? null) : null;
}
