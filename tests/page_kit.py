"""What the golden pages are made of: synthetic articles, the words of made-up outlets, and what is true of each page."""
import html
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent
PAGES = ROOT / "pages"
GOLD = ROOT / "gold"


def load(name):
    return [json.loads(line) for line in open(GOLD / name, encoding="utf-8")]


RU = [a for name in ("dev_ru_incidents.jsonl", "dev_ru_reports.jsonl", "dev_ru_courts.jsonl") for a in load(name)[:16]]
KK = [a for name in ("dev_kk.jsonl", "dev_kk_b.jsonl") for a in load(name)[:10]]
RU_MORE = [a for name in ("dev_ru_incidents.jsonl", "dev_ru_reports.jsonl", "dev_ru_courts.jsonl") for a in load(name)[16:22]]
KK_MORE = [a for name in ("dev_kk.jsonl", "dev_kk_b.jsonl") for a in load(name)[10:16]]
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
}
WORDS = {
    "ru": {
        "menu": ["Главная", "Новости", "Политика", "Экономика", "Происшествия", "Спорт", "Контакты"],
        "share": "Поделиться", "also": "Читайте также", "popular": "Популярное", "comments": "Комментарии",
        "section": "Происшествия", "views": "Просмотров", "subscribe": "Подписывайтесь на наш Telegram-канал и узнавайте новости первыми!",
        "mistake": "Нашли ошибку в тексте? Выделите её мышью и нажмите Ctrl+Enter", "rights": "Все права защищены. При использовании материалов ссылка обязательна.",
        "photo": "Фото: пресс-служба", "tags": "Теги", "cookie": "Мы используем файлы cookie, чтобы сайт работал лучше. Продолжая пользоваться сайтом, вы соглашаетесь с этим.",
        "author": "Автор", "published": "Опубликовано", "source": "Источник", "site": "Дала жаңғырығы", "year": "года",
        "comment": "Давно пора было навести порядок, а то совсем уже обнаглели. Интересно, сколько ещё таких случаев остаётся без внимания, и кто за это ответит.",
    },
    "kk": {
        "menu": ["Басты бет", "Жаңалықтар", "Саясат", "Экономика", "Оқиғалар", "Спорт", "Байланыс"],
        "share": "Бөлісу", "also": "Тағы оқыңыз", "popular": "Ең көп оқылған", "comments": "Пікірлер",
        "section": "Оқиғалар", "views": "Қаралды", "subscribe": "Telegram арнамызға жазылыңыз, жаңалықтарды бірінші болып біліңіз!",
        "mistake": "Қатені тапсаңыз, белгілеп Ctrl+Enter басыңыз", "rights": "Барлық құқықтар қорғалған. Сайт материалдарын пайдаланған жағдайда сілтеме жасау міндетті.",
        "photo": "Фото: баспасөз қызметі", "tags": "Тегтер", "cookie": "Біз cookie файлдарын пайдаланамыз. Сайтты пайдалана отырып, сіз бұған келісесіз.",
        "author": "Авторы", "published": "Жарияланды", "source": "Дереккөз", "site": "Сарыарқа үні", "year": "жыл",
        "comment": "Мұндай оқиғалар жиілеп кетті ғой, тәртіп орнататын уақыт баяғыда жетті. Қанша адам зардап шекті екен, кім жауап береді деп ойлаймын кейде.",
    },
}


