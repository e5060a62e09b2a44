// Which stretch of a series is in sight. Point n stands at n and has room from n - 0.5 to n + 0.5.

export interface View {
  from: number;
  to: number;
}

/** Batches in sight at first; the rest is reached by moving and zooming. */
export const SHOWN_AT_FIRST = 120;
/** Nobody needs fewer than this in sight. */
const POINTS_MIN = 5;

export function whole(length: number): View {
  return { from: -0.5, to: length - 0.5 };
}

export function latest(length: number): View {
  return { from: Math.max(0, length - SHOWN_AT_FIRST) - 0.5, to: length - 0.5 };
}

/** The same width where possible, never beyond the first or the last point. */
export function inside(view: View, length: number): View {
  const width = Math.min(length, Math.max(view.to - view.from, Math.min(POINTS_MIN, length)));
  const from = Math.min(Math.max(view.from, -0.5), length - 0.5 - width);
  return { from, to: from + width };
}

/** `times` as much in sight, with what stands at `at` staying where it is. */
export function zoomed(view: View, at: number, times: number, length: number): View {
  const width = Math.min(length, Math.max((view.to - view.from) * times, Math.min(POINTS_MIN, length)));
  const share = (at - view.from) / (view.to - view.from);
  const from = at - share * width;
  return inside({ from, to: from + width }, length);
}

export function moved(view: View, by: number, length: number): View {
  return inside({ from: view.from + by, to: view.to + by }, length);
}

/** Moved as little as possible so that the whole room of a point is in sight. */
export function holding(view: View, place: number, length: number): View {
  if (place - 0.5 < view.from) return moved(view, place - 0.5 - view.from, length);
  if (place + 0.5 > view.to) return moved(view, place + 0.5 - view.to, length);
  return view;
}

/** Places of the points in sight. */
export function placesIn({ from, to }: View, length: number): { first: number; last: number } {
  return { first: Math.max(0, Math.ceil(from)), last: Math.min(length - 1, Math.floor(to)) };
}

/** The same with a neighbour on each side, to which a line is drawn. */
export function placesAround({ from, to }: View, length: number): { first: number; last: number } {
  return { first: Math.max(0, Math.floor(from)), last: Math.min(length - 1, Math.ceil(to)) };
}

/**
 * The stretch after points came or went. Whoever looks at the whole keeps looking at the whole, whoever looks at the
 * newest at the newest; anybody else keeps the batches in sight.
 * @param before ids of the points until now, `after` those from now on, both in series order
 */
export function kept(view: View, before: string[], after: string[]): View {
  const width = view.to - view.from;
  if (width >= before.length && width > SHOWN_AT_FIRST) return whole(after.length);
  if (view.to >= before.length - 0.6) return inside({ from: after.length - 0.5 - width, to: after.length - 0.5 }, after.length);
  const anchor = Math.min(before.length - 1, Math.max(0, Math.round(view.from)));
  const now = after.indexOf(before[anchor] ?? "");
  return now < 0 ? latest(after.length) : moved(view, now - anchor, after.length);
}

/** A view, and those who want to know when it changes: at most once a frame, however fast the wheel turns. */
export class Viewing {
  private readonly listeners = new Set<(view: View) => void>();
  private frame = 0;
  #view: View;

  constructor(
    view: View,
    private readonly soon: (work: () => void) => number = (work) => requestAnimationFrame(work),
  ) {
    this.#view = view;
  }

  get view(): View {
    return this.#view;
  }

  show(view: View): void {
    if (view.from === this.#view.from && view.to === this.#view.to) return;
    this.#view = view;
    if (this.frame !== 0) return;
    this.frame = this.soon(() => {
      this.frame = 0;
      for (const tell of this.listeners) tell(this.#view);
    });
  }

  listen(listener: (view: View) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
