/** What went wrong, in the server's words, as RFC 9457 problem+json carries it. */

export interface Text {
  zh: string
  en: string
}

export interface FieldProblem {
  field: string
  text: Text
}

export interface Refusal {
  rule_id: string
  source: string
  text: Text
  instead: Text
}

export interface ProblemBody {
  status: number
  code: string
  text: Text
  errors?: FieldProblem[]
  refusals?: Refusal[]
  verdict?: string
  retry_after_s?: number
  [member: string]: unknown
}

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly text: Text
  readonly errors: readonly FieldProblem[]
  readonly refusals: readonly Refusal[]
  readonly body: ProblemBody

  constructor(body: ProblemBody) {
    super(body.code)
    this.name = 'ApiProblem'
    this.status = body.status
    this.code = body.code
    this.text = body.text
    this.errors = body.errors ?? []
    this.refusals = body.refusals ?? []
    this.body = body
  }

  /** The words for one field of a form; undefined when that field is in order. */
  field(name: string): Text | undefined {
    return this.errors.find((e) => e.field === name || e.field.endsWith(`.${name}`))?.text
  }
}

export const OFFLINE: Text = {
  zh: '连不上服务器。请检查网络，您填写的内容都还在。',
  en: 'The server cannot be reached. Check your connection; what you entered is still here.',
}
const UNREADABLE: Text = {
  zh: '服务暂时不可用，请稍后再试。',
  en: 'The service is unavailable for a moment. Please try again.',
}

export function offline(): ApiProblem {
  return new ApiProblem({ status: 0, code: 'offline', text: OFFLINE })
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({ status: 0, code: 'unknown', text: UNREADABLE })
}

function isText(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && 'zh' in value && 'en' in value
}

export function problemFrom(status: number, body: unknown): ApiProblem {
  if (typeof body === 'object' && body !== null && 'text' in body && isText(body.text)) {
    return new ApiProblem({ code: 'unknown', ...body, status, text: body.text })
  }
  return new ApiProblem({ status, code: 'unreadable', text: UNREADABLE })
}
