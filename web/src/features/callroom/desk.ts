/**
 * The one call that this page of the staff asks for or is in, and the calls that ring for it.
 * Lives as long as the page, whatever it shows: who looks at another visit is still heard.
 */
import { computed, ref, shallowReactive, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { asProblem, type ApiProblem } from '@/shared/api/problem'
import { CALL_EVENTS } from '@/shared/call/events'
import type { CallOut, CallOfVisit, Channel } from '@/shared/call/types'
import type { LiveEvent } from '@/shared/live/protocol'

import type { Room } from './engine'
import type { Invited } from './types'

const EVENTS: ReadonlySet<string> = new Set(CALL_EVENTS)
const OF_INVITATIONS = new Set(['CallInvited', 'CallInvitationAnswered', 'CallEnded'])

export interface OpenVisit {
  id: string
  name: string
  /** Something rings or is open. */
  isInCall: boolean
}

/** What a person wants to send. */
export interface Choice {
  muted: boolean
  camera: boolean
}

export interface Kept extends Choice {
  call: string
}

export interface Around {
  ofVisit: (visit: string) => Promise<CallOfVisit>
  one: (call: string) => Promise<CallOut>
  ring: (asked: { visit: string; channel: Channel }) => Promise<CallOut>
  answer: (call: string) => Promise<CallOut>
  decline: (call: string) => Promise<CallOut>
  end: (call: string) => Promise<CallOut>
  change: (asked: { call: string; channel: Channel }) => Promise<CallOut>
  invitations: () => Promise<Invited[]>
  /** The open visits, with the patient's name: a call itself names nobody in full. */
  visits: () => Promise<OpenVisit[]>
  /** Takes a seat with this page and goes in. */
  enter: (call: CallOut, choice: Choice) => Promise<Room>
  /** Survives a reload of this tab, and no other: by it a page knows that it was in. */
  memory: { read: () => Kept | null; keep: (kept: Kept | null) => void }
  may: (permission: string) => boolean
}

export class Desk {
  /** Rings, or this page is in it or was a moment ago. */
  readonly call: Ref<CallOut | null> = ref(null)
  readonly room: ShallowRef<Room | null> = shallowRef(null)
  /** Ended, and not yet looked away from. */
  readonly outcome: Ref<CallOut | null> = ref(null)
  readonly incoming: Ref<CallOut[]> = ref([])
  readonly invited: Ref<Invited[]> = ref([])
  /** Visit -> its patient's name. */
  readonly names = shallowReactive(new Map<string, string>())
  readonly isEntering = ref(false)
  readonly problem: ShallowRef<ApiProblem | null> = shallowRef(null)
  /** Hung up here; the house has not heard of it yet. */
  readonly untold: Ref<string[]> = ref([])
  /** Something on the page shows the call: then it does not float. */
  readonly shownBy: Ref<string | null> = ref(null)
  /** To what this page is just turning the call: not a change of somebody else's. */
  readonly changing: Ref<Channel | null> = ref(null)
  readonly isBusy: ComputedRef<boolean> = computed(() => this.call.value !== null)
  private readonly around: Around
  /** Rises when the person goes: what was asked for them is nobody's then. */
  private turn = 0
  private readonly telling = new Set<string>()

  constructor(around: Around) {
    this.around = around
  }

  async start(): Promise<void> {
    await Promise.all([this.lookAround(), this.readInvitations()])
  }

  async ring(visit: string, channel: Channel): Promise<void> {
    await this.act(() => this.hold(this.around.ring({ visit, channel })))
  }

  async answer(call: CallOut, channel: Channel = call.channel): Promise<void> {
    await this.act(() => this.hold(this.answered(call.id, channel)))
  }

  async decline(call: CallOut): Promise<void> {
    await this.act(async () => {
      await this.around.decline(call.id)
      this.drop(call.id)
    })
  }

  /** Nobody is seen or heard from here on, whether or not the house can be told now. */
  async end(): Promise<void> {
    const [call, room] = [this.call.value, this.room.value]
    if (!call) return
    this.dismiss()
    this.forget()
    this.untold.value = [...this.untold.value, call.id]
    void room?.leave().catch(() => undefined)
    const refusal = await this.tellEnd(call.id)
    if (!refusal || this.call.value) return
    // The call stands, and this page has left it.
    this.call.value = call
    this.room.value = room
    this.problem.value = refusal
  }

  async change(channel: Channel): Promise<void> {
    const call = this.call.value
    if (!call) return
    this.changing.value = channel
    await this.act(async () => this.see(await this.around.change({ call: call.id, channel })))
    this.changing.value = null
  }

  /** Into a call that is open: after a reload, from another page, as a specialist, as an observer. */
  async take(id: string): Promise<void> {
    await this.act(() => this.hold(this.around.one(id)))
  }

  /** For coming back to this call. */
  remember(choice: Partial<Choice>): void {
    const kept = this.around.memory.read()
    if (kept && kept.call === this.call.value?.id) this.around.memory.keep({ ...kept, ...choice })
  }

  /** This page leaves; the call goes on. */
  async leave(): Promise<void> {
    const room = this.room.value
    this.forget()
    await room?.leave()
  }

  /** Its person has gone from this page: nothing of what they saw is for the next one. */
  async reset(): Promise<void> {
    this.turn += 1
    this.dismiss()
    this.incoming.value = []
    this.invited.value = []
    this.untold.value = []
    this.names.clear()
    this.shownBy.value = null
    await this.leave()
  }

  /** Whatever an act answers: it is as true as a fresh reading. */
  async see(call: CallOut): Promise<void> {
    if (call.id !== this.call.value?.id) return
    if (call.state === 'ended') return this.over(call)
    this.call.value = call
    if (call.state === 'open' && !this.room.value) await this.enter()
  }

  async refresh(): Promise<void> {
    const held = this.call.value
    if (!held) return
    try {
      await this.see(await this.around.one(held.id))
    } catch (error) {
      // Gone, or not for this person any more. A line that is down says nothing about the call.
      if ([403, 404].includes(asProblem(error).status) && this.call.value?.id === held.id) await this.leave()
    }
  }

  async hear(event: Pick<LiveEvent, 'kind' | 'data'> | null): Promise<void> {
    if (event === null) {
      await Promise.all([this.refresh(), this.lookAround(), this.readInvitations(), this.tellEnds()])
      return
    }
    if (!EVENTS.has(event.kind)) return
    const { call_id: id, consultation_id: visit } = event.data
    if (OF_INVITATIONS.has(event.kind)) void this.readInvitations()
    if (id === this.call.value?.id) await this.refresh()
    else if (typeof visit === 'string') await this.look(visit)
  }

  /** The line of this page is up again, or some time has passed without a word: asked anew, so that nothing rings for ever. */
  async lookAgain(): Promise<void> {
    await Promise.all([this.refresh(), this.tellEnds()])
    await Promise.all(this.incoming.value.map((call) => this.look(call.consultation_id)))
  }

  async look(visit: string): Promise<void> {
    if (!this.around.may('consultation.hold_call')) return
    const { turn } = this
    if (!this.names.has(visit)) await this.readVisits()
    // Somebody else's: a specialist hears of the call and may not read its visit.
    if (!this.names.has(visit)) return
    const told = await this.around.ofVisit(visit).catch(() => null)
    if (turn !== this.turn) return
    const call = told?.call ?? null
    const others = this.incoming.value.filter((one) => one.consultation_id !== visit)
    const rings = call?.state === 'ringing' && call.may.includes('answer') && call.id !== this.call.value?.id
    this.incoming.value = rings ? [...others, call] : others
    // Before a reload this very tab was in it.
    if (call?.state === 'open' && !this.call.value && this.around.memory.read()?.call === call.id) await this.act(() => this.hold(call))
  }

  dismiss(): void {
    this.outcome.value = null
    this.problem.value = null
  }

  async readInvitations(): Promise<void> {
    const { turn } = this
    const invited = this.around.may('consultation.join_call') ? await this.around.invitations().catch(() => this.invited.value) : []
    if (turn === this.turn) this.invited.value = invited
  }

  private async lookAround(): Promise<void> {
    if (!this.around.may('consultation.hold_call')) {
      this.incoming.value = []
      return
    }
    const visits = (await this.readVisits()).filter((one) => one.isInCall).map((one) => one.id)
    const gone = this.incoming.value.map((call) => call.consultation_id).filter((visit) => !visits.includes(visit))
    await Promise.all([...visits, ...gone].map((visit) => this.look(visit)))
  }

  private async readVisits(): Promise<OpenVisit[]> {
    const { turn } = this
    const visits = await this.around.visits().catch((): OpenVisit[] => [])
    if (turn !== this.turn) return []
    for (const { id, name } of visits) this.names.set(id, name)
    return visits
  }

  private async answered(id: string, channel: Channel): Promise<CallOut> {
    const taken = await this.around.answer(id)
    this.drop(id)
    return taken.state === 'open' && channel !== taken.channel ? this.around.change({ call: id, channel }) : taken
  }

  private async hold(asked: CallOut | Promise<CallOut>): Promise<void> {
    const { turn } = this
    const call = await asked
    if (turn !== this.turn) return
    this.isTold(call.id)
    this.outcome.value = null
    if (this.call.value && this.call.value.id !== call.id) await this.leave()
    if (turn !== this.turn) return
    if (call.state === 'ended') {
      this.outcome.value = call
      return
    }
    this.call.value = call
    if (call.about === null && !this.names.has(call.consultation_id)) void this.readVisits()
    if (call.state === 'open') await this.enter()
  }

  async enter(): Promise<void> {
    const call = this.call.value
    if (!call || this.isEntering.value) return
    this.isEntering.value = true
    this.problem.value = null
    const before = this.room.value
    this.room.value = null
    try {
      await before?.leave()
      const kept = this.around.memory.read()
      const choice: Kept = kept?.call === call.id ? kept : { call: call.id, muted: false, camera: call.channel === 'video' }
      const room = await this.around.enter(call, choice)
      // Ended while the camera was being asked for.
      if (this.call.value?.id !== call.id) await room.leave()
      else {
        this.room.value = room
        this.around.memory.keep(choice)
      }
    } catch (error) {
      if (this.call.value?.id === call.id) this.problem.value = asProblem(error)
    } finally {
      this.isEntering.value = false
    }
  }

  private async tellEnds(): Promise<void> {
    await Promise.all(this.untold.value.map((id) => this.tellEnd(id)))
  }

  /** What the house refused; null: told, or to be told again. */
  private async tellEnd(id: string): Promise<ApiProblem | null> {
    if (this.telling.has(id)) return null
    const { turn } = this
    this.telling.add(id)
    try {
      const ended = await this.around.end(id)
      if (turn === this.turn && !this.call.value && this.untold.value.includes(id)) this.outcome.value = ended
    } catch (error) {
      const problem = asProblem(error)
      const isAway = problem.status === 0 || problem.status === 429 || problem.status >= 500
      if (isAway || turn !== this.turn) return null
      this.isTold(id)
      return problem
    } finally {
      this.telling.delete(id)
    }
    this.isTold(id)
    return null
  }

  private isTold(id: string): void {
    this.untold.value = this.untold.value.filter((one) => one !== id)
  }

  private async over(call: CallOut): Promise<void> {
    const room = this.room.value
    this.forget()
    this.outcome.value = call
    await room?.leave()
  }

  private forget(): void {
    this.call.value = null
    this.room.value = null
    this.around.memory.keep(null)
  }

  private drop(id: string): void {
    this.incoming.value = this.incoming.value.filter((call) => call.id !== id)
  }

  private async act(perform: () => Promise<unknown>): Promise<void> {
    const { turn } = this
    this.problem.value = null
    try {
      await perform()
    } catch (error) {
      if (turn === this.turn) this.problem.value = asProblem(error)
    }
  }
}
