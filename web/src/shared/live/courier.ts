/** Takes what waits in the outbox to the house: in the order of writing, one of each consultation at a time, from one tab. */

import { reactive } from 'vue'

import { asProblem } from '../api/problem'
import type { FileCard, FileKind, Upload } from '../api/upload'
import type { Outbox } from './outbox'
import type { Body, ClientFrame, Outgoing, Reason } from './protocol'
import { SendingTab } from './sendingtab'

const BUSY_WAIT_MS = 700
const UPLOAD_AGAIN_MS = 2_000
const UPLOAD_TRIES = 4
/** So long a tab watches its messages lie before it asks whether the sending tab is alive. */
const STUCK_MS = 8_000
const ALIVE_WITHIN_MS = 3_000

/** Between the tabs: was it sent, and is somebody sending. */
type Call = { op: 'sent'; sent: Sent } | { op: 'alive?' } | { op: 'alive' }

export interface Sent {
  consultation: string
  client_id: string
  seq: number
  at: string
  /** Missing when another device of this person had sent it. */
  item: Outgoing | undefined
}

export interface Road {
  say: (frame: ClientFrame) => void
  /** The line is taken for dead when the house does not answer to this name in time. */
  expect: (name: string) => void
  answered: (name: string) => void
  /** Heard in every tab. */
  sent: (sent: Sent) => void
  refused: (item: Outgoing) => void
}

export interface Means {
  random: () => number
  locks: LockManager | undefined
  channel: (name: string) => BroadcastChannel | null
  upload: (file: Blob, key: string, told: { kind: FileKind; name?: string }, progress: (share: number) => void) => Upload
}

/** What a message says of its file, once that is up. */
function bodyOf(file: FileCard): Body {
  if (file.kind === 'voice') return { voice_id: file.id, ms: file.milliseconds }
  if (file.kind === 'document') return { document_id: file.id, name: file.name, pages: file.pages, bytes: file.bytes }
  return { picture_id: file.id, width: file.width, height: file.height }
}

export class Courier {
  private readonly outbox: Outbox
  private readonly road: Road
  private readonly means: Means
  private readonly tab: SendingTab
  private readonly channel: BroadcastChannel | null
  /** Consultation -> the one message of it that is out. */
  private readonly out = new Map<string, string>()
  private readonly pauses = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly uploads = new Map<string, Upload>()
  private readonly tries = new Map<string, number>()
  private isLineUp = false
  private watch: ReturnType<typeof setTimeout> | undefined
  private watched = ''
  /** Client id -> how much of its file is up, 0..1. */
  readonly shares = reactive(new Map<string, number>())

  constructor(outbox: Outbox, road: Road, means: Means) {
    this.outbox = outbox
    this.road = road
    this.means = means
    this.tab = new SendingTab(`xinglin.sender.${outbox.owner}`, () => this.pump(), means.locks)
    this.channel = means.channel(`xinglin.courier.${outbox.owner}`)
    if (this.channel) this.channel.onmessage = (told: MessageEvent<Call>) => this.hear(told.data)
  }

  /** The house has greeted this tab. */
  lineUp(): void {
    this.isLineUp = true
    this.tab.want()
    this.pump()
  }

  /** Another tab may have a line: it takes over. */
  lineDown(): void {
    this.isLineUp = false
    this.out.clear()
    for (const pause of this.pauses.values()) clearTimeout(pause)
    this.pauses.clear()
    const broken = [...this.uploads.values()]
    this.uploads.clear()
    for (const upload of broken) upload.stop()
    this.tab.release()
  }

  shut(): void {
    this.lineDown()
    clearTimeout(this.watch)
    this.channel?.close()
  }

  /** Sends what may be sent now; cheap when there is nothing. */
  pump(): void {
    this.watchOver()
    if (!this.isLineUp || !this.tab.isMine) return
    const looked = new Set<string>()
    for (const item of this.outbox.all()) {
      if (item.refused || looked.has(item.consultation)) continue
      looked.add(item.consultation)
      if (this.outbox.isKept(item) && !this.out.has(item.consultation) && !this.pauses.has(item.client_id)) this.take(item)
    }
  }

