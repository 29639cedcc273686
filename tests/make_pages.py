#!/usr/bin/env python3
"""Writes tests/pages/: pages in the manner of real outlets' markup, made of synthetic articles.

    python3 tests/make_pages.py            # pages and the inputs of their JSON
    make fixture                           # then the machine fills in what the cleaner reads
    python3 tests/make_pages.py --check    # is what it reads what the pages were made of?

Outlets, addresses and furniture are made up; articles come from tests/gold/ (synthetic).
"""
import datetime
import html
import json
import sys

from page_kit import PAGES, PAGES_MADE, kk, page, ru

ESC = html.escape


# ---- WordPress ------------------------------------------------------------------------------------

def wordpress(a, body=None):
    return (a.head(a.og()) + f'''<body class="post-template-default single single-post has-sidebar comments-open">
<div id="page" class="site"><header id="masthead" class="site-header"><a href="/">{a.w["site"]}</a>{a.nav}</header>
<div id="content" class="site-content"><main id="main" class="site-main"><article id="post-1187" class="post-1187 post type-post hentry category-news">
<header class="entry-header"><h1 class="entry-title">{ESC(a.title)}</h1><div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{a.iso}">{a.words}</time></span>
<span class="byline">{a.w["author"]}: <a href="/author/red">Редакция</a></span></div></header>
<figure class="wp-block-image"><img src="1.jpg"><figcaption>{a.w["photo"]}</figcaption></figure>
<div class="entry-content">{body or a.p}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">{a.w["share"]}:</h3><ul><li><a href="#">Facebook</a></li><li><a href="#">Telegram</a></li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>{a.w["also"]}</h3>{a.teasers(3)}</div></div>
<footer class="entry-footer"><span class="tags-links">{a.w["tags"]}: <a href="#">полиция</a>, <a href="#">Алматы</a></span></footer></article>
<nav class="navigation post-navigation"><a href="/p">{ESC(a.others[4]["title"])}</a></nav>
<div id="comments" class="comments-area"><h2 class="comments-title">{a.w["comments"]}</h2>{a.comments(3)}</div></main>
<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries"><h2>{a.w["popular"]}</h2><ul>{a.links(6)}</ul></section></aside></div>
{a.footer}</div></body></html>''')


page("wordpress_ru", ru(0), wordpress)
page("wordpress_kk", kk(0), wordpress)
page("wordpress_comment_heavy", ru(1), lambda a: wordpress(a).replace(a.comments(3), a.comments(40)))
page("wordpress_gutenberg", ru(2), lambda a: a.head(a.og()) + f'''<body class="single"><div class="wp-site-blocks"><header class="wp-block-template-part">{a.nav}</header>
<main class="wp-block-group"><h1 class="wp-block-post-title">{ESC(a.title)}</h1><div class="wp-block-group"><div class="wp-block-post-date"><time datetime="{a.iso}">{a.words}</time></div>
<div class="wp-block-post-terms"><a href="#">{a.w["section"]}</a></div></div><div class="entry-content wp-block-post-content is-layout-flow">{a.p}
<div class="wp-block-buttons"><div class="wp-block-button"><a href="#">{a.w["share"]}</a></div></div></div>
<div class="wp-block-query"><h2>{a.w["also"]}</h2><ul class="wp-block-post-template">{a.links(4)}</ul></div></main>{a.footer}</div></body></html>''')
page("wordpress_elementor", kk(1), lambda a: a.head(a.og()) + f'''<body class="elementor-page"><div data-elementor-type="header">{a.nav}</div>
<div data-elementor-type="single-post" class="elementor elementor-location-single"><section class="elementor-section"><div class="elementor-container"><div class="elementor-column"><div class="elementor-widget-wrap">
<div class="elementor-element elementor-widget elementor-widget-theme-post-title"><div class="elementor-widget-container"><h1 class="elementor-heading-title">{ESC(a.title)}</h1></div></div>
<div class="elementor-element elementor-widget elementor-widget-post-info"><ul class="elementor-inline-items"><li><time>{a.words}</time></li></ul></div>
<div class="elementor-element elementor-widget elementor-widget-theme-post-content"><div class="elementor-widget-container">{a.p}</div></div>
<div class="elementor-element elementor-widget elementor-widget-posts"><div class="elementor-widget-container">{a.teasers(4)}</div></div>
</div></div></div></section></div>{a.footer}</body></html>''')
page("wordpress_tagdiv", ru(3), lambda a: a.head(a.og(False)) + f'''<body class="td-standard-pack"><div class="td-header-menu-wrap">{a.nav}</div><div class="td-main-content-wrap td-container-wrap"><div class="td-container">
<div class="td-crumb-container"><span><a href="/">Главная</a></span> » <span>{a.w["section"]}</span></div><div class="td-pb-row"><div class="td-pb-span8 td-main-content"><article class="post status-publish">
<div class="td-post-header"><header class="td-post-title"><h1 class="entry-title">{ESC(a.title)}</h1><div class="td-module-meta-info"><span class="td-post-date"><time class="entry-date updated td-module-date" datetime="{a.iso}">{a.words}</time></span><div class="td-post-views"><span>1245</span></div></div></header></div>
<div class="td-post-sharing-top"><a href="#">Facebook</a><a href="#">WhatsApp</a></div><div class="td-post-content tagdiv-type">{a.p}</div>
<footer><div class="td-post-next-prev">{ESC(a.others[0]["title"])}</div><div class="author-box-wrap"><p>Редакция портала</p></div></footer></article>
<div class="td_block_wrap td_block_related_posts"><h4>{a.w["also"]}</h4>{a.teasers(3)}</div></div><div class="td-pb-span4 td-main-sidebar">{a.teasers(5, 3)}</div></div></div></div>{a.footer}</body></html>''')


