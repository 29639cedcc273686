"""Golden pages of markup that the first ones lack: feeds of several articles, live blogs, galleries, cards, portals."""
import html
import json

from page_kit import MONTHS, kk, kk_more, page, ru, ru_more

ESC = html.escape


def paragraphs(items, tag="p", attributes=""):
    return "\n".join(f"<{tag}{attributes}>{ESC(p)}</{tag}>" for p in items)


def texts(article):
    return [p.strip() for p in article["text"].split("\n") if p.strip()]


# ---- Kazakh outlets --------------------------------------------------------------------------------

page("kk_old_tables", kk_more(0), lambda a: f'''<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{ESC(a.title)} - Сарыарқа үні газеті</title></head>
<body topmargin=0><center><table width=1000 cellpadding=0><tr><td colspan=3><img src=logo.gif></td></tr><tr><td colspan=3 bgcolor=#003366>{" ".join(f"<a href=/{i}><font color=white>{m}</font></a>" for i, m in enumerate(a.w["menu"]))}</td></tr>
<tr><td width=180 valign=top><table><tr><td><b>Айдарлар</b></td></tr>{"".join(f"<tr><td><a href=/r{i}>{m}</a></td></tr>" for i, m in enumerate(["Қоғам", "Құқық", "Руханият", "Денсаулық", "Білім"]))}</table></td>
<td valign=top><table width=100%><tr><td><span style="font-size:18px"><b>{ESC(a.title)}</b></span></td></tr><tr><td><i>{a.day[:4]} жылғы {a.words.rsplit(" ", 1)[0]}</i></td></tr>
<tr><td><div align="justify">{"<br><br>".join("&nbsp;&nbsp;&nbsp;" + ESC(p) for p in a.paragraphs)}</div></td></tr><tr><td align=right><b>Айдос ЕРЛАНҰЛЫ,</b><br><i>Тараз қаласы</i></td></tr>
<tr><td>Оқылды: 345 рет</td></tr><tr><td><a href="javascript:print()">Басып шығару</a> | <a href="javascript:history.back()">Артқа қайту</a></td></tr></table></td>
<td width=200 valign=top><b>Соңғы жаңалықтар</b><br>{"<br>".join(f"<a href=/{i}>{ESC(o['title'])}</a>" for i, o in enumerate(a.others[:7]))}</td></tr>
<tr><td colspan=3 align=center>© 2008 «Сарыарқа үні» газеті. Барлық құқықтар қорғалған.</td></tr></table></center></body></html>''', date="day")

page("kk_transliterated_classes", kk_more(1), lambda a: a.head(a.og(False)) + f'''<body class="bet"><div class="joghargy">{a.nav}</div><div class="negizgi"><div class="sol-zhaq"><div class="zhol"><a href="/">Басты бет</a> » <a href="/oqiga">Оқиға</a></div>
<h1 class="taqyryp">{ESC(a.title)}</h1><div class="maglumat"><span>{a.dotted} {a.time}</span> <span>👁 1 204</span> <span>💬 3</span></div><div class="suret"><img src="/1.jpg" alt=""><div>Фото: ашық дереккөзден</div></div>
<div class="matin">{a.p}</div><div class="bolisu">Бөлісу: <a href="#">Facebook</a> <a href="#">Telegram</a> <a href="#">WhatsApp</a></div><div class="belgi"><a rel="tag" href="/t/1">полиция</a> <a rel="tag" href="/t/2">тергеу</a></div>
<div class="osy-aidarda"><div class="ataui">Осы айдарда</div>{a.teasers(4)}</div><div class="pikirler"><div class="ataui">Пікір қалдыру</div><p>Электрондық пошта мекенжайыңыз жарияланбайды.</p></div></div><div class="ong-zhaq">{a.links(6)}</div></div>{a.footer}</body></html>''',
     meta={"tags": ["полиция", "тергеу"], "site_name": "Сарыарқа үні"})

