import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** What would let markup or code in from a message; the widget builds its DOM node by node. */
const UNSAFE_SINKS = ["innerHTML", "outerHTML", "dangerouslySetInnerHTML", "srcdoc"].map((name) => ({
  selector: `MemberExpression[property.name='${name}'], JSXAttribute[name.name='${name}']`,
  message: `${name} would let markup in: build nodes instead.`,
}));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-syntax": ["error", ...UNSAFE_SINKS],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-console": "error",
      // Numbers in templates and handlers that return nothing are plain here.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
    },
  },
  {
    files: ["src/client/input-method.ts"],
    // keyCode is the only sign of an input method in WebKit's event order.
    rules: { "@typescript-eslint/no-deprecated": "off" },
  },
  {
    files: ["tests/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-deprecated": "off",
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", setTimeout: "readonly", setInterval: "readonly", clearInterval: "readonly", Buffer: "readonly" } },
  },
);