# ---- Bitrix ----------------------------------------------------------------------------------------

def bitrix(a, inner=None, date=None):
    return (a.head('<meta name="description" content="новости">') + f'''<body><div id="panel"></div><div class="wrapper"><div class="header">{a.nav}</div>
<div class="bx-breadcrumb"><a href="/">Главная</a> / <a href="/news/">{a.w["section"]}</a></div>
<div class="workarea"><div class="bx-content"><h1 id="pagetitle">{ESC(a.title)}</h1><div class="news-detail"><span class="news-date-time">{date or a.dotted + " " + a.time}</span>
<img class="detail_picture" src="/upload/1.jpg" alt="фото"><div class="news-detail-text">{inner or a.p}</div><div style="clear:both"></div>
<div class="news-detail-share"><noindex><div class="ya-share2"></div></noindex></div></div>
<p><a href="/news/">Возврат к списку</a></p></div><div class="sidebar"><div class="news-list"><h3>{a.w["popular"]}</h3>{a.teasers(5)}</div></div></div>
<div class="footer"><p>{a.w["rights"]}</p></div></div></body></html>''')


page("bitrix_ru", ru(4), bitrix)
page("bitrix_kk", kk(2), bitrix)
page("bitrix_line_breaks", ru(5), lambda a: bitrix(a, "<br />\n<br />\n".join(map(ESC, a.paragraphs))))
page("bitrix_single_breaks", kk(3), lambda a: bitrix(a, "<br>\n".join(map(ESC, a.paragraphs))))
page("bitrix_day_only", ru(6), lambda a: bitrix(a, date=a.dotted), date="day")
page("bitrix_date_in_words_kk", kk(4), lambda a: bitrix(a, date=f"{a.words}, {a.time}"))
page("bitrix_date_year_first_kk", kk(5), lambda a: bitrix(a, date=f"{a.day[:4]} жылғы {a.words.rsplit(' ', 1)[0]}"), date="day")
page("bitrix_windows_1251", ru(7), lambda a: bitrix(a).replace('charset="utf-8"', 'charset="windows-1251"').encode("cp1251", "xmlcharrefreplace"))
page("bitrix_windows_1251_said_utf8", ru(8), lambda a: bitrix(a).encode("cp1251", "xmlcharrefreplace"))
page("bitrix_koi8", ru(9), lambda a: bitrix(a).replace('<meta charset="utf-8">', "").encode("koi8-r", "xmlcharrefreplace"))
page("bitrix_utf8_said_windows_1251", kk(6), lambda a: bitrix(a).replace('charset="utf-8"', 'charset="windows-1251"'), content_type="text/html; charset=windows-1251")
page("bitrix_utf16", ru(10), lambda a: bitrix(a).encode("utf-16"))
page("bitrix_stray_bytes", ru(11), lambda a: bitrix(a).encode().replace(b'<div class="footer">', b'<div class="footer">\xcd\xee\xe2\xee\xf1\xf2\xe8 '))


