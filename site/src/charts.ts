// The pictures: columns over time, a tile map, bars. Each is drawn anew from the rows of the current filter.
import { max } from 'd3-array'
import { axisBottom, axisLeft } from 'd3-axis'
import { scaleBand, scaleLinear } from 'd3-scale'
import { select } from 'd3-selection'
import { utcDay, utcMonth, utcYear } from 'd3-time'
import type { Codes } from './codes'
import { find, h } from './dom'
import type { Events } from './events'
import { amount, current, day, number, t } from './words'

type Precision = 'day' | 'month' | 'year'

interface Bin {
  from: Date
  to: Date
  count: number
}

const STEPS = { day: utcDay, month: utcMonth, year: utcYear }

/** Counts by day, month or year, as the span needs; empty periods are there too. */
function bins(events: Events, rows: Uint32Array): { precision: Precision; list: Bin[] } {
  let [least, most] = [Infinity, -Infinity]
  for (const row of rows) {
    const at = events.first[row]!
    if (at < least) least = at
    if (at > most) most = at
  }
  const days = (most - least) / 86400000
  const precision: Precision = days <= 45 ? 'day' : days <= 365 * 8 ? 'month' : 'year'
  if (!Number.isFinite(days)) return { precision, list: [] }
  const step = STEPS[precision]
  const starts = step.range(step.floor(new Date(least)), step.offset(step.floor(new Date(most)), 1))
  const list = starts.map(from => ({ from, to: step.offset(from, 1), count: 0 }))
  const index = new Map(starts.map((start, at) => [start.getTime(), at]))
  const cache = new Map<number, number>()
  for (const row of rows) {
    const at = events.first[row]!
    if (Number.isNaN(at)) continue
    let bin = cache.get(at)
    if (bin === undefined) cache.set(at, (bin = index.get(step.floor(new Date(at)).getTime()) ?? -1))
    if (bin >= 0) list[bin]!.count++
  }
  return { precision, list }
}

export function time(events: Events, rows: Uint32Array, pick: (from: string, to: string) => void): void {
  const { precision, list } = bins(events, rows)
  const place = find('time')
  const table = find('time-table')
  find('time-axis').textContent = t(`time_axis_${precision}`)
  table.hidden = list.length === 0
  if (!list.length) {
    place.replaceChildren(h('p', { class: 'note' }, t('nothing')))
    return
  }
  const width = Math.max(280, place.clientWidth)
  const height = width < 480 ? 190 : 240
  const [left, bottom, top] = [44, 24, 12]
  const name = (bin: Bin) => day(bin.from.getTime(), precision)
  const peak = list.reduce((a, b) => (b.count > a.count ? b : a))
  const x = scaleBand<number>().domain(list.keys()).range([left, width]).paddingInner(0.18)
  const y = scaleLinear().domain([0, peak.count]).nice(4).range([height - bottom, top])
  const svg = select(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))
    .attr('viewBox', `0 0 ${width} ${height}`).attr('width', width).attr('height', height).attr('role', 'img')
    .attr('aria-label', t('time_about', { from: name(list[0]!), to: name(list.at(-1)!), most: number(peak.count), when: name(peak) }))
  const ticks = y.ticks(4).filter(Number.isInteger)
  svg.append('g').attr('class', 'axis y').attr('transform', `translate(${left},0)`)
    .call(axisLeft(y).tickValues(ticks).tickSize(-(width - left)).tickPadding(8).tickFormat(value => number(+value)))
  svg.append('g').selectAll('rect').data(list).join('rect').attr('class', 'bar')
    .attr('x', (_, at) => x(at)!).attr('width', Math.max(1, x.bandwidth()))
    .attr('y', bin => y(bin.count)).attr('height', bin => y(0) - y(bin.count))
    .on('click', (_, bin) => pick(iso(bin.from), iso(new Date(bin.to.getTime() - 86400000))))
    .append('title').text(bin => `${name(bin)}: ${number(bin.count)}`)
  // Years are the landmarks of a long span of months, whatever month it begins with.
  const room = Math.max(2, Math.floor(width / (precision === 'year' ? 60 : 84)))
  const every = Math.ceil(list.length / room)
  const yearly = precision === 'month' && list.length > 30
  const marks = list.flatMap((bin, at) => (yearly ? bin.from.getUTCMonth() === 0 : at % every === 0) ? [at] : [])
  svg.append('g').attr('class', 'axis x').attr('transform', `translate(0,${height - bottom})`)
    .call(axisBottom(x).tickValues(marks).tickSizeOuter(0).tickSize(4)
      .tickFormat(at => day(list[+at]!.from.getTime(), yearly ? 'year' : precision).replace(/ \d{4}$/, precision === 'day' ? '' : '$&')))
  place.replaceChildren(svg.node()!)
  table.lastElementChild!.replaceChildren(h('table', { class: 'plain' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('period')), h('th', { scope: 'col', class: 'number' }, t('kinds_axis')))),
    h('tbody', {}, list.map(bin => h('tr', {}, h('th', { scope: 'row' }, name(bin)), h('td', { class: 'number' }, number(bin.count)))))))
}

const iso = (date: Date): string => date.toISOString().slice(0, 10)

