/**
 * Is a phrase said, and not denied? The house's rules for its own lists of phrases, for a device that cannot ask the house.
 * Less than those: no traditional script, no lists of denials carried on. In doubt a phrase counts.
 */

export interface Clause {
  text: string
  sentence: number
}

const SENTENCE_END = /[。!?;\n…]+|(?<!\d)\.|\.(?!\d)/
const CLAUSE_END = /,|但是?|不过|可是|然而|却|\bbut\b|\bhowever\b|\balthough\b/
const ZH_DENIAL =
  '(?:(?<!有)没有?(?!胃口|力气|精神|劲|休息|睡|吃|办法|好转|缓解|改善|效果|用|法|想到|知觉|意识|反应|呼吸|脉搏|多久|过多久)' +
  '|(?<!缘)无(?!法|力|缘|故|数|论|意识|反应|呼吸|脉搏)|未(?!见好|好转|缓解)|否认|不伴有?|并非|(?<!是)不是|(?<!会)不会|不觉得|不感到|从不|从未|不曾' +
  '|不(?!停|断|止|住|舒|适|知|行|得|能|敢|小|明|久|太|好|了|动|上|清|出|醒|省|同|对|但|仅|只|想活))'
const ZH_FILL =
  '(?:什么|任何|出现|发生|明显|感到|感觉|觉得|有|再|发作|伴有?|伴随|那种|这种|这样|太|很|特别|剧烈|严重|持续|突然|突发|的|过|想|说|提|要|一点|其他|别的|出|发|大|样|性|一直|老是|经常|了|\\s' +
  '|头痛|头疼|头晕|恶心|呕吐|发热|发烧|咳嗽|胸闷|胸痛|腹痛|腹泻|心慌|气短|出汗|乏力|黑便|呕血|寒战)*'
const ZH_LIST = '(?:[^,、和或及与跟/]{1,8}(?:、|和|或者?|以及|及|与|跟|还有|/))*'
const EN_DENIAL =
  '(?:\\b(?:no|without|den(?:y|ies|ied|ying)|nor|neither|free of|absence of)\\b(?! (?:idea|relief|matter|better|improvement|help|way|wonder|response|pulse|appetite|energy|sleep|longer)\\b)' +
  '|\\bnever\\b(?: (?:had|have|has))?(?! (?:\\w+ )?(?:such|anything|so|this|an? \\w+ (?:like|this|so))\\b)' +
  "|\\b(?:do|does|did|is|am|are|was|were|have|has|had)(?: not|n't|nt)(?: really| currently)?(?: have| had| having| feel| feeling| felt| get| getting| got| experience\\w*| notice\\w*| want to| been having| been)?\\b" +
  '|\\bnot (?:having|feeling|thinking (?:of|about))\\b|\\b(?:comfortabl[ey]|quietly|easily)\\b(?= (?:while |when )?(?:at rest|resting|sitting|lying)))'
const EN_FILL = '(?: (?:any|a|an|the|such|severe|real|signs?|symptoms?|of|more|acute|crushing|sudden|kind|significant|other|recent|feeling|thoughts|my|his|her))*'
const EN_LIST = "(?: [\\w'-]+(?: [\\w'-]+){0,3} (?:or|nor|and|/))*"
const DENIED_BEFORE = new RegExp(`(?:${ZH_DENIAL}${ZH_FILL}${ZH_LIST}${ZH_FILL}|${EN_DENIAL}${EN_FILL}${EN_LIST}${EN_FILL} ?|\\bnot(?: really| at all)? )$`)
const NOT_DENIED_AFTER_ALL = /(?:不是|并非|不能说|不敢说)(?:没|无)/
const DENIED_AFTER = /^(?:的?(?:症状|情况|表现))?\s*[:(-]*\s*(?:都|也|倒是?|是|暂时|目前|一直)?(?:没有|没|无|否认|阴性|no|none|negative|denied|-)(?:了|过|的|出现|发生)?\s*\)?\s*$/
const PAST =
  /以前|曾经|曾有|过去|去年|前年|小时候|年轻时|[\d一二两三四五六七八九十几多]年前|病史|既往|得过|家族史|去世|过世|\byears? ago\b|\blast year\b|\bhistory of\b|\bused to\b|\bin the past\b|\bpreviously\b|\bas a child\b|\bpassed away\b|\bdied of\b|\bruns in the family\b/
const NOW =
  /现在|今天|今早|今晚|刚才|刚刚|突然|忽然|突发|骤然|又|再次|正在|目前|昨|\bnow\b|\btoday\b|\btonight\b|\bagain\b|\bjust\b|\bsudden\w*|\bthis (?:morning|evening)\b|\bcurrently\b/
const ABOUT = /预防|怎么避免|如何避免|\bprevent\w*|\bhow (?:do i|to) avoid\b/

export function normalised(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[’`]/g, "'")
  return plain
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .join('\n')
}

export function clauses(text: string): Clause[] {
  return normalised(text)
    .split(SENTENCE_END)
    .flatMap((sentence, number) => sentence.split(CLAUSE_END).map((part) => ({ text: part.trim(), sentence: number })))
    .filter((clause) => clause.text !== '')
}

const escaped = (term: string): string => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const LETTER = "[\\p{L}\\p{N}_'-]"
const known = new Map<string, RegExp>()

/** In Chinese `*` stands for up to six characters; in English it ends a word freely, and `...` stands for up to three words. */
function phrase(term: string): RegExp {
  const found = known.get(term)
  if (found) return found
  const isEnglish = /^[ -~]*$/.test(term)
  const words = escaped(term)
  const made = isEnglish
    ? new RegExp(`(?<!${LETTER})${words.replaceAll('\\.\\.\\. ', `(?:${LETTER}+ ){0,3}?`).replaceAll('\\*', '[\\p{L}\\p{N}_]*')}(?!${LETTER})`, 'gu')
    : new RegExp(words.replaceAll('\\*', '[^,。、]{0,6}?'), 'g')
  known.set(term, made)
  return made
}

function isDenied(text: string, start: number, end: number): boolean {
  const before = text.slice(0, start)
  const denial = DENIED_BEFORE.exec(before)
  if (denial && !NOT_DENIED_AFTER_ALL.test(before.slice(Math.max(0, denial.index - 2)))) return true
  return DENIED_AFTER.test(text.slice(end))
}

export function isSaid(term: string, clause: Clause): boolean {
  return [...clause.text.matchAll(phrase(term))].some((found) => !isDenied(clause.text, found.index, found.index + found[0].length))
}

/** Tells of long ago, of the family, or asks how to prevent something. */
export function isPast(clause: Clause): boolean {
  return ABOUT.test(clause.text) || (PAST.test(clause.text) && !NOW.test(clause.text))
}