# ---- Frameworks ------------------------------------------------------------------------------------

page("next_js", ru(12), lambda a: a.head(a.og()) + f'''<body><div id="__next"><div class="Layout_root__x3Kd9"><div class="Header_header__a8Jf2">{a.nav}</div><div class="Article_grid__Qm1Zx"><div class="Article_main__9sKwe">
<h1 class="Article_title__o2Lp1">{ESC(a.title)}</h1><div class="Article_info__Pz0aQ"><span>{a.words}</span><span>1 240</span></div><div class="Article_lead__1kXvB">{ESC(a.paragraphs[0])}</div>
<div class="Article_content__t7RmC">{"".join("<p>" + ESC(p) + "</p>" for p in a.paragraphs[1:])}</div><div class="Share_root__Lw8Tn"><span>{a.w["share"]}</span></div></div>
<div class="Sidebar_root__m2Kfj"><div class="Sidebar_title__aa1">{a.w["popular"]}</div>{a.teasers(5)}</div></div>{a.footer}</div></div>
<script id="__NEXT_DATA__" type="application/json">{{"props":{{"pageProps":{{"news":{{"title":"x","text":"<p>Другая новость со своими цифрами: 900 кг.</p>"}}}}}}}}</script></body></html>''')
page("nuxt", kk(7), lambda a: a.head(a.og()) + f'''<body><div id="__nuxt"><div id="__layout"><div data-v-1a2b3c4d class="layout"><div data-v-99 class="hdr">{a.nav}</div><section data-v-1a class="news-page"><div data-v-1a class="container"><div data-v-1a class="row">
<div data-v-1a class="col-8"><div data-v-1a class="bread"><a href="/">Басты бет</a></div><h1 data-v-1a>{ESC(a.title)}</h1><div data-v-1a class="stat"><span data-v-1a>{a.words}</span><span data-v-1a>532</span></div>
<div data-v-1a class="txt">{"".join(f'<p data-v-1a><span>{ESC(p)}</span></p>' for p in a.paragraphs)}</div></div><div data-v-1a class="col-4">{a.teasers(6)}</div></div></div></section>{a.footer}</div></div></div></body></html>''')
page("amp", ru(13), lambda a: f'''<!doctype html><html ⚡ lang="ru"><head><meta charset="utf-8"><title>{ESC(a.title)}</title><link rel="canonical" href="https://dala.example/news/13">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{a.title.replace(chr(34), chr(92) + chr(34))}","datePublished":"{a.iso}","publisher":{{"@type":"Organization","name":"Дала жаңғырығы"}}}}</script>
<style amp-custom>p{{}}</style></head><body><header class="amp-header"><a href="/">Дала</a></header><amp-sidebar id="sb" layout="nodisplay">{a.nav}</amp-sidebar><article class="amp-article"><h1 class="amp-title">{ESC(a.title)}</h1>
<div class="amp-meta"><span class="amp-date">{a.words}</span></div><amp-img src="1.jpg" layout="responsive"></amp-img><div class="amp-content">{a.p.replace("</p>", "</p><amp-ad type=doubleclick></amp-ad>", 2)}</div><amp-social-share type="telegram"></amp-social-share></article>
<div class="amp-related"><h3>{a.w["also"]}</h3><ul>{a.links(4)}</ul></div><footer class="amp-footer"><p>{a.w["rights"]}</p></footer></body></html>''')
page("telegram_post", ru(14), lambda a: f'''<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram: Contact @dala</title><meta property="og:site_name" content="Telegram"></head><body class="widget_frame_base tgme_widget body_widget_post">
<div class="tgme_widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="dala/1"><div class="tgme_widget_message_user"><a href="https://t.me/dala"><i class="tgme_widget_message_user_photo"></i></a></div><div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/dala"><span dir="auto">Дала</span></a></div><div class="tgme_widget_message_text js-message_text" dir="auto">{"<br/><br/>".join(map(ESC, a.paragraphs))}</div>
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info"><span class="tgme_widget_message_views">12.4K</span> views <span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/dala/1"><time datetime="{a.iso}" class="time">10:33</time></a></span></div></div></div></div></div></body></html>''', title=None)
page("telegram_post_kk", kk(8), lambda a: f'''<html><head><meta charset="utf-8"></head><body><div class="tgme_widget_message_wrap"><div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author"><a href="https://t.me/d"><span>Дала</span></a></div>
<div class="tgme_widget_message_text" dir="auto">{"<br/>".join(map(ESC, a.paragraphs))}</div><div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">812</span><time datetime="{a.iso}">10:33</time></div></div></div></body></html>''', title=None)


