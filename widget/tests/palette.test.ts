/** Contrast of every pair of text and ground that occurs, from the style sheets themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(join(__dirname, "../src", path), "utf8");
const css = read("loader/loader.css") + read("ui/panel.css");

/** Colours of the rules that begin with `selector`: a custom property's default, or its value. */
function palette(selector: string): Record<string, string> {
  const colours: Record<string, string> = {};
  for (const block of css.split(selector).slice(1)) {
    const body = block.slice(0, block.indexOf("}"));
    for (const [, name = "", value = ""] of body.matchAll(/--([\w-]+): (?:var\([\w-]+, )?(#[0-9a-f]{6})/g)) colours[name] = value;
  }
  return colours;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const light = palette("\n:host {");
const media = palette(':host(:not([theme="light"])) {');
const dark = palette('\n:host([theme="dark"]) {');

const TEXT: [string, string][] = [
  ...["paper", "surface", "sunken", "soft"].flatMap((ground): [string, string][] => ["ink", "faint", "accent"].map((text) => [text, ground])),
  ["on-accent", "accent"],
  ["own-ink", "own"],
  ["good", "surface"],
  ["good", "good-soft"],
  ["care", "care-soft"],
  ["problem", "surface"],
  ["problem", "paper"],
  ["paper", "problem"],
];
const SHAPES: [string, string][] = [
  ["line-strong", "paper"],
  ["line-strong", "surface"],
  ["focus", "paper"],
  ["focus", "surface"],
  ...["bar-0", "bar-1", "bar-2"].map((bar): [string, string] => [bar, "sunken"]),
];

describe.each([["light", light], ["dark", { ...light, ...dark }]] as const)("%s", (_, colours) => {
  it.each(TEXT)("%s on %s can be read", (text, ground) => {
    expect(contrast(colours[text]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(SHAPES)("%s on %s can be seen", (shape, ground) => {
    expect(contrast(colours[shape]!, colours[ground]!)).toBeGreaterThanOrEqual(3);
  });
});

it("is the same whether the reader's system or the page asks for the dark one", () => {
  expect(Object.keys(dark).length).toBeGreaterThan(20);
  expect(media).toEqual(dark);
});
