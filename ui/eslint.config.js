import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Folders that each hold one feature of the window. They share `state`, `design` and `format`, never each other. */
const features = ["accounts", "acting", "composer", "contacts", "files", "folders", "health", "list", "reader", "search", "settings", "timeline"];

const tauri = {
  group: ["@tauri-apps/*", "**/bindings", "**/bindings.ts"],
  message: "Only backend.ts talks to the shell; import from backend.",
};

/** What no file of `folder` may import. */
function wall(folder, groups) {
  return {
    files: [`src/${folder}/**/*.{ts,svelte}`],
    rules: { "no-restricted-imports": ["error", { patterns: [tauri, ...groups] }] },
  };
}

export default ts.config(
  { ignores: ["dist", "node_modules", "src/bindings.ts"] },
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js", "vite.config.ts"] },
        extraFileExtensions: [".svelte"],
      },
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Svelte's `$effect(() => (value = other))` and event handlers return what they assign.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // Nothing of a message may become markup of the window.
      "svelte/no-at-html-tags": "error",
      // Maps and addresses here are values, made anew and never changed; a set that is state says so (SvelteSet).
      "svelte/prefer-svelte-reactivity": "off",
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }],
      "no-restricted-imports": ["error", { patterns: [tauri] }],
    },
  },
  {
    // Type-aware rules see Svelte's props and snippets as unresolved; svelte-check looks at these files instead.
    files: ["**/*.svelte", "*.js", "vite.config.ts"],
    ...ts.configs.disableTypeChecked,
  },
  { files: ["src/backend.ts"], rules: { "no-restricted-imports": "off" } },
  ...features.map((feature) =>
    wall(feature, [
      {
        group: features.filter((other) => other !== feature).map((other) => `../${other}/*`),
        message: "Features never import each other: what two need moves to state, design or format.",
      },
    ]),
  ),
  ...["design", "format"].map((folder) => wall(folder, [{ group: ["../*"], message: `${folder} knows nobody.` }])),
  wall("state", [{ group: features.map((f) => `../${f}/*`), message: "State is below the features." }]),
  {
    // The stand-in answers at once where the host takes its time, and throws what the host throws.
    files: ["src/mock/**"],
    rules: { "@typescript-eslint/require-await": "off", "@typescript-eslint/only-throw-error": "off" },
  },
  {
    files: ["**/*.test.ts", "tests/**"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off", "@typescript-eslint/prefer-promise-reject-errors": "off" },
  },
);