# ---- Portals and other engines ---------------------------------------------------------------------

page("government_portal", ru(15), lambda a: a.head(title=a.title + " - Министерство внутренних дел Республики Казахстан") + f'''<body><app-root><app-header><div class="header__menu">{a.nav}</div><div class="lang"><a href="/kk">Қаз</a> <a href="/ru">Рус</a> <a href="/en">Eng</a></div><a href="#">Версия для слабовидящих</a></app-header>
<main class="page"><div class="container"><div class="breadcrumbs"><a href="/">Главная</a><a href="/press">Пресс-центр</a></div><h1 class="page__title">{ESC(a.title)}</h1><div class="content-info"><div class="content-info__date">{a.words} {a.time}</div><div class="content-info__views">Просмотров: 312</div><button>Распечатать</button></div>
<div class="article__body ck-content">{a.p}</div><div class="content-share"><span>Поделиться</span></div><div class="materials"><h2>Материалы по теме</h2><ul>{a.links(4)}</ul></div></div></main><app-footer><p>© 2026 Все права защищены</p></app-footer></app-root></body></html>''')
page("government_portal_kk", kk(9), lambda a: a.head(title=a.title + " - Қазақстан Республикасының Бас прокуратурасы") + f'''<body><app-root><app-header>{a.nav}</app-header><main><div class="container"><h1 class="page__title">{ESC(a.title)}</h1><div class="content-info"><div class="content-info__date">{a.words}</div><div class="content-info__views">Қаралды: 97</div></div>
<div class="article__body ck-content">{a.p}</div><div class="materials"><h2>Осы тақырыпта</h2><ul>{a.links(4)}</ul></div></div></main></app-root></body></html>''', date="day")
page("drupal", ru(16), lambda a: a.head(a.og()) + f'''<body class="html not-front page-node node-type-article"><div id="page-wrapper"><div id="header">{a.nav}</div><div id="main-wrapper"><div id="content" class="column"><h1 class="title" id="page-title">{ESC(a.title)}</h1><div class="region region-content"><div id="node-77" class="node node-article clearfix"><div class="meta submitted">Опубликовано {a.dotted} - {a.time}</div><div class="content clearfix"><div class="field field-name-body field-type-text-with-summary"><div class="field-items"><div class="field-item even" property="content:encoded">{a.p}</div></div></div></div><ul class="links inline"><li><a href="#">Войдите</a>, чтобы оставлять комментарии</li></ul></div></div></div><div id="sidebar-second" class="column sidebar">{a.teasers(4)}</div></div>{a.footer}</div></body></html>''')
page("joomla", ru(17), lambda a: a.head() + f'''<body class="site com_content view-article"><div class="header">{a.nav}</div><main id="content"><div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header"><h2 itemprop="headline">{ESC(a.title)}</h2></div><dl class="article-info muted"><dt class="article-info-term">Информация о материале</dt><dd class="createdby">Автор: Редактор</dd><dd class="published"><time datetime="{a.iso}" itemprop="datePublished">Опубликовано: {a.words}</time></dd><dd class="hits">Просмотров: 411</dd></dl><div itemprop="articleBody">{a.p}</div><ul class="pager pagenav"><li class="previous"><a href="#">Назад</a></li><li class="next"><a href="#">Вперед</a></li></ul></div></main><div id="aside" class="span3"><h3>{a.w["popular"]}</h3><ul>{a.links(6)}</ul></div>{a.footer}</body></html>''')
page("datalife_engine", ru(18), lambda a: a.head() + f'''<body><div class="page"><div class="topbar">{a.nav}</div><div id="dle-content"><article class="article full ignore-select"><h1>{ESC(a.title)}</h1><div class="story_info"><a href="/2025/">{a.dotted}, {a.time}</a> | <a href="#">{a.w["section"]}</a> | 2 310</div><div class="full-story text">{"<br><br>".join(map(ESC, a.paragraphs))}</div><div class="rate">+12</div><div class="related-news"><div class="title">Похожие новости</div><ul>{a.links(5)}</ul></div></article><div id="dle-comments-list">{a.comments(4)}</div></div></div>{a.footer}</body></html>''')
page("tables_and_fonts", ru(19), lambda a: f'''<HTML><HEAD><TITLE>{ESC(a.title)}</TITLE><META http-equiv=Content-Type content="text/html; charset=utf-8"></HEAD><BODY bgcolor=white><TABLE width=100%><TR><TD colspan=3><A href=/>Главная</A> | <A href=/n>Новости</A></TD></TR><TR><TD width=150 valign=top>{"<BR>".join(f"<A href=/{i}>{m}</A>" for i, m in enumerate(a.w["menu"]))}</TD>
<TD valign=top><FONT size=5><B>{ESC(a.title)}</B></FONT><BR><FONT size=1>{a.dotted} {a.time}</FONT><P>{"<P>".join("<FONT face=Arial>" + ESC(p) + "</FONT>" for p in a.paragraphs)}</TD><TD width=200>{"<HR>".join(f"<A href=/{i}>{ESC(o['title'])}</A>" for i, o in enumerate(a.others[:6]))}</TD></TR><TR><TD colspan=3><CENTER>© 2003 {a.w["site"]}</CENTER></TD></TR></TABLE></BODY></HTML>''')
page("nameless_divs", kk(10), lambda a: a.head() + f'''<body><div><div>{"".join(f"<div><a href=/{i}>{m}</a></div>" for i, m in enumerate(a.w["menu"]))}</div><div><div><div>{ESC(a.title)}</div><div>{a.words} {a.time}</div>{"".join(f"<div>{ESC(p)}</div>" for p in a.paragraphs)}</div><div>{a.teasers(4)}</div></div><div>© 2026</div></div></body></html>''')
page("broken_markup", ru(20), lambda a: a.head(a.og()).replace("</head>", "") + f'''<body>{a.nav.replace("</ul></nav>", "")}<div class=content><h1>{ESC(a.title)}</h2><div class="text"><p>{"<p>".join(f"<b>{ESC(p)}<i></b>" for p in a.paragraphs)}</span></td></div></table><div class="related"><h3>{a.w["also"]}<ul>{a.links(4)}</div></div></center></body>''')
page("xhtml_cdata", ru(21), lambda a: f'''<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="ru"><head><title>{ESC(a.title)}</title><meta name="pubdate" content="{a.iso}" /><script type="text/javascript">//<![CDATA[
if (a < b && c > d) {{ document.write("<p>Не текст статьи, а строка в коде страницы, которая длинна.</p>"); }}
//]]></script></head><body><div id="nav">{a.nav}</div><div id="main"><h1>{ESC(a.title)}</h1><div class="body">{a.p}</div></div><div id="foot"><p>{a.w["rights"]}</p></div></body></html>''')


