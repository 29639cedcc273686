// Reads a release's Parquet files by HTTP ranges: only the columns and rows that are asked for.
import { parquetMetadata, parquetRead, type AsyncBuffer, type FileMetaData, type ParquetParsers } from 'hyparquet'
import { decompress } from 'fzstd'

/** Of a footer's usual size and more, so that one request tells the file's length and brings its metadata. */
const TAIL = 1 << 17

/** Rows of which one page has both, mostly. */
const CLOSE = 4096

const compressors = { ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)) }

/** Moments as milliseconds, days as ISO dates: a hundred thousand Date objects cost more than they tell. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => Number(value),
  timestampFromMicroseconds: (value: bigint) => Number(value / 1000n),
  timestampFromNanoseconds: (value: bigint) => Number(value / 1000000n),
  dateFromDays: (days: number) => new Date(days * 86400000).toISOString().slice(0, 10),
}

/** A text of a page of which few rows are wanted: decoding it can wait. */
const asBytes = (bytes: Uint8Array | undefined) => bytes

const decoder = new TextDecoder()

const text = (value: unknown): Value =>
  value instanceof Uint8Array ? decoder.decode(value) : Array.isArray(value) ? value.map(item => String(text(item))) : (value as Value)

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

export class Missing extends Error {
  constructor(readonly url: string, readonly status: number) {
    super(`${url}: ${status}`)
  }
}

export type Value = string | number | boolean | string[] | null | undefined
export type Columns<N extends string> = Record<N, ArrayLike<Value>>

export class Table {
  readonly rows: number
  readonly metadata: FileMetaData
  private readonly kept = new Map<string, Promise<ArrayLike<Value>>>()

  private constructor(readonly url: string, private readonly file: AsyncBuffer, tail: ArrayBuffer) {
    this.metadata = parquetMetadata(tail)
    this.rows = Number(this.metadata.num_rows)
  }

  static async open(url: string): Promise<Table> {
    const { file, tail } = await remote(url)
    return new Table(url, file, tail)
  }

  /** What the file says of itself. */
  property(name: string): string {
    return this.metadata.key_value_metadata?.find(pair => pair.key === name)?.value ?? ''
  }

  /** Names of the columns, in the file's order. */
  names(): string[] {
    const names: string[] = []
    for (const chunk of this.metadata.row_groups[0]?.columns ?? []) {
      const name = chunk.meta_data?.path_in_schema[0]
      if (name && names.at(-1) !== name) names.push(name)
    }
    return names.length ? names : this.schemaNames()
  }

  /** Names from the schema, for a file without rows. */
  private schemaNames(): string[] {
    const names: string[] = []
    const [, ...elements] = this.metadata.schema
    const skip = (at: number): number => {
      let next = at + 1
      for (let child = 0; child < (elements[at]?.num_children ?? 0); child++) next = skip(next)
      return next
    }
    for (let at = 0; at < elements.length; at = skip(at)) names.push(elements[at]!.name)
    return names
  }

  /** Columns of a range of rows; of all, where none is given. Columns that the file lacks are empty. */
  async read<N extends string>(names: readonly N[], start = 0, end = this.rows, raw = false): Promise<Columns<N>> {
    const result = Object.fromEntries(names.map(name => [name, new Array(end - start).fill(null)])) as Record<N, Value[]>
    const whole = start === 0 && end === this.rows
    await this.scan(names, start, end, raw ? {} : whole ? parsers : { ...parsers, stringFromBytes: asBytes }, (name, row, value) => {
      result[name as N][row - start] = whole ? (value as Value) : text(value)
    })
    return result
  }

  /** Rows of a range whose column has one of the texts; the others are not even decoded. */
  async having(name: string, texts: Iterable<string>, [start, end]: [number, number]): Promise<number[]> {
    const wanted = Array.from(texts, text => new TextEncoder().encode(text))
    const rows: number[] = []
    await this.scan([name], start, end, { stringFromBytes: asBytes }, (_, row, value) => {
      if (value instanceof Uint8Array && wanted.some(bytes => same(bytes, value))) rows.push(row)
    })
    return rows.sort((a, b) => a - b)
  }

  private async scan(names: readonly string[], start: number, end: number, parsers: Partial<ParquetParsers>, visit: (name: string, row: number, value: unknown) => void): Promise<void> {
    const there = this.names()
    const columns = names.filter(name => there.includes(name))
    if (end <= start || !columns.length) return
    await parquetRead({
      file: this.file, metadata: this.metadata, compressors, parsers, columns, rowStart: start, rowEnd: end,
      useOffsetIndex: start > 0 || end < this.rows,
      onChunk({ columnName, columnData, rowStart }) {
        const to = Math.min(end, rowStart + columnData.length)
        for (let row = Math.max(start, rowStart); row < to; row++) visit(columnName, row, columnData[row - rowStart])
      },
    })
  }

  /** Single rows, in order, from the pages where they stand; rows that stand close share a read. */
  async rowsAt<N extends string>(rows: readonly number[], names: readonly N[]): Promise<Record<N, Value>[]> {
    const runs: number[][] = []
    for (const row of [...rows].sort((a, b) => a - b)) {
      const run = runs.at(-1)
      if (run && row - run.at(-1)! < CLOSE) run.push(row)
      else runs.push([row])
    }
    const read = await Promise.all(runs.map(async run => {
      const first = run[0]!
      const columns = await this.read(names, first, run.at(-1)! + 1)
      return run.map(row => Object.fromEntries(names.map(name => [name, columns[name][row - first]])) as Record<N, Value>)
    }))
    return read.flat()
  }

  /** A whole column, read once. */
  column(name: string): Promise<ArrayLike<Value>> {
    let column = this.kept.get(name)
    if (!column) {
      column = this.read([name]).then(columns => columns[name]!)
      column.catch(() => this.kept.delete(name))
      this.kept.set(name, column)
    }
    return column
  }
}

/** A file on the server, or, where the server knows no ranges, the whole of it. */
async function remote(url: string): Promise<{ file: AsyncBuffer; tail: ArrayBuffer }> {
  const response = await fetch(url, { headers: { Range: `bytes=-${TAIL}` } })
  if (!response.ok) throw new Missing(url, response.status)
  let tail = await response.arrayBuffer()
  if (response.status !== 206) return { file: tail, tail }
  const byteLength = Number(/\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1])
  if (!byteLength) throw new Error(`${url}: the server's range has no length`)
  const tailStart = byteLength - tail.byteLength
  const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
    if (start >= tailStart) return tail.slice(start - tailStart, end - tailStart)
    const part = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } })
    if (!part.ok) throw new Missing(url, part.status)
    return part.arrayBuffer()
  }
  const footer = new DataView(tail).getUint32(tail.byteLength - 8, true) + 8
  if (footer > tail.byteLength) {
    const start = byteLength - footer
    const head = await slice(start, tailStart)
    const joined = new Uint8Array(footer)
    joined.set(new Uint8Array(head))
    joined.set(new Uint8Array(tail), head.byteLength)
    return { file: { byteLength, slice }, tail: joined.buffer }
  }
  return { file: { byteLength, slice }, tail }
}
