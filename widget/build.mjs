/**
 * Builds dist/loader.js and dist/panel.js.
 *
 * Two plain scripts rather than one bundle with a module import: the loader stays small, and a
 * classic script needs neither CORS nor a changed content security policy on the host page.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const outDir = process.argv[2] ?? `${root}dist`;
const BANNER = "/*! tsunagari widget, Apache-2.0. Contains Preact, MIT: see licenses.txt */";
const SCRIPTS = [
  { entry: "src/loader/loader.ts", fileName: "loader.js", name: "tsunagariLoader" },
  { entry: "src/ui/mount.tsx", fileName: "panel.js", name: "tsunagariPanel" },
];

mkdirSync(outDir, { recursive: true });
for (const { entry, fileName, name } of SCRIPTS) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { "process.env.NODE_ENV": '"production"' },
    // ASCII only: the host page may be Shift_JIS and the server's charset header may get lost.
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none", charset: "ascii" },
    build: {
      outDir,
      emptyOutDir: false,
      // Browsers of 2021; private class members need no helpers from there on.
      target: ["chrome91", "firefox90", "safari15"],
      cssTarget: ["chrome100", "safari15"],
      lib: { entry, name, formats: ["iife"], fileName: () => fileName },
      rollupOptions: { output: { banner: fileName === "panel.js" ? BANNER : "" } },
    },
  });
}
copyFileSync(`${root}node_modules/preact/LICENSE`, `${outDir}/licenses.txt`);
