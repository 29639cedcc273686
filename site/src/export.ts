// The rows of the current view as a file.
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Events } from './events'
import type { Value } from './parquet'

/** As the release's own CSV: an apostrophe before what a spreadsheet would run as a formula. */
export const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

export function cell(value: Value): string {
  if (value === null || value === undefined) return ''
  const text = Array.isArray(value) ? JSON.stringify(value) : typeof value === 'string' ? harmless(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** All columns of some rows, as the file has them. */
async function columns(events: Events, rows: Uint32Array, raw: boolean) {
  const names = events.table.names()
  const all = await events.table.read(names, 0, events.count, raw)
  return names.map(name => ({ name, data: Array.from(rows, row => all[name]![row] ?? null) }))
}

export async function csv(events: Events, rows: Uint32Array): Promise<Blob> {
  const list = await columns(events, rows, false)
  const moments = new Set(['first_published_at', 'last_published_at'])
  const lines = [list.map(column => column.name).join(',')]
  for (let row = 0; row < rows.length; row++) {
    lines.push(list.map(({ name, data }) => {
      const value = data[row] as Value
      return cell(moments.has(name) && typeof value === 'number' ? new Date(value).toISOString().replace('.000Z', 'Z') : value)
    }).join(','))
  }
  return new Blob([lines.join('\n'), '\n'], { type: 'text/csv;charset=utf-8' })
}

export async function parquet(events: Events, rows: Uint32Array): Promise<Blob> {
  // All rows are the release's own file, in its own order.
  if (rows.length === events.count) return (await fetch(events.table.url)).blob()
  const columnData = await columns(events, rows, true)
  const { schema, key_value_metadata: properties = [] } = events.table.metadata
  const buffer = parquetWriteBuffer({
    columnData,
    schema,
    kvMetadata: properties.filter(pair => pair.key !== 'ARROW:schema'),
    createdBy: 'dalel site',
  })
  return new Blob([buffer], { type: 'application/vnd.apache.parquet' })
}

export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
