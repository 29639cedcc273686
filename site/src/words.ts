// The page's words, numbers and days in its three languages. Names of codes are the release's (codes.ts).
import { LANGUAGES, type Language } from './codes'
import en from './words/en.json'
import kk from './words/kk.json'
import ru from './words/ru.json'

export type Key = keyof typeof en
const TEXTS: Record<Language, Record<Key, string>> = { en, ru, kk }

let language: Language = 'en'

export const current = (): Language => language

export function choose(wanted: Language): void {
  language = wanted
  document.documentElement.lang = wanted
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
    element.textContent = t(element.dataset.t as Key)
  }
  for (const [attribute, name] of [['placeholder', 'data-t-placeholder'], ['aria-label', 'data-t-label']] as const) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      element.setAttribute(attribute, t(element.getAttribute(name) as Key))
    }
  }
}

export const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.includes(text as Language)

/** The language that the reader chose before, or that the browser asks for. */
export function preferred(): Language {
  try {
    const kept = localStorage.getItem('language')
    if (isLanguage(kept)) return kept
  } catch {
    // Storage may be forbidden; then the browser's languages decide.
  }
  return navigator.languages.map(tag => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

export function keep(wanted: Language): void {
  try {
    localStorage.setItem('language', wanted)
  } catch {
    // As above: the choice then holds for this visit.
  }
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** Whose numbers are printed: browsers leave out the Kazakh ones, which look as the Russian ones do. */
const NUMBERS: Record<Language, string> = { en: 'en', ru: 'ru', kk: 'ru' }

export function number(value: number): string {
  const maximumFractionDigits = Math.abs(value) >= 1000 ? 0 : 2
  return new Intl.NumberFormat(NUMBERS[language], { maximumFractionDigits }).format(value)
}

/** Units that follow their number's plural; what is not here, or has no form for a number, keeps the release's name. */
const COUNTED: Partial<Record<Language, Record<string, Partial<Record<Intl.LDMLPluralRule, string>>>>> = {
  en: {
    person: { one: 'person' }, case: { one: 'case' }, offence: { one: 'offence' }, item: { one: 'item' },
    kg: { one: 'kg', other: 'kg' }, l: { one: 'litre' }, m3: { one: 'm³', other: 'm³' }, ha: { one: 'ha', other: 'ha' },
    year: { one: 'year' }, month: { one: 'month' },
  },
  ru: {
    person: { few: 'человека', other: 'человека' },
    case: { one: 'дело', few: 'дела', other: 'дела' },
    offence: { one: 'правонарушение', few: 'правонарушения', other: 'правонарушения' },
    item: { one: 'единица', few: 'единицы', other: 'единицы' },
    year: { one: 'год', few: 'года', other: 'года' },
    month: { one: 'месяц', few: 'месяца', other: 'месяца' },
    KZT: { one: 'тенге', few: 'тенге', many: 'тенге', other: 'тенге' },
  },
  kk: { KZT: { one: 'теңге', other: 'теңге' } },
}

/** The name of a unit behind a number; none where the release's own will do. */
export function counted(unit: string, value: number): string | undefined {
  return COUNTED[language]?.[unit]?.[new Intl.PluralRules(NUMBERS[language]).select(value)]
    ?? (language === 'kk' ? COUNTED.kk?.[unit]?.other : undefined)
}

const POWERS: Record<Language, [string, string, string]> = {
  en: ['mn', 'bn', 'tn'], ru: ['млн', 'млрд', 'трлн'], kk: ['млн', 'млрд', 'трлн'],
}

/** A number that may be large: millions and billions by name. */
export function amount(value: number): string {
  for (const [power, at] of [[1e12, 2], [1e9, 1], [1e6, 0]] as const) {
    if (value >= power) {
      return `${new Intl.NumberFormat(NUMBERS[language], { maximumFractionDigits: 1 }).format(value / power)}\u00a0${POWERS[language][at]}`
    }
  }
  return number(value)
}

const MONTHS: Record<Language, string[]> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  ru: ['янв.', 'февр.', 'март', 'апр.', 'май', 'июнь', 'июль', 'авг.', 'сент.', 'окт.', 'нояб.', 'дек.'],
  kk: ['қаң.', 'ақп.', 'нау.', 'сәу.', 'мам.', 'мау.', 'шіл.', 'там.', 'қыр.', 'қаз.', 'қар.', 'жел.'],
}

/** A moment's day, month or year (UTC). Not every browser knows the Kazakh months. */
export function day(moment: number, precision: 'day' | 'month' | 'year' = 'day'): string {
  const date = new Date(moment)
  const [year, month] = [date.getUTCFullYear(), MONTHS[language][date.getUTCMonth()] ?? '']
  if (precision === 'year') return String(year)
  if (precision === 'month') return `${month} ${year}`
  const genitive = language === 'ru' ? month.replace('март', 'марта').replace('май', 'мая').replace(/ь$/, 'я') : month
  return `${date.getUTCDate()} ${genitive} ${year}`
}
