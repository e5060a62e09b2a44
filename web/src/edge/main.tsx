import { start } from "../shared/main";
import { App } from "./App";

start(<App />);
