// The mentions of an event, and their articles. The tables' order tells where to look, so that little is read:
// mentions are sorted by type, articles by day.
import type { Table, Value } from './parquet'

export type Source = Record<string, Value>

const SAID = ['article_id', 'evidence'] as const
const ARTICLE = ['article_id', 'published_at', 'url', 'canonical_url', 'outlet', 'title', 'language'] as const

/** The first and one past the last row that `fits`, where the rows that do stand together. */
function run(column: ArrayLike<Value>, fits: (value: Value) => boolean): [number, number] {
  let start = 0
  while (start < column.length && !fits(column[start])) start++
  let end = start
  while (end < column.length && fits(column[end])) end++
  return [start, end]
}

/** Each mention of an event with its article, the earliest first. `event` gives the event's columns. */
export async function sources(mentions: Table, articles: Table, event: (column: string) => Value): Promise<Source[]> {
  const type = event('event_type')
  const ofType = run(await mentions.column('event_type'), value => value === type)
  const said = await mentions.rowsAt(await mentions.having('event_id', [String(event('event_id'))], ofType), SAID)

  const ids = new Set(said.map(mention => String(mention.article_id)))
  const [from, to] = [event('first_published_at'), event('last_published_at')]
  let rows: number[] = []
  if (typeof from === 'number' && typeof to === 'number') {
    const within = (value: Value) => typeof value === 'number' && value >= from && value <= to
    rows = await articles.having('article_id', ids, run(await articles.column('published_at'), within))
  }
  // An article without a day stands elsewhere.
  if (rows.length < ids.size) rows = await articles.having('article_id', ids, [0, articles.rows])
  const read = new Map((await articles.rowsAt(rows, ARTICLE)).map(article => [article.article_id, article]))

  const found: Source[] = said.map(mention => {
    const article: Source = read.get(mention.article_id) ?? {}
    return { ...article, ...mention, url: article.url ?? article.canonical_url }
  })
  return found.sort((a, b) => Number(a.published_at ?? 0) - Number(b.published_at ?? 0))
}