page("gov_kz_angular", kk_more(2), lambda a: f'''<!DOCTYPE html><html lang="kk"><head><meta charset="utf-8"><title>{ESC(a.title)} - Қазақстан Республикасы Ішкі істер министрлігі</title><meta property="og:title" content="{ESC(a.title, True)}"></head>
<body><app-root _nghost-serverapp-c83 ng-version="15.2.9"><gov-header _ngcontent-serverapp-c83><div _ngcontent-serverapp-c83 class="header-top"><span>Нашар көретіндерге арналған нұсқа</span><span>Тілді таңдау</span></div>{a.nav}</gov-header>
<main _ngcontent-serverapp-c83><div class="new-page" _ngcontent-serverapp-c90><div class="new-page__breadcrumbs"><a>Басты бет</a><a>Баспасөз орталығы</a><a>Жаңалықтар</a></div><h1 class="main-title">{ESC(a.title)}</h1><div class="new-page__info"><span class="date">{a.words}</span><span class="views">Қаралымдар саны: 97</span><button class="speak">Тыңдау</button></div>
<div class="new-page__slider"><img src="a.jpeg"></div><div class="article-content ql-editor"><p class="ql-align-justify">{ESC(a.paragraphs[0])}</p><p class="ql-align-justify"><br></p>{paragraphs(a.paragraphs[1:], "p", ' class="ql-align-justify"')}</div>
<div class="new-page__files"><h3>Тіркелген файлдар</h3><a href="f.pdf">Баспасөз хабарламасы.pdf</a><span>120 КБ</span></div><div class="new-page__share"><span>Бөлісу</span></div></div>
<div class="last-news"><h2>Соңғы жаңалықтар</h2>{a.teasers(3)}</div></main><gov-footer><p>© 2026 Электрондық үкімет порталы. Барлық құқықтар қорғалған.</p><p>Сайтты қолдау орталығы: 1414</p></gov-footer></app-root></body></html>''',
     date="day", url="https://www.gov.kz/memleket/entities/example/press/news/details/1?lang=kk")

