// The release's code lists: what its codes are called in three languages.

export type Language = 'en' | 'ru' | 'kk'
export const LANGUAGES: readonly Language[] = ['en', 'ru', 'kk']

const LISTS = ['event_type', 'object', 'offence', 'region', 'unit', 'scope', 'agency'] as const
export type List = (typeof LISTS)[number]

/** Rows of a CSV file (RFC 4180) as objects. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy
  for (let match = cell.exec(text); match && cell.lastIndex <= text.length; match = cell.exec(text)) {
    const [all, value = '', end = ''] = match
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value)
    if (end !== ',') {
      if (row.length > 1 || row[0]) rows.push(row)
      row = []
    }
    if (!all || end === '') break
  }
  const [head = [], ...body] = rows
  return body.map(cells => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])))
}

export class Codes {
  private constructor(private readonly lists: Map<List, Map<string, Record<string, string>>>) {}

  static async load(base: string): Promise<Codes> {
    const lists = await Promise.all(LISTS.map(async list => {
      const response = await fetch(`${base}codes/${list}.csv`)
      const rows = response.ok ? parseCsv(await response.text()) : []
      return [list, new Map(rows.map(row => [row.code ?? '', row]))] as const
    }))
    return new Codes(new Map(lists))
  }

  /** A code's cell; empty where there is none. */
  get(list: List, code: string, column: string): string {
    return this.lists.get(list)?.get(code)?.[column] ?? ''
  }

  label(list: List, code: string, language: Language): string {
    return this.get(list, code, `label_${language}`) || code
  }

  /** All codes of a list, in its order. */
  codes(list: List): string[] {
    return [...(this.lists.get(list)?.keys() ?? [])]
  }
}
