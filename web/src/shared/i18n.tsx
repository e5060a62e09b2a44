// Language of the page: one choice, kept in the browser, zh-CN unless chosen otherwise.
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { dictionaries, isKey, type Key, type Language } from "./dictionary";

const STORED_AS = "yaoxia.language";

/** Values to put in place of `{name}`. */
export type Values = Record<string, string | number>;

/** What a component needs to speak. */
export interface Speech {
  language: Language;
  /** The other language becomes the page's. */
  switchLanguage: () => void;
  /** The text of a key with `{name}`s filled in. */
  t: (key: Key, values?: Values) => string;
  /** The text of an API word under its group; the word itself if the dictionary does not know it (yet). */
  word: (group: string, word: string, values?: Values) => string;
  /** The text of the API that carries both languages. */
  pick: (text: { zh: string; en: string }) => string;
}

/** Puts values in place of `{name}`s; a name without a value stays visible, so that a test or a person sees it. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Speech in one language. */
export function speech(language: Language, switchLanguage: () => void): Speech {
  const dictionary = dictionaries[language];
  const t = (key: Key, values?: Values) => fill(dictionary[key], values);
  return {
    language,
    switchLanguage,
    t,
    word: (group, word, values) => {
      const key = `${group}.${word}`;
      return isKey(key) ? t(key, values) : word;
    },
    pick: (text) => (language === "en" ? text.en : text.zh),
  };
}

const SpeechContext = createContext<Speech | null>(null);

/** Speech of the page. */
export function useSpeech(): Speech {
  const found = use(SpeechContext);
  if (found === null) throw new Error("useSpeech outside SpeechProvider");
  return found;
}

function stored(): Language {
  return localStorage.getItem(STORED_AS) === "en" ? "en" : "zh-CN";
}

/** Gives the page its language. */
export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(stored);
  const switchLanguage = useCallback(() => {
    setLanguage((now) => (now === "en" ? "zh-CN" : "en"));
  }, []);
  useEffect(() => {
    localStorage.setItem(STORED_AS, language);
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => speech(language, switchLanguage), [language, switchLanguage]);
  return <SpeechContext value={value}>{children}</SpeechContext>;
}