page("kk_language_tabs", kk_more(3), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="wrap"><h1>{ESC(a.title)}</h1><ul class="nav nav-tabs"><li class="active"><a href="#kk">Қазақша</a></li><li><a href="#ru">Русский</a></li></ul>
<div class="tab-content"><div class="tab-pane active" id="kk" lang="kk">{a.p}</div><div class="tab-pane" id="ru" lang="ru" style="display: none;">{paragraphs(ru(4).paragraphs)}</div></div></div>{a.footer}</body></html>''')

# ---- The text in data ------------------------------------------------------------------------------

def skeleton(a, script, head=None):
    return a.head(head if head is not None else a.og()) + f'''<body><div id="__next"><header class="Top_root__1">{a.nav}</header><main class="Article_root__2"><h1 class="Article_title__9">{ESC(a.title)}</h1><div class="Skeleton_line__3"></div><div class="Skeleton_line__3"></div></main>
<section class="Latest__4"><ul>{a.links(6)}</ul></section>{a.footer}</div>{script}</body></html>'''


def next_data(a, body):
    data = {"props": {"pageProps": {
        "latest": [{"id": i, "title": o["title"], "content": paragraphs(texts(o))} for i, o in enumerate(a.others[:3])],
        "article": {"id": 7, "slug": "x", "title": a.title, "published_at": a.iso, "content": body, "views": 120}}}, "page": "/news/[slug]"}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data, ensure_ascii=False)}</script>'


page("next_js_body_in_json", ru_more(0), lambda a: skeleton(a, next_data(a, paragraphs(a.paragraphs))))
page("next_js_body_in_json_plain", kk_more(4), lambda a: skeleton(a, next_data(a, "\n\n".join(a.paragraphs))))
page("json_ld_body_only", ru_more(1), lambda a: skeleton(a, "", a.og() + '<script type="application/ld+json">' + json.dumps(
    {"@context": "https://schema.org", "@type": "NewsArticle", "headline": a.title, "datePublished": a.iso, "articleBody": "\n\n".join(a.paragraphs)}, ensure_ascii=False) + "</script>"))

# ---- AMP, Telegram, journals -----------------------------------------------------------------------

page("amp_rich", ru_more(2), lambda a: f'''<!doctype html><html amp lang="ru"><head><meta charset="utf-8"><title>{ESC(a.title)}</title><link rel="canonical" href="https://dala.example/2025/{a.day[5:7]}/news-12/"><style amp-boilerplate>body{{}}</style>
<script type="application/ld+json">{json.dumps({"@context": "http://schema.org", "@type": "NewsArticle", "mainEntityOfPage": "https://dala.example/12", "headline": a.title, "datePublished": a.iso, "dateModified": a.iso, "author": {"@type": "Person", "name": "Редакция"}, "publisher": {"@type": "Organization", "name": "Дала жаңғырығы"}}, ensure_ascii=False)}</script></head>
<body class=""><amp-consent id="c" layout="nodisplay"><div id="ui"><p>Мы используем файлы cookie для анализа посещаемости. Оставаясь на сайте, вы соглашаетесь с политикой обработки данных.</p><button on="tap:c.accept">Принять</button></div></amp-consent>
<amp-sidebar id="s" layout="nodisplay">{a.nav}</amp-sidebar><header id="top" class="amp-wp-header"><div><a href="/">Дала</a></div></header><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{ESC(a.title)}</h1><div class="amp-wp-meta amp-wp-posted-on"><time datetime="{a.iso}">{a.words}</time></div></header>
<figure class="amp-wp-article-featured-image"><amp-img src="1.jpg" width="600" height="400"></amp-img><figcaption class="wp-caption-text">На месте происшествия работала оперативная группа, снимок сделан вечером.</figcaption></figure>
<div class="amp-wp-article-content">{paragraphs(a.paragraphs[:1])}<amp-embed type="smi2" layout="responsive"></amp-embed>{paragraphs(a.paragraphs[1:])}<amp-iframe src="https://v.example"><p placeholder>Загрузка видео</p></amp-iframe></div>
<footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">Рубрика: <a href="/c" rel="category tag">Криминал</a></div><div class="amp-wp-meta amp-wp-comments-link"><a href="#respond">Оставить комментарий</a></div></footer></article>
<amp-next-page><script type="application/json">[{{"title":"{ESC(a.others[0]["title"])}","url":"/2"}}]</script></amp-next-page><footer class="amp-wp-footer"><h2>Дала</h2><a href="#top">Наверх</a></footer></body></html>''',
     meta={"section": "Криминал", "site_name": "Дала жаңғырығы"}, canonical="https://dala.example/2025/{}/news-12/".format(ru_more(2).day[5:7]))

page("telegram_reply_and_preview", ru_more(3), lambda a: f'''<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram Widget</title></head><body class="widget_frame_base tgme_widget body_widget_post emoji_image"><div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="dala/77"><div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/dala"><span dir="auto">Дала жаңғырығы | Новости</span></a></div><div class="tgme_widget_message_forwarded_from accent_color">Forwarded from <a class="tgme_widget_message_forwarded_from_name" href="https://t.me/x"><span dir="auto">Полиция области</span></a></div>
<a class="tgme_widget_message_reply" href="https://t.me/dala/70"><div class="tgme_widget_message_author accent_color"><span class="tgme_widget_message_author_name">Дала</span></div><div class="tgme_widget_message_metatext js-message_reply_text" dir="auto">{ESC(texts(a.others[0])[0])}</div></a>
<a class="tgme_widget_message_video_player" href="https://t.me/dala/77"><div class="message_media_not_supported"><div class="message_media_not_supported_label">Media is too big</div><span class="message_media_view_in_telegram">VIEW IN TELEGRAM</span></div></a>
<div class="tgme_widget_message_text js-message_text" dir="auto"><b>{ESC(a.paragraphs[0])}</b><br/><br/>{"<br/><br/>".join(map(ESC, a.paragraphs[1:]))}</div>
<a class="tgme_widget_message_link_preview" href="https://x.example/1"><div class="link_preview_site_name accent_color" dir="auto">Другое издание</div><div class="link_preview_title" dir="auto">{ESC(a.others[1]["title"])}</div><div class="link_preview_description" dir="auto">{ESC(texts(a.others[1])[0])}</div></a>
<div class="tgme_widget_message_reactions js-message_reactions"><span class="tgme_reaction">👍 120</span><span class="tgme_reaction">🔥 14</span></div><div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info"><span class="tgme_widget_message_views">45.1K</span><span class="copyonly"> views</span><span class="tgme_widget_message_meta"><span class="tgme_widget_message_from_author" dir="auto">Редактор</span>, <a class="tgme_widget_message_date" href="https://t.me/dala/77"><time datetime="{a.iso}" class="time">10:33</time></a></span></div></div></div></div></div></body></html>''',
     title=None, url="https://t.me/dala/77?embed=1")

