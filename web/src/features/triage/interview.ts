/** The order of an interview's questions, and what is still missing; apart from Vue, so that it can be tested alone. */

import type { Answer, Answers, Question } from '@/shared/api/contract'

/** A question that depends on an answer is asked only when that answer was given. */
export function asked(questions: readonly Question[], answers: Answers): Question[] {
  return questions.filter((q) => {
    if (!q.enabled_when) return true
    const given = answers[q.enabled_when.question]
    const wanted = q.enabled_when.answer
    return Array.isArray(given) ? given.includes(String(wanted)) : given === wanted
  })
}

/** What stands on one screen: a question, or neighbours of one group. */
export function screens(questions: readonly Question[], answers: Answers): Question[][] {
  const found: Question[][] = []
  for (const question of asked(questions, answers)) {
    const last = found.at(-1)
    const title = question.group?.zh
    if (last && title && last[0]?.group?.zh === title) last.push(question)
    else found.push([question])
  }
  return found
}

/** Whether a number, as typed or as kept by the server, can be true; what is missing is another matter. */
export function isPlausible(question: Question, answer: Answer | undefined): boolean {
  if (question.type !== 'number') return true
  const value = typeof answer === 'string' ? asNumber(answer) : answer
  if (value === undefined) return true
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  return value >= (question.least ?? value) && value <= (question.most ?? value)
}

/** As typed, with a comma for a point too; NaN: no number. */
export function asNumber(typed: string): number | undefined {
  const plain = typed.trim().replace('，', '.').replace(',', '.')
  return plain === '' ? undefined : Number(plain)
}

export function isAnswered(answer: Answer | undefined): boolean {
  if (answer === undefined) return false
  if (typeof answer === 'boolean') return true
  if (typeof answer === 'number') return Number.isFinite(answer)
  return typeof answer === 'string' ? answer.trim() !== '' : answer.length > 0
}

/** What may be sent: answers to questions that are asked, without blanks. */
export function toSend(questions: readonly Question[], answers: Answers): Answers {
  const kept: Answers = {}
  for (const { link_id, type } of asked(questions, answers)) {
    const answer = answers[link_id]
    if (answer === undefined || !isAnswered(answer)) continue
    const said = typeof answer === 'string' ? answer.trim() : answer
    kept[link_id] = type === 'number' && typeof said === 'string' ? (asNumber(said) ?? said) : said
  }
  return kept
}

/** The screen to go on with: the one that was reached, but none behind a required question without an answer; nothing reached: the first. */
export function goOnAt(questions: readonly Question[], answers: Answers, reached: string): number {
  const all = screens(questions, answers)
  const open = all.findIndex((screen) => screen.some((q) => q.required && !isAnswered(answers[q.link_id])))
  const place = all.findIndex((screen) => screen.some((q) => q.link_id === reached))
  const first = all.findIndex((screen) => screen.every((q) => !isAnswered(answers[q.link_id])))
  const wanted = place === -1 ? Math.max(0, first) : place
  return open === -1 ? wanted : Math.min(open, wanted)
}

const NONE_OF_THESE = 'none'

/** "None of these" and the others exclude each other. */
export function toggled(chosen: readonly string[], code: string): string[] {
  if (chosen.includes(code)) return chosen.filter((c) => c !== code)
  if (code === NONE_OF_THESE) return [code]
  return [...chosen.filter((c) => c !== NONE_OF_THESE), code]
}
