// What is shown: read from and written to the address, applied to the rows, said in SQL.
import type { Events } from './events'

export type Sort = 'date' | 'value' | 'outlets'

export interface Filter {
  q: string
  type: string
  object: string
  offence: string
  region: string
  scope: string
  unit: string
  /** ISO days, inclusive. */
  from: string
  to: string
  disputed: boolean
  /** Identifier of a story. */
  story: string
  sort: Sort
  /** Ascending. */
  up: boolean
  page: number
  /** Identifier of the event that is open. */
  event: string
}

export const NONE: Filter = {
  q: '', type: '', object: '', offence: '', region: '', scope: '', unit: '', from: '', to: '', disputed: false,
  story: '', sort: 'date', up: false, page: 1, event: '',
}

/** The parts that choose rows; the others only order and show them. */
export const CHOICES = ['q', 'type', 'object', 'offence', 'region', 'scope', 'unit', 'from', 'to', 'disputed', 'story'] as const
export type Choice = (typeof CHOICES)[number]

const DAY = /^\d{4}-\d{2}-\d{2}$/
const SORTS: readonly Sort[] = ['date', 'value', 'outlets']

export function fromHash(hash: string): Filter {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const word = (name: string) => (given.get(name) ?? '').slice(0, 200)
  const day = (name: string) => (DAY.test(word(name)) && !Number.isNaN(Date.parse(word(name))) ? word(name) : '')
  const sort = SORTS.find(known => known === word('sort')) ?? 'date'
  return {
    q: word('q'), type: word('type'), object: word('object'), offence: word('offence'), region: word('region'),
    scope: word('scope'), unit: word('unit'), from: day('from'), to: day('to'), disputed: word('disputed') === '1',
    story: word('story'), sort, up: word('order') === 'up', page: Math.max(1, Math.floor(Number(word('page'))) || 1), event: word('event'),
  }
}

export function toHash(filter: Filter, language?: string): string {
  const parts = new URLSearchParams()
  for (const name of CHOICES) if (filter[name]) parts.set(name, filter[name] === true ? '1' : String(filter[name]))
  if (filter.sort !== 'date') parts.set('sort', filter.sort)
  if (filter.up) parts.set('order', 'up')
  if (filter.page > 1) parts.set('page', String(filter.page))
  if (filter.event) parts.set('event', filter.event)
  if (language) parts.set('lang', language)
  const text = parts.toString()
  return text ? `#${text}` : ''
}

export const words = (q: string): string[] => q.toLowerCase().split(/\s+/).filter(Boolean)

/** The rows that the filter keeps, in its order. */
export async function apply(events: Events, filter: Filter): Promise<Uint32Array> {
  const wanted = words(filter.q)
  const texts = wanted.length ? await events.searchable() : null
  const stories = filter.story ? await events.table.column('story_id') : null
  const code = (column: { index: Map<string, number> }, value: string) => (value ? column.index.get(value) ?? -1 : 0)
  const type = code(events.type, filter.type)
  const object = code(events.object, filter.object)
  const offence = code(events.offence, filter.offence)
  const scope = code(events.scope, filter.scope)
  const unit = code(events.unit, filter.unit)
  const bit = events.regions.indexOf(filter.region)
  const region = filter.region ? (bit < 0 ? -1 : 1 << bit) : 0
  const from = filter.from ? Date.parse(filter.from) : -Infinity
  const to = filter.to ? Date.parse(filter.to) + 86400000 : Infinity
  const dated = filter.from !== '' || filter.to !== ''
  const kept = new Uint32Array(events.count)
  let n = 0
  for (const row of events.latest) {
    if (type && events.type.rows[row] !== type) continue
    if (object && events.object.rows[row] !== object) continue
    if (offence && events.offence.rows[row] !== offence) continue
    if (scope && events.scope.rows[row] !== scope) continue
    if (unit && events.unit.rows[row] !== unit) continue
    if (region && (bit < 0 || !(events.region[row]! & region))) continue
    if (filter.disputed && !events.disputed[row]) continue
    if (dated && !(events.first[row]! >= from && events.first[row]! < to)) continue
    if (stories && stories[row] !== filter.story) continue
    if (texts && !wanted.every(word => texts[row]!.includes(word))) continue
    kept[n++] = row
  }
  const rows = kept.slice(0, n)
  if (filter.sort === 'date') return filter.up ? rows.reverse() : rows
  const by = filter.sort === 'value' ? events.value : events.outlets
  const key = (row: number) => (Number.isNaN(by[row]!) ? -1 : by[row]!)
  // Rows without a value stay last in either order.
  return rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)]
    if (x === y) return 0
    if (x < 0 || y < 0) return x < 0 ? 1 : -1
    return filter.up ? x - y : y - x
  })
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The filter as a query that DuckDB runs against the published file. */
export function sql(filter: Filter, file: string): string {
  const conditions: string[] = []
  for (const [name, column] of [['type', 'event_type'], ['object', 'object'], ['offence', 'offence'], ['scope', 'scope'], ['unit', 'unit']] as const) {
    if (filter[name]) conditions.push(`${column} = ${quote(filter[name])}`)
  }
  if (filter.region) conditions.push(`list_contains(region, ${quote(filter.region)})`)
  if (filter.from) conditions.push(`first_published_at >= TIMESTAMPTZ ${quote(`${filter.from} 00:00:00+00`)}`)
  if (filter.to) conditions.push(`first_published_at < TIMESTAMPTZ ${quote(`${filter.to} 00:00:00+00`)} + INTERVAL 1 DAY`)
  if (filter.disputed) conditions.push('is_disputed')
  if (filter.story) conditions.push(`story_id = ${quote(filter.story)}`)
  for (const word of words(filter.q)) conditions.push(`contains(lower(concat_ws(' ', evidence, locality)), ${quote(word)})`)
  const where = conditions.length ? `\nWHERE ${conditions.join('\n  AND ')}` : ''
  const column = { date: 'first_published_at', value: 'value', outlets: 'n_outlets' }[filter.sort]
  return `SELECT *\nFROM ${quote(file)}${where}\nORDER BY ${column} ${filter.up ? 'ASC' : 'DESC'} NULLS LAST;`
}
