/**
 * Every text of the window, from the Fluent files in `locales`, in the person's language.
 *
 * `t` is reactive: what it returned is computed again when the language changes.
 */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import type { UiError } from "./backend";

const files = import.meta.glob<string>("./locales/*/*.ftl", { query: "?raw", import: "default", eager: true });

/** Languages that are complete, by tag, with the name each has in itself. */
export const languages: ReadonlyMap<string, string> = new Map([
  ["en", "English"],
  ["de", "Deutsch"],
]);

/** The language to use for the person's choice (empty = the system's) and the system's order of languages. */
export function chooseLanguage(choice: string, system: readonly string[]): string {
  const primary = (tag: string) => tag.toLowerCase().split("-")[0] ?? "";
  return [choice, ...system].map(primary).find((tag) => languages.has(tag)) ?? "en";
}

/**
 * The locale for dates and numbers: the system's own where it fits the language, else the language as it is used in the
 * system's region. Where no region is known (`LANG=C`) English is written as in Europe, with the 24-hour clock of ISO 8601.
 */
export function chooseLocale(language: string, system: readonly string[]): string {
  const own = system.find((tag) => tag.toLowerCase().split("-")[0] === language && tag.includes("-"));
  if (own) return own;
  const region = system.map((tag) => /-([A-Z]{2})$/.exec(tag)?.[1]).find(Boolean);
  if (region) return `${language}-${region}`;
  return language === "en" ? "en-150" : language;
}

function bundleFor(language: string, locale: string): FluentBundle {
  // No isolation marks around values: they would be heard in accessible names. Foreign text is isolated by <bdi>.
  const bundle = new FluentBundle([locale, language], { useIsolating: false });
  for (const [path, text] of Object.entries(files)) {
    if (path.startsWith(`./locales/${language}/`)) bundle.addResource(new FluentResource(text));
  }
  return bundle;
}

class Words {
  language = $state("en");
  locale = $state("en");
  bundle = $state.raw(bundleFor("en", "en"));
}
const words = new Words();
const english = bundleFor("en", "en");

/** Sets the language; empty means the system's. */
export function setLanguage(choice: string, system: readonly string[] = navigator.languages): void {
  words.language = chooseLanguage(choice, system);
  words.locale = chooseLocale(words.language, system);
  words.bundle = bundleFor(words.language, words.locale);
  document.documentElement.lang = words.language;
}

/** The locale for `Intl`. */
export const locale = (): string => words.locale;

/** The text `id` with its values. A text that is missing is shown in English, and at worst by its id. */
export function t(id: string, values?: Record<string, FluentVariable>): string {
  for (const bundle of [words.bundle, english]) {
    const message = bundle.getMessage(id);
    if (message?.value) return bundle.formatPattern(message.value, values ?? {}, []);
  }
  return id;
}

/** The sentence for an error: what happened, what it means for the mail, what to do. */
export function explain(error: UiError): string {
  const blank = { host: "", port: "", user: "", provider: "", protocol: "", reason: "", path: "", field: "", limit: "", url: "", role: "", folder: "", email: "" };
  const values: Record<string, string> = { ...blank, ...error.params };
  values["hasHost"] = values["host"] ? "yes" : "no";
  values["hasProvider"] = values["provider"] ? "yes" : "no";
  values["hasFolder"] = values["folder"] ? "yes" : "no";
  values["hasEmail"] = values["email"] ? "yes" : "no";
  values["hasRole"] = values["role"] ? "yes" : "no";
  if (values["role"] && english.hasMessage(`role-${values["role"]}`)) values["role"] = t(`role-${values["role"]}`);
  // A field of a name that no form here uses still gets a sentence.
  if (values["field"]) values["field"] = t(english.hasMessage(`field-${values["field"]}`) ? `field-${values["field"]}` : "field-other");
  return t(`error-${error.code}`, values);
}
