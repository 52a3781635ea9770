"""From the article's blocks to its lines: what at the head, in between and at the end is not the story.

Head: headline, byline, dates. Tail: related stories, sign-up boxes, agency and copyright lines,
the author's biography. In between: captions, adverts, links to other stories.
"""

import re
from collections.abc import Iterable

from crawler.extraction.blocks import Block
from crawler.extraction.titles import normal

_SENTENCE = re.compile(r"[.!?…:;。！？：」』”\"'’»)\]।؟]\s*$")
# headings and labels after which other stories, comments or sign-up boxes follow
_TAIL_LABEL = re.compile(
    r"^(?:(?:more|further)\s(?:from|on|in|about|stories|news|articles|reading|coverage|like this)\b.*|more:?|related(?:\s.*)?|read\s(?:more|next|also)\b.*|also\sread\b.*|see\salso\b.*|recommended(?:\s.*)?|you\s(?:may|might)\s(?:also\s)?(?:like|enjoy|be interested).*|"
    r"(?:most|top)\s(?:read|popular|viewed|stories|trending)\b.*|trending(?:\s.*)?|latest\s(?:news|stories|articles|from|in|videos)\b.*|up\snext|what\sto\sread\snext|don['’]t miss\b.*|editor['’]?s['’]?\s(?:picks?|choice)|popular\s(?:now|stories|articles|posts)|"
    r"(?:leave\s(?:a|your)\s)?(?:comments?|reply|kommentare?|commentaires?|comentarios?|comentários?|reacties|kommentarer|yorumlar|комментарии|评论|評論|コメント|댓글|التعليقات)(?:\s?\(?\d+\)?)?|\d+\s(?:comments?|kommentare?|commentaires?|comentarios?)|join\sthe\s(?:conversation|discussion)|"
    r"about\s(?:the\s)?authors?\b.*|share\sthis\b.*|topics?:?|tags?:?.{0,80}|filed\sunder\b.*|follow\sus\b.*|sources?:?|sign\sup\b.*|subscribe\b.*|newsletters?(?:\s.*)?|"
    r"mehr\s(?:zum thema|von|aus|zu|news|artikel|nachrichten|dazu)\b.*|lesen\ssie\s(?:auch|mehr|dazu)\b.*|lies\sauch\b.*|auch\sinteressant|das\skönnte\s(?:sie|dich|ihnen)\b.*|(?:weitere|ähnliche|aktuelle|verwandte)\s(?:artikel|themen|beiträge|nachrichten|meldungen|news|infos)\b.*|themen:?|schlagworte:?|meistgelesen.*|zur\sstartseite|"
    r"à\slire\s(?:aussi|également)\b.*|lire\saussi\b.*|sur\sle\smême\s(?:sujet|thème)|articles?\s(?:liés|similaires|recommandés|associés)|les\splus\s(?:lus|lues)|dans\sla\smême\srubrique|voir\saussi\b.*|"
    r"(?:te|le)\spuede\sinteresar\b.*|(?:lea|lee|leer)\s(?:también|más)\b.*|(?:noticias|artículos|contenidos?)\s(?:relacionad[oa]s?|similares)\b.*|más\s(?:sobre|noticias|información|leídas?|en)\b.*|lo\smás\s(?:leído|visto)|archivado\sen\b.*|etiquetas:?.{0,60}|"
    r"(?:leia|veja|saiba)\s(?:também|mais)\b.*|(?:notícias|matérias|artigos)\s(?:relacionad[oa]s?|recomendad[oa]s?)|mais\s(?:lidas|sobre|notícias)\b.*|(?:leggi|vedi)\sanche\b.*|(?:articoli|notizie)\scorrelat[ie]|potrebbe\sinteressarti\b.*|lees\s(?:ook|meer)\b.*|meer\s(?:over|nieuws|van)\b.*|gerelateerd.*|"
    r"(?:läs|les)\s(?:också|även|også|mer)\b.*|(?:mer|mere)\s(?:om|fra|från)\b.*|læs\s(?:også|mere)\b.*|lue\s(?:myös|lisää)\b.*|czytaj\s(?:też|także|również|więcej)\b.*|zobacz\s(?:też|także|również)\b.*|(?:přečtěte|čtěte)\s.*|baca\s(?:juga|selengkapnya)\b.*|berita\s(?:terkait|lainnya|terpopuler)|artikel\s(?:terkait|lainnya)|ilgili\s(?:haber(?:ler)?|konular)|bunlar\sda\silginizi.*|(?:tin|bài)\s(?:liên quan|cùng chuyên mục)|xem\sthêm\b.*|đọc\sthêm\b.*|"
    r"читайте\s(?:также|ещё|еще)\b.*|(?:похожие|связанные)\s.*|по\sтеме|читайте\sтакож\b.*|اقرأ\s(?:أيضا|أيضًا|أيضاً|المزيد).*|(?:مواضيع|أخبار|مقالات)\s(?:ذات صلة|متعلقة|مشابهة)|ذات\sصلة|قد\sيعجبك.*|"
    r"相关(?:阅读|新闻|文章|推荐|报道|链接|内容).*|相關(?:閱讀|新聞|文章|報導).*|延伸閱讀.*|延伸阅读.*|推荐阅读.*|推薦閱讀.*|热门(?:文章|推荐|新闻).*|熱門(?:文章|新聞).*|更多(?:新闻|文章|内容|精彩).*|猜你喜欢|责任编辑.*|責任編輯.*|(?:[【\[■▼◆●]\s?)?(?:関連(?:記事|ニュース|リンク|キーワード|トピックス|する).*|あわせて読みたい.*|おすすめ(?:記事|の).*|こちらも.*|(?:人気|最新|新着)(?:記事|ニュース).*|アクセスランキング.*)|.{0,12}の新着|관련\s?(?:기사|뉴스|키워드).*|(?:많이\s본|인기|주요)\s?(?:뉴스|기사).*|추천\s?(?:기사|뉴스).*)$",
    re.I)  # fmt: skip
