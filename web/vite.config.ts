// One project, two pages: `--mode edge` builds the enterprise end, `--mode center` the governance end.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const ENDS = ["edge", "center"];
/** Where a program serves the API while the page is being worked on: `YAOXIA_API=http://127.0.0.1:8443 npm run dev:edge`. */
const API = process.env["YAOXIA_API"] ?? "http://127.0.0.1:8080";

export default defineConfig(({ mode }) => {
  const end = ENDS.includes(mode) ? mode : "edge";
  const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  return {
    root: folder(`./src/${end}`),
    publicDir: folder("./public"),
    plugins: [react()],
    build: {
      outDir: folder(`./dist/${end}`),
      emptyOutDir: true,
      target: "es2022",
      chunkSizeWarningLimit: 1200,
    },
    server: { proxy: { "/api": { target: API, changeOrigin: false } } },
  };
});