export function map(events: Events, rows: Uint32Array, codes: Codes, chosen: string, pick: (region: string) => void): void {
  const counts = new Map(events.regions.map(code => [code, 0]))
  let none = 0
  const byBit = new Uint32Array(events.regions.length)
  for (const row of rows) {
    const bits = events.region[row]!
    if (!bits) none++
    else for (let bit = 0; bit < byBit.length; bit++) if (bits & (1 << bit)) byBit[bit]!++
  }
  events.regions.forEach((code, bit) => counts.set(code, byBit[bit]!))
  const most = max(counts.values()) || 1
  const language = current()
  const tiles = events.regions
    .map(code => ({ code, column: +codes.get('region', code, 'tile_column'), row: +codes.get('region', code, 'tile_row') }))
    .sort((a, b) => a.row - b.row || a.column - b.column)
  find('map').replaceChildren(...tiles.map(({ code, column, row }) => {
    const count = counts.get(code) ?? 0
    const name = codes.label('region', code, language)
    const tile = h('button', {
      type: 'button', 'aria-pressed': String(chosen === code), 'aria-label': `${name}: ${number(count)}`, title: name,
      click: () => pick(chosen === code ? '' : code),
    }, h('span', {}, codes.get('region', code, `short_${language}`) || name), h('strong', {}, number(count)))
    tile.style.setProperty('--share', `${Math.round((count / most) * 100)}%`)
    const item = h('li', {}, tile)
    // A release from before regions had tiles shows them in a row.
    if (codes.get('region', code, 'tile_column')) {
      item.style.gridColumn = String(column + 1)
      item.style.gridRow = String(row + 1)
    }
    return item
  }))
  find('map-none').textContent = t('map_none', { count: number(none) })
}

interface Bar {
  code: string
  name: string
  value: number
  label: string
}

/** Bars from zero; each is a button that filters by what it stands for. */
function bars(place: HTMLElement, list: Bar[], chosen: string, pick: (code: string) => void): void {
  if (!list.length) {
    place.replaceChildren(h('li', { class: 'note' }, t('nothing')))
    return
  }
  const width = scaleLinear().domain([0, max(list, bar => bar.value) || 1]).range([0, 100])
  place.replaceChildren(...list.map(bar => {
    const line = h('span', { class: 'bar', 'aria-hidden': 'true' })
    line.style.inlineSize = `${width(bar.value).toFixed(2)}%`
    return h('li', {}, h('button', {
      type: 'button', 'aria-pressed': String(chosen === bar.code), click: () => pick(chosen === bar.code ? '' : bar.code),
    }, h('span', { class: 'bar-name' }, bar.name), h('span', { class: 'bar-line' }, line), h('span', { class: 'number' }, bar.label)))
  }))
}

export function kinds(events: Events, rows: Uint32Array, codes: Codes, chosen: string, pick: (type: string) => void): void {
  const counts = new Uint32Array(events.type.values.length)
  for (const row of rows) counts[events.type.rows[row]!]!++
  const list = events.type.values
    .map((code, at) => ({ code, name: codes.label('event_type', code, current()), value: counts[at]!, label: number(counts[at]!) }))
    .filter(bar => bar.code && bar.value).sort((a, b) => b.value - a.value || (a.code < b.code ? -1 : 1)).slice(0, 12)
  bars(find('kinds'), list, chosen, pick)
}

export const UNITS = ['kg', 'KZT', 'item', 'l'] as const
export type SeizedUnit = (typeof UNITS)[number]

export function seized(events: Events, rows: Uint32Array, codes: Codes, unit: SeizedUnit, chosen: string, pick: (object: string) => void): void {
  const seizure = events.type.index.get('seizure')
  const wanted = events.unit.index.get(unit)
  const sums = new Float64Array(events.object.values.length)
  const counts = new Uint32Array(events.object.values.length)
  if (seizure && wanted) {
    for (const row of rows) {
      if (events.type.rows[row] !== seizure || events.unit.rows[row] !== wanted || !events.summable[row]) continue
      sums[events.object.rows[row]!]! += events.value[row]!
      counts[events.object.rows[row]!]!++
    }
  }
  const list = events.object.values
    .map((code, at) => ({ code, name: `${codes.label('object', code, current())} (${number(counts[at]!)})`, value: sums[at]!, label: amount(sums[at]!) }))
    .filter(bar => bar.value > 0).sort((a, b) => b.value - a.value).slice(0, 12)
  find('seized-axis').textContent = t('seized_axis', { unit: t(unit) })
  bars(find('seized'), list, chosen, pick)
}

export function figures(events: Events, rows: Uint32Array, codes: Codes): void {
  const [detention, seizure, person, kg, tenge] = [
    events.type.index.get('detention'), events.type.index.get('seizure'), events.unit.index.get('person'),
    events.unit.index.get('kg'), events.unit.index.get('KZT'),
  ]
  const drug = events.object.values.map(code => codes.get('object', code, 'class') === 'drug')
  let [detained, drugs, money, disputed] = [0, 0, 0, 0]
  for (const row of rows) {
    disputed += events.disputed[row]!
    if (!events.summable[row]) continue
    const [type, unit, value] = [events.type.rows[row], events.unit.rows[row], events.value[row]!]
    if (type === detention && unit === person) detained += value
    else if (type === seizure && unit === kg && drug[events.object.rows[row]!]) drugs += value
    else if (type === seizure && unit === tenge) money += value
  }
  const shown: [string, string][] = [
    [number(rows.length), t('f_events')], [number(detained), t('f_detained')], [amount(drugs), t('f_drugs')],
    [amount(money), t('f_money')], [number(disputed), t('f_disputed')],
  ]
  find('figures').replaceChildren(...shown.map(([value, name]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))))
}