# ---- Dates -----------------------------------------------------------------------------------------

def simple(a, head="", stamp="", before="", after="", body=None, title=True):
    name = f"<h1>{ESC(a.title)}</h1>" if title else ""
    return (a.head(head) + f'''<body><header class="site-header">{a.nav}</header><div class="main"><div class="news-item">{before}{name}<div class="info">{stamp}</div><div class="news-item__text">{body or a.p}</div>{after}</div><div class="side"><h3>{a.w["popular"]}</h3><ul>{a.links(6)}</ul></div></div>{a.footer}</body></html>''')


page("date_json_ld_graph", ru(22), lambda a: simple(a, f'<script type="application/ld+json">{{"@graph":[{{"@type":"WebSite","name":"Дала"}},{{"@type":["NewsArticle"],"headline":"{ESC(a.title)}","datePublished":"{a.iso}","dateModified":"2026-10-01T10:00:00+05:00"}}]}}</script>', "2026"))
page("date_json_ld_broken", ru(23), lambda a: simple(a, f'<script type="application/ld+json">{{"@type":"NewsArticle",\n"description":"первая\nвторая строка", "datePublished":"{a.iso}"}};</script>'))
page("date_in_address", ru(24), lambda a: simple(a), date="day", url=f"https://dala.example/news/{ru(24).day.replace('-', '/')}/zaderzhanie-1187?utm_source=rss#top")
page("date_words_ru", ru(25), lambda a: simple(a, stamp=f"{a.words} года, {a.time}"))
page("date_time_first", ru(26), lambda a: simple(a, stamp=f"{a.time}, {a.words}"))
page("date_bar", ru(27), lambda a: simple(a, stamp=f'<span>{a.time}</span> | <span>{a.dotted}</span> | <span>{a.w["section"]}</span>'))
page("date_yesterday", ru(28), lambda a: simple(a, stamp="Вчера, 18:40"), date="2026-03-04T18:40", fetched_at="2026-03-05T06:00:00Z")
page("date_today_kk", kk(11), lambda a: simple(a, stamp="Бүгін, 09:15"), date="2026-03-05T09:15", fetched_at="2026-03-05T06:00:00Z")
page("date_yesterday_unknown", ru(29), lambda a: simple(a, stamp="Вчера, 18:40"), date=None)
page("date_without_year", ru(30), lambda a: simple(a, stamp="26 декабря, 10:33"), date="2025-12-26T10:33", fetched_at="2026-01-09T06:00:00Z")
page("date_none", ru(31), lambda a: simple(a), date=None)
page("date_modified_only", ru(32), lambda a: simple(a, f'<meta property="article:modified_time" content="{a.iso}">'), date=None)
page("date_of_teasers_is_not_its_own", ru(33), lambda a: simple(a, after=f'<div class="related-list"><div><time datetime="2019-01-02T10:00:00+06:00">2 января 2019</time> <a href="/1">{ESC(a.others[0]["title"])}</a></div></div>', stamp=f"{a.dotted} {a.time}"))
page("date_before_the_one_zone", ru(34), lambda a: simple(a, stamp="29.02.2024 23:30"), date="2024-02-29T23:30")


