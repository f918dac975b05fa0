import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";

const root = join(__dirname, "..");
const dist = (name: string): Buffer => readFileSync(join(root, "dist", name));
const fresh = mkdtempSync(join(tmpdir(), "tsunagari-widget-"));

afterAll(() => rmSync(fresh, { recursive: true }));

describe("the committed build", () => {
  it("equals a fresh one", () => {
    execFileSync(process.execPath, ["build.mjs", fresh], { cwd: root, env: { ...process.env, NODE_ENV: "production" } });
    for (const name of ["loader.js", "panel.js", "licenses.txt"]) {
      expect(dist(name).equals(readFileSync(join(fresh, name))), `${name}: run npm run build`).toBe(true);
    }
  });

  it.each([
    ["loader.js", 3_000],
    ["panel.js", 35_000],
  ])("%s stays within %i bytes", (name, budget) => {
    expect(gzipSync(dist(name), { level: 9 }).length).toBeLessThanOrEqual(budget);
  });

  it.each(["loader.js", "panel.js"])("%s needs neither eval nor markup, and asks no third party", (name) => {
    const script = dist(name).toString();
    expect(script).not.toMatch(/\beval\(|new Function\(|document\.write|insertAdjacentHTML|srcdoc/);
    // Preact's own way to set markup is there, but nothing of ours calls it (see the lint rule).
    if (name === "loader.js") expect(script).not.toContain("innerHTML");
    const addresses = [...script.matchAll(/https?:\/\/[\w.-]+/g)].map((match) => match[0]);
    expect(addresses.filter((address) => address !== "http://www.w3.org")).toEqual([]);
    // The page around it may be in any encoding.
    expect(script).toMatch(/^[\x00-\x7f]*$/); // eslint-disable-line no-control-regex
  });
});

it("names no registry in the lock file", () => {
  expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/https?:\/\/[^"]*registry|"resolved"/);
});
