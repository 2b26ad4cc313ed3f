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

export function isAnswered(answer: Answer | undefined): boolean {
  if (answer === undefined) return false
  if (typeof answer === 'boolean') return true
  return typeof answer === 'string' ? answer.trim() !== '' : answer.length > 0
}

/** What may be sent: answers to questions that are asked, without blanks. */
export function toSend(questions: readonly Question[], answers: Answers): Answers {
  const kept: Answers = {}
  for (const { link_id } of asked(questions, answers)) {
    const answer = answers[link_id]
    if (answer === undefined || !isAnswered(answer)) continue
    kept[link_id] = typeof answer === 'string' ? answer.trim() : answer
  }
  return kept
}

/** Where to go on: the first required question without an answer, else the last one. */
export function firstOpen(questions: readonly Question[], answers: Answers): number {
  const shown = asked(questions, answers)
  const open = shown.findIndex((q) => q.required && !isAnswered(answers[q.link_id]))
  return open === -1 ? Math.max(0, shown.length - 1) : open
}

const NONE_OF_THESE = 'none'

/** "None of these" and the others exclude each other. */
export function toggled(chosen: readonly string[], code: string): string[] {
  if (chosen.includes(code)) return chosen.filter((c) => c !== code)
  if (code === NONE_OF_THESE) return [code]
  return [...chosen.filter((c) => c !== NONE_OF_THESE), code]
}