page("journal_post", ru_more(4), lambda a: f'''<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{ESC(a.title)}: gorod_news — LiveJournal</title><meta property="og:title" content="{ESC(a.title, True)}"><meta property="og:type" content="article"></head>
<body class="p-entry"><div class="s-header"><ul class="s-header__nav"><li>Найти больше</li><li><a>Сообщества</a></li><li><a>RSS Reader</a></li><li><a>Войти</a></li></ul></div><div class="entryunit entry"><dl class="vcard author"><dt><a href="#"><b>gorod_news</b></a></dt><dd><a href="#">October 12th</a></dd></dl><div class="b-singlepost-wrapper">
<article class="b-singlepost"><header><p class="b-singlepost-author-userinfo-screen"><time class="b-singlepost-author-date published dt-published">{a.day} {a.time}:00</time></p><h1 class="b-singlepost-title entry-title p-name">{ESC(a.title)}</h1></header>
<article class="b-singlepost-body entry-content e-content">{"<br><br>".join(map(ESC, a.paragraphs))}</article><div class="b-singlepost-tags ljtags">Tags: <a rel="tag" href="#">суд</a>, <a rel="tag" href="#">город</a></div></article></div>
<div class="b-tree b-tree-root">{"".join(f'<div class="b-leaf"><div class="b-leaf-header"><b>reader{i}</b> <span>October 12th, 1{i}:05</span></div><div class="b-leaf-article">{a.w["comment"]}</div><ul class="b-leaf-actions"><li>Reply</li><li>Thread</li></ul></div>' for i in range(12))}</div></div>
<div class="widget"><h3>Recent Posts from This Journal</h3><ul>{a.links(5)}</ul></div></body></html>''', meta={"tags": ["суд", "город"]})

# ---- Several stories, or a story in pieces ---------------------------------------------------------

def feed(a, others=2):
    def one(title, body, iso, words, n):
        return f'''<div class="infinite-item" data-url="/news/{n}"><article class="full-news"><div class="full-news__head"><h1 class="full-news__title">{ESC(title)}</h1><div class="full-news__date" data-time="{iso}">{words}</div></div><div class="full-news__body">{paragraphs(body)}</div><div class="full-news__tags"><a href="#">общество</a></div></article></div>'''
    rest = "".join(one(o["title"], texts(o), "2025-01-02T03:04:00+05:00", "2 " + MONTHS[a.lang][0] + " 2025, 03:04", i) for i, o in enumerate(a.others[:others]))
    return f'{one(a.title, a.paragraphs, a.iso, f"{a.words}, {a.time}", 100)}{rest}'


page("infinite_scroll", ru_more(5), lambda a: a.head(a.og(False)) + f"<body>{a.nav}<div id='feed'>{feed(a)}</div>{a.footer}</body></html>")
page("infinite_scroll_kk", kk_more(5), lambda a: a.head() + f"<body>{a.nav}<main><div class='scroll'>{feed(a, 4)}</div></main>{a.footer}</body></html>")

LIVE = [("14:05", "Дороги перекрыты", "Полиция перекрыла движение на двух улицах, объезд организован через проспект."),
        ("13:40", "Жители вышли из домов", "Из соседних домов вышли около сорока человек, всем предложили временное размещение в школе."),
        ("13:10", "Первое сообщение", "Сигнал поступил на пульт в половине первого, на место выехали три экипажа.")]
page("live_blog", ru_more(6), lambda a: a.head(a.og()) + f'''<body>{a.nav}<main class="live"><h1>{ESC(a.title)}</h1><div class="live__status">Онлайн завершён</div><div class="live__intro">{paragraphs(a.paragraphs[:1])}</div>
<div class="live__posts">{"".join(f'<div class="live-post" id="p{i}"><div class="live-post__time">{t}</div><h3 class="live-post__title">{h}</h3><div class="live-post__text"><p>{x}</p></div><div class="live-post__share"><a href="#">Поделиться</a></div></div>' for i, (t, h, x) in enumerate(LIVE))}</div></main>{a.footer}</body></html>''',
     paragraphs=[ru_more(6).truth[0], *[part for _, h, x in LIVE for part in (h, x)]])

