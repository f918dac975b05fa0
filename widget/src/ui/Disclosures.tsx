/** A row of buttons, each of which opens what belongs to it below the row. */
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "./Icon";

export interface Disclosure {
  key: string;
  label: ComponentChildren;
  content: ComponentChildren;
}

export function Disclosures({ items }: { items: (Disclosure | null)[] }): JSX.Element | null {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const id = useId();
  const present = items.filter((item) => item !== null);
  if (!present.length) return null;
  const toggle = (key: string): void =>
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <div class="disclosures">
      <div class="disclosure-row">
        {present.map(({ key, label }) => (
          <button
            type="button"
            class="disclosure"
            aria-expanded={open.has(key)}
            aria-controls={`${id}-${key}`}
            onClick={() => toggle(key)}
          >
            <span>{label}</span>
            <Icon name="down" flip={open.has(key)} />
          </button>
        ))}
      </div>
      {present.map(({ key, content }) => (
        <div id={`${id}-${key}`} class="disclosed" hidden={!open.has(key)}>
          {open.has(key) && content}
        </div>
      ))}
    </div>
  );
}
