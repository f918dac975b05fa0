import type { JSX } from "preact";
import { blocks, inlines, type Inline } from "../content/rich-text";
import { useSurroundings } from "./context";

export function Line({ parts }: { parts: Inline[] }): JSX.Element {
  return <>{parts.map((part) => (part.href ? <OuterLink href={part.href} text={part.text} /> : part.text))}</>;
}

/** A link that leaves the site; says so to those who do not see it. */
export function OuterLink({ href, text }: { href: string; text: string }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {text}
      <span class="hidden-text">{t("new_window")}</span>
    </a>
  );
}

export function TextLine({ text }: { text: string }): JSX.Element {
  return <Line parts={inlines(text)} />;
}

export function RichText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {blocks(text).map((block) =>
        block.kind === "list" ? (
          <ul class="points">
            {block.items.map((item) => (
              <li>
                <Line parts={item} />
              </li>
            ))}
          </ul>
        ) : (
          <p>
            {block.lines.map((line, index) => (
              <>
                {index > 0 && <br />}
                <Line parts={line} />
              </>
            ))}
          </p>
        ),
      )}
    </>
  );
}