# whole lines that are never part of a story, wherever they stand
_NOISE = re.compile(
    r"^(?:advert(?:isement|ising)?\b.{0,60}|anzeige:?|werbung|publicit[ée]|publicidad|publicidade|pubblicità|reklama?|reklame|annonse|iklan|広告|广告|廣告|광고|quảng cáo|реклама|إعلان|sponsored(?:\s.{0,40})?|"
    r"(?:story|article)\scontinues\sbelow.{0,40}|continue\sreading(?:\s.{0,60})?|scroll\sto\scontinue.{0,40}|skip\s(?:advert\w*|ad|to .{0,30}|.{0,20}promotion)|this\sadvertisement\shas\snot\sloaded.{0,60}|loading(?:\.\.\.|…)?|"
    r"(?:share|teilen|partager|compartir|compartilhar|condividi|delen|dela|del|jaa|paylaş|поделиться|分享|シェア|공유|bagikan|chia sẻ|مشاركة)(?:\s(?:this|on|via|full article|article|story|on facebook|your thoughts.{0,40}))?[:.]?|copy\slink|link\scopied.{0,20}|print|drucken|imprimer|imprimir|save|facebook|twitter|x|whatsapp|linkedin|e-?mail|reddit|telegram|pinterest|flipboard|comments?|"
    r"(?:image|photo|picture|video|foto|bild|imagen|image\ssource|photo\scredit|fotocredit|photograph|quelle|symbolbild|archivbild|crédit(?:s)?|credit|caption)\s?(?:credit|source|by|:|：)\s?.{0,120}|(?:getty\simages|shutterstock|ap\sphoto|reuters|afp|dpa)(?:\s?/\s?.{0,60})?|"
    r"(?:click|tap)\s(?:here|to)\b.{0,80}|watch\s(?:now|live|below|more|the video.{0,40})|play\svideo|follow\s.{2,60}\son\s(?:twitter|x|facebook|instagram|google news|linkedin).{0,160}|(?:like|follow|join)\sus\s(?:on|in)\b.{0,100}|"
    r"(?:sign\sup|subscribe|register)\s(?:to|for|here|now|today)\b.{0,140}|get\s(?:the|our)\s.{0,60}(?:newsletter|in your inbox|delivered).{0,80}|(?:enter\s)?your\se-?mail(?:\saddress)?.{0,40}|by\s(?:signing\sup|subscribing|entering your email|clicking).{0,300}|thank(?:s| you)\sfor\s(?:signing\sup|subscribing).{0,100}|invalid\semail.{0,40}|"
    r"(?:this\ssite\sis\sprotected\sby\srecaptcha).{0,140}|all\srights\sreserved\.?.{0,60}|(?:copyright|©|\(c\)|&copy;)\s?.{0,160}|(?:this\smaterial\smay\snot\sbe\spublished).{0,160}|alle\srechte\svorbehalten.{0,60}|tous\sdroits\sréservés.{0,60}|todos\slos\sderechos\sreservados.{0,60}|版权(?:所有|声明).{0,80}|無断転載.{0,60}|.{0,40}무단\s?전재.{0,60}|"
    r"\(?(?:additional\s)?(?:reporting|writing|report)\sby\s.{3,240}?(?:editing|edited|writing|reporting)\b.{0,160}|reporting\sby\s.{3,100}|edit(?:ed|ing)\sby\s.{3,80}|.{3,90}\scontributed\s(?:to\sthis\s(?:report|story|article|post)|reporting).{0,20}|with\s(?:reports?|files|reporting|additional reporting|inputs|agency inputs)\s(?:from|by)\s.{3,120}|\(?(?:mit|with)\s(?:material|agentur\w*|agenc\w+)(?:\s(?:von|from|der).{0,60})?\)?\.?|our\sstandards:\s.{0,80}|"
    r"(?:dpa-infocom|©\sdpa).{0,100}|(?:quelle|source|fonte|fuente|bron|kilde|källa|kaynak|sumber|来源|來源|出典|출처)\s?[:：]\s?.{0,60}|read\sthe\s(?:original|full)\s(?:article|story).{0,60}|view\s(?:comments|gallery|image.{0,30})|show\s(?:more|comments|all)|mehr\sanzeigen|(?:read|learn|see|show)\smore.{0,4}|weiterlesen.{0,40}|"
    r"(?:recommended|related|empfohlener?)\s(?:by|stories|redaktioneller inhalt|externer inhalt)|an\sdieser\sstelle\s(?:finden|findest)\s.{0,300}|ich\sbin\s(?:damit\s)?einverstanden,?\sdass\smir\s.{0,400}|(?:du|sie)\sk(?:annst|önnen)\s(?:ihn|sie|es)\sdir?\smit\seinem\sklick.{0,120}|(?:personenbezogene|damit\skönnen\spersonenbezogene)\s?daten.{0,300}|.{0,40}(?:inhalte?\svon\s\w+|externe[nr]?\sinhalte?)\s(?:anzeigen|laden|aktivieren|angezeigt).{0,120}|"
    r"(?:ce\scontenu\sest\sbloqué|contenu\sexterne).{0,200}|we['’]re\ssorry,\sbut\s(?:this|your).{0,120}|this\s(?:video|content|feature|browser)\s(?:is\snot|cannot|can't|file\scannot).{0,160}|(?:please\s)?enable\sjavascript.{0,120}|your\sbrowser\s(?:does\snot|is\snot).{0,120}|<\w+\s[^<>]*=.*)$",
    re.I | re.S)  # fmt: skip
