// The table of events: a page of rows, each of which opens its evidence and sources.
import { LANGUAGES, type Codes } from './codes'
import { find, h, link } from './dom'
import type { Events } from './events'
import { toHash, type Filter, type Sort } from './filter'
import type { Table, Value } from './parquet'
import { sources, type Source } from './sources'
import { counted, current, day, number, t } from './words'

export const PAGE = 20

/** Regions that a row names; the others are in its details. */
const NAMED = 2

export interface Shown {
  events: Events
  codes: Codes
  mentions: Promise<Table>
  articles: Promise<Table>
}

const SIGN: Record<string, string> = { min: '≥ ', max: '≤ ', approx: '≈ ' }

/** The unit's short name: money and crypto-assets by their codes. */
export function unitName(codes: Codes, unit: string): string {
  const dimension = codes.get('unit', unit, 'dimension')
  return dimension === 'currency' || dimension === 'crypto' ? unit : codes.label('unit', unit, current())
}

function figure(events: Events, codes: Codes, row: number): (Node | string)[] {
  const value = events.value[row]!
  if (Number.isNaN(value)) return [h('span', { class: 'soft' }, t('no_value'))]
  const top = events.valueMax[row]!
  const unit = events.unit.at(row)
  const shown = `${SIGN[events.qualifier.at(row)] ?? ''}${number(value)}${Number.isNaN(top) ? '' : `–${number(top)}`}`
  return [h('strong', {}, shown), ' ', h('span', { class: 'unit' }, unit ? counted(unit, Number.isNaN(top) ? value : top) ?? unitName(codes, unit) : '')]
}

export function table(shown: Shown, rows: Uint32Array, filter: Filter, open: number | null, act: {
  sort(by: Sort): void
  toggle(row: number): void
  turn(page: number): void
  reset(): void
}): void {
  const { events, codes } = shown
  const language = current()
  const place = find('table')
  if (!rows.length) {
    place.replaceChildren(h('div', { class: 'empty' }, h('p', {}, t('nothing')), h('p', { class: 'soft' }, t('nothing_hint')),
      h('button', { type: 'button', click: () => act.reset() }, t('reset'))))
    find('pages').replaceChildren()
    return
  }
  const pages = Math.ceil(rows.length / PAGE)
  const page = Math.min(filter.page, pages)
  const head = (name: string, by: Sort | null, style = '') => {
    const sorted = by === filter.sort
    return h('th', { scope: 'col', class: style, 'aria-sort': by ? (sorted ? (filter.up ? 'ascending' : 'descending') : 'none') : null },
      by ? h('button', { type: 'button', id: `sort-${by}`, click: () => act.sort(by) }, name, h('span', { class: 'arrow', 'aria-hidden': 'true' }, sorted ? (filter.up ? ' ↑' : ' ↓') : '')) : name)
  }
  const body = h('tbody', {})
  for (const row of rows.slice((page - 1) * PAGE, page * PAGE)) {
    const isOpen = row === open
    const regions = events.regionsAt(row)
    // A city that is a region of its own need not be named twice.
    const locality = regions.some(code => LANGUAGES.some(tongue => codes.label('region', code, tongue) === events.locality[row])) ? '' : events.locality[row]
    const named = regions.map(code => codes.label('region', code, language))
    const where = [locality, named.length > NAMED ? `${named.slice(0, NAMED).join(', ')} +${named.length - NAMED}` : named.join(', ')]
    const first = events.first[row]!
    const opener = h('button', {
      type: 'button', class: 'opener', id: `row-${row}`, 'aria-expanded': String(isOpen), 'aria-controls': isOpen ? 'detail' : null,
      click: () => act.toggle(row),
    }, h('span', { class: 'result' }, codes.label('event_type', events.type.at(row), language)), ' ',
    h('span', { class: 'soft' }, codes.label('object', events.object.at(row), language)))
    body.append(h('tr', { class: isOpen ? 'open' : null, click: event => {
      const target = event.target as HTMLElement
      if (!target.closest('button, a') && !getSelection()?.toString()) act.toggle(row)
    } },
    h('td', { class: 'date' }, Number.isNaN(first) ? '—' : h('time', { datetime: new Date(first).toISOString().slice(0, 10) }, day(first))),
    h('td', { class: 'what' }, opener,
      events.scope.at(row) === 'aggregate' && h('span', { class: 'tag' }, t('aggregate')),
      events.disputed[row] === 1 && h('span', { class: 'tag strong' }, t('disputed'))),
    h('td', { class: 'value number' }, figure(events, codes, row)),
    h('td', { class: 'where' }, where.filter(Boolean).join(' · ') || h('span', { class: 'soft' }, '—')),
    h('td', { class: 'offence' }, events.offence.at(row) ? codes.label('offence', events.offence.at(row), language) : h('span', { class: 'soft' }, '—')),
    h('td', { class: 'outlets number', 'data-name': t('c_outlets') }, number(events.outlets[row]!))))
    if (isOpen) {
      const detail = h('div', { id: 'detail', class: 'detail' })
      body.append(h('tr', { class: 'detail-row' }, h('td', { colspan: 6 }, detail)))
      void evidence(detail, shown, row, filter)
    }
  }
  place.replaceChildren(h('table', { class: 'events', 'aria-labelledby': 'h-events' },
    h('thead', {}, h('tr', {}, head(t('c_date'), 'date'), head(t('c_result'), null), head(t('c_value'), 'value', 'number'),
      head(t('c_place'), null), head(t('c_offence'), null), head(t('c_outlets'), 'outlets', 'number'))), body))
  const turner = (id: string, to: number, name: string, sign: string) =>
    h('button', { type: 'button', id: `page-${id}`, disabled: to < 1 || to > pages || to === page, 'aria-label': name, title: name, click: () => act.turn(to) }, sign)
  find('pages').replaceChildren(turner('first', 1, t('first_page'), '«'), turner('previous', page - 1, t('previous'), '‹'),
    h('span', {}, t('page', { page: number(page), pages: number(pages) })),
    turner('next', page + 1, t('next'), '›'), turner('last', pages, t('last_page'), '»'))
}

