/**
 * Tells an Enter that confirms a conversion of an input method from an Enter that sends.
 *
 * Chrome and Firefox: keydown (isComposing, keyCode 229), then compositionend. WebKit before its
 * fix 311717: compositionend first, then keydown with isComposing false and keyCode 229 (WebKit
 * bug 165004). Some input methods report neither, so the composition is also followed here and
 * ends one task late, after the keydown that belongs to it.
 */
export class InputMethod {
  #composing = false;
  #ending: ReturnType<typeof setTimeout> | undefined;

  /** For `compositionstart`. */
  readonly start = (): void => {
    clearTimeout(this.#ending);
    this.#composing = true;
  };

  /** For `compositionend`. */
  readonly end = (): void => {
    this.#ending = setTimeout(() => {
      this.#composing = false;
    }, 0);
  };

  /** Whether this key belongs to the input method. */
  owns(event: KeyboardEvent): boolean {
    return fromInputMethod(event) || this.#composing;
  }

  /** Whether text is being composed, so that the field must be left alone. */
  get composing(): boolean {
    return this.#composing;
  }

  /**
   * Whether a key sends the message.
   *
   * @param touch On touch keyboards Enter is a new line: there is no Shift+Enter.
   */
  sends(event: KeyboardEvent, touch: boolean): boolean {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || this.owns(event)) return false;
    return event.ctrlKey || event.metaKey || !touch;
  }
}

/** Whether an event says by itself that it belongs to an input method. */
export function fromInputMethod(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