  acknowledged(told: { consultation: string; client_id: string; seq: number; at: string }): void {
    const { consultation, client_id, seq, at } = told
    this.isBack(client_id)
    const sent: Sent = { consultation, client_id, seq, at, item: this.outbox.find(client_id) }
    void this.outbox.drop(client_id)
    this.channel?.postMessage({ op: 'sent', sent } satisfies Call)
    this.road.sent(sent)
    this.pump()
  }

  refused(clientId: string, reason: Reason): void {
    this.isBack(clientId)
    const item = this.outbox.find(clientId)
    if (!item) return
    const failed = { ...item, refused: { code: reason.code, text: reason.text } }
    void this.outbox.update(failed)
    this.road.refused(failed)
    this.pump()
  }

  busy(clientId: string): void {
    this.isBack(clientId)
    this.rest(clientId, BUSY_WAIT_MS * (1 + this.means.random()))
  }

  private take(item: Outgoing): void {
    const { consultation, client_id, kind, body } = item
    this.out.set(consultation, client_id)
    if (item.file && body[`${kind}_id`] === undefined) {
      void this.carry(item, item.file, kind as FileKind)
      return
    }
    this.road.say({ op: 'send', consultation, client_id, kind, body })
    this.road.expect(client_id)
  }

  /** The file first; its key is the message's, so that it goes on where it stopped, and is one file. */
  private async carry(item: Outgoing, blob: Blob, kind: FileKind): Promise<void> {
    const { client_id, body } = item
    this.shares.set(client_id, 0)
    const told = body.name === undefined ? { kind } : { kind, name: body.name }
    const upload = this.means.upload(blob, client_id, told, (share) => this.shares.set(client_id, share))
    this.uploads.set(client_id, upload)
    const outcome = await upload.done.then((file) => ({ file }), (error: unknown) => ({ error }))
    this.shares.delete(client_id)
    // Ended with its line: the next one begins afresh.
    if (this.uploads.get(client_id) !== upload) return
    this.uploads.delete(client_id)
    if ('error' in outcome) {
      this.notCarried(item, outcome.error)
      return
    }
    await this.outbox.update({ ...item, body: bodyOf({ ...outcome.file, kind }) })
    if (this.out.get(item.consultation) === client_id) this.out.delete(item.consultation)
    this.pump()
  }

  /** A refusal is final; a line that broke, or a house that is short of breath, is worth some more tries. */
  private notCarried(item: Outgoing, error: unknown): void {
    const { status, code, text } = asProblem(error)
    const isPassing = status === 0 || status === 429 || status >= 500
    const tries = (this.tries.get(item.client_id) ?? 0) + 1
    this.tries.set(item.client_id, tries)
    if (isPassing && tries < UPLOAD_TRIES) {
      this.isBack(item.client_id)
      this.rest(item.client_id, UPLOAD_AGAIN_MS * 2 ** (tries - 1))
    } else {
      this.tries.delete(item.client_id)
      this.refused(item.client_id, { code, text })
    }
  }

  private rest(clientId: string, ms: number): void {
    const wake = (): void => {
      this.pauses.delete(clientId)
      this.pump()
    }
    this.pauses.set(clientId, setTimeout(wake, ms))
  }

  private isBack(clientId: string): void {
    this.road.answered(clientId)
    for (const [consultation, out] of this.out) if (out === clientId) this.out.delete(consultation)
  }

  private hear(call: Call): void {
    if (call.op === 'sent') {
      this.road.sent(call.sent)
    } else if (call.op === 'alive?') {
      if (this.tab.isMine && this.isLineUp) this.channel?.postMessage({ op: 'alive' } satisfies Call)
    } else {
      clearTimeout(this.watch)
      this.watch = undefined
      this.watched = ''
      this.watchOver()
    }
  }

  /** A tab that is not the sending one sees to it that somebody sends. */
  private watchOver(): void {
    const first = this.outbox.all().find((item) => !item.refused)?.client_id ?? ''
    const isOthers = this.isLineUp && !this.tab.isMine && first !== ''
    if (isOthers && first === this.watched) return
    clearTimeout(this.watch)
    this.watched = isOthers ? first : ''
    if (isOthers) this.watch = setTimeout(() => this.isAnybodyThere(), STUCK_MS)
  }

  private isAnybodyThere(): void {
    this.channel?.postMessage({ op: 'alive?' } satisfies Call)
    this.watch = setTimeout(() => this.tab.seize(), ALIVE_WITHIN_MS)
  }
}