_SIGNUP = re.compile(
    r"\b(?:sign\sup\s(?:to|for)\s(?:our|the)\b.{0,60}(?:newsletter|email|alerts?)|subscribe\sto\s(?:our|the)\b.{0,60}(?:newsletter|channel|podcast)|newsletter\s(?:abonnieren|anmelden)|jetzt\sabonnieren|hier\sanmelden|inscrivez-vous\sà\s(?:notre|la)|recevez\s(?:notre|la)\snewsletter|suscríbete\sa|boletín|assine\s(?:a|nossa)\snewsletter|iscriviti\salla\snewsletter|follow\s.{2,40}\son\sgoogle\snews|"
    r"download\s(?:the|our)\s.{0,30}\bapp\b|whatsapp[- ](?:channel|kanal)|telegram[- ](?:channel|kanal)|privacy\spolicy\sand\sterms|terms\sof\s(?:service|use)\sapply|got\sa\s(?:tip|news tip|story)\?|affiliate\s(?:links?|commission)|会員登録が必要|メルマガ|ニュースレター|订阅|关注.{0,12}公众号|扫码|扫描二维码|구독)",
    re.I)  # fmt: skip
BOX_CHARS = 1_800
_BOX = re.compile(
    r"(?:zusammenfassung|summar(?:y|ies)|sammendrag|sammanfattning|résumé|resumen|resumo|riassunto|요약|要約|摘要)\W.{0,60}(?:künstlich|\bki\b|\bai\b|\bia\b|chatgpt|openai|generated|generiert|生成|genererad)|(?:\bai|\bki|ai-generated|ki-generierte?|chatgpt)[ -](?:summary|zusammenfassung|요약|要約)|"
    r"reserved for (?:our )?subscribers|(?:create an account|register|sign in|subscribe|log in) (?:or sign in )?to (?:continue|keep|unlock|read)|already (?:a subscriber|have an account)\?|この記事は(?:会員|有料)|会員登録(?:すると|が必要)|"
    r"(?:jetzt|hier) (?:abonnieren|anmelden und)|newsletter (?:abonnieren|bestellen)|sign up (?:for|to) (?:our|the|receive)\b.{0,80}newsletter|inscrivez-vous|suscríbase|для подписчиков",
    re.I)  # fmt: skip