CAPTIONS = [f"Снимок {n}. Сотрудники полиции и спасатели обследуют территорию предприятия, на которой накануне нашли склад; фото предоставлено пресс-службой ведомства." for n in range(1, 9)]
page("photo_gallery", ru_more(7), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="article"><h1 class="article__title">{ESC(a.title)}</h1><div class="article__text">{paragraphs(a.paragraphs[:1])}
<div class="photo-reel">{"".join(f'<div class="photo-reel__item"><img src="{i}.jpg"><div class="photo-reel__desc">{c}</div><div class="photo-reel__num">{i}/8</div></div>' for i, c in enumerate(CAPTIONS, 1))}</div>{paragraphs(a.paragraphs[1:])}</div></div>{a.footer}</body></html>''')

# ---- Within and before the text --------------------------------------------------------------------

page("inline_cards", ru_more(8), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="c-post"><h1>{ESC(a.title)}</h1><div class="c-post__in">{paragraphs(a.paragraphs[:1])}
<div class="c-card"><a class="c-card__link" href="/1"><img src="1.jpg"><span class="c-card__name">{ESC(a.others[0]["title"])}</span><span class="c-card__lead">{ESC(texts(a.others[0])[0])}</span></a><span class="c-card__when">12 марта, 10:15</span></div>
{paragraphs(a.paragraphs[1:2])}<p><strong>ЧИТАЙТЕ ТАКЖЕ</strong></p><p><a href="/2">{ESC(a.others[1]["title"])}</a></p><p><a href="/3">{ESC(a.others[2]["title"])}</a></p>{paragraphs(a.paragraphs[2:])}
<table class="inl"><tr><td><img src="3.jpg"></td><td><small>По теме</small><br><a href="/4">{ESC(a.others[3]["title"])}</a></td></tr></table></div></div>{a.footer}</body></html>''')
page("newsletter_inside_kk", kk_more(6), lambda a: a.head(a.og()) + f'''<body>{a.nav}<section class="material"><h1>{ESC(a.title)}</h1><div class="material-txt">{paragraphs(a.paragraphs[:1])}
<div class="digest-box"><h4>Басты жаңалықтарды поштаңызға алыңыз</h4><p>Күн сайын таңертең бір хат жібереміз, жарнама болмайды. Кез келген уақытта бас тарта аласыз.</p><input type="email" placeholder="E-mail"><button>Жазылу</button><p>Батырманы басу арқылы сіз деректерді өңдеуге келісім бересіз.</p></div>{paragraphs(a.paragraphs[1:])}</div></section>{a.footer}</body></html>''')
page("discussion_with_plain_classes", ru_more(9), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="l-main"><h1>{ESC(a.title)}</h1><div class="l-text">{a.p}</div>
<section id="discussion"><h3>Обсуждение (24)</h3><ul class="thread">{"".join(f'<li class="post-item"><span class="nick">Читатель {i}</span> <span class="when">2 часа назад</span><div class="post-message"><p>{a.w["comment"]} {a.w["comment"]}</p></div><a href="#">Ответить</a></li>' for i in range(15))}</ul></section></div>{a.footer}</body></html>''')
PRIVACY = "Мы и наши партнёры храним информацию на вашем устройстве и получаем к ней доступ, чтобы показывать подходящие материалы и измерять их охват."
page("privacy_dialog_first", ru_more(10), lambda a: a.head(a.og()) + f'''<body><div id="onetrust-banner-sdk"><div role="dialog" aria-label="Конфиденциальность"><h2>Мы ценим вашу конфиденциальность</h2><p>{PRIVACY}</p><p>{PRIVACY} Настройки можно изменить в любое время на странице политики.</p><p>{PRIVACY} Часть партнёров обрабатывает данные без согласия, на основании законного интереса.</p><button>Принять все</button><button>Отклонить</button></div></div>
<div class="age-gate"><p>Сайт содержит материалы для лиц старше восемнадцати лет. Подтвердите свой возраст, чтобы продолжить.</p><a href="#">Мне есть 18</a></div>{a.nav}<div class="z"><h1>{ESC(a.title)}</h1><div class="z1"><span class="initial">{ESC(a.paragraphs[0][:1])}</span>{ESC(a.paragraphs[0][1:])}</div>{paragraphs(a.paragraphs[1:], "div")}</div>{a.footer}</body></html>''')
page("metadata_in_markup", ru_more(11), lambda a: a.head('<meta property="article:section" content="Суд и закон"><meta property="article:tag" content="суд"><meta property="article:tag" content="хищение">'
     f'<link rel="canonical" href="/news/44-sud.html?utm_campaign=x"><meta property="og:site_name" content="Дала жаңғырығы"><meta property="article:published_time" content="{a.iso}"><meta property="article:modified_time" content="{a.day}T18:20:00+05:00">')
     + f'''<body>{a.nav}<article><h1>{ESC(a.title)}</h1>{paragraphs(a.paragraphs)}<p>Об этом сообщает Dala.example со ссылкой на пресс-службу областного суда.</p></article>{a.footer}</body></html>''',
     url="https://www.dala.example/news/44-sud.html?from=main", canonical="https://www.dala.example/news/44-sud.html",
     paragraphs=[*ru_more(11).truth, "Об этом сообщает Dala.example со ссылкой на пресс-службу областного суда."],
     meta={"section": "Суд и закон", "tags": ["суд", "хищение"], "site_name": "Дала жаңғырығы", "named_source": "пресс-службу областного суда"})
page("metadata_in_json_ld", kk_more(7), lambda a: a.head('<script type="application/ld+json">' + json.dumps([
        {"@type": "NewsArticle", "headline": a.title, "datePublished": a.iso, "articleSection": ["Құқық"], "keywords": "полиция, ұрлық, Ақтау", "publisher": {"@type": "NewsMediaOrganization", "name": "Сарыарқа үні"}, "url": "https://dala.example/kk/9"},
        {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "Басты бет"}, {"@type": "ListItem", "position": 2, "name": "Құқық"}]}], ensure_ascii=False) + "</script>")
     + f"<body>{a.nav}<article><h1>{ESC(a.title)}</h1>{a.p}</article>{a.footer}</body></html>",
     meta={"section": "Құқық", "tags": ["полиция", "ұрлық", "Ақтау"], "site_name": "Сарыарқа үні"})
page("date_hours_ago", ru_more(12), lambda a: a.head() + f'<body>{a.nav}<main><h1>{ESC(a.title)}</h1><div class="ago">3 часа назад</div>{a.p}</main>{a.footer}</body></html>', date="2026-03-05", fetched_at="2026-03-05T06:00:00Z")
page("date_hours_ago_unknown", ru_more(12), lambda a: a.head() + f'<body>{a.nav}<main><h1>{ESC(a.title)}</h1><div class="ago">3 часа назад</div>{a.p}</main>{a.footer}</body></html>', date=None)
page("date_days_ago_kk", kk_more(8), lambda a: a.head() + f'<body>{a.nav}<main><h1>{ESC(a.title)}</h1><div class="ago">2 күн бұрын</div>{a.p}</main>{a.footer}</body></html>', date="2026-03-03", fetched_at="2026-03-05T06:00:00Z")

# ---- No article ------------------------------------------------------------------------------------

page("refused_paywall_kk", kk_more(9), lambda a: a.head(a.og()) + f"<body>{a.nav}<article><h1>{ESC(a.title)}</h1><p>{ESC(a.paragraphs[0][:100])}…</p><div class='lock'><p>Мақаланың толық нұсқасы тек жазылушыларға қолжетімді.</p><a href='/sub'>Жазылу</a></div></article>{a.footer}</body></html>", refusal="paywall")
page("refused_not_found_kk", kk_more(9), lambda a: a.head(title="Бет табылмады | Сарыарқа үні") + f"<body>{a.nav}<div class='c'><h1>Бет табылмады</h1><p>Сіз іздеген бет жойылған немесе мекенжайы өзгерген болуы мүмкін. Басты бетке өтіңіз.</p></div>{a.footer}</body></html>", refusal="error_page")
page("refused_server_error", ru_more(13), "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.18.0</center></body></html>", refusal="error_page")
page("refused_browser_check", ru_more(13), '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta http-equiv="refresh" content="390"><script>window._cf={}</script></head><body><div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2"><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div></div><script src="/cdn-cgi/x.js"></script></body></html>', refusal="error_page")
page("refused_near_empty", ru_more(13), lambda a: a.head(a.og()) + f"<body>{a.nav}<article><h1>{ESC(a.title)}</h1><div class='video'><iframe src='https://v.example'></iframe></div><p>Смотрите видео.</p></article>{a.footer}</body></html>", refusal="no_body")
page("refused_tag_listing_kk", kk_more(9), lambda a: a.head(title="полиция - Сарыарқа үні") + f"<body>{a.nav}<h1>Тег: полиция</h1>" + "".join(
    f'<article class=card><h2><a href=/{i}>{ESC(o["title"])}</a></h2><time>12.03.2025</time><p>{ESC(texts(o)[0][:120])}... <a href=/{i}>Толығырақ</a></p></article>' for i, o in enumerate(a.others))
    + f"<div class='pages'><a>1</a><a>2</a></div>{a.footer}</body></html>", refusal="listing")
