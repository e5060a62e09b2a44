import { start } from "../shared/main";

start("enterprise", async () => (await import("./App")).App);
