// The page's clock: one tick a second for everything that shows an age.
import { useSyncExternalStore } from "react";

const TICK_MS = 1000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time of the last tick, milliseconds since 1970. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
