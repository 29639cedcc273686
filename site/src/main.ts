// Opens the release beside the page, and keeps filter, address, pictures and table at one.
import * as charts from './charts'
import { Codes, LANGUAGES, type Language, type List } from './codes'
import { find, h, plain } from './dom'
import { Events } from './events'
import { csv, parquet, save } from './export'
import { CHOICES, NONE, apply, fromHash, sql, toHash, type Choice, type Filter } from './filter'
import { Missing, Table, type Value } from './parquet'
import { PAGE, table, unitName, type Shown } from './table'
import { choose, current, day, isLanguage, keep, number, preferred, t } from './words'

const BASE = new URL('release/', document.baseURI).href
const OWN_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский', kk: 'Қазақша' }

interface About {
  version: string
  title: string
  citation: string
}

let shown: Shown
let about: About = { version: '', title: '', citation: '' }
let counts: { articles: number; outlets: number } | null = null
let filter: Filter = fromHash(location.hash)
let rows = new Uint32Array()
let open: number | null = null
let unit: charts.SeizedUnit = 'kg'
let stories: Record<string, Value>[] = []
let turn = 0

async function start(): Promise<void> {
  find('error').hidden = true
  find('loading').hidden = false
  try {
    const codes = Codes.load(BASE)
    const opened = await Table.open(`${BASE}events.parquet`)
    performance.mark('release-opened')
    const events = await Events.load(opened, codes)
    const later = async (name: string) => Table.open(`${BASE}${name}.parquet`)
    performance.mark('events-ready')
    shown = { events, codes: await codes, mentions: lazy(() => later('mentions')), articles: lazy(() => later('articles')) }
    about = { version: opened.property('version'), title: opened.property('title'), citation: '' }
    find('sample').hidden = opened.property('sample') !== 'true'
    find('loading').hidden = true
    find('main').hidden = false
    await update()
    performance.mark('first-view')
    await afterwards()
  } catch (error) {
    failed(error as Error)
  }
}

/** A promise that is made when it is first waited for. */
function lazy<T>(make: () => Promise<T>): Promise<T> {
  let made: Promise<T> | null = null
  return {
    then: (done?: never, wrong?: never) => (made ??= make().catch(error => { made = null; throw error })).then(done, wrong),
  } as unknown as Promise<T>
}

function failed(error: Error): void {
  const advice = location.protocol === 'file:' ? t('error_file')
    : error instanceof Missing && error.status === 404 ? t('error_missing', { file: new URL(error.url).pathname })
      : t('error_other', { message: error.message })
  find('loading').hidden = true
  find('error').replaceChildren(h('p', {}, h('strong', {}, t('error'))), h('p', {}, advice),
    h('button', { type: 'button', click: () => void start() }, t('again')))
  find('error').hidden = false
}

/** What the first view does without: how large the corpus is, stories, how to cite. */
async function afterwards(): Promise<void> {
  await Promise.allSettled([corpus(), loadStories(), citation()])
}

async function corpus(): Promise<void> {
  const articles = await shown.articles
  const { outlet } = await articles.read(['outlet'])
  counts = { articles: articles.rows, outlets: new Set(Array.from(outlet).filter(Boolean)).size }
  head()
}

async function loadStories(): Promise<void> {
  const told = await Table.open(`${BASE}stories.parquet`)
  const { n_articles, n_outlets } = await told.read(['n_articles', 'n_outlets'])
  const rank = (row: number) => Number(n_articles[row]) * 1000 + Number(n_outlets[row])
  const top = Array.from({ length: told.rows }, (_, row) => row).sort((a, b) => rank(b) - rank(a) || a - b).slice(0, 8)
  const names = ['story_id', 'title', 'n_articles', 'n_outlets', 'first_published_at', 'languages'] as const
  stories = await Promise.all(top.map(async row => {
    const columns = await told.read(names, row, row + 1)
    return Object.fromEntries(names.map(name => [name, columns[name][0]]))
  }))
  showStories()
  if (filter.story) controls()
}

function showStories(): void {
  find('stories').replaceChildren(...stories.filter(story => story.title).map(story => {
    const languages = story.languages as string[] | null
    const chosen = filter.story === story.story_id
    return h('li', {}, h('button', {
      type: 'button', id: `story-${story.story_id}`, lang: languages?.length === 1 ? languages[0] : null, 'aria-pressed': String(chosen),
      click: () => change({ story: chosen ? '' : String(story.story_id) }),
    }, String(story.title)), h('small', {},
      [typeof story.first_published_at === 'number' && day(story.first_published_at),
        t('story_articles', { articles: number(Number(story.n_articles)), outlets: number(Number(story.n_outlets)) })].filter(Boolean).join(' · ')))
  }))
}

async function citation(): Promise<void> {
  const response = await fetch(`${BASE}croissant.json`)
  const described = (await response.json()) as { citeAs?: string }
  about.citation = described.citeAs ?? ''
  use()
}

