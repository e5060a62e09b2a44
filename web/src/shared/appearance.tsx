// Light by default; dark for wall screens. One choice, kept in the browser. Paper is always light.
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { palettes, type Palette, type ThemeName } from "./theme";

const STORED_AS = "yaoxia.theme";

interface Appearance {
  theme: ThemeName;
  palette: Palette;
  switchTheme: () => void;
}

const AppearanceContext = createContext<Appearance | null>(null);

/** The theme of the page. */
export function useAppearance(): Appearance {
  const found = use(AppearanceContext);
  if (found === null) throw new Error("useAppearance outside AppearanceProvider");
  return found;
}

/** Gives the page its theme. */
export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<ThemeName>(() => (localStorage.getItem(STORED_AS) === "dark" ? "dark" : "light"));
  const switchTheme = useCallback(() => setTheme((now) => (now === "dark" ? "light" : "dark")), []);
  const printing = usePrinting();
  const shown = printing ? "light" : theme;
  useEffect(() => localStorage.setItem(STORED_AS, theme), [theme]);
  useEffect(() => {
    document.documentElement.dataset["theme"] = shown;
  }, [shown]);
  const value = useMemo(() => ({ theme, palette: palettes[shown], switchTheme }), [theme, shown, switchTheme]);
  return <AppearanceContext value={value}>{children}</AppearanceContext>;
}

/** True from before the page is laid out for paper until it is printed. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // At once: the browser lays the page out as soon as it has told.
    const [begin, end] = [() => flushSync(() => setPrinting(true)), () => flushSync(() => setPrinting(false))];
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
