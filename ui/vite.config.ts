import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    // The oldest WebKitGTK we meet (Debian 12, Ubuntu 22.04) understands what Safari 16 does.
    target: "safari16",
    // The window's policy allows fonts and pictures from the program itself, never from data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Vitest would otherwise take Svelte's server build, which has no DOM.
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { settings: { navigation: { disableChildFrameNavigation: true } } } },
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    css: false,
    // Tests wait for states; on a busy machine these take their time.
    testTimeout: 30_000,
  },
}));
