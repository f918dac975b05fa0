/**
 * Storage that never fails: browsers may forbid it, and reading it then throws.
 *
 * What cannot be kept lives in memory, so that the conversation goes on and is only not found
 * again on the next visit.
 */
export class SafeStorage {
  readonly #memory = new Map<string, string>();

  constructor(
    private readonly kind: "localStorage" | "sessionStorage",
    private readonly prefix: string,
  ) {}

  get(name: string): string | null {
    // Only what the browser refused is in memory: a value another tab removed must stay removed.
    const refused = this.#memory.get(name);
    if (refused !== undefined) return refused;
    try {
      return window[this.kind].getItem(this.prefix + name);
    } catch {
      return null;
    }
  }

  set(name: string, value: string | null): void {
    this.#memory.delete(name);
    try {
      if (value === null) window[this.kind].removeItem(this.prefix + name);
      else window[this.kind].setItem(this.prefix + name, value);
    } catch {
      if (value !== null) this.#memory.set(name, value);
    }
  }
}

/** A version 4 UUID; `crypto.randomUUID` is missing on pages served without TLS. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Runs `task` while no other tab of this site runs one of the same name.
 *
 * A resume token is good once: two tabs that open together must not both spend it.
 */
export function exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? (locks.request(name, task) as Promise<T>) : task();
}