# ---- Furniture inside and around the text ----------------------------------------------------------

def woven(a, *pieces):
    """The article's paragraphs with furniture between them."""
    out = []
    for i, p in enumerate(a.paragraphs):
        out.append(f"<p>{ESC(p)}</p>")
        if i < len(pieces):
            out.append(pieces[i])
    return "\n".join(out)


page("teasers_inside", ru(35), lambda a: simple(a, a.og(), body=woven(
    a, f'<div class="inject"><strong>{a.w["also"]}:</strong> <a href="/1">{ESC(a.others[0]["title"])}</a></div>',
    f'<p><strong>Читайте также:</strong> <a href="/2">{ESC(a.others[1]["title"])}</a></p>',
    f'<div class="incut"><p>{a.w["subscribe"]}</p></div>')))
page("teasers_inside_kk", kk(12), lambda a: simple(a, a.og(), body=woven(
    a, f'<p>{a.w["also"]}: <a href="/1">{ESC(a.others[0]["title"])}</a></p>', f'<blockquote class="related-inline"><a href="/2">{ESC(a.others[1]["title"])}</a></blockquote>', f'<p><b>{a.w["subscribe"]}</b></p>')))
page("captions_and_credits", ru(36), lambda a: simple(a, a.og(), body=woven(
    a, '<figure><img src="1.jpg"><figcaption>Сотрудники полиции на месте, где всё произошло. Фото: Дала</figcaption></figure>',
    '<div class="photo-caption">Изображение сгенерировано нейросетью</div>', "<p><em>Фото: пресс-служба полиции</em></p>")))
page("list_and_quote", ru(37), lambda a: simple(a, a.og(), body=f"<p>{ESC(a.paragraphs[0])}</p><p>Полицейские перечислили, что было найдено:</p><ul><li>три телефона;</li><li>две банковские карты;</li><li>ноутбук и весы.</li></ul><blockquote><p>Проверка продолжается, — сказали в ведомстве.</p></blockquote>"),
     paragraphs=[ru(37).paragraphs[0], "Полицейские перечислили, что было найдено:", "три телефона;", "две банковские карты;", "ноутбук и весы.", "Проверка продолжается, — сказали в ведомстве."])
page("links_keep_spaces", ru(38), lambda a: simple(a, a.og(), body=f'<p>{ESC(a.paragraphs[0])}</p><p>Об этом <a href="/1">сообщили</a> в&nbsp;<b>полиции</b>, <a href="/2">передаёт</a>\n<i>Дала</i>. Расследование&shy; продолжается, подробности выясняются.</p>'),
     paragraphs=[ru(38).paragraphs[0], "Об этом сообщили в полиции, передаёт Дала. Расследование продолжается, подробности выясняются."])