class Page:
    """What a template needs: an article, its words, and the truth about it."""

    def __init__(self, article, others, time="10:33"):
        self.a, self.others, self.time = article, others, time
        self.lang = article["lang"] if article["lang"] in WORDS else "ru"
        self.w = WORDS[self.lang]
        self.title = article["title"]
        self.paragraphs = [p.strip() for p in article["text"].split("\n") if p.strip()]
        # Some articles carry a teaser, as a trap.
        self.truth = [p for p in self.paragraphs if not p.lower().startswith(("читайте также", "также по теме", "тағы оқыңыз"))]
        self.day = article["published"] or "2025-06-18"

    e = staticmethod(html.escape)

    @property
    def p(self):
        return "\n".join(f"<p>{self.e(p)}</p>" for p in self.paragraphs)

    @property
    def iso(self):
        return f"{self.day}T{self.time}:00{'+05:00' if self.day >= '2024-03-01' else '+06:00'}"

    @property
    def dotted(self):
        y, m, d = self.day.split("-")
        return f"{d}.{m}.{y}"

    @property
    def words(self):
        y, m, d = self.day.split("-")
        return f"{int(d)} {MONTHS[self.lang][int(m) - 1]} {y}"

    @property
    def nav(self):
        items = "".join(f'<li><a href="/s{i}">{m}</a></li>' for i, m in enumerate(self.w["menu"]))
        return f'<nav class="top-menu"><ul>{items}</ul></nav>'

    def links(self, n, start=0):
        return "".join(f'<li><a href="/n/{i}.html">{self.e(o["title"])}</a></li>' for i, o in enumerate(self.others[start:start + n]))

    def teasers(self, n, start=0):
        cut = lambda o: self.e(o["text"].split("\n")[0][:150].rsplit(" ", 1)[0]) + "…"
        return "".join(
            f'<div class="item"><a href="/n/{i}.html">{self.e(o["title"])}</a><p>{cut(o)}</p></div>'
            for i, o in enumerate(self.others[start:start + n]))

    def comments(self, n):
        return "".join(f'<div class="comment"><b>user{i}</b> <span>12:0{i}</span><p>{self.w["comment"]}</p></div>' for i in range(n))

    @property
    def footer(self):
        return f'<footer><p>© 2019–2026 «{self.w["site"]}». {self.w["rights"]}</p><p>{self.w["subscribe"]}</p></footer>'

    def head(self, extra="", title=None, charset='<meta charset="utf-8">'):
        return (f'<!DOCTYPE html>\n<html lang="{self.lang}">\n<head>{charset}<title>{self.e(title or self.title + " | " + self.w["site"])}</title>'
                f'{extra}<script>window.dataLayer=window.dataLayer||[];var a="<p>не текст</p>";</script><style>p{{margin:0}}</style></head>\n')

    def og(self, date=True):
        day = f'<meta property="article:published_time" content="{self.iso}">' if date else ""
        return (f'<meta property="og:title" content="{self.e(self.title, True)}"><meta property="og:type" content="article">'
                f'<meta property="og:site_name" content="{self.w["site"]}">{day}'
                f'<meta property="og:description" content="{self.e(self.paragraphs[0][:120], True)}">')


PAGES_MADE = []
# Templates of articles in HTML, with an article: what pages of other sizes are made of.
TEMPLATES = []


def page(name, article, body, *, date="minute", paragraphs=None, title=True, refusal=None, encode="utf-8", canonical=None, meta=None, **given):
    """Registers a page and what is true of it; `meta`: section, tags, site_name, named_source where the page has them."""
    text = body(article) if callable(body) else body
    data = text if isinstance(text, bytes) else text.encode(encode)
    truth = {"refusal": refusal} if refusal else {
        "title": article.title if title is True else title,
        "published": {"minute": f"{article.day}T{article.time}", "day": article.day, None: None}.get(date, date),
        "paragraphs": paragraphs if paragraphs is not None else article.truth,
    }
    if callable(body) and not refusal and given.get("ending") != "txt":
        TEMPLATES.append((name, article, body))
    if canonical:
        truth["canonical_url"] = canonical
    truth.update(meta or {})
    PAGES_MADE.append((name, data, given, truth))


def ru(i, **kw):
    return Page(RU[i], RU[i + 1:i + 9] + RU[:8], **kw)


def kk(i, **kw):
    return Page(KK[i], KK[i + 1:i + 7] + KK[:8], **kw)


def ru_more(i, **kw):
    return Page(RU_MORE[i], RU_MORE[i + 1:i + 9] + RU[:8], **kw)


def kk_more(i, **kw):
    return Page(KK_MORE[i], KK_MORE[i + 1:i + 7] + KK[:8], **kw)
