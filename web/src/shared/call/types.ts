/** A call of a visit, and what the pages in it know of each other. */

import type { Text } from '../api/problem'
import type { RecordingSign, SeatOut, SeatRole } from '../live/seats'
import type { DeviceFault } from '../media/faults'

export type { RecordingSign, SeatLine, SeatListener, SeatOut, SeatReport, SeatRole, UnseatedBecause } from '../live/seats'

export type Channel = 'audio' | 'video'
export type Wish = 'text' | Channel
export type CallState = 'ringing' | 'open' | 'ended'
export type Ending = 'ended_by_patient' | 'ended_by_doctor' | 'declined' | 'missed' | 'line_lost' | 'visit_over' | 'taken_back'
export type CallMay =
  | 'answer'
  | 'decline'
  | 'end'
  | 'switch_audio'
  | 'switch_video'
  | 'record'
  | 'stop_recording'
  | 'still'
  | 'invite'
  | 'remove'
  | 'observe'
  | 'consent'
export type RingMay = 'ring_video' | 'ring_audio'

export interface CallPerson {
  person: string
  role: SeatRole
  name: Text
  here: boolean
}

export interface RecordingOut {
  state: 'off' | 'asked' | 'on' | 'refused'
  patient: 'unasked' | 'yes' | 'no'
  since: string | null
}

/** Of the visit, for whoever is in the call and cannot read it; nothing of the patient for an observer. */
export interface CallAbout {
  doctor: Text
  department: Text
  patient: Text | null
  sex: string
  age_text: Text | null
}

export interface CallOut {
  id: string
  consultation_id: string
  channel: Channel
  state: CallState
  asked_by: 'patient' | 'doctor'
  asked_at: string
  answered_at: string | null
  ended_at: string | null
  ending: Ending | null
  ending_text: Text | null
  /** The end of ringing. */
  due_at: string | null
  promised_ms: number
  /** The service clock, without the time since `clock_running_since`. */
  clock_ms: number
  clock_running_since: string | null
  /** The line between the two is down since then. */
  down_since: string | null
  recording: RecordingOut
  still: { patient: 'unasked' | 'asked' | 'yes' | 'no' }
  people: CallPerson[]
  /** Somebody of quality control is in the call, and this hospital says so. */
  observed: boolean
  may: CallMay[]
  consent: { version: string; text: Text; still_text: Text }
  about: CallAbout | null
}

export interface StillOut {
  id: string
  call_id: string
  file_id: string
  seq: number
  at: string
}

export interface CallOfVisit {
  /** What rings or is open. */
  call: CallOut | null
  may: RingMay[]
  wished: Wish
}

export interface GuestCallOut extends Pick<CallOut, 'id' | 'channel' | 'state' | 'answered_at' | 'clock_ms' | 'clock_running_since' | 'down_since' | 'observed' | 'people' | 'may'> {
  recording: RecordingOut['state']
}

export interface GuestCall {
  call: GuestCallOut | null
}

export interface IceServer {
  urls: string[]
  username: string
  credential: string
}

export interface TicketOut {
  call_id: string
  seat: string
  role: SeatRole
  backend: string
  relay_only: boolean
  /** What a speaker agrees to; null: the house has no captions. */
  captions: { version: string; text: Text } | null
  ice_servers: IceServer[]
  seats: SeatOut[]
}

/** A seat that this page has taken. */
export interface Ticket extends TicketOut {
  room: string
}

export interface CallGap {
  since: string
  until: string
}

export interface CallQuality {
  connect_ms: number | null
  reconnects: number
  rtt_p50: number | null
  loss_p50: number | null
  loss_worst: number | null
  audio_only_ms: number
  reports: number
}

export interface PastPerson {
  person: string
  role: SeatRole
  name: Text
  /** Null: invited, and did not come. */
  joined_at: string | null
}

/** One call of a visit's record. */
export interface PastCall extends Pick<CallOut, 'id' | 'channel' | 'state' | 'asked_by' | 'asked_at' | 'answered_at' | 'ended_at' | 'ending' | 'ending_text' | 'promised_ms' | 'clock_ms' | 'recording'> {
  /** Ended by the doctor before a third was given (C03). */
  cut_short: boolean
  gaps: CallGap[]
  quality: CallQuality
  people: PastPerson[]
  stills: StillOut[]
}

export interface Invited {
  id: string
  call_id: string
  doctor: Text
  department: Text
  patient: Text
  sex: string
  age_text: Text
  channel: Channel
  invited_at: string
}

/** `recording`: lost, where it is asked for and no page records. */
export interface ObservableCall {
  id: string
  department: Text
  doctor: Text
  channel: Channel
  since: string
  verdict: Verdict
  recording: RecordingOut['state'] | 'lost'
  people: number
}

/** `openly`: whether those in the call are told. */
export interface Observables {
  openly: boolean
  items: ObservableCall[]
}

/** How well the line carries: `down` while it carries nothing. */
export type Verdict = 'good' | 'fair' | 'poor' | 'down'
export type Mode = 'video' | 'audio'
export type Phase = 'joining' | 'live' | 'broken' | 'over'
export type OverBecause = 'left' | 'elsewhere' | 'ended' | 'removed'

export interface PeerOut {
  stream: MediaStream | null
  connection: RTCPeerConnectionState
}

/** Since the last look; null what could not be measured. */
export interface Stats {
  rtt: number | null
  /** Percent lost of what this page sends. */
  loss: number | null
  lossIn: number | null
  fpsOut: number | null
  fpsIn: number | null
  kbpsOut: number | null
  kbpsIn: number | null
  concealed: number | null
  /** Whether it goes through a relay. */
  isRelayed: boolean | null
  connectMs: number | null
}

/** `lost`: a recorder stopped or gives nothing. `full`: the device has no room. */
export type RecordingAlarm = 'lost' | 'full'

/** `asked`: somebody wishes to read what this page's person says, who has not answered. `heard`: it is written down. */
export interface CaptionsOut {
  offered: boolean
  reading: boolean
  asked: Text | null
  heard: boolean
  lines: readonly CaptionLine[]
}

export interface CaptionLine {
  seat: string
  text: string
  at: number
}

export interface RoomState {
  phase: Phase
  overBecause: OverBecause | null
  /** Of others, without the hidden ones. */
  seats: SeatOut[]
  /** By seat. */
  peers: Map<string, PeerOut>
  /** What this page sends; the same object as long as the room stands. */
  local: MediaStream | null
  muted: boolean
  camera: boolean
  sharing: boolean
  mode: Mode
  modeBecause: 'chosen' | 'weak' | null
  verdict: Verdict
  stats: Stats
  /** Whether this page has its own line to the house. */
  lineUp: boolean
  microphoneFault: DeviceFault | null
  cameraFault: DeviceFault | null
  /** Of a recording that this page makes. */
  recording: RecordingSign
  recordingAlarm: RecordingAlarm | null
  captions: CaptionsOut
}