page("lead_apart", ru(39), lambda a: simple(a, a.og(), stamp="", body="".join(f"<p>{ESC(p)}</p>" for p in a.paragraphs[1:]), before="").replace('<div class="info"></div>', f'<div class="info"></div><div class="news-lead"><p>{ESC(a.paragraphs[0])}</p></div><div class="gallery"><img src="1.jpg"></div>'))
page("second_article_below", ru(40), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="feed"><article class="story"><h1>{ESC(a.title)}</h1><div class="story__text">{a.p}</div></article><article class="story"><h2>{ESC(a.others[0]["title"])}</h2><div class="story__text">{"".join("<p>" + ESC(p) + "</p>" for p in a.others[0]["text"].split(chr(10)) if p)}</div></article></div>{a.footer}</body></html>''')
page("headlines_before", ru(41), lambda a: a.head(a.og()) + f'''<body>{a.nav}<div class="page-wrap"><div class="breaking"><ul>{"".join(f"<li><a href=/{i}>{ESC(o['title'])}</a> <span>{ESC(o['text'].split(chr(10))[0][:180])}</span></li>" for i, o in enumerate(a.others[:6]))}</ul></div><div class="one"><h1>{ESC(a.title)}</h1>{a.p}</div></div>{a.footer}</body></html>''')
page("cookie_and_popups", kk(13), lambda a: simple(a, a.og()).replace("</body>", f'<div class="cookie-banner"><p>{a.w["cookie"]}</p></div><div class="modal fade" style="display: none"><div class="modal-content"><p>{a.w["subscribe"]} {a.w["comment"]}</p></div></div></body>'))
page("quoted_post", ru(42), lambda a: simple(a, a.og(), body=woven(a, '<div class="social-embed"><blockquote class="twitter-tweet"><p>Сегодня утром наши сотрудники завершили операцию, спасибо всем жителям за помощь.</p></blockquote></div>')),
     paragraphs=[ru(42).paragraphs[0], "Сегодня утром наши сотрудники завершили операцию, спасибо всем жителям за помощь.", *ru(42).paragraphs[1:]])
page("source_and_tags_after", ru(43), lambda a: simple(a, a.og(), body=a.p + f'<p>{a.w["source"]}: <a href="https://x.example">x.example</a></p><p>{a.w["tags"]}: <a href="#">суд</a>, <a href="#">полиция</a></p><p><i>{a.w["mistake"]}</i></p>'))


# ---- No article ------------------------------------------------------------------------------------

page("refused_paywall", ru(44), lambda a: simple(a, a.og(), body=f"<p>{ESC(a.paragraphs[0][:90])}…</p><div class='paywall-box'><p>Полный текст доступен только подписчикам издания.</p></div>"), refusal="paywall")
page("refused_shell", ru(45), lambda a: f'<!doctype html><html><head><title>Дала</title><script src="/main.js"></script></head><body><noscript>Для работы сайта необходимо включить JavaScript.</noscript><div id="root"></div><script>render()</script></body></html>', refusal="javascript_shell")
page("refused_listing", ru(46), lambda a: a.head(title="Происшествия | Дала") + f'''<body>{a.nav}<div class="news-list"><h1>Происшествия</h1>{"".join(f"<div class=row><a href=/{i}>{ESC(o['title'])}</a><span>{i}.03.2026</span></div>" for i, o in enumerate(a.others + a.others))}</div>{a.footer}</body></html>''', refusal="listing")
page("refused_listing_with_leads", ru(47), lambda a: a.head(title="Лента новостей | Дала") + f'<body>{a.nav}<div class="content"><h1>Лента новостей</h1>{a.teasers(12)}</div>{a.footer}</body></html>', refusal="listing")
page("refused_not_found", ru(0), lambda a: a.head(title="Страница не найдена | Дала") + f'<body>{a.nav}<div class="content"><h1>404</h1><p>К сожалению, такой страницы не существует. Возможно, она была удалена или вы ошиблись адресом.</p><ul>{a.links(5)}</ul></div>{a.footer}</body></html>', refusal="error_page")
page("refused_empty_body", ru(0), lambda a: a.head() + f"<body>{a.nav}<div class='content'><h1>{ESC(a.title)}</h1></div>{a.footer}</body></html>", refusal="no_body")
page("refused_blank", ru(0), "  \n\t\n", refusal="empty")
page("refused_binary", ru(0), b"%PDF-1.4\n\xff\xfe\x00\x01" + bytes(range(256)) * 8, refusal="not_text")


# ---- Plain dumps -----------------------------------------------------------------------------------

def dump(a, *before, after=()):
    return "\n\n".join([*before, *a.paragraphs, *after]) + "\n"


TEASERS = lambda a: [o["title"] for o in a.others[:8]]
page("dump_date_first", ru(1), lambda a: f" date {a.day} " + dump(a), date="day", title=None, ending="txt")
page("dump_section_title", ru(2), lambda a: dump(a, "Происшествия", a.title, "1321", f"Полицейские, наручники, фото - Новости Dala.example от {a.dotted} {a.time} Фото: Dala.example/Архив", after=["Фото Айдара Сейтова", "Айдар Сейтов"]), ending="txt")
page("dump_popular_and_archive", ru(3), lambda a: dump(a, a.title, "2946\nАйгуль Нурланова\nсобственный корреспондент по Костанайской области", after=["Популярное", "Все\n" + "\n".join(TEASERS(a)), "Читайте также", "\n".join(TEASERS(a)[:4]), "Архив", "  • [[year]]\n  • [[month.label]]\n  • [[day]]"]), date=None, ending="txt")
page("dump_share_buttons", kk(1), lambda a: dump(a, "Қоғам", a.title, f"{a.words}, {a.time}", after=["Ерлан СЕЙТОВ, Астана", "Бөлісу\nTelegram\nWhatsApp", "Тағы оқыңыз", "\n".join(TEASERS(a))]), ending="txt")
page("dump_teaser_inside", ru(4), lambda a: "\n\n".join([f"{a.dotted} {a.time}", a.title, *a.paragraphs[:2], f"Читайте также: {a.others[0]['title']}", *a.paragraphs[2:], "Комментарии (3)", a.w["comment"], "Ответить"]), ending="txt")
page("dump_kk_popular", kk(2), lambda a: dump(a, f"{a.day} {a.time}", a.title, after=["Ең көп оқылған", "\n".join(TEASERS(a)), "Мұрағат"]), ending="txt")
page("dump_list_of_headlines", ru(5), lambda a: "Лента новостей\n\n" + "\n".join(o["title"].rstrip(".") for o in a.others), refusal="listing", ending="txt")


import page_outlets  # noqa: E402, F401  registers its pages


def local(published, precision):
    """A moment of the JSON (UTC) on Kazakhstan's clock, as the pages print it."""
    if not published or precision == "day":
        return published and published[:10]
    moment = datetime.datetime.fromisoformat(published.replace("Z", "+00:00"))
    return (moment + datetime.timedelta(hours=5 if published >= "2024-02-29T18" else 6)).strftime("%Y-%m-%dT%H:%M")


def main():
    check = "--check" in sys.argv
    wrong = dated = right = undated = invented = 0
    for name, data, given, truth in PAGES_MADE:
        ending = given.pop("ending", "html")
        target = PAGES / f"{name}.json"
        if check:
            read = json.load(open(target, encoding="utf-8"))["expect"]
            found = {"refusal": read.get("refusal")} if "refusal" in truth else {
                "title": read.get("title"),
                "published": local(read.get("published"), read.get("precision")),
                **{key: read.get(key) for key in ("paragraphs", "canonical_url", "section", "tags", "site_name", "named_source")},
            }
            if truth.get("published"):
                dated += 1
                right += found["published"] == truth["published"]
            elif "published" in truth:
                undated += 1
                invented += found["published"] is not None
            for key, value in truth.items():
                if found[key] != value:
                    wrong += 1
                    print(f"{name}: {key}:")
                    lists = [v if isinstance(v, list) else [v] for v in (found[key], value)]
                    for sign, own, other in (("+", *lists), ("-", *reversed(lists))):
                        print("".join(f"  {sign} {x}\n" for x in own if x not in other), end="")
            continue
        (PAGES / f"{name}.{ending}").write_bytes(data)
        old = json.load(open(target, encoding="utf-8")) if target.exists() else {}
        old["input"] = given
        target.write_text(json.dumps(old, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    dates = f"dates: {right} of {dated} right, {invented} invented on {undated} pages without"
    print(f"{len(PAGES_MADE)} pages, {wrong} differences; {dates}" if check else f"{len(PAGES_MADE)} pages")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