/** Everything that depends on the filter. A later call overtakes an earlier one that waits for the evidence. */
async function update(): Promise<void> {
  const mine = ++turn
  if (filter.q) find('status').textContent = t('searching')
  let found: Uint32Array
  try {
    found = await apply(shown.events, filter)
  } catch (error) {
    find('status').textContent = t('error_part', { message: (error as Error).message })
    return
  }
  if (mine !== turn) return
  rows = new Uint32Array(found)
  if (filter.event) await openByIdentifier()
  else open = null
  draw()
}

/** Opens the event that the address names, on the page where it stands. */
async function openByIdentifier(): Promise<void> {
  if (open !== null) {
    const { event_id } = await shown.events.table.read(['event_id'], open, open + 1)
    if (event_id[0] === filter.event) return
  }
  const row = Array.prototype.indexOf.call(await shown.events.table.column('event_id'), filter.event)
  const at = rows.indexOf(row)
  open = at < 0 ? null : row
  if (at >= 0) filter.page = Math.floor(at / PAGE) + 1
  if (open !== null) requestAnimationFrame(() => document.getElementById(`row-${row}`)?.scrollIntoView({ block: 'center' }))
}

function draw(): void {
  // What is drawn anew must not lose the keyboard's place.
  const focused = document.activeElement?.id
  head()
  controls()
  const { events, codes } = shown
  charts.figures(events, rows, codes)
  pictures()
  showStories()
  list()
  use()
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

function pictures(): void {
  const { events, codes } = shown
  charts.time(events, rows, (from, to) => change(filter.from === from && filter.to === to ? { from: '', to: '' } : { from, to }))
  charts.map(events, rows, codes, filter.region, region => change({ region }))
  charts.kinds(events, rows, codes, filter.type, type => change({ type }))
  charts.seized(events, rows, codes, unit, filter.object, object => change({ object }))
}

function list(): void {
  table(shown, rows, filter, open, {
    sort: by => change({ sort: by, up: filter.sort === by ? !filter.up : false }),
    toggle: row => void toggle(row),
    turn: page => {
      change({ page, event: '' }, true)
      find('events').scrollIntoView({ block: 'start' })
    },
    reset: () => change({ ...NONE, sort: filter.sort, up: filter.up }),
  })
}

async function toggle(row: number): Promise<void> {
  open = open === row ? null : row
  list()
  document.getElementById(`row-${row}`)?.focus({ preventScroll: true })
  if (open === null) filter.event = ''
  else filter.event = String((await shown.events.table.read(['event_id'], row, row + 1)).event_id[0] ?? '')
  if (open === row || open === null) address()
}

function head(): void {
  document.title = `${t('title')} · dalel`
  find('version').textContent = about.version ? `${t('version', { version: plain(about.version) })}.` : ''
  find('corpus').textContent = counts
    ? `${t('corpus', { events: number(shown.events.count), articles: number(counts.articles), outlets: number(counts.outlets) })}.` : ''
}

/** The form, the number of events, and what is chosen. */
function controls(): void {
  const { events, codes } = shown
  const named: [Choice, List, string[]][] = [
    ['type', 'event_type', events.type.values], ['object', 'object', events.object.values], ['offence', 'offence', events.offence.values],
    ['region', 'region', events.regions], ['scope', 'scope', events.scope.values], ['unit', 'unit', events.unit.values],
  ]
  const label = (list: List, code: string) => codes.label(list, code, current())
  for (const [name, kind, values] of named) {
    const select = find<HTMLSelectElement>(name)
    const chosen = String(filter[name])
    const collator = new Intl.Collator(current())
    const options = values.filter(Boolean).map(code => ({ code, text: label(kind, code) })).sort((a, b) => collator.compare(a.text, b.text))
    if (chosen && !options.some(option => option.code === chosen)) options.push({ code: chosen, text: chosen })
    select.replaceChildren(h('option', { value: '' }, t('any')), ...options.map(({ code, text }) => h('option', { value: code }, text)))
    select.value = chosen
  }
  for (const name of ['q', 'from', 'to'] as const) {
    const input = find<HTMLInputElement>(name)
    if (document.activeElement !== input || name !== 'q') input.value = filter[name]
  }
  find<HTMLInputElement>('disputed').checked = filter.disputed
  const total = number(events.count)
  const chosen = CHOICES.filter(name => filter[name])
  find('status').textContent = chosen.length ? t('showing', { shown: number(rows.length), total }) : t('showing_all', { total })
  const kind = new Map(named.map(([name, list]) => [name, list]))
  const chips = chosen.map(name => {
    const list = kind.get(name)
    const value = name === 'disputed' ? t('disputed_only')
      : name === 'from' || name === 'to' ? `${t(name)} ${day(Date.parse(filter[name]))}`
        : name === 'story' ? String(stories.find(story => story.story_id === filter.story)?.title ?? `${t('story')} ${filter.story}`)
          : name === 'q' ? `“${filter.q}”` : list === 'unit' ? unitName(codes, filter.unit) : list ? label(list, String(filter[name])) : ''
    return h('li', {}, h('button', {
      type: 'button', 'aria-label': t('remove', { what: value }), click: () => {
        if (name === 'q') find<HTMLInputElement>('q').value = ''
        change({ [name]: NONE[name] })
        find('q').focus({ preventScroll: true })
      },
    }, value, h('span', { 'aria-hidden': 'true' }, ' ×')))
  })
  if (chosen.length > 1) {
    chips.push(h('li', {}, h('button', { type: 'button', class: 'reset', click: () => {
      find<HTMLInputElement>('q').value = ''
      change({ ...NONE, sort: filter.sort, up: filter.up })
      find('q').focus({ preventScroll: true })
    } }, t('reset'))))
  }
  find('chips').replaceChildren(...chips)
}

/** Citation and query of what is shown. */
function use(): void {
  const view = new URL(toHash({ ...filter, page: 1, event: '' }) || '#', document.baseURI).href.replace(/#$/, '')
  find('citation').textContent = plain([
    about.citation || `${about.title}, ${about.version}.`,
    t('view', { shown: number(rows.length), total: number(shown.events.count), url: view }),
  ].join('\n'))
  find('sql').textContent = sql(filter, `${BASE}events.parquet`)
}

function address(replace = false): void {
  const hash = toHash(filter, isLanguage(new URLSearchParams(location.hash.slice(1)).get('lang')) ? current() : undefined)
  const url = `${location.pathname}${location.search}${hash}`
  if (replace) history.replaceState(null, '', url)
  else history.pushState(null, '', url)
  use()
}

function change(part: Partial<Filter>, stay = false, replace = false): void {
  filter = { ...filter, ...(stay ? {} : { page: 1, event: '' }), ...part }
  address(replace)
  void update()
}

function languages(): void {
  find('languages').replaceChildren(...LANGUAGES.map(code => h('button', {
    type: 'button', id: `language-${code}`, lang: code, 'aria-pressed': String(code === current()), click: () => speak(code),
  }, OWN_NAMES[code])))
  find('seized-units').replaceChildren(...charts.UNITS.map(name => {
    const input = h('input', { type: 'radio', name: 'seized-unit', id: `unit-${name}`, value: name, change: () => {
      unit = name
      charts.seized(shown.events, rows, shown.codes, unit, filter.object, object => change({ object }))
    } })
    input.checked = name === unit
    return h('label', { for: `unit-${name}` }, input, h('span', {}, t(name)))
  }))
}

function speak(language: Language): void {
  choose(language)
  keep(language)
  languages()
  if (new URLSearchParams(location.hash.slice(1)).has('lang')) {
    history.replaceState(null, '', `${location.pathname}${location.search}${toHash(filter, language)}`)
  }
  if (shown) draw()
  find(`language-${language}`).focus({ preventScroll: true })
}

function listen(): void {
  let waiting = 0
  find('filter').addEventListener('submit', event => event.preventDefault())
  find('filter').addEventListener('input', event => {
    const input = event.target as HTMLInputElement
    if (input.name !== 'q') return
    clearTimeout(waiting)
    waiting = window.setTimeout(() => change({ q: input.value.trim() }, false, true), 200)
  })
  find('filter').addEventListener('change', event => {
    const input = event.target as HTMLInputElement
    if (input.name === 'q') return
    change({ [input.name]: input.type === 'checkbox' ? input.checked : input.value })
  })
  // The first letter need not wait for the evidence.
  find('q').addEventListener('focus', () => void shown.events.searchable().catch(() => undefined), { once: true })
  const write = { csv, parquet }
  for (const kind of ['csv', 'parquet'] as const) {
    find(kind).addEventListener('click', async () => {
      const button = find<HTMLButtonElement>(kind)
      button.disabled = true
      find('prepared').textContent = t('preparing')
      try {
        const name = `dalel-${about.version}${CHOICES.some(choice => filter[choice]) ? '-filtered' : ''}.${kind}`.replace(/[^\w.-]/g, '_')
        save(await write[kind](shown.events, rows), name)
        find('prepared').textContent = ''
      } catch (error) {
        find('prepared').textContent = t('error_part', { message: (error as Error).message })
      }
      button.disabled = false
    })
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    button.addEventListener('click', async () => {
      const source = find(button.dataset.copy!)
      try {
        await navigator.clipboard.writeText(source.textContent ?? '')
        find('copied').textContent = t('copied')
      } catch {
        getSelection()?.selectAllChildren(source)
        find('copied').textContent = t('copy_failed')
      }
    })
  }
  find('more').addEventListener('click', () => {
    find('more').setAttribute('aria-expanded', String(find('more').getAttribute('aria-expanded') !== 'true'))
  })
  // The fragment belongs to the filter.
  find('skip').addEventListener('click', event => {
    event.preventDefault()
    find('events').focus()
  })
  window.addEventListener('popstate', () => {
    filter = fromHash(location.hash)
    const wanted = new URLSearchParams(location.hash.slice(1)).get('lang')
    if (isLanguage(wanted) && wanted !== current()) speak(wanted)
    if (shown) void update()
  })
  let width = 0
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry?.contentRect.width ?? 0)
    if (shown && now && width && now !== width) pictures()
    width = now
  }).observe(find('time'))
}

const asked = new URLSearchParams(location.hash.slice(1)).get('lang')
choose(isLanguage(asked) ? asked : preferred())
languages()
listen()
void start()
