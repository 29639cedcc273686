// The events that the page counts and lists: columns as small numbers, so that 100,000 rows filter in milliseconds.
import type { Codes } from './codes'
import type { Table, Value } from './parquet'

/** A column of few different texts: a number for each row, 0 for none. */
export class Coded {
  readonly values: string[] = ['']
  readonly index = new Map<string, number>()
  readonly rows: Uint16Array

  constructor(column: ArrayLike<Value>) {
    this.rows = new Uint16Array(column.length)
    for (let row = 0; row < column.length; row++) {
      const value = column[row]
      if (typeof value !== 'string') continue
      let code = this.index.get(value)
      if (code === undefined) {
        code = this.values.length
        this.values.push(value)
        this.index.set(value, code)
      }
      this.rows[row] = code
    }
  }

  at(row: number): string {
    return this.values[this.rows[row] ?? 0] ?? ''
  }
}

/**
 * Rows by their key, the largest first, then in order; those without a key last. Numbers sort without a comparing
 * function, some ten times as fast: the rank of the key and the row share a double's 53 bits.
 */
export function byKey(keys: Float64Array): Uint32Array {
  const ranks = new Map([...new Set(keys)].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : b - a)).map((key, rank) => [key, rank]))
  const packed = new Float64Array(keys.length)
  for (let row = 0; row < keys.length; row++) packed[row] = ranks.get(keys[row]!)! * keys.length + row
  packed.sort()
  const rows = new Uint32Array(keys.length)
  for (let at = 0; at < keys.length; at++) rows[at] = packed[at]! % keys.length
  return rows
}

const FIRST = [
  'event_type', 'object', 'value', 'value_max', 'qualifier', 'unit', 'region', 'locality', 'offence', 'scope', 'part_of',
  'is_disputed', 'n_outlets', 'first_published_at',
] as const

export class Events {
  readonly count: number
  readonly type: Coded
  readonly object: Coded
  readonly qualifier: Coded
  readonly unit: Coded
  readonly offence: Coded
  readonly scope: Coded
  /** NaN where there is none. */
  readonly value: Float64Array
  readonly valueMax: Float64Array
  /** Bit n is the n-th region of the code list. */
  readonly region: Uint32Array
  readonly regions: string[]
  readonly locality: ArrayLike<Value>
  readonly disputed: Uint8Array
  readonly outlets: Uint16Array
  /** First report, milliseconds since 1970; NaN where unknown. */
  readonly first: Float64Array
  /** Whether the value may be added up: a single operation, and no part of a total. */
  readonly summable: Uint8Array
  /** Rows by first report, the latest first. */
  readonly latest: Uint32Array
  private texts: Promise<string[]> | null = null

  private constructor(readonly table: Table, columns: Record<(typeof FIRST)[number], ArrayLike<Value>>, codes: Codes) {
    const n = (this.count = table.rows)
    const numbers = (column: ArrayLike<Value>) => {
      const list = new Float64Array(n).fill(NaN)
      for (let row = 0; row < n; row++) {
        const value = column[row]
        if (typeof value === 'number') list[row] = value
      }
      return list
    }
    this.type = new Coded(columns.event_type)
    this.object = new Coded(columns.object)
    this.qualifier = new Coded(columns.qualifier)
    this.unit = new Coded(columns.unit)
    this.offence = new Coded(columns.offence)
    this.scope = new Coded(columns.scope)
    this.value = numbers(columns.value)
    this.valueMax = numbers(columns.value_max)
    this.first = numbers(columns.first_published_at)
    this.locality = columns.locality
    this.regions = codes.codes('region').slice(0, 32)
    const bits = new Map(this.regions.map((code, bit) => [code, 1 << bit]))
    this.region = new Uint32Array(n)
    this.disputed = new Uint8Array(n)
    this.outlets = new Uint16Array(n)
    this.summable = new Uint8Array(n)
    const incident = this.scope.index.get('incident') ?? -1
    for (let row = 0; row < n; row++) {
      for (const code of (columns.region[row] as string[] | null) ?? []) this.region[row]! |= bits.get(code) ?? 0
      this.disputed[row] = columns.is_disputed[row] ? 1 : 0
      this.outlets[row] = Number(columns.n_outlets[row] ?? 0)
      this.summable[row] = this.scope.rows[row] === incident && !columns.part_of[row] && this.value[row]! >= 0 ? 1 : 0
    }
    this.latest = byKey(this.first)
  }

  static async load(table: Table, codes: Promise<Codes>): Promise<Events> {
    const [columns, lists] = await Promise.all([table.read(FIRST), codes])
    performance.mark('columns-read')
    return new Events(table, columns, lists)
  }

  /** The regions of a row. */
  regionsAt(row: number): string[] {
    return this.regions.filter((_, bit) => this.region[row]! & (1 << bit))
  }

  /** What a search looks through: evidence and place in lower case. Read when it is first asked for. */
  searchable(): Promise<string[]> {
    this.texts ??= this.table.read(['evidence']).then(({ evidence }) =>
      Array.from({ length: this.count }, (_, row) => `${evidence[row] ?? ''} ${this.locality[row] ?? ''}`.toLowerCase()))
    this.texts.catch(() => (this.texts = null))
    return this.texts
  }
}