_DATED = re.compile(r"(?:\d{1,2}[.:]\d{2}\b|\b(?:19|20)\d{2}\b|\d\s?(?:min|h|hours?|minutes?)\b)", re.I)


def lines_of(blocks: list[Block], head: list[Block], title: str, authors: list[str], description: str, captions: set[str], site_name: str | None) -> list[str]:
    """The article's lines in order.

    head: blocks between headline and text, where a standfirst may stand. description: the page's own
    summary, which tells it. captions: texts of pictures, which are not the story's.
    """
    names = [normal(name) for name in authors]
    kept = [block for block in without_boxes(blocks) if not _is_noise(block, captions)]
    kept = _without_head(kept, title, names)
    kept = _without_tail(kept, names, normal(site_name or ""))
    intro = _standfirst(head, description, title, names)
    return [block.text for block in _once([*intro, *kept])]


def without_boxes(blocks: list[Block]) -> list[Block]:
    """Drop whole boxes by one telling line: summaries made by a machine, offers to subscribe."""
    total = sum(len(block.text) for block in blocks)
    inside: set[int] = set()
    for block in blocks:
        if len(block.text) > 500 or not _BOX.search(block.text):
            continue
        box = block.element
        for element in block.element.iterancestors():
            size = len(" ".join(element.text_content().split()))
            if size > BOX_CHARS or size > 0.4 * total:
                break
            box = element
        inside.update(id(element) for element in box.iter())
    return [block for block in blocks if id(block.element) not in inside] if inside else blocks


def _is_noise(block: Block, captions: set[str]) -> bool:
    text, size = block.text, len(block.text)
    if block.linked > 0.6 * size and size < 250 and not (block.kind == "p" and _SENTENCE.search(text) and size > 120):
        return True
    if size < 600 and _NOISE.match(text):
        return True
    if size < 400 and block.kind != "h" and _SIGNUP.search(text):
        return True
    return size < 500 and text in captions