const DETAILS = [
  'event_id', 'event_type', 'evidence', 'article_id', 'period_start', 'period_end', 'date_start', 'date_end', 'date_precision',
  'agency', 'citizenship', 'articles', 'value_min', 'value_max_reported', 'first_published_at', 'last_published_at', 'confidence',
] as const

const span = (from: Value, to: Value, precision?: Value): string => {
  if (!from) return ''
  const exact = precision === 'year' || precision === 'month' ? precision : 'day'
  const [a, b] = [from, to ?? from].map(text => day(Date.parse(String(text)), exact))
  return a === b ? a! : `${a} – ${b}`
}

/** Fills an open row: the words first, then, once they are looked up, all sources. */
async function evidence(place: HTMLElement, shown: Shown, row: number, filter: Filter): Promise<void> {
  const { events, codes } = shown
  const language = current()
  place.replaceChildren(h('p', { class: 'soft', role: 'status' }, t('loading_sources')))
  try {
    const columns = await events.table.read(DETAILS, row, row + 1)
    const get = (name: (typeof DETAILS)[number]) => columns[name][0]
    const id = String(get('event_id') ?? '')
    const labels = (list: 'agency') => ((get(list) as string[] | null) ?? []).map(code => codes.label(list, code, language)).join(', ')
    const plainList = (name: 'citizenship' | 'articles') => ((get(name) as string[] | null) ?? []).join(', ')
    const unit = events.unit.at(row)
    const range = events.disputed[row] && typeof get('value_min') === 'number'
      ? `${t('range', { min: number(get('value_min') as number), max: number(get('value_max_reported') as number) })} ${unit ? counted(unit, get('value_max_reported') as number) ?? unitName(codes, unit) : ''}` : ''
    const facts: [string, string][] = [
      [t('region'), events.regionsAt(row).length > NAMED ? events.regionsAt(row).map(code => codes.label('region', code, language)).join(', ') : ''],
      [t('d_range'), range], [t('d_date'), span(get('date_start'), get('date_end'), get('date_precision'))],
      [t('d_period'), span(get('period_start'), get('period_end'))], [t('d_agency'), labels('agency')],
      [t('d_citizenship'), plainList('citizenship')], [t('d_law'), plainList('articles')],
      [t('d_confidence'), typeof get('confidence') === 'number' ? number(get('confidence') as number) : ''], [t('d_id'), id],
    ]
    const list = h('ul', { class: 'sources', 'aria-label': t('sources') })
    const waiting = h('p', { class: 'soft', role: 'status' }, t('loading_sources'))
    place.replaceChildren(
      h('blockquote', {}, h('p', {}, String(get('evidence') ?? ''))),
      h('dl', {}, facts.filter(([, value]) => value).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
      h('h3', {}, t('sources')), waiting, list,
      h('p', {}, h('a', { href: toHash({ ...filter, event: id }) }, t('permalink'))))
    const found = await sources(await shown.mentions, await shown.articles, name => columns[name as (typeof DETAILS)[number]][0])
    waiting.remove()
    const [quote] = place.getElementsByTagName('blockquote')
    const representative = found.find(source => source.article_id === get('article_id'))
    if (representative?.language) quote?.setAttribute('lang', String(representative.language))
    list.append(...found.map(source => told(source, String(get('evidence') ?? ''))))
  } catch (error) {
    place.append(h('p', { class: 'error', role: 'alert' }, t('error_part', { message: String((error as Error).message) })))
  }
}

function told(source: Source, quoted: string): HTMLElement {
  const language = source.language as string | null
  return h('li', {},
    h('p', { class: 'source' }, link(source.url as string | null, String(source.title || t('no_title')), language)),
    h('p', { class: 'soft' }, [source.outlet, typeof source.published_at === 'number' && day(source.published_at)].filter(Boolean).join(' · ')),
    source.evidence !== quoted && h('p', { class: 'said', lang: language }, `“${String(source.evidence)}”`))
}
