import { start } from "../shared/main";

start("governance", async () => (await import("./App")).App);