def _without_head(blocks: list[Block], title: str, names: list[str]) -> list[Block]:
    """Drop headline, kicker, byline and date lines before the first real paragraph."""
    wanted = normal(title)
    first = next((at for at, block in enumerate(blocks) if block.good and not _about_time_or_author(block.text, names)), None)
    if first is None:
        return [block for block in blocks if normal(block.text) != wanted]
    kept = []
    before = blocks[:first]
    if len(before) > 8 and sum(len(block.text) for block in before) > 0.15 * sum(len(block.text) for block in blocks):
        return [block for block in blocks if normal(block.text) != wanted]  # a text of short lines
    for block in before:
        text = normal(block.text)
        if text == wanted or (wanted and wanted in text and len(text) < 2 * len(wanted)):
            continue
        if len(block.text) < 40 or not _SENTENCE.search(block.text) or _about_time_or_author(block.text, names):
            continue
        kept.append(block)
    return kept + [block for block in blocks[first:] if normal(block.text) != wanted]


def _about_time_or_author(text: str, names: list[str]) -> bool:
    if len(text) > 140:
        return False
    folded = normal(text)
    return any(name and name in folded for name in names) or (len(text) < 80 and bool(_DATED.search(text)) and not re.search(r"[.!?。]\s*$", text))


def _without_tail(blocks: list[Block], names: list[str], site: str) -> list[Block]:
    """Cut where other stories, comments or boxes begin, then loose ends."""
    total = sum(len(block.text) for block in blocks)
    seen = 0
    for at, block in enumerate(blocks):
        if seen >= 0.35 * total and len(block.text) < 100 and (_TAIL_LABEL.match(block.text) or _more_of_site(block.text, site)) and not _story_goes_on(blocks[:at], blocks[at + 1 :]):
            blocks = blocks[:at]
            break
        seen += len(block.text)
    blocks = list(blocks)
    while blocks and _loose_end(blocks[-1], names):
        blocks.pop()
    return [block for at, block in enumerate(blocks) if not (len(block.text) < 60 and _TAIL_LABEL.match(block.text) and block.kind != "h" and at)]


def _more_of_site(text: str, site: str) -> bool:
    """ "More TechCrunch", "Mehr aus ..." with the site's own name: its other stories follow."""
    label = normal(text)
    return bool(site) and len(label) < len(site) + 25 and label.endswith(site) and label != site


def _story_goes_on(before: list[Block], rest: list[Block]) -> bool:
    """Paragraphs where the earlier ones stand: the label was only a link box within the story."""
    parents = {block.element.getparent() for block in before if block.good}
    return any(
        block.good and len(block.text) > 150 and block.element.getparent() in parents for block in rest
    )


def _loose_end(block: Block, names: list[str]) -> bool:
    if block.kind == "h" or (len(block.text) < 40 and not _SENTENCE.search(block.text)):
        return True
    folded = normal(block.text[:80])
    return any(len(name) > 5 and name in folded for name in names) and len(block.text) < 700


def _standfirst(head: list[Block], description: str, title: str, names: list[str]) -> list[Block]:
    """The paragraph between headline and text that sums the story up."""
    wanted = set(normal(description).split())
    found: list[Block] = []
    for block in head:
        size = len(block.text)
        if found and found[-1].good and _SENTENCE.search(block.text) and size > 15 and not block.linked:
            found.append(block)
            continue
        if size < 30 or block.linked > 0.3 * size or _NOISE.match(block.text) or normal(block.text) == normal(title):
            continue
        words = set(normal(block.text).split())
        same = len(words & wanted) / max(1, len(words))
        if (same > 0.7 and size >= 40) or (block.good and block.linked < 0.1 * size) or re.search(r"(?:^|[\s_-])(?:stand-?first|sub-?title|sub-?head(?:line)?|deck|dek|lead|lede|intro|excerpt|abstract|summary|vorspann|teaser-?text|chapo|bajada|sommario|ingress|entradilla)", _class_chain(block), re.I):
            if not _about_time_or_author(block.text, names) or same > 0.7:
                found.append(block)
    return found


def _class_chain(block: Block) -> str:
    element, names = block.element, []
    for _ in range(3):
        if element is None:
            break
        names.append(f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}")
        element = element.getparent()
    return " ".join(names)


def _once(blocks: Iterable[Block]) -> list[Block]:
    """Drop a long line that was said before (captions and pull quotes repeat)."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        if len(block.text) > 40:
            if block.text in seen:
                continue
            seen.add(block.text)
        kept.append(block)
    return kept
